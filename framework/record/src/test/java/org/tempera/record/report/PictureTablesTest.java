package org.tempera.record.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tempera.record.metrics.Sample;
import org.tempera.record.report.PictureTables.Score;
import org.testng.annotations.Test;

public class PictureTablesTest {
    private static final List<Score> SCORES =
            List.of(new Score("train", "training reward", false), new Score("judge", "judge", true));

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
        assertThat(tables.extremes(Optional.empty())).isEmpty();
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
}
