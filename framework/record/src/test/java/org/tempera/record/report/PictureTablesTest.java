package org.tempera.record.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tempera.record.image.ImageGrid;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.tempera.record.metrics.Sample;
import org.tempera.record.report.PictureTables.Score;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class PictureTablesTest {
    private static final List<Score> SCORES =
            List.of(new Score("train", "training reward", false), new Score("judge", "judge", true));

    private Path dir;

    @BeforeMethod
    public void makeFolder() {
        dir = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(dir);
    }

    private static Sample sample(int epoch, int index, String prompt, double train, double judge) {
        return new Sample(
                epoch,
                Sample.Phase.EVALUATION,
                index,
                prompt,
                1,
                new TreeMap<>(Map.of("train", train, "judge", judge)));
    }

    @Test
    public void setsTheFirstEvaluationBesideTheLast() {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            String prompt = i % 2 == 0 ? "a cat" : "a dog";
            samples.add(sample(0, i, prompt, 0, 1));
            samples.add(sample(4, i, prompt, 99, 99)); // neither first nor last
            samples.add(sample(8, i, prompt, i, 1 - i));
        }
        PictureTables tables = new PictureTables(samples, SCORES);
        assertThat(tables.prompts())
                .contains("a cat</th><td>5</td><td class=\"up\">0.000 \u2192 4.000</td>")
                .contains("<td class=\"down\">1.000 \u2192 -3.000</td>")
                .doesNotContain("99");
        assertThat(tables.disagreement())
                .contains("<td>-1.00</td>")
                .contains("a dog</th><td>10</td><td>+9.000</td><td>-9.000</td>");
    }

    /** A grid keeps the first pictures alone; the best and the worst may be others. */
    @Test
    public void theBestAndTheWorstAreOfAllSamples() {
        List<Sample> samples = new ArrayList<>();
        List<String> prompts = List.of("lion", "fox", "butterfly", "whale");
        for (int i = 0; i < 4; i++) {
            samples.add(sample(0, i, prompts.get(i), 0, 0));
            samples.add(sample(
                    1, i, prompts.get(i), List.of(0.22, -0.623, 0.375, -0.903).get(i), i == 3 ? 0 : 1));
        }
        PictureTables tables = new PictureTables(samples, SCORES);
        String two = tables.extremes(Optional.of(grid(2)));
        assertThat(two)
                .contains("picture 3 was not kept</div><figcaption>best 0.375<span>butterfly</span>")
                .contains("picture 4 was not kept</div><figcaption>worst -0.903<span>whale</span>")
                .containsPattern("alt=\"best by judge\"[^>]*><figcaption>best 1.000<span>lion</span>")
                .contains("Of all 4 pictures of the evaluation, by samples.jsonl. The first 2 were kept");
        assertThat(tables.extremes(Optional.of(grid(4))))
                .containsPattern("alt=\"best by training reward\"[^>]*><figcaption>best 0.375<span>butterfly</span>")
                .contains("Of all 4 pictures of the evaluation, by samples.jsonl.</p>")
                .doesNotContain("not kept");
        assertThat(tables.extremes(Optional.empty()))
                .contains(
                        "picture 1 was not kept</div><figcaption>best 1.000<span>lion</span>", "None of them was kept.")
                .doesNotContain("<img");
    }

    private GridFile grid(int pictures) {
        List<RgbImage> all = Collections.nCopies(pictures, RgbImage.of(16, 16, new byte[3 * 16 * 16]));
        Path file = dir.resolve("grid-" + pictures + ".png");
        PngFiles.write(
                file,
                ImageGrid.forPictures(Timeline.COLUMNS, 16).render(all, Collections.nCopies(pictures, "a cat")),
                ImageGrid.Layout.note(pictures));
        return GridFile.read(file, pictures).orElseThrow();
    }

    /** One picture does not tell how large noise is, and what is shown alike has no direction. */
    @Test
    public void aChangeWithinNoiseHasNoColour() {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            samples.add(sample(0, i, "a cat", 0.72201, 0));
            samples.add(sample(8, i, "a cat", 0.72199 - i * 1e-7, i - 2.1));
        }
        samples.add(sample(0, 5, "a dog", 0, 1));
        samples.add(sample(8, 5, "a dog", 1, 0));
        assertThat(new PictureTables(samples, SCORES).prompts())
                .contains(
                        "a cat</th><td>5</td><td class=\"\">0.722 \u2192 0.722</td><td class=\"\">0.000 \u2192 -0.100</td>")
                .contains("a dog</th><td>1</td><td class=\"\">0.000 \u2192 1.000</td>");
    }

    @Test
    public void scoresThatAreMissingAreNoNumbers() {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            samples.add(sample(0, i, "a cat", 1, Double.NaN));
            samples.add(sample(8, i, "a cat", 1, i));
        }
        PictureTables tables = new PictureTables(samples, SCORES);
        assertThat(tables.prompts()).contains("none \u2192 4.500").doesNotContain("NaN");
        assertThat(tables.disagreement()).contains("<td>none</td>").doesNotContain("NaN");
        PictureTables once = new PictureTables(samples.subList(0, 1), SCORES);
        assertThat(once.prompts() + once.disagreement()).isEmpty();
    }

    @Test
    public void correlates() {
        assertThat(PictureTables.correlation(new double[] {1, 2, 3, 4}, new double[] {1, 3, 2, 4}))
                .isCloseTo(0.8, within(1e-12));
        assertThat(PictureTables.correlation(new double[] {1, 2, Double.NaN}, new double[] {3, 1, 9}))
                .isCloseTo(-1, within(1e-12));
    }

    /** Tables of pairs grow with the square of the scores. */
    @Test
    public void noMoreScoresAreSetBesideEachOtherThanCanBeRead() {
        List<Score> many = new ArrayList<>(SCORES);
        for (int i = 0; i < 1_000; i++) {
            many.add(new Score("judge", "judge " + i, true));
        }
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            samples.add(sample(0, i, "a cat", 0, 1));
            samples.add(sample(1, i, "a cat", i, 1 - i));
        }
        assertThat(new PictureTables(samples, many).disagreement())
                .contains("judge 21")
                .doesNotContain("judge 22");
    }
}
