package org.tempera.record.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.page.ComparisonPage;
import org.testng.annotations.Test;

/** How long a large comparison takes; docs/performance.md has the figures. */
public class ComparisonSpeedTest {
    private static final int GROUPS = 20;
    private static final int SEEDS = 5;
    private static final int EVALUATIONS = 20;
    private static final int SAMPLES = 500;

    @Test(groups = "slow")
    public void aMillionSamplesTakeSeconds() {
        List<RunRecord> runs = runs();
        assertThat(runs.stream().mapToInt(r -> r.evaluated().size()).sum()).isEqualTo(1_000_000);
        Instant before = Instant.now();
        Comparison comparison = Comparison.of(runs);
        assertThat(comparison.runs()).isEqualTo(GROUPS * SEEDS);
        assertThat(ComparisonPage.of(comparison)).hasSizeLessThan(5 << 20);
        Duration took = Duration.between(before, Instant.now());
        System.out.println("compare: 100 runs, 1,000,000 samples, with their page: " + took.toMillis() + " ms");
        assertThat(took).isLessThan(Duration.ofSeconds(10));
    }

    private static List<RunRecord> runs() {
        List<RunRecord> runs = new ArrayList<>();
        for (int group = 0; group < GROUPS; group++) {
            double fast = 0.1 + 0.01 * group;
            double turning = 0.001 * (group % 4);
            double[] proxy =
                    IntStream.range(0, EVALUATIONS).mapToDouble(e -> e * fast).toArray();
            double[] truth = IntStream.range(0, EVALUATIONS)
                    .mapToDouble(e -> 0.6 + 0.02 * e - turning * e * e)
                    .toArray();
            Integer[] epochs = IntStream.range(0, EVALUATIONS)
                    .map(e -> e * MadeRecords.EVERY)
                    .boxed()
                    .toArray(Integer[]::new);
            for (int seed = 1; seed <= SEEDS; seed++) {
                runs.add(MadeRecords.of("algorithm-" + group, seed)
                        .curves(proxy, truth)
                        .samples(SAMPLES)
                        .measured(epochs)
                        .make());
            }
        }
        return runs;
    }
}
