package org.tempera.algorithms.draft;

import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.testkit.AlgorithmContract;

public class DraftContractTest extends AlgorithmContract<DraftConfig> {
    @Override
    protected Class<? extends AlgorithmProvider<DraftConfig>> providerType() {
        return DraftProvider.class;
    }

    @Override
    protected DraftConfig config() {
        return provider().defaults();
    }
}
