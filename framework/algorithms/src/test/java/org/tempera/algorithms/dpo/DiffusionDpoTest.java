package org.tempera.algorithms.dpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Minibatch;
import org.testng.annotations.Test;

public class DiffusionDpoTest {
    @Test
    public void microBatchesAreWholePairs() {
        List<Minibatch> plan = new DiffusionDpo(new DiffusionDpoConfig(new UpdateConfig(4, 2, 3), 10))
                .plan(new EpochShape(12, 0, 2), 5);
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
        assertThatThrownBy(() -> new DiffusionDpo(new DiffusionDpoConfig(new UpdateConfig(3, 1, 1), 10))
                        .check(new EpochShape(12, 0, 2)))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "algorithm.diffusion-dpo.batch-size: expected an even number, for pairs, that divides the 12"
                                + " pictures of an epoch, found 3");
    }
}
