package org.tempera.algorithms.dpok;

import java.util.Optional;
import org.tempera.algorithms.critic.TemporalMlpConfig;
import org.tempera.algorithms.critic.TemporalMlpProvider;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.spi.critic.Critic;
import org.tempera.testkit.StepwiseContract;

public class ReleasedDpokContractTest extends StepwiseContract<DpokConfig> {
    @Override
    protected Class<? extends AlgorithmProvider<DpokConfig>> providerType() {
        return DpokProvider.class;
    }

    @Override
    protected DpokConfig config() {
        return DpokConfigs.release(0);
    }

    @Override
    protected Optional<Critic> critic() {
        return Optional.of(new TemporalMlpProvider().create(TemporalMlpConfig.defaults()));
    }
}
