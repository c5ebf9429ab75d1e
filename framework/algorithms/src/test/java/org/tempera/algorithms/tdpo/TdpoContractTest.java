package org.tempera.algorithms.tdpo;

import java.util.Optional;
import org.tempera.algorithms.critic.TemporalMlpConfig;
import org.tempera.algorithms.critic.TemporalMlpProvider;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.spi.critic.Critic;
import org.tempera.testkit.StepwiseContract;

public class TdpoContractTest extends StepwiseContract<TdpoConfig> {
    @Override
    protected Class<? extends AlgorithmProvider<TdpoConfig>> providerType() {
        return TdpoProvider.class;
    }

    @Override
    protected TdpoConfig config() {
        return provider().defaults();
    }

    @Override
    protected Optional<Critic> critic() {
        return Optional.of(new TemporalMlpProvider().create(TemporalMlpConfig.defaults()));
    }

    @Override
    protected double learningRate() {
        return 0.01;
    }
}
