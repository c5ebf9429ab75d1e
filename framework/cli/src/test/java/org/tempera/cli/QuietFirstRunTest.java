package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tempera.testing.CommandProcess;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** Standard error of processes of their own, in which TensorFlow has not run yet. */
public class QuietFirstRunTest {
    private final CommandRunner command = new CommandRunner();

    @BeforeClass
    public void requireLinux() {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new SkipException("standard error is diverted on Linux only");
        }
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void hasNoLinesOfTensorFlow() throws IOException, InterruptedException {
        assertThat(sample("quiet")).isEmpty();
    }

    @Test
    public void hasThemWhereJnaCannotUnpackItsLibrary() throws IOException, InterruptedException {
        Path file = Files.writeString(command.file("a-file"), "");
        assertThat(sample("plain", "-Djna.tmpdir=" + file))
                .contains("MLIR V1 optimization pass is not enabled")
                .doesNotContain("tempera:", "Exception", "jna");
    }

    @Test
    public void hasWhatElseIsWrittenMeanwhile() throws IOException, InterruptedException {
        assertThat(run(0, FirstRunWriter.class.getName())).isEqualTo("before\nan error of native code, Ä\nafter\n");
    }

    @Test
    public void hasItWhereTheProcessEndsMeanwhile() throws IOException, InterruptedException {
        assertThat(run(3, FirstRunWriter.class.getName(), "3")).isEqualTo("before\nan error of native code, Ä\n");
    }

    private String sample(String output, String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of(
                "org.tempera.cli.Main",
                "sample",
                CommandRunner.MODELS.resolve("mini-sd").toString(),
                "--prompt",
                "x",
                "--steps",
                "1",
                "--output",
                command.file(output).toString()));
        return run(0, arguments.toArray(String[]::new));
    }

    private static String run(int exitCode, String... arguments) throws IOException, InterruptedException {
        CommandProcess.Ended ended = CommandProcess.of(arguments[0], Arrays.copyOfRange(arguments, 1, arguments.length))
                .run();
        assertThat(ended.code()).as(ended.error()).isEqualTo(exitCode);
        return ended.error();
    }
}
