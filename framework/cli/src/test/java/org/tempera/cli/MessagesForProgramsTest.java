package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.tempera.core.reward.PictureScorer.Picture;
import org.tempera.nn.weights.WeightConversion;
import org.tempera.record.image.RgbImage;
import org.tempera.record.run.RunFolder;
import org.tempera.runtime.SampleOptions;
import org.tempera.runtime.Tempera;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** What a program is told does not speak of commands and options; the command adds those. */
public class MessagesForProgramsTest {
    private static final Path ROOT = Path.of("../..");
    private static final List<String> LIBRARIES = List.of(
            "framework/spi",
            "framework/nn",
            "framework/core",
            "framework/runtime",
            "framework/algorithms",
            "policies",
            "rewards-plugins");

    /** They write the comments of a config file and a page of the docs, which people read beside the command. */
    private static final Set<String> FOR_PEOPLE = Set.of(
            "ConfigTemplate.java",
            "ConfigReference.java",
            // The doctor's advice is what to type; programs read its findings by name.
            "GpuChecks.java",
            "CudaFindings.java",
            "RoomChecks.java",
            "ProbedNative.java");

    /** It calls the command itself, in processes of their own. */
    private static final Set<String> CALLERS = Set.of("ChildWork.java");

    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern COMMAND = Pattern.compile(
            "(^|[ '(])--([a-z]|$)|\\btempera (" + commands() + ")\\b|[Cc]ommand line|TEMPERA_JAVA_OPTS");

    private final CommandRunner command = new CommandRunner();
    private final Tempera tempera = Tempera.load(getClass().getClassLoader());

    private static String commands() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return String.join(
                "|", Main.commandLine(nowhere, nowhere).getSubcommands().keySet());
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void noTextOfALibraryNamesACommandOrAnOption() throws IOException {
        List<String> found = new ArrayList<>();
        int sources = 0;
        for (String library : LIBRARIES) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(library))) {
                for (Path file : files.filter(MessagesForProgramsTest::isSource).toList()) {
                    sources++;
                    texts(file)
                            .filter(text -> COMMAND.matcher(text).find())
                            .forEach(text -> found.add(file + ": " + text));
                }
            }
        }
        assertThat(sources).isGreaterThan(400);
        assertThat(found)
                .as("say it in words that hold for programs, with a Remedy")
                .isEmpty();
    }

    private static boolean isSource(Path file) {
        String path = file.toString().replace('\\', '/');
        return path.contains("/src/main/java/")
                && path.endsWith(".java")
                && !FOR_PEOPLE.contains(file.getFileName().toString())
                && !CALLERS.contains(file.getFileName().toString());
    }

    private static Stream<String> texts(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> !line.strip().startsWith("*") && !line.strip().startsWith("//"))
                .flatMap(line -> LITERAL.matcher(line).results())
                .map(found -> found.group(1));
    }

    @Test
    public void aRunThatIsThereCanBeResumedOverwrittenOrLeft() throws IOException {
        Path run = Files.createDirectories(command.file("my run"));
        Files.writeString(run.resolve("config.conf"), "");
        Files.createDirectories(run.resolve("checkpoints/epoch-0001"));
        UserException refused = refused(() -> RunFolder.create(run));
        assertThat(refused)
                .hasMessage(
                        run + ": already holds a run. Resume it, overwrite it, take the next free name beside it, or"
                                + " choose another folder with run.output=FOLDER.");
        assertThat(refused.remedies())
                .containsExactly(
                        Remedy.resume(run),
                        Remedy.of(Remedy.Action.OVERWRITE_RUN),
                        Remedy.of(Remedy.Action.TAKE_FREE_NAME));
        assertThat(Failure.of(refused).message())
                .isEqualTo(refused.getMessage() + "\nOn the command line: tempera train --resume '" + run
                        + "', --overwrite or --free-name");
        assertThat(Failure.of(refused, new Remedies("train", 2, false)).message())
                .as("by as many processes, or its bits were others")
                .contains("tempera train --resume '" + run + "' --local-workers 2, ");
        assertThat(Failure.of(refused, new Remedies("train", 1, true)).message())
                .as("who started the others has to do so again")
                .endsWith("--overwrite or --free-name; start the others as they were started before: tempera train"
                        + " RUN.conf");
    }

    @Test
    public void aRunIsGoneOnWithByAllItsWorkers() {
        assertThat(new Remedies("train", 2, false).goOn("a run", ""))
                .isEqualTo("Go on with: tempera train --resume 'a run' --local-workers 2");
        assertThat(new Remedies("train", 1, true).goOn("run", " from the last checkpoint"))
                .isEqualTo("To go on from the last checkpoint, start all workers again. The first: tempera train"
                        + " --resume run; start the others as they were started before: tempera train RUN.conf");
    }

    @Test
    public void whatWrapsAMistakeKeepsItsRemedies() {
        Remedy heap = Remedy.jvmOption("-Xmx8g");
        UserException cause = new UserException("a.png: too large.", List.of(heap));
        UserException outer = new UserException("the epoch failed.", new IOException(cause), List.of(heap));
        assertThat(outer.remedies()).containsExactly(heap);
        assertThat(Failure.of(outer).message())
                .isEqualTo("the epoch failed.\nOn the command line: TEMPERA_JAVA_OPTS=-Xmx8g");
        assertThat(Failure.of(new UserException("x")).message()).isEqualTo("x");
    }

    @Test
    public void theFacadeSpeaksToPrograms() throws IOException {
        Path model = CommandRunner.MODELS.resolve("mini-sd");
        Path file = Files.writeString(command.file("model.safetensors"), "x");
        SampleOptions checkpoint = SampleOptions.builder().checkpoint("last").build();
        Picture picture = new Picture("a cat", RgbImage.of(8, 8, new byte[8 * 8 * 3]), Optional.empty());
        List<UserException> all = List.of(
                refused(() -> tempera.sampler(model, checkpoint)),
                refused(() -> tempera.sampler(file, SampleOptions.builder().build())),
                refused(() -> WeightConversion.convert(file, file, false)),
                refused(() -> tempera.scorer("random", List.of("rewards.random.seeed=1"))),
                refused(() -> tempera.scorer(
                                "clip-score", List.of("rewards.clip-score.clip=" + CommandRunner.MODELS + "/mini-clip"))
                        .score(List.of(picture))));
        assertThat(all).allSatisfy(e -> {
            Matcher said = COMMAND.matcher(String.valueOf(e.getMessage()));
            assertThat(said.find()).as(e.getMessage()).isFalse();
        });
        assertThat(all.get(0)).hasMessageContaining("a checkpoint goes with a run's folder");
        assertThat(all.get(3)).hasMessageContaining("override 'rewards.random.seeed=1'");
        assertThat(all.get(4)).hasMessageContaining("Give them one.");
        assertThat(Failure.of(all.get(4)).message()).endsWith("\nOn the command line: --prompt TEXT");
        assertThat(Failure.of(all.get(2)).message()).endsWith("\nOn the command line: --force");
    }

    private static UserException refused(ThrowingCallable call) {
        return catchThrowableOfType(UserException.class, call);
    }
}
