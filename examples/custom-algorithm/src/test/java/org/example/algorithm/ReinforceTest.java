package org.example.algorithm;

import org.tempera.testkit.StepwiseContract;

/** What every algorithm that learns from the steps taken must hold to, checked on ours. */
public class ReinforceTest extends StepwiseContract<Reinforce.Config> {
    @Override
    protected Class<Reinforce> providerType() {
        return Reinforce.class;
    }

    @Override
    protected Reinforce.Config config() {
        return new Reinforce.Config(4);
    }
}
