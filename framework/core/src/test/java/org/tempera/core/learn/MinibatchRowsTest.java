package org.tempera.core.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.learn.MinibatchRows.Purpose;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;
import org.testng.annotations.Test;

/** Random numbers of a micro-batch are a function of the epoch's seed, its place, what they are for, and the row. */
@SuppressWarnings("NullAway") // nothing here asks for text or a schedule
public class MinibatchRowsTest {
    private static final int[] PAIRS = {0, 1, 2, 3};

    private static MinibatchRows rows(long seed, int index) {
        Rollout rollout = new Rollout(
                List.of("a", "a", "b", "b"),
                new float[] {9},
                List.of(0),
                HostTensor.of(new float[4 * 2 * 6], 4, 2, 1, 2, 3),
                Map.of(),
                Optional.empty());
        EpochData epoch =
                new EpochData(rollout, new Targets(Map.of(), Map.of()), new boolean[4], null, null, null, seed);
        return new MinibatchRows(epoch, new Minibatch(PAIRS, new int[4], true), index);
    }

    @Test
    public void rowsThatAreAlikeShareNoiseAndOthersDoNot() {
        HostTensor noise = rows(7, 3).freshNoise(Purpose.NOISE, 0, 2);
        assertThat(noise.shape()).containsExactly(4, 1, 2, 3);
        assertThat(noise.rows(0, 1)).isEqualTo(noise.rows(1, 2));
        assertThat(noise.rows(2, 3)).isEqualTo(noise.rows(3, 4));
        assertThat(noise.rows(0, 1)).isNotEqualTo(noise.rows(2, 3));
        HostTensor single = rows(7, 3).freshNoise(Purpose.NOISE, 0, 1);
        assertThat(single.rows(0, 1)).isNotEqualTo(single.rows(1, 2));
    }

    @Test
    public void noiseFollowsSeedPlacePurposeAndDraw() {
        HostTensor noise = rows(7, 3).freshNoise(Purpose.NOISE, 0, 1);
        assertThat(rows(7, 3).freshNoise(Purpose.NOISE, 0, 1)).isEqualTo(noise);
        assertThat(List.of(
                        rows(8, 3).freshNoise(Purpose.NOISE, 0, 1),
                        rows(7, 4).freshNoise(Purpose.NOISE, 0, 1),
                        rows(7, 3).freshNoise(Purpose.AGAIN, 0, 1),
                        rows(7, 3).freshNoise(Purpose.NOISE, 1, 1)))
                .doesNotContain(noise)
                .doesNotHaveDuplicates();
    }

    @Test
    public void timestepsDifferBetweenGroups() {
        MinibatchRows rows = rows(7, 3);
        assertThat(List.of(
                        rows.random(Purpose.TIMESTEP, 0, 0).nextInt(1_000_000),
                        rows.random(Purpose.TIMESTEP, 0, 1).nextInt(1_000_000)))
                .doesNotHaveDuplicates();
        assertThat(rows.random(Purpose.TIMESTEP, 0, 0).nextInt(1000))
                .isEqualTo(rows(7, 3).random(Purpose.TIMESTEP, 0, 0).nextInt(1000));
    }
}
