package org.tempera.core.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;
import org.testng.annotations.Test;

public class CriticReplayTest {
    private static final int STEPS = 2;
    private static final int WIDTH = 3;

    /** Samples whose every number tells the sample: return n, value -n, features n + 0.1 step. */
    private static void add(CriticReplay replay, int first, boolean... leftOut) {
        int n = leftOut.length;
        float[] features = new float[n * STEPS * WIDTH];
        float[][] returns = new float[n][STEPS];
        float[] values = new float[n * STEPS];
        for (int i = 0; i < n; i++) {
            for (int t = 0; t < STEPS; t++) {
                returns[i][t] = first + i;
                values[i * STEPS + t] = -(first + i);
                for (int k = 0; k < WIDTH; k++) {
                    features[(i * STEPS + t) * WIDTH + k] = first + i + 0.1f * t;
                }
            }
        }
        replay.add(
                new Rollout(
                        Collections.nCopies(n, "cat"),
                        new float[] {500, 1},
                        List.of(0, 1),
                        HostTensor.of(new float[n * (STEPS + 1)], n, STEPS + 1, 1, 1, 1),
                        Map.of(Rollout.VALUE, HostTensor.of(values, n, STEPS)),
                        Optional.of(HostTensor.of(features, n, STEPS, WIDTH))),
                new Targets(Map.of(Targets.RETURN, returns), Map.of()),
                leftOut);
    }

    private static float[] returns(CriticReplay replay) {
        int[] samples = new int[replay.samples()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = i;
        }
        return held(replay, samples, new int[samples.length], MinibatchGraph.columnInput(Targets.RETURN));
    }

    private static float[] held(CriticReplay replay, int[] samples, int[] steps, String input) {
        return replay.inputs(new Minibatch(samples, steps, true))
                .getOrDefault(input, HostTensor.of(new float[0], 0))
                .data();
    }

    @Test
    public void theOldestSamplesMakeRoomAndThoseWithoutARewardAreLeftOut() {
        CriticReplay replay = new CriticReplay(4, STEPS, WIDTH);
        add(replay, 1, false, true, false);
        assertThat(returns(replay)).containsExactly(1, 3);
        add(replay, 11, false, false, false);
        assertThat(returns(replay)).containsExactlyInAnyOrder(3, 11, 12, 13);
        assertThat(replay.taken()).isEqualTo(5);
    }

    @Test
    public void aPairHasItsOwnFeaturesValueAndReturn() {
        CriticReplay replay = new CriticReplay(4, STEPS, WIDTH);
        add(replay, 1, false, false, false);
        int[] samples = {2, 0};
        int[] steps = {1, 0};
        assertThat(held(replay, samples, steps, MinibatchGraph.FEATURES)).containsExactly(3.1f, 3.1f, 3.1f, 1, 1, 1);
        assertThat(held(replay, samples, steps, MinibatchGraph.columnInput(Targets.RETURN)))
                .containsExactly(3, 1);
        assertThat(held(replay, samples, steps, MinibatchGraph.columnInput(Rollout.VALUE)))
                .containsExactly(-3, -1);
    }

    @Test
    public void aCheckpointGoesOnWhereItStopped() {
        CriticReplay one = new CriticReplay(4, STEPS, WIDTH);
        add(one, 1, false, false, false);
        CriticReplay other = new CriticReplay(4, STEPS, WIDTH);
        other.restore(one.tensors(), one.taken());
        add(one, 11, false, false);
        add(other, 11, false, false);
        assertThat(other.tensors()).isEqualTo(one.tensors());
        assertThat(other.samples()).isEqualTo(4);
    }
}
