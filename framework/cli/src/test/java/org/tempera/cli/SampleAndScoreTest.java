package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.tempera.core.image.ImageFiles;
import org.tempera.core.image.PngFiles;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The commands `sample` and `score` on the models of the example; {@link TrainedRunTest} has them on a run. */
public class SampleAndScoreTest {
    private static final Path MODELS =
            Path.of("../../examples/simple-animals/models").toAbsolutePath().normalize();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path folder = Path.of("");

    @BeforeClass
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("sample");
    }

    @AfterClass
    public void removeFolder() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    @Test
    public void drawsFromAModelAndScoresByThePromptInTheFile() throws IOException {
        Path drawn = folder.resolve("drawn");
        assertThat(run(
                        "sample",
                        MODELS.resolve("mini-sd").toString(),
                        "--prompt",
                        "a Cat, sitting",
                        "--n",
                        "2",
                        "--seed",
                        "7",
                        "--steps",
                        "2",
                        "--output",
                        drawn.toString()))
                .as(err.toString())
                .isEqualTo(0);
        Path first = drawn.resolve("0001-a-cat-sitting-seed-7.png");
        Path second = drawn.resolve("0002-a-cat-sitting-seed-8.png");
        assertThat(PngFiles.notes(second))
                .containsEntry("prompt", "a Cat, sitting")
                .containsEntry("seed", "8")
                .containsEntry("model", "mini-sd")
                .containsEntry("steps", "2")
                .containsEntry("guidance", "7.5")
                .containsEntry("eta", "0");
        assertThat(ImageFiles.read(second).width()).isGreaterThanOrEqualTo(32);

        // The same seed alone, into the same folder: numbered on, and the same picture.
        run(
                "sample",
                MODELS.resolve("mini-sd").toString(),
                "--prompt",
                "a Cat, sitting",
                "--seed",
                "8",
                "--steps",
                "2",
                "--output",
                drawn.toString());
        assertThat(drawn.resolve("0003-a-cat-sitting-seed-8.png")).hasSameBinaryContentAs(second);

        assertThat(run(
                        "score",
                        first.toString(),
                        second.toString(),
                        "--reward",
                        "clip-score",
                        "--json",
                        "rewards.clip-score.clip=" + MODELS.resolve("mini-clip")))
                .as(err.toString())
                .isEqualTo(0);
        assertThat(out.toString())
                .contains("\"reward\" : \"clip-score\"", "\"prompt\" : \"a Cat, sitting\"", "\"mean\" : ");
    }

    @Test
    public void badInputIsOneMessageAndExitCode2() throws IOException {
        Path cut = Files.write(folder.resolve("cut.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0});
        Path text = Files.writeString(folder.resolve("text.png"), "no picture");
        String output = folder.resolve("none").toString();
        for (List<String> command : List.of(
                List.of("score", cut.toString(), text.toString(), "absent.png", "--reward", "random"),
                List.of("score", text.toString(), "--reward", "random", "--prompt", "a", "--prompt", "b"),
                List.of("sample", folder.resolve("no-such").toString(), "--prompt", "a", "--output", output),
                List.of("sample", folder.toString(), "--prompt", "a", "--output", output),
                List.of("sample", folder.toString()),
                List.of(
                        "sample",
                        MODELS.resolve("mini-sd").toString(),
                        "--prompt",
                        "a",
                        "--height",
                        "33",
                        "--output",
                        output))) {
            assertThat(run(command.toArray(new String[0])))
                    .as(command.toString())
                    .isEqualTo(2);
            assertThat(err.toString()).startsWith("tempera: ").doesNotContain("\tat ");
        }
        run("score", cut.toString(), text.toString(), "absent.png", "--reward", "random");
        assertThat(err.toString())
                .contains(
                        "cut.png: cannot be read as a picture", "text.png: not a picture", "absent.png: no such file");
        Path good = folder.resolve("good.png");
        PngFiles.write(good, org.tempera.core.image.RgbImage.of(2, 2, new byte[12]), java.util.Map.of());
        assertThat(run("score", good.toString(), "--reward", "aesthetics")).isEqualTo(2);
        assertThat(err.toString()).contains("aesthetics").contains("aesthetic'");
        assertThat(run("score", good.toString(), "--reward", "random", "rewards.random.seeed=2"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("rewards.random.seeed: unknown key. Did you mean 'seed'?");
    }
}
