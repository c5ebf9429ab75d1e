package org.tempera.algorithms.tdpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.algorithms.Preset;
import org.tempera.algorithms.ToyRun;
import org.tempera.algorithms.critic.TemporalMlpConfig;
import org.tempera.algorithms.critic.TemporalMlpProvider;
import org.tempera.algorithms.loss.RegulariserConfig;
import org.tempera.algorithms.loss.SurrogateConfig;
import org.tempera.algorithms.stats.NormalisationConfig;
import org.tempera.algorithms.stats.StepwiseConfig;
import org.tempera.algorithms.tdpo.NeuronReset.Outgoing;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.toy.ToyPolicy;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Resets of the policy's adapters on the graph, with the activations of the rollout. */
public class AdapterResetTest {
    private static final int RANK = 3;
    private static final int DORMANT = 1;

    private static Algorithm tdpo(ResetMode mode, Dormancy dormancy) {
        return new Tdpo(
                new TdpoConfig(
                        Preset.DEFAULT,
                        StepwiseConfig.defaults(),
                        SurrogateConfig.of(Optional.empty()),
                        Optional.empty(),
                        1,
                        1,
                        1,
                        true,
                        0,
                        NormalisationConfig.defaults(0),
                        RegulariserConfig.none(),
                        new CriticReplayConfig(Optional.of(0), 1),
                        new NeuronResetConfig(
                                Optional.of(mode),
                                2,
                                Optional.of(dormancy),
                                Optional.of(0.01),
                                NeuronResetConfig.Target.ADAPTERS,
                                Outgoing.DRAWN,
                                Optional.empty())),
                ResetMode.NONE);
    }

    private static ToyRun run(int rank, Algorithm algorithm) {
        return new ToyRun(
                new ToyPolicy(rank),
                algorithm,
                Optional.of(new TemporalMlpProvider().create(TemporalMlpConfig.defaults())),
                0.01,
                1e-3);
    }

    @DataProvider
    Object[][] modes() {
        return new Object[][] {{ResetMode.ACTIVE}, {ResetMode.DORMANT}, {ResetMode.ALL}};
    }

    @Test(dataProvider = "modes")
    public void exactlyTheChosenUnitsStartAnew(ResetMode mode) {
        try (ToyRun run = run(RANK, tdpo(mode, Dormancy.CONTRIBUTION))) {
            run.epoch(1);
            // A unit whose first factor is zero puts out nothing, whatever the latents are.
            HostTensor trained = run.withMoments("down").get(0);
            float[] data = trained.data().clone();
            for (int i = DORMANT; i < data.length; i += RANK) {
                data[i] = 0;
            }
            run.set("down", HostTensor.of(data, trained.shape()));
            assertThat(run.end(1)).containsKey("policy/dormant_fraction").doesNotContainKey("policy/reset_neurons");
            List<HostTensor> down = run.withMoments("down");
            List<HostTensor> up = run.withMoments("up");
            assertThat(down.get(0).data()).containsExactly(data);

            Map<String, Double> metrics = run.end(2);

            assertThat(metrics.get("policy/dormant_fraction")).isEqualTo(1.0 / RANK);
            int count = 0;
            for (int unit = 0; unit < RANK; unit++) {
                boolean reset = mode.resets(unit == DORMANT);
                count += reset ? 1 : 0;
                for (int part = 0; part < 3; part++) {
                    float[] downBefore = column(down.get(part), unit);
                    float[] downAfter = column(run.withMoments("down").get(part), unit);
                    float[] upBefore = row(up.get(part), unit);
                    float[] upAfter = row(run.withMoments("up").get(part), unit);
                    String what = mode + ", unit " + unit + ", part " + part;
                    if (!reset) {
                        assertThat(downAfter).as(what).containsExactly(downBefore);
                        assertThat(upAfter).as(what).containsExactly(upBefore);
                    } else if (part == 0) {
                        assertThat(downAfter).as(what).doesNotContain(0f).isNotEqualTo(downBefore);
                        assertThat(upAfter).as(what).containsOnly(0f);
                    } else {
                        assertThat(downAfter).as(what).containsOnly(0f);
                        assertThat(upAfter).as(what).containsOnly(0f);
                    }
                }
            }
            assertThat(metrics.get("policy/reset_neurons")).isEqualTo(count);
        }
    }

    @Test
    public void aPolicyWithoutAdaptersIsRefusedBeforeItRuns() {
        assertThatThrownBy(() -> run(0, tdpo(ResetMode.ACTIVE, Dormancy.REFERENCE)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("the policy of this run has none");
    }

    private static float[] column(HostTensor matrix, int at) {
        float[] column = new float[matrix.size(0)];
        for (int i = 0; i < column.length; i++) {
            column[i] = matrix.get(i * matrix.size(1) + at);
        }
        return column;
    }

    private static float[] row(HostTensor matrix, int at) {
        return java.util.Arrays.copyOfRange(matrix.data(), at * matrix.size(1), (at + 1) * matrix.size(1));
    }
}
