package org.tempera.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program of this JVM's Java and class path as a process of its own, which is run to its end. */
public final class CommandProcess {
    private static final long MOST_MINUTES = 5;

    private final List<String> program = new ArrayList<>();
    private final List<String> options = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
    private final ProcessBuilder builder = new ProcessBuilder();
    private String classPath = System.getProperty("java.class.path");

    private CommandProcess() {}

    /** What came of it. */
    public record Ended(int code, String out, String error) {
        /** All that it has printed, its errors last. */
        public String output() {
            return out + error;
        }
    }

    /**
     * A program that is not started yet.
     *
     * @param main the class whose {@code main} is called
     */
    public static CommandProcess of(String main, String... arguments) {
        CommandProcess process = new CommandProcess();
        process.program.add(main);
        process.program.addAll(List.of(arguments));
        return process;
    }

    /** Gives the JVM further options. */
    public CommandProcess withOptions(String... further) {
        options.addAll(List.of(further));
        return this;
    }

    /** Takes another class path than this JVM's. */
    public CommandProcess withClassPath(String other) {
        classPath = other;
        return this;
    }

    /** Sets variables of its environment, which else is this JVM's. */
    public CommandProcess withEnvironment(Map<String, String> variables) {
        builder.environment().putAll(variables);
        return this;
    }

    /** Takes variables out of its environment. */
    public CommandProcess withoutEnvironment(String... names) {
        builder.environment().keySet().removeAll(List.of(names));
        return this;
    }

    /** Starts it and waits for its end, which fails the test where it does not come within some minutes. */
    public Ended run() throws IOException, InterruptedException {
        Path folder = Messages.temporaryFolder();
        try {
            Path out = folder.resolve("out");
            Path error = folder.resolve("error");
            List<String> line = new ArrayList<>();
            line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            line.addAll(options);
            line.addAll(List.of("-cp", classPath));
            line.addAll(program);
            Process process = builder.command(line)
                    .redirectOutput(out.toFile())
                    .redirectError(error.toFile())
                    .start();
            try {
                assertThat(process.waitFor(MOST_MINUTES, TimeUnit.MINUTES))
                        .as("%s within %d minutes, by then: %s%s", program, MOST_MINUTES, text(out), text(error))
                        .isTrue();
                return new Ended(process.exitValue(), text(out), text(error));
            } finally {
                process.destroyForcibly();
            }
        } finally {
            Messages.delete(folder);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
