package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletionException;
import org.tempera.core.train.Progress;
import org.tempera.graph.workers.LostWorkerException;
import org.tempera.spi.UserException;
import org.tempera.verify.CaseResult;
import org.testng.annotations.AfterClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;
import picocli.CommandLine;

public class MainTest {
    private final CommandRunner command = new CommandRunner();

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void userErrorsAreOneMessageAndExitCode2() throws IOException {
        Path file = Files.writeString(command.file("run.conf"), "run { epochs = many }\n");
        assertThat(command.run("config", file.toString())).isEqualTo(2);
        assertThat(command.err())
                .startsWith("tempera: 4 problems in the configuration:\n")
                .contains(file + ": 1: run.epochs: expected a whole number, found the text \"many\"")
                .doesNotContain("\tat ");
        assertThat(command.run("--debug", "config", file.toString())).isEqualTo(2);
        assertThat(command.err()).contains("\tat ");
    }

    @Test
    public void misspeltCommandsGetAHint() {
        assertThat(command.run("plugin")).isEqualTo(2);
        assertThat(command.err()).contains("tempera plugins");
        assertThat(command.run("train", "--resum", "x")).isEqualTo(2);
        assertThat(command.err()).contains("--resume");
        assertThat(command.run("train")).isEqualTo(2);
        assertThat(command.err()).contains("expected a config file");
        assertThat(command.run("train", "")).isEqualTo(2);
        assertThat(command.err()).contains("expected a config file");
    }

    /** A command, a number of one of its options that nothing can be done with, and what is said of it. */
    @DataProvider
    public Object[][] numbersOutOfRange() {
        return new Object[][] {
            {"sample", "--n", "0", "at least 1, was 0"},
            {"sample", "--batch-size", "0", "at least 1, was 0"},
            {"sample", "--steps", "0", "at least 1, was 0"},
            {"sample", "--width", "-8", "at least 1, was -8"},
            {"sample", "--height", "0", "at least 1, was 0"},
            {"sample", "--eta", "1.5", "from 0 to 1, was 1.5"},
            {"sample", "--guidance-scale", "-1", "0 or more, was -1.0"},
            {"evaluate", "--n", "0", "at least 1, was 0"},
            {"evaluate", "--batch-size", "-2", "at least 1, was -2"},
            {"evaluate", "--steps", "0", "at least 1, was 0"},
            {"evaluate", "--eta", "-1", "from 0 to 1, was -1.0"},
            {"bench", "--epochs", "0", "at least 1, was 0"},
        };
    }

    @Test(dataProvider = "numbersOutOfRange")
    public void anOptionsNumberThatIsOutOfRangeIsNamedBeforeAnythingIsOpened(
            String name, String option, String value, String rule) {
        assertThat(command.run(name, "nothing-is-here", option, value)).isEqualTo(2);
        assertThat(command.err()).isEqualTo("tempera: " + name + ": " + option + " must be " + rule + ".\n");
    }

    @Test
    public void allNumbersThatAreOutOfRangeAreNamed() {
        assertThat(command.run("sample", "nothing-is-here", "--steps", "0", "--batch-size", "0"))
                .isEqualTo(2);
        assertThat(command.err())
                .isEqualTo("tempera: sample: --steps must be at least 1, was 0.\n"
                        + "sample: --batch-size must be at least 1, was 0.\n");
    }

    @Test
    public void anEmptyPathIsNone() {
        for (String[] given : new String[][] {
            {"compare", "runs", "--output", ""},
            {"compare", "runs", "--csv", ""},
            {"sample", "run", "--prompt", "a cat", "--output", ""},
            {"train", "--resume", ""},
            {"evaluate", ""},
        }) {
            assertThat(command.run(given)).as(String.join(" ", given)).isEqualTo(2);
            assertThat(command.err()).contains("expected a path, found none");
        }
    }

    @Test
    public void anOptionsNumberIsAskedForAsAKeys() {
        assertThat(command.run("train", "run.conf", "--local-workers", "two")).isEqualTo(2);
        assertThat(command.err())
                .startsWith(
                        "tempera: Invalid value for option '--local-workers': expected a whole number, found 'two'");
        assertThat(command.run("sample", "run", "--steps", "99999999999")).isEqualTo(2);
        assertThat(command.err()).contains("expected a number of fewer digits, found '99999999999'");
        assertThat(command.run("sample", "run", "--lora-scale", "NaN")).isEqualTo(2);
        assertThat(command.err()).contains("option '--lora-scale': expected a number, found 'NaN'");
        assertThat(command.run("sample", "run", "--eta", "half")).isEqualTo(2);
        assertThat(command.err()).contains("'--eta': expected a number, found 'half'");
    }

