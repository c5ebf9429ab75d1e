package org.tempera.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.tempera.spi.reward.HostReward;
import org.tempera.testkit.RewardContract;
import org.testng.annotations.Test;

public class RandomRewardTest extends RewardContract<RandomConfig> {
    @Override
    protected Class<RandomProvider> providerType() {
        return RandomProvider.class;
    }

    @Override
    protected RandomConfig config() {
        return new RandomConfig(7);
    }

    @Test
    public void numbersAreStandardNormal() {
        float[] x = new RandomReward(3).score(samples(20_000));
        double sum = 0;
        double squares = 0;
        double neighbours = 0;
        int beyondTwo = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i];
            squares += (double) x[i] * x[i];
            neighbours += i == 0 ? 0 : (double) x[i] * x[i - 1];
            beyondTwo += Math.abs(x[i]) > 2 ? 1 : 0;
        }
        int n = x.length;
        assertThat(sum / n).isBetween(-0.03, 0.03);
        assertThat(squares / n).isBetween(0.96, 1.04);
        assertThat(neighbours / n).as("correlation of neighbouring seeds").isBetween(-0.03, 0.03);
        assertThat((double) beyondTwo / n).isBetween(0.040, 0.051);
    }

    @Test
    public void otherSeedsGiveOtherNumbers() {
        assertThat(new RandomReward(1).score(samples(4))).isNotEqualTo(new RandomReward(2).score(samples(4)));
    }

    private static List<HostReward.Sample> samples(int count) {
        List<HostReward.Sample> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(new HostReward.Sample("a cat", 1, 1, new byte[3], i));
        }
        return samples;
    }
}
