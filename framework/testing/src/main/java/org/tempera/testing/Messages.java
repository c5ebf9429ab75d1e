package org.tempera.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.tempera.spi.UserException;

/** Compares a user's message with its golden file, and makes folders for tests. */
public final class Messages {
    private Messages() {}

    /** Expects a user's error whose text, with the folder's name replaced, is that of {@code messages/NAME.txt}. */
    public static void assertMessage(String name, Path folder, ThrowingCallable call) {
        assertMessage(name, folder, call, "$^", "");
    }

    /** The same, with what matches {@code varying} replaced. */
    public static void assertMessage(
            String name, Path folder, ThrowingCallable call, String varying, String replacement) {
        UserException e = catchThrowableOfType(UserException.class, call);
        assertThat(e).as("expected a user's error").isNotNull();
        String message = String.valueOf(e.getMessage())
                .replace(folder.toString(), "DIR")
                .replaceAll("process \\d+ on \\S+, since [^)]+", "process PID on HOST, since TIME")
                .replaceAll(varying, replacement);
        assertThat(message).isEqualTo(golden(name));
    }

    private static String golden(String name) {
        try (InputStream in = Messages.class.getResourceAsStream("/messages/" + name + ".txt")) {
            assertThat(in).as("golden file messages/" + name + ".txt").isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("tempera-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
