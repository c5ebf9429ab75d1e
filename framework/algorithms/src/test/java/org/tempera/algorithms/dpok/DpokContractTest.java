package org.tempera.algorithms.dpok;

import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.testkit.StepwiseContract;

public class DpokContractTest extends StepwiseContract<DpokConfig> {
    @Override
    protected Class<? extends AlgorithmProvider<DpokConfig>> providerType() {
        return DpokProvider.class;
    }

    @Override
    protected DpokConfig config() {
        return provider().defaults();
    }
}
