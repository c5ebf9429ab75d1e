package org.tempera.record.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tempera.record.archive.ContactSheet;
import org.tempera.record.metrics.Sample;
import org.testng.annotations.Test;

public class PictureScoresTest {
    private static Sample sample(int epoch, int index, double train, double gold) {
        return new Sample(
                epoch,
                Sample.Phase.EVALUATION,
                index,
                "p",
                index,
                new TreeMap<>(Map.of("train", train, "gold", gold, "b", Double.NaN)));
    }

    /** Sheets hold some rows and epochs only, and scores are found by the index of the sample. */
    @Test
    public void findsScoresByEpochAndIndex() {
        List<Sample> samples = List.of(
                sample(0, 0, 1, 4),
                sample(0, 5, 2, 3),
                sample(3, 0, 3, 2),
                sample(3, 5, 4.00049, 1),
                sample(9, 5, 9, 9));
        ContactSheet sheet = new ContactSheet(List.of("p", "p"), List.of(5, 7), List.of(0, 3), 1, 1, new byte[0]);
        PicturedRun run = new PicturedRun("r", 0, "g", sheet, samples.subList(0, 4));
        List<String> names = PictureScores.names(List.of(run));
        assertThat(names).containsExactly("train", "gold", "b");
        double[][][] scores = PictureScores.of(run, names);
        assertThat(scores).hasDimensions(2, 2);
        assertThat(scores[0][0]).startsWith(2, 3, Double.NaN);
        assertThat(scores[1][0]).startsWith(4, 1, Double.NaN);
        assertThat(scores[0][1]).containsOnly(Double.NaN);
        // (4.00049 - 2.5) / 1.29 less (1 - 2.5) / 1.29.
        assertThat(scores[1][0][3]).isCloseTo(2.324, within(0.001));
        assertThat(scores[0][0][3]).isCloseTo(-0.775, within(0.002));
    }
}
