package org.tempera.algorithms.constrained;

import org.tempera.algorithms.ddpo.DdpoConfig;
import org.tempera.algorithms.ddpo.DdpoProvider;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.testkit.StepwiseContract;

public class ConstrainedContractTest extends StepwiseContract<ConstrainedConfig> {
    @Override
    protected Class<ConstrainedProvider> providerType() {
        return ConstrainedProvider.class;
    }

    @Override
    protected ConstrainedConfig config() {
        return ConstrainedConfig.defaults();
    }

    @Override
    protected Algorithm wrapped() {
        return new DdpoProvider().create(DdpoConfig.defaults());
    }
}
