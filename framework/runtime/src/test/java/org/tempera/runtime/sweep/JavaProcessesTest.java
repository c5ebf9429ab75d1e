package org.tempera.runtime.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class JavaProcessesTest {
    private Path folder;

    @BeforeMethod
    public void makeFolder() {
        folder = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(folder);
    }

    /** What is started. */
    static final class Talker {
        private Talker() {}

        public static void main(String[] arguments) {
            System.out.println("result 1");
            System.err.println("log 1");
            System.out.println("result 2");
            System.err.println("log 2");
        }
    }

    @Test
    public void whatGoesToOneFileIsWhole() throws Exception {
        Path log = folder.resolve("log.txt");
        run(log, log);
        run(log, log);
        assertThat(lines(log))
                .containsExactly("result 1", "log 1", "result 2", "log 2", "result 1", "log 1", "result 2", "log 2");
    }

    @Test
    public void aLogHasWhatEarlierOnesLogged() throws Exception {
        Path result = folder.resolve("result.txt");
        Path log = folder.resolve("log.txt");
        run(result, log);
        run(result, log);
        assertThat(lines(result)).containsExactly("result 1", "result 2");
        assertThat(lines(log)).containsExactly("log 1", "log 2", "log 1", "log 2");
    }

    /** Java would say that it cannot run its own command. */
    @Test
    public void aFileThatCannotBeWrittenIsNamed() {
        Path result = folder.resolve("result.txt");
        Path log = folder.resolve("no-folder/log.txt");
        assertThatThrownBy(() -> run(result, log))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(log + ": cannot be written (no such file or folder")
                .hasMessageEndingWith(". Its folder was moved or deleted.");
    }

    private static void run(Path result, Path log) throws InterruptedException {
        Processes.Running running = new JavaProcesses(Talker.class.getName())
                .start(new Processes.Job(List.of("talk"), Map.of(), result, log));
        while (running.isAlive()) {
            Thread.sleep(10);
        }
        assertThat(running.exitCode()).isZero();
    }

    /** Without what Java itself says of its options. */
    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.matches("(result|log) \\d"))
                .toList();
    }
}
