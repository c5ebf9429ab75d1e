package org.tempera.runtime.sweep;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.tempera.base.files.IoReason;
import org.tempera.spi.UserException;

/**
 * Starts commands by the Java, the options and the class path of this process. Each has a pipe as its standard input,
 * which ends when it is asked to stop, and when this process is gone, however it went: a command that is told
 * {@code --stop-at-eof} then saves and ends.
 */
public final class JavaProcesses implements Processes {
    private static final String FIRST_COMPILER = "-XX:TieredStopAtLevel=1";
    private static final String BOTH_COMPILERS = "-XX:TieredStopAtLevel=4";

    /** Options that are this process's own: what watches it, and what it writes at its end. */
    private static final List<String> OWN = List.of(
            "-agentlib:",
            "-agentpath:",
            "-javaagent:",
            "-Xrunjdwp",
            "-XX:ArchiveClassesAtExit",
            "-XX:+AutoCreateSharedArchive");

    private final String mainClass;

    /** @param mainClass what has the commands, such as {@code org.tempera.cli.Main} */
    public JavaProcesses(String mainClass) {
        this.mainClass = mainClass;
    }

    @Override
    public Running start(Job job) {
        requireWritable(job.result());
        requireWritable(job.log());
        ProcessBuilder builder =
                new ProcessBuilder(command(ManagementFactory.getRuntimeMXBean().getInputArguments(), job.arguments()));
        ProcessBuilder.Redirect log = ProcessBuilder.Redirect.appendTo(job.log().toFile());
        if (job.result().equals(job.log())) {
            builder.redirectOutput(log).redirectErrorStream(true); // two that write to one file write over each other
        } else {
            builder.redirectOutput(job.result().toFile()).redirectError(log);
        }
        builder.environment().putAll(job.environment());
        try {
            return new Child(builder.start());
        } catch (IOException e) {
            throw new UserException(
                    "a process cannot be started (" + IoReason.of(e)
                            + "). Check the limits of processes and memory (ulimit).",
                    e);
        }
    }

    /** Java would say that the command cannot be run. */
    private static void requireWritable(Path file) {
        try {
            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
        } catch (IOException e) {
            throw new UserException(
                    file + ": cannot be written (" + IoReason.of(e) + "). " + IoReason.adviceOnWriting(e), e);
        }
    }

    /** The whole command line. */
    private List<String> command(List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options(options, arguments.get(0)));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }

    /** Those of this process that fit a command: what mostly reads files wants both compilers, as in the launcher. */
    static List<String> options(List<String> ours, String command) {
        Stream<String> all = ours.stream().filter(option -> OWN.stream().noneMatch(option::startsWith));
        return command.equals("train")
                ? all.toList()
                : all.map(option -> option.equals(FIRST_COMPILER) ? BOTH_COMPILERS : option)
                        .toList();
    }

    private record Child(Process process) implements Running {
        @Override
        public boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public CompletableFuture<Void> onExit() {
            return process.onExit().thenRun(() -> {});
        }

        @Override
        public int exitCode() {
            return process.exitValue();
        }

        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public void askToStop() {
            try {
                process.getOutputStream().close();
            } catch (IOException e) {
                process.destroy();
            }
        }

        @Override
        public void kill() {
            process.destroyForcibly();
        }
    }
}
