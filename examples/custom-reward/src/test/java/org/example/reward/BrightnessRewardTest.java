package org.example.reward;

import org.tempera.testkit.RewardContract;

/** What every reward must hold to, checked on ours. */
public class BrightnessRewardTest extends RewardContract<BrightnessReward.Config> {
    @Override
    protected Class<BrightnessReward> providerType() {
        return BrightnessReward.class;
    }

    @Override
    protected BrightnessReward.Config config() {
        return new BrightnessReward.Config(2);
    }
}
