package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.testng.SkipException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class InterruptsTest {
    private static final Path MODELS = CommandRunner.MODELS;

    @Test
    public void theFirstAsksTheSecondEnds() {
        List<String> events = new ArrayList<>();
        Interrupts interrupts = interrupts(events);
        assertThat(interrupts.exitCode()).isEqualTo(0);
        interrupts.arrived("INT", 2);
        assertThat(events).containsExactly("stop");
        assertThat(interrupts.exitCode()).isEqualTo(130);
        interrupts.arrived("INT", 2);
        assertThat(events).containsExactly("stop", "last", "halt INT 130");
    }

    /** Who starts processes again would start one whose run is complete, alone and for nothing. */
    @Test
    public void aRunThatIsCompleteHasNotBeenStopped() {
        Interrupts interrupts = interrupts(new ArrayList<>());
        assertThat(TrainCommand.exitCode(interrupts, false)).isEqualTo(0);
        assertThat(TrainCommand.exitCode(interrupts, true)).isEqualTo(TrainCommand.STOPPED_BY_ANOTHER);
        interrupts.arrived("INT", 2);
        assertThat(TrainCommand.exitCode(interrupts, true)).isEqualTo(130);
        assertThat(TrainCommand.exitCode(interrupts, false)).isEqualTo(0);
    }

    /** A terminal that is closed says so more than once, and a batch system announces the end before it asks for it. */
    @Test
    public void whatOnlyAnnouncesTheEndCutsNothingShort() {
        List<String> events = new ArrayList<>();
        Interrupts interrupts = interrupts(events);
        interrupts.arrived("HUP", 1);
        interrupts.arrived("HUP", 1);
        interrupts.arrived("USR1", 10);
        interrupts.arrived("TERM", 15);
        assertThat(events).containsExactly("stop");
        assertThat(interrupts.exitCode()).isEqualTo(129);
        interrupts.arrived("TERM", 15);
        assertThat(events).containsExactly("stop", "last", "halt TERM 143");
    }

    /** {@code timeout} ends a process and its group, which the process is in. */
    @Test
    public void aSignalThatIsSentTwiceAtOnceIsOne() {
        List<String> events = new ArrayList<>();
        AtomicLong time = new AtomicLong();
        Interrupts interrupts = interrupts(events, time::get);
        interrupts.arrived("TERM", 15);
        time.addAndGet(1_000_000);
        interrupts.arrived("TERM", 15);
        assertThat(events).containsExactly("stop");
        time.addAndGet(1_000_000_000);
        interrupts.arrived("INT", 2);
        assertThat(events).containsExactly("stop", "last", "halt INT 130");
    }

    /** Signals that come a second apart. */
    private static Interrupts interrupts(List<String> events) {
        AtomicLong time = new AtomicLong();
        return interrupts(events, () -> time.addAndGet(1_000_000_000));
    }

    private static Interrupts interrupts(List<String> events, LongSupplier nanoTime) {
        return new Interrupts(
                () -> events.add("stop"),
                () -> events.add("last"),
                (name, code) -> events.add("halt " + name + " " + code),
                nanoTime);
    }

    /**
     * A process of its own, ended by the system's signal: SIGINT may be ignored where a build runs in the background.
     */
    @Test(dataProvider = "signals")
    public void aRunThatIsAskedToEndSavesAndSaysHowToGoOn(String signal, int number)
            throws IOException, InterruptedException {
        if (System.getProperty("os.name").startsWith("Windows")) {
            throw new SkipException("Windows ends a process without asking");
        }
        if (isIgnored(number)) {
            throw new SkipException(
                    "SIG" + signal + " is ignored here, as in a build that nohup started, and so in children");
        }
        try (CommandRunner command = new CommandRunner()) {
            savesAndSaysHowToGoOn(command.folder(), signal, number);
        }
    }

    private static boolean isIgnored(int number) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .mapToLong(line -> Long.parseUnsignedLong(
                        line.substring(line.indexOf(':') + 1).strip(), 16))
                .anyMatch(ignored -> (ignored >> (number - 1) & 1) == 1);
    }

    @DataProvider
    public Object[][] signals() {
        return new Object[][] {{"TERM", 15}, {"HUP", 1}, {"XCPU", 24}};
    }

    private static void savesAndSaysHowToGoOn(Path folder, String signal, int number)
            throws IOException, InterruptedException {
        Path conf = config(folder);
        Path output = folder.resolve("output.txt");
        Process process = tempera(folder, "train", conf);
        try {
            waitFor(output, "epoch ", process);
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isEqualTo(128 + number);
            assertThat(Files.readString(output))
                    .contains("finishing this step, then saving. Again: stop at once ...")
                    .containsPattern("stopped (within|after) epoch \\d+, saved. Go on with: tempera train --resume ");
            assertThat(folder.resolve("run/checkpoints")).isNotEmptyDirectory();
        } finally {
            process.destroyForcibly();
        }
    }

    /** TensorFlow would crash under a JVM that takes it down while it computes. */
    @Test
    public void anotherCommandEndsAtOnceWithoutACrash() throws IOException, InterruptedException {
        if (System.getProperty("os.name").startsWith("Windows")) {
            throw new SkipException("Windows ends a process without asking");
        }
        try (CommandRunner command = new CommandRunner()) {
            Path folder = command.folder();
            Process process = tempera(folder, "bench", config(folder));
            try {
                // TensorFlow writes this when its first program runs.
                waitFor(folder.resolve("output.txt"), "MLIR", process);
                process.destroy();
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isEqualTo(128 + 15);
                assertThat(Files.readString(folder.resolve("output.txt"))).doesNotContain("fatal error");
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static Path config(Path folder) throws IOException {
        Files.writeString(folder.resolve("prompts.txt"), "a cat\n");
        return Files.writeString(
                folder.resolve("run.conf"),
                """
                run { epochs = 100000, seed = 3, output = run }
                policy { use = stable-diffusion, stable-diffusion { weights = "%s/mini-sd" } }
                algorithm { use = ddpo, ddpo { batch-size = 1, accumulation = 1 } }
                rewards { random { role = train } }
                sampling { prompts = prompts.txt, batch-size = 1, batches-per-epoch = 1, steps = 1 }
                evaluation { every = 0 }
                checkpoint { every = 100000 }
                """
                        .formatted(MODELS));
    }

    private static Process tempera(Path folder, String command, Path conf) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        // No folder: what TensorFlow logs at its first run is printed then.
                        "-Djna.tmpdir=" + conf,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.tempera.cli.Main",
                        command,
                        conf.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile())
                .start();
    }

    private static void waitFor(Path file, String text, Process process) throws InterruptedException {
        for (int i = 0; i < 1200; i++) {
            try {
                if (Files.readString(file).contains(text)) {
                    return;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            assertThat(process.isAlive()).as("the process ended early").isTrue();
            Thread.sleep(100);
        }
        throw new AssertionError("no '" + text + "' within two minutes");
    }
}
