package org.tempera.algorithms.dpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardTable;
import org.testng.annotations.Test;

public class DiffusionDpoTest {
    @Test
    public void microBatchesAreWholePairs() {
        List<Minibatch> plan = choices(new UpdateConfig(4, 2, 3)).plan(new EpochShape(12, 0, 2), 5);
        List<Integer> chosen = new ArrayList<>();
        for (Minibatch m : plan) {
            for (int i = 0; i < 4; i += 2) {
                assertThat(m.samples()[i] % 2).isZero();
                assertThat(m.samples()[i + 1]).isEqualTo(m.samples()[i] + 1);
                chosen.add(m.samples()[i]);
            }
            assertThat(m.steps()).containsOnly(0);
        }
        for (int pass = 0; pass < 3; pass++) {
            assertThat(chosen.subList(6 * pass, 6 * pass + 6)).containsExactlyInAnyOrder(0, 2, 4, 6, 8, 10);
        }
        assertThat(plan.stream().map(Minibatch::apply))
                .containsExactlyElementsOf(Arrays.asList(false, true, true, false, true, true, false, true, true));
    }

    @Test
    public void oddMicroBatchesAreRefused() {
        assertThatThrownBy(() -> choices(new UpdateConfig(3, 1, 1)).check(new EpochShape(12, 0, 2)))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "algorithm.diffusion-dpo.batch-size: expected an even number, for pairs, that divides the 12"
                                + " pictures of an epoch, found 3");
    }

    private static DiffusionDpo choices(UpdateConfig update) {
        return new DiffusionDpo(DiffusionDpoConfig.of(update, 10, DiffusionDpoConfig.Source.CHOICES));
    }

    private static DiffusionDpo online() {
        return new DiffusionDpo(DiffusionDpoConfig.of(new UpdateConfig(4, 2, 1), 10, DiffusionDpoConfig.Source.ONLINE));
    }

    @Test
    public void onlyAFileOfChoicesIsNeededAndOnlyThere() {
        assertThat(choices(new UpdateConfig(4, 2, 1)).needs()).containsExactly(Need.PAIRS);
        assertThat(online().needs()).isEmpty();
        assertThat(online().columns()).isEmpty();
        assertThatThrownBy(() -> online().check(new EpochShape(16, 10, 1)))
                .isInstanceOf(UserException.class)
                .hasMessage("sampling.samples-per-prompt: expected 2 or more, for algorithm.diffusion-dpo learns from"
                        + " pairs of samples of one prompt, found 1");
    }

    @Test
    public void rankedPairsAreLearntFromAndTiesAreNot() {
        DiffusionDpo online = online();
        List<String> prompts = List.of("a", "a", "a", "a", "b", "b", "b", "b");
        EpochColumns epoch = new EpochColumns(prompts, new float[] {1, 0}, 1, Map.of());
        float[] equal = {1, 1, 1, 1, 2, 2, 2, 2};
        assertThat(online.hasNothingToLearn(online.prepare(epoch, new RewardTable(equal, Map.of()))))
                .isTrue();
        assertThat(online.plan(new EpochShape(8, 2, 4), 3)).isEmpty();
        float[] rewards = {1, 4, 2, 3, 2, 2, 2, 2};
        assertThat(online.hasNothingToLearn(online.prepare(epoch, new RewardTable(rewards, Map.of()))))
                .isFalse();
        List<Minibatch> plan = online.plan(new EpochShape(8, 2, 4), 3);
        assertThat(plan).hasSize(1);
        assertThat(plan.get(0).samples()).startsWith(1, 0).hasSize(4);
        assertThat(plan.get(0).steps()).containsOnly(0);
        assertThat(plan.get(0).apply()).isTrue();
    }
}
