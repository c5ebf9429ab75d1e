package org.tempera.algorithms.ddpo;

import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.testkit.StepwiseContract;

public class DdpoContractTest extends StepwiseContract<DdpoConfig> {
    @Override
    protected Class<? extends AlgorithmProvider<DdpoConfig>> providerType() {
        return DdpoProvider.class;
    }

    @Override
    protected DdpoConfig config() {
        return provider().defaults();
    }
}