    @Test
    public void listsPlugins() {
        assertThat(command.run("plugins")).isEqualTo(0);
        assertThat(command.out()).startsWith("KIND").contains("algorithm", "tdpo-r", "policy", "stable-diffusion");
    }

    @Test
    public void saysItsVersion() {
        assertThat(command.run("--version")).isEqualTo(0);
        assertThat(command.out()).startsWith("tempera ").contains("TensorFlow Java");
    }

    @Test
    public void verifyNeedsAFolderOfCases() {
        assertThat(command.run("verify", "no-such-folder")).isEqualTo(2);
        assertThat(command.err()).contains("no-such-folder").contains("oracle.json");
    }

    @Test
    public void verifyPrintsOneLineACase() {
        assertThat(VerifyCommand.line(
                        new CaseResult("unet t=981", "unet", true, 3.1e-6, 1e-4, 1.9, Optional.empty()), 26))
                .isEqualTo("ok    unet t=981                 error 3.1e-06  (tolerance 1e-04)   1.9 s");
        assertThat(VerifyCommand.line(
                        new CaseResult(
                                "vae-decode",
                                "vae-decode",
                                false,
                                2.2e-2,
                                1e-4,
                                1.9,
                                Optional.of("worst at image[0,2,17,3]: got 0.113, expected 0.135")),
                        26))
                .isEqualTo("FAIL  vae-decode                 error 2.2e-02  (tolerance 1e-04)   "
                        + "worst at image[0,2,17,3]: got 0.113, expected 0.135");
    }

    @Test
    public void everyThrowableHasAMessageAndOneOfTheExitCodes() {
        for (Throwable thrown : List.of(
                new UnsatisfiedLinkError("no jnitensorflow in java.library.path"),
                new NoClassDefFoundError("org/example/Missing"),
                new StackOverflowError(),
                new AssertionError("x"),
                new IllegalStateException("x"))) {
            Failure failure = Failure.of(thrown);
            assertThat(failure.isInternal()).isTrue();
            assertThat(failure.message()).startsWith("internal error: ").hasSizeGreaterThan(20);
        }
        for (Throwable thrown : List.of(
                new UserException("run.conf: x"),
                new OutOfMemoryError("Java heap space"),
                new OutOfMemoryError("unable to create native thread: possibly out of memory or limits reached"),
                new InvalidPathException("caf\ufffd", "Malformed input"),
                new CompletionException(new UserException("x")),
                new UncheckedIOException(new IOException("No space left on device")))) {
            assertThat(Failure.of(thrown).exitCode()).as(thrown.toString()).isEqualTo(2);
        }
        LostWorkerException lost = new LostWorkerException("Lost worker 1 (a:1)");
        assertThat(Failure.of(lost).exitCode()).isEqualTo(138);
        assertThat(Failure.of(new UserException("Lost worker 1 (a:1). Epoch 2 is saved.", lost))
                        .exitCode())
                .isEqualTo(138);
        assertThat(Failure.of(new InvalidPathException("caf\ufffd", "Malformed input"))
                        .message())
                .contains("caf\ufffd", "LC_ALL=C.UTF-8");
    }

    @Test
    public void lettersThatTheJvmCouldNotReadAreRefused() {
        assertThat(command.run("sample", "model", "--prompt", "a caf\ufffd\ufffd cat"))
                .isEqualTo(2);
        assertThat(command.err()).contains("'a caf\ufffd\ufffd cat'", "LC_ALL").doesNotContain("\tat ");
    }

