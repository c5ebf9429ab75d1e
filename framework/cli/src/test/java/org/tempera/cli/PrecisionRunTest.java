package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.TensorSource;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.record.metrics.MetricRow;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** Runs in bfloat16 train, go on and are measured as runs in float32 are, and are not mistaken for these. */
public class PrecisionRunTest {
    private static final String BFLOAT16 = "run.precision=bfloat16";

    private final CommandRunner command = new CommandRunner();
    private final Path folder = command.folder();
    private Path conf = Path.of("");

    @BeforeClass
    public void trainTwo() {
        Path models = CommandRunner.MODELS;
        conf = command.smallRun(
                """
                algorithm { use = tdpo, tdpo { batch-size = 4, accumulation = 1 } }
                critic { use = temporal-mlp, temporal-mlp { encoder = "%s" } }
                rewards { aesthetic { role = train, clip = "%s", head = "%s" } }
                """
                        .formatted(
                                models.resolve("mini-clip"),
                                models.resolve("mini-clip"),
                                models.resolve("aesthetic-head.safetensors")));
        train("bfloat16", BFLOAT16, "run.epochs=2");
        train("float32", "run.epochs=2");
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    private void train(String name, String... overrides) {
        List<String> arguments = new ArrayList<>(List.of("train", conf.toString(), "run.output=" + command.file(name)));
        arguments.addAll(List.of(overrides));
        command.succeed(arguments.toArray(String[]::new));
    }

    private Path tensors(String run) {
        return command.file(run).resolve("checkpoints/epoch-0002/tensors.safetensors");
    }

    private List<Double> values(String run, String metric) {
        List<Double> all = new ArrayList<>();
        for (MetricRow row : JsonlMetrics.read(command.file(run).resolve("metrics.jsonl"))) {
            if (row.values().containsKey(metric)) {
                all.add(Objects.requireNonNull(row.values().get(metric)));
            }
        }
        return all;
    }

    /** Sampling and updates round to the same bits, as in float32. */
    @Test
    public void importanceRatiosBeforeAnUpdateAreOne() {
        assertThat(values("bfloat16", "train/on_policy_ratio_error")).hasSize(2).containsOnly(0.0);
        assertThat(values("float32", "train/on_policy_ratio_error")).hasSize(2).containsOnly(0.0);
    }

    @Test
    public void whatIsTrainedIsFloat32() throws IOException {
        try (TensorSource a = SafetensorsFile.open(tensors("float32"));
                TensorSource b = SafetensorsFile.open(tensors("bfloat16"))) {
            assertThat(b.names()).isEqualTo(a.names());
            // Nothing that is trained, and nothing of the optimizer, is in 16 bits.
            a.names().forEach(name -> assertThat(b.info(name)).as(name).isEqualTo(a.info(name)));
        }
        assertThat(Files.mismatch(tensors("float32"), tensors("bfloat16"))).isNotNegative();
    }

    /** Of one picture; those of different pictures are some tenths apart. */
    @Test
    public void scoresAreNearThoseOfFloat32() {
        Path picture = draw("scored", "--precision", "float32");
        double exact = score(picture, "run.precision=float32");
        assertThat(score(picture, BFLOAT16)).isCloseTo(exact, within(0.03)).isNotEqualTo(exact);
    }

    private double score(Path picture, String precision) {
        command.succeed(
                "score", "--reward", "aesthetic", "--config", conf.toString(), "--json", precision, picture.toString());
        Matcher score = Pattern.compile("\"score\"\\s*:\\s*([-0-9.eE]+)").matcher(command.out());
        assertThat(score.find()).as(command.out()).isTrue();
        return Double.parseDouble(score.group(1));
    }

    /** The only picture that a run draws into a folder of this name. */
    private Path draw(String name, String... options) {
        Path into = command.file(name);
        List<String> arguments =
                new ArrayList<>(List.of("sample", command.file("bfloat16").toString()));
        arguments.addAll(List.of("--prompt", "a cat", "--output", into.toString()));
        arguments.addAll(List.of(options));
        command.succeed(arguments.toArray(String[]::new));
        try (Stream<Path> all = Files.list(into)) {
            return all.filter(f -> f.toString().endsWith(".png")).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    public void goesOnAsIfItHadNotStopped() throws IOException {
        train("parts", BFLOAT16, "run.epochs=1");
        command.succeed("train", "--resume", command.file("parts").toString(), "run.epochs=2");
        assertThat(Files.mismatch(tensors("bfloat16"), tensors("parts"))).isNegative();
    }

    @Test
    public void doesNotGoOnInAnotherPrecision() {
        String run = command.file("bfloat16").toString();
        assertThat(command.run("train", "--resume", run, "run.epochs=3", "run.precision=float32"))
                .isEqualTo(2);
        assertThat(command.err()).contains("cannot go on").contains("run.precision: bfloat16 before, none now");
    }

    @Test
    public void isNotComparedWithFloat32() {
        assertThat(command.run(
                        "compare",
                        command.file("bfloat16").toString(),
                        command.file("float32").toString()))
                .isEqualTo(2);
        assertThat(command.err()).contains("cannot be compared").contains("run.precision: bfloat16 there, none here");
    }

    @Test
    public void anotherPrecisionIsOneMessage() {
        assertThat(command.run("train", conf.toString(), "run.precision=float8", "run.output=" + folder.resolve("no")))
                .isEqualTo(2);
        assertThat(command.err())
                .contains("run.precision")
                .contains("float8")
                .contains("float32, tf32, bfloat16")
                .doesNotContain("\tat ");
        assertThat(command.run("train", conf.toString(), "run.precision=tf32", "run.output=" + folder.resolve("no")))
                .isEqualTo(2);
        assertThat(command.err()).contains("precision tf32 is of GPUs alone").doesNotContain("\tat ");
        assertThat(folder.resolve("no")).doesNotExist();
    }

    /** By the option, or as the run has it; the picture says so. */
    @Test
    public void picturesFollowIt() throws IOException {
        List<byte[]> files = new ArrayList<>();
        files.add(Files.readAllBytes(draw("as-it-is")));
        files.add(Files.readAllBytes(draw("said", "--precision", "bfloat16")));
        files.add(Files.readAllBytes(draw("otherwise", "--precision", "float32")));
        assertThat(files.get(1)).isEqualTo(files.get(0)).isNotEqualTo(files.get(2));
        assertThat(new String(files.get(0), StandardCharsets.ISO_8859_1)).contains("precision");
    }
}
