package org.tempera.algorithms;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.tempera.algorithms.critic.TemporalMlpConfig;
import org.tempera.algorithms.critic.TemporalMlpProvider;
import org.tempera.algorithms.ddpo.Ddpo;
import org.tempera.algorithms.ddpo.DdpoConfig;
import org.tempera.algorithms.kl.KlConfig;
import org.tempera.algorithms.kl.KlGateConfig;
import org.tempera.algorithms.loss.RegulariserConfig;
import org.tempera.algorithms.tdpo.ResetMode;
import org.tempera.algorithms.tdpo.Tdpo;
import org.tempera.algorithms.tdpo.TdpoConfig;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.RolloutColumn;
import org.testng.annotations.Test;

/** Only a penalty in the reward reads the reference policy while sampling, and pays for its pass at every step. */
public class SamplingColumnsTest {
    @Test
    public void aDivergenceInTheLossCostsSamplingNothing() {
        assertThat(ddpo(0.1).columns()).containsExactly(RolloutColumn.LOG_PROB);
        assertThat(tdpo(0, 0.1).columns()).containsExactly(RolloutColumn.LOG_PROB);
        assertThat(tdpo(0.1, 0).columns()).contains(RolloutColumn.REFERENCE_LOG_PROB);
        try (ToyRun without = new ToyRun(ddpo(0), Optional.empty(), 0.01, 0);
                ToyRun with = new ToyRun(ddpo(0.1), Optional.empty(), 0.01, 0)) {
            assertThat(with.operationsPerBatch()).isEqualTo(without.operationsPerBatch());
            assertThat(with.epoch(0).metrics()).containsKey("train/kl_to_reference");
        }
    }

    @Test
    public void aDivergenceInTheLossAloneTrainsACriticToo() {
        try (ToyRun run = new ToyRun(
                tdpo(0, 0.1),
                Optional.of(new TemporalMlpProvider().create(TemporalMlpConfig.defaults())),
                0.01,
                0.01)) {
            assertThat(run.epoch(0).metrics())
                    .containsKey("train/kl_to_reference")
                    .doesNotContainKey("train/kl_of_samples");
        }
    }

    private static Algorithm ddpo(double klLoss) {
        DdpoConfig d = DdpoConfig.defaults();
        return new Ddpo(
                new DdpoConfig(d.update(), d.surrogate(), d.rewardNormalisation(), new RegulariserConfig(klLoss)));
    }

    private static Algorithm tdpo(double coefficient, double klLoss) {
        TdpoConfig d = TdpoConfig.defaults();
        KlConfig k = KlConfig.defaults();
        KlConfig kl = new KlConfig(coefficient, k.penalty(), k.initial(), k.target(), k.horizon());
        return new Tdpo(
                new TdpoConfig(
                        d.preset(),
                        d.update(),
                        d.surrogate(),
                        d.valueClipRange(),
                        d.valueCoefficient(),
                        d.gamma(),
                        d.lambda(),
                        d.normaliseAdvantages(),
                        d.advantageClip(),
                        d.rewardNormalisation(),
                        new RegulariserConfig(kl, klLoss, KlGateConfig.none()),
                        d.criticReplay(),
                        d.neuronReset()),
                ResetMode.NONE);
    }
}
