package org.tempera.algorithms.critic;

import org.tempera.spi.critic.CriticProvider;
import org.tempera.testkit.CriticContract;

public class TemporalMlpContractTest extends CriticContract<TemporalMlpConfig> {
    @Override
    protected Class<? extends CriticProvider<TemporalMlpConfig>> providerType() {
        return TemporalMlpProvider.class;
    }

    @Override
    protected TemporalMlpConfig config() {
        return TemporalMlpConfig.defaults();
    }
}
