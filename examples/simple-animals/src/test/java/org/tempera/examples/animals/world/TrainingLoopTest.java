package org.tempera.examples.animals.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.tempera.examples.animals.world.TrainingLoop.Cycle;
import org.testng.annotations.Test;

public class TrainingLoopTest {
    private static final List<Cycle> CYCLES = List.of(new Cycle(100, 1), new Cycle(200, .5));

    @Test
    public void everyCycleWarmsUpAndFallsAlongACosine() {
        assertThat(rate(0)).isEqualTo(.1);
        assertThat(rate(50)).isCloseTo(.51, within(1e-12));
        assertThat(rate(99)).isCloseTo(.02, within(1e-3));
        assertThat(rate(100)).isEqualTo(.05);
        assertThat(rate(200)).isCloseTo(.255, within(1e-12));
        assertThat(rate(299)).isCloseTo(.01, within(1e-3));
        assertThat(rate(1_000)).as("after the last").isCloseTo(.01, within(1e-12));
    }

    private static double rate(long step) {
        return TrainingLoop.rate(CYCLES, 10, step);
    }
}
