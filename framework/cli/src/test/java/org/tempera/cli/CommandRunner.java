package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Runs the command in this process, beside a temporary folder that is deleted when the runner is closed. */
final class CommandRunner implements AutoCloseable {
    /** The models of the example, which every test may read. */
    static final Path MODELS =
            Path.of("../../examples/simple-animals/models").toAbsolutePath().normalize();

    private static final Path GOLDEN = Path.of("src/test/resources/messages");

    private final Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    CommandRunner() {
        try {
            folder = Files.createTempDirectory("tempera-command");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The temporary folder. */
    Path folder() {
        return folder;
    }

    /** A path in the temporary folder. */
    Path file(String name) {
        return folder.resolve(name);
    }

    /**
     * Writes a config that trains the example's smallest diffusers folder for small epochs, two samples a prompt.
     *
     * @param blocks further ones, which win over what they repeat
     */
    Path smallRun(String blocks) {
        try {
            Path prompts = Files.writeString(file("prompts.txt"), "a cat\na dog\n");
            return Files.writeString(
                    file("run.conf"),
                    """
                    run { seed = 3 }
                    policy { use = stable-diffusion, stable-diffusion { weights = "%s/mini-sd" } }
                    sampling { prompts = "%s", batch-size = 4, batches-per-epoch = 1, samples-per-prompt = 2, steps = 2 }
                    optimizer { learning-rate = 1e-2 }
                    evaluation { every = 1, samples = 2, grid-samples = 2 }
                    """
                                    .formatted(
                                            MODELS.toString().replace('\\', '/'),
                                            prompts.toString().replace('\\', '/'))
                            + blocks);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the command and gives its exit code. */
    int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    /** Runs the command and expects it to end well. */
    void succeed(String... arguments) {
        int code = run(arguments);
        assertThat(code).as(err()).isEqualTo(0);
    }

    /** What the last command printed. */
    String out() {
        return out.toString();
    }

    /** What the last command printed as errors. */
    String err() {
        return err.toString();
    }

    /**
     * Runs the command and expects exit code 2, no stack trace, and the whole text of {@code messages/NAME.txt}, which
     * {@code -Dgolden.update=true} writes anew. Folders and what varies by machine are replaced.
     */
    void assertRefused(String name, String... arguments) {
        int code = run(arguments);
        String text = err().replace(folder.toString(), "DIR")
                .replace(MODELS.toString(), "MODELS")
                .replaceAll("process \\d+ on \\S+, since [^)]+", "process PID on HOST, since TIME")
                .replaceAll("\\d+\\.\\d [MG]iB", "N GiB")
                .replaceAll("Known: \\[[^]]*]", "Known: [...]")
                .replace("\r\n", "\n");
        Path golden = GOLDEN.resolve(name + ".txt");
        try {
            if (Boolean.getBoolean("golden.update")) {
                Files.writeString(golden, text);
            }
            assertThat(text).isEqualTo(Files.readString(golden)).doesNotContain("\tat ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(code).isEqualTo(2);
    }

    /** Copies a folder with all that is in it. @param to is made */
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path p : all.toList()) {
                Files.copy(p, to.resolve(from.relativize(p).toString()));
            }
        }
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
