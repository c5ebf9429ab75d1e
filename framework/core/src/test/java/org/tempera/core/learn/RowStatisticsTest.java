package org.tempera.core.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.tempera.base.json.PlainJson;
import org.tempera.spi.HostTensor;
import org.tempera.spi.PlainFields;
import org.testng.annotations.Test;

public class RowStatisticsTest {
    private static Map<String, HostTensor> rows(float... numbers) {
        return Map.of("train/ratio", HostTensor.of(numbers, numbers.length));
    }

    @Test
    public void numbersAreTakenByThePartOfTheTrajectory() {
        RowStatistics statistics = new RowStatistics();
        statistics.add(rows(1, 3, 5), new int[] {0, 1, 9}, 10);
        statistics.add(rows(5), new int[] {1}, 10);
        Map<String, Double> metrics = statistics.metrics();
        assertThat(metrics)
                .containsOnlyKeys(
                        "train/ratio/part1of5/mean",
                        "train/ratio/part1of5/std",
                        "train/ratio/part5of5/mean",
                        "train/ratio/part5of5/std");
        assertThat(metrics.get("train/ratio/part1of5/mean")).isEqualTo(3);
        assertThat(metrics.get("train/ratio/part1of5/std")).isCloseTo(Math.sqrt(8 / 3d), within(1e-12));
        assertThat(metrics.get("train/ratio/part5of5/std")).isZero();
    }

    /** However many steps there are. */
    @Test
    public void thereAreAtMostFiveParts() {
        for (int steps : new int[] {1, 3, 5, 7, 1000}) {
            RowStatistics statistics = new RowStatistics();
            for (int step = 0; step < steps; step++) {
                statistics.add(rows(1), new int[] {step}, steps);
            }
            assertThat(statistics.metrics()).hasSize(2 * Math.min(5, steps));
        }
    }

    @Test
    public void goesOnFromItsState() throws PlainJson.MalformedException {
        RowStatistics whole = new RowStatistics();
        RowStatistics before = new RowStatistics();
        whole.add(rows(0.1f, 0.7f), new int[] {0, 2}, 3);
        before.add(rows(0.1f, 0.7f), new int[] {0, 2}, 3);
        RowStatistics after = new RowStatistics();
        after.restore(PlainFields.of(PlainJson.readObject(PlainJson.pretty(before.state()))));
        whole.add(rows(0.3f, 0.9f), new int[] {0, 2}, 3);
        after.add(rows(0.3f, 0.9f), new int[] {0, 2}, 3);
        assertThat(after.metrics()).isEqualTo(whole.metrics());
        assertThatThrownBy(() -> new RowStatistics().restore(PlainFields.of(Map.of("train/ratio#1", List.of(1.0)))))
                .hasMessageContaining("expected count, mean and squares at 'train/ratio#1'");
    }
}
