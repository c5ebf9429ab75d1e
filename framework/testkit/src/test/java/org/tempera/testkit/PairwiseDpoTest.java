package org.tempera.testkit;

/** An algorithm that learns from choices, held to the contract: what does not apply to it is not asked. */
public class PairwiseDpoTest extends AlgorithmContract<PairwiseDpo.Config> {
    @Override
    protected Class<PairwiseDpo> providerType() {
        return PairwiseDpo.class;
    }

    @Override
    protected PairwiseDpo.Config config() {
        return new PairwiseDpo.Config(4, 20);
    }
}