    @Test
    public void outputThatIsLostIsNoSuccess() {
        StringWriter err = new StringWriter();
        Writer full = new Writer() {
            @Override
            public void write(char[] text, int from, int length) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        assertThat(Main.run(full, err, "plugins")).isEqualTo(2);
        assertThat(err.toString()).startsWith("tempera: the output could not be written (No space left on device)");
    }

    @Test
    public void epochsStayAndStatesPass() {
        Progress first = new Progress(
                9, 40, OptionalDouble.of(0.5), Optional.of(new Progress.Gold(9, 0.25)), List.of(), 12.34, 83.4);
        Progress second = new Progress(10, 40, OptionalDouble.of(0.625), Optional.empty(), List.of(), 12.34, 3723);
        Progress third = new Progress(
                11, 40, OptionalDouble.of(0.5), Optional.of(new Progress.Gold(9, 0.25)), List.of(), 12.34, 83.4);
        assertThat(Console.line(first)).isEqualTo("epoch  9/40  reward 0.5000  gold 0.2500  12.3 images/s  1:23 left");
        assertThat(Console.line(second)).isEqualTo("epoch 10/40  reward 0.6250  12.3 images/s  1:02:03 left");
        assertThat(Console.line(third))
                .isEqualTo("epoch 11/40  reward 0.5000  gold 0.2500 (epoch 9)  12.3 images/s  1:23 left");
        List<Progress.Constraint> kept = List.of(
                new Progress.Constraint("clip-score", 0.3, -0.0125, 0.4), new Progress.Constraint("jpeg", -9, 1.5, 0));
        assertThat(Console.line(new Progress(1, 2, OptionalDouble.of(0.5), Optional.empty(), kept, 12.34, 83.4)))
                .isEqualTo("epoch 1/2  reward 0.5000  clip-score slack -0.0125 multiplier 0.4000"
                        + "  jpeg slack 1.5000 multiplier 0.0000  12.3 images/s  1:23 left");
        assertThat(Console.bounds(kept))
                .isEqualTo("bounds           clip-score at or above 0.3000, jpeg at or above -9.0000");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Console plain = new Console(new PrintWriter(out), new PrintWriter(err), false, 0);
        plain.status("building ...");
        plain.line(Console.line(first));
        assertThat(err.toString()).isEmpty();
        assertThat(out.toString().lines()).containsExactly(Console.line(first));

        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Console terminal = new Console(new PrintWriter(out), new PrintWriter(err), true, 20);
        terminal.status("building a model of a very long name ...");
        terminal.status("built");
        terminal.line(terminal.cut(Console.line(first)));
        terminal.line(terminal.cut(Console.line(second)));
        assertThat(err.toString())
                .as("each state over the one before, the last one wiped off")
                .isEqualTo("\rbuilding a model of\rbuilt" + " ".repeat(14) + "\r     \r");
        assertThat(out.toString().lines()).containsExactly("epoch  9/40  reward", "epoch 10/40  reward");
    }

    /** A name or a value with the end of a line in it could pass for a line of ours. */
    @Test
    public void argumentsForgeNoLines() {
        assertThat(command.run("score", "x.png", "--reward", "jpeg-compressibility", "--prompts", "a\ntempera: well"))
                .isEqualTo(2);
        assertThat(command.err())
                .startsWith("tempera: a\\u000atempera: well: no such file")
                .hasLineCount(1);
        assertThat(command.run("score", "x.png", "--reward", "remote", "rewards.remote.url=\"ftp://a/\\r\\nb\""))
                .isEqualTo(2);
        assertThat(command.err()).doesNotContain("\nb");
    }

    @Test
    public void helpAndCompletionKnowEveryCommand() {
        command.succeed("help", "sample");
        assertThat(command.out()).startsWith("Usage: tempera sample").contains("--json", "--quiet", "--grid");
        command.succeed("help");
        assertThat(command.out()).contains("completion", "Exit codes:");
        assertThat(command.run("help", "smaple")).isEqualTo(2);
        command.succeed("completion", "bash");
        assertThat(command.out())
                .contains("complete -F _complete_tempera -o default tempera", "fit-preference", "--negative-prompt");
        assertThat(command.run("completion", "fish")).isEqualTo(2);
    }

    @Test
    public void everyOptionHasAText() {
        CommandLine tempera =
                Main.commandLine(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
        tempera.getSubcommands().forEach((name, subcommand) -> {
            assertThat(subcommand.getCommandSpec().usageMessage().description())
                    .as(name)
                    .isNotEmpty();
            assertThat(subcommand.getCommandSpec().args())
                    .allSatisfy(argument -> assertThat(String.join("", argument.description()))
                            .as(name + " " + argument)
                            .isNotBlank());
        });
    }
}
