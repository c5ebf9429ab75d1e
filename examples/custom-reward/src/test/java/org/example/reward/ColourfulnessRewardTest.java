package org.example.reward;

import static org.testng.Assert.assertEquals;

import java.util.List;
import org.tempera.spi.reward.HostReward;
import org.tempera.testkit.RewardContract;
import org.testng.annotations.Test;

public class ColourfulnessRewardTest extends RewardContract<ColourfulnessReward.Config> {
    @Override
    protected Class<ColourfulnessReward> providerType() {
        return ColourfulnessReward.class;
    }

    @Override
    protected ColourfulnessReward.Config config() {
        return new ColourfulnessReward.Config();
    }

    @Test
    public void redIsColourfulAndGreyIsNot() {
        HostReward reward = (HostReward) new ColourfulnessReward().create(config());
        var red = new HostReward.Sample("red", 1, 2, new byte[] {-1, 0, 0, -1, 0, 0}, 1);
        var grey = new HostReward.Sample("grey", 1, 2, new byte[] {9, 9, 9, 9, 9, 9}, 2);
        assertEquals(reward.score(List.of(red, grey)), new float[] {1, 0});
    }
}
