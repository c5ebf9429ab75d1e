package org.tempera.spi.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class FollowSettingsTest {
    /** Numbers of published code: a power up to 0.995, DiffusionNFT's two ramps, AWM's slow average. */
    @DataProvider
    public Object[][] decays() {
        return new Object[][] {
            {follow(DecayKind.CONSTANT, 0.9, 0.001, 0), new long[] {1, 1000}, new double[] {0.9, 0.9}},
            {
                follow(DecayKind.POWER, 0.995, 0.001, 0),
                new long[] {1, 10, 1790, 1791},
                new double[] {2.0 / 11, 0.55, 1791.0 / 1800, 0.995}
            },
            {follow(DecayKind.LINEAR, 0.5, 0.001, 75), new long[] {1, 499, 501}, new double[] {0.001, 0.499, 0.5}},
            {follow(DecayKind.LINEAR, 0.3, 0.001, 0), new long[] {100, 1000}, new double[] {0.1, 0.3}},
            {
                follow(DecayKind.PIECEWISE, 0.999, 0.0075, 75),
                new long[] {1, 74, 75, 76, 175, 1000},
                new double[] {0, 0, 0, 0.0075, 0.75, 0.999}
            },
        };
    }

    @Test(dataProvider = "decays")
    public void decaysAsPublished(FollowSettings settings, long[] at, double[] expected) {
        double[] found = new double[at.length];
        for (int i = 0; i < at.length; i++) {
            found[i] = settings.decayAt(at[i]);
        }
        assertThat(found).containsExactly(expected, org.assertj.core.data.Offset.offset(1e-12));
    }

    @Test
    public void isDueEverySoManyOfItsOwnUnit() {
        FollowSettings third = new FollowSettings(DecayKind.CONSTANT, 0, 1, 0, 3, FollowUnit.UPDATES);
        assertThat(third.isDue(FollowUnit.UPDATES, 2)).isFalse();
        assertThat(third.isDue(FollowUnit.UPDATES, 3)).isTrue();
        assertThat(third.isDue(FollowUnit.EPOCHS, 3)).isFalse();
    }

    @Test
    public void numbersOutOfRangeAreRefused() {
        assertThatThrownBy(() -> follow(DecayKind.CONSTANT, 1.1, 0.001, 0)).hasMessageContaining("most");
        assertThatThrownBy(() -> follow(DecayKind.LINEAR, 0.5, 0, 0)).hasMessageContaining("slope");
        assertThatThrownBy(() -> follow(DecayKind.PIECEWISE, 0.5, 0.1, -1)).hasMessageContaining("flat");
        assertThatThrownBy(() -> new FollowSettings(DecayKind.CONSTANT, 0, 1, 0, 0, FollowUnit.EPOCHS))
                .hasMessageContaining("every");
    }

    private static FollowSettings follow(DecayKind decay, double most, double slope, int flat) {
        return new FollowSettings(decay, most, slope, flat, 1, FollowUnit.EPOCHS);
    }
}
