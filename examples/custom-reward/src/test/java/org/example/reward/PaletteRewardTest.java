package org.example.reward;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.expectThrows;

import java.util.List;
import org.tempera.spi.reward.HostReward;
import org.tempera.testkit.RewardContract;
import org.testng.annotations.Test;

public class PaletteRewardTest extends RewardContract<PaletteReward.Config> {
    @Override
    protected Class<PaletteReward> providerType() {
        return PaletteReward.class;
    }

    @Override
    protected PaletteReward.Config config() {
        return new PaletteReward.Config(List.of(PaletteReward.Colour.DARK_BLUE, PaletteReward.Colour.RED), 90);
    }

    @Test
    public void countsPixelsOfItsColours() {
        HostReward reward = (HostReward) new PaletteReward().create(new PaletteReward().defaults());
        var half = new HostReward.Sample("half", 1, 2, new byte[] {0, 0, 0, 100, 100, 100}, 1);
        assertEquals(reward.score(List.of(half)), new float[] {0.5f});
    }

    @Test
    public void refusesNoColours() {
        expectThrows(IllegalArgumentException.class, () -> new PaletteReward.Config(List.of(), 1));
    }
}
