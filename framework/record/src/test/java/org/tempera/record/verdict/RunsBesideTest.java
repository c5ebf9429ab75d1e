package org.tempera.record.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.testng.annotations.Test;

public class RunsBesideTest {
    @Test
    public void everyRunHasARowAndEveryGroupOfSeedsItsMean() {
        RunsBeside beside = new RunsBeside(
                List.of(run("a", "ddpo", 1, "x", 0.5), run("b", "ddpo", 2, "x", 0.7), run("c", "tdpo", 1, "y", 0.6)));
        List<List<String>> rows = beside.rows();
        assertThat(rows).hasSize(4).allSatisfy(row -> assertThat(row).hasSameSizeAs(RunsBeside.COLUMNS));
        assertThat(rows.get(1)).startsWith("b", "ddpo", "2", "10");
        assertThat(rows.get(1).get(5)).startsWith("gold 0.").contains(" -> 0.70");
        assertThat(rows.get(3).get(0)).isEqualTo("mean of 2 seeds, 95 % over seeds");
        assertThat(beside.seeds()).hasSize(1);
        RunsBeside.Seeds seeds = beside.seeds().get(0);
        assertThat(seeds.runs()).extracting(RunsBeside.Run::name).containsExactly("a", "b");
        assertThat(seeds.truth().orElseThrow().mean()).isCloseTo(0.6, within(0.01));
        assertThat(seeds.truth().orElseThrow().samples()).isEqualTo(2);
    }

    @Test
    public void theSameSeedTwiceIsNoGroup() {
        assertThat(new RunsBeside(List.of(run("a", "ddpo", 1, "x", 0.5), run("b", "ddpo", 1, "x", 0.5))).seeds())
                .isEmpty();
    }

    /** As by a pattern that names the run itself, too. */
    @Test
    public void aRunOrItsCopyCountsAsOneSeed() {
        RunsBeside beside = new RunsBeside(List.of(
                run("a", "ddpo", 1, "x", 0.5),
                run("a", "ddpo", 1, "x", 0.5),
                run("copy", "ddpo", 1, "x", 0.5),
                run("b", "ddpo", 2, "x", 0.7)));
        assertThat(beside.seeds()).singleElement().satisfies(seeds -> {
            assertThat(seeds.runs()).extracting(RunsBeside.Run::name).containsExactly("a", "b");
            assertThat(seeds.truth().orElseThrow().samples()).isEqualTo(2);
        });
        assertThat(beside.rows()).hasSize(5);
        assertThat(beside.rows().get(4).get(0)).isEqualTo("mean of 2 seeds, 95 % over seeds");
    }

    private static RunsBeside.Run run(String name, String algorithm, long seed, String settings, double gold) {
        Evaluations evaluations = new Evaluations(
                List.of(0, 10),
                series("train", 0.1, 0.9),
                List.of(series("preference", 0.1, 0.2)),
                List.of(),
                Optional.of(series("gold", 0.4, gold)),
                Optional.empty());
        Optional<AtEqualReward> like =
                name.equals("a") ? Optional.empty() : Optional.of(AtEqualReward.of(evaluations, evaluations));
        return new RunsBeside.Run(name, algorithm, seed, settings, 10, RunVerdict.of(evaluations), like);
    }

    private static ScoreSeries series(String name, double... means) {
        Random random = new Random(3);
        List<double[]> scores = new ArrayList<>();
        for (double mean : means) {
            scores.add(random.doubles(64, mean - 0.01, mean + 0.01).toArray());
        }
        return new ScoreSeries(name, scores);
    }
}
