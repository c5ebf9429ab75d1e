package org.tempera.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tempera.spi.ConfigException;
import org.testng.annotations.Test;

/** Where the window of stochastic steps is in which epoch. */
public class StochasticStepsTest {
    private static final int STEPS = 10;

    private static StochasticSteps moving(WindowMove move, int every, int stride, int last, boolean roundAgain) {
        return new StochasticSteps(1, Optional.of(3), move, every, stride, Optional.of(last), roundAgain);
    }

    private static List<Integer> firsts(StochasticSteps window, long seed, int epochs) {
        return IntStream.range(0, epochs)
                .mapToObj(epoch -> window.in(STEPS, seed, epoch))
                .peek(w -> assertThat(w.count()).contains(3))
                .map(StochasticSteps::first)
                .toList();
    }

    @Test
    public void aFixedWindowStays() {
        StochasticSteps window = new StochasticSteps(1, Optional.of(3));
        assertThat(firsts(window, 7, 3)).containsExactly(1, 1, 1);
        assertThat(window.moves()).isFalse();
    }

    @Test
    public void aProgressiveWindowGoesOnAndStaysAtTheEndOrBeginsAgain() {
        assertThat(firsts(moving(WindowMove.PROGRESSIVE, 2, 2, 8, false), 7, 12))
                .containsExactly(1, 1, 3, 3, 5, 5, 6, 6, 6, 6, 6, 6);
        assertThat(firsts(moving(WindowMove.PROGRESSIVE, 1, 2, 8, true), 7, 6)).containsExactly(1, 3, 5, 6, 1, 3);
        assertThat(firsts(moving(WindowMove.PROGRESSIVE, 1, 1, 3, true), 7, 3)).containsExactly(1, 1, 1);
    }

    /** So that a run which goes on draws what one would that never stopped. */
    @Test
    public void aRandomWindowIsAFunctionOfSeedAndEpoch() {
        StochasticSteps window = moving(WindowMove.RANDOM, 2, 1, 6, false);
        List<Integer> drawn = firsts(window, 7, 40);
        assertThat(firsts(window, 7, 40)).isEqualTo(drawn);
        assertThat(firsts(window, 8, 40)).isNotEqualTo(drawn);
        assertThat(drawn).containsOnly(1, 2, 3, 4).contains(1, 2, 3, 4);
        for (int epoch = 0; epoch < 40; epoch += 2) {
            assertThat(drawn.get(epoch)).isEqualTo(drawn.get(epoch + 1));
        }
        assertThat(window.windows(STEPS)).extracting(StochasticSteps::first).containsExactly(1, 2, 3, 4);
    }

    @Test
    public void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() ->
                        new StochasticSteps(0, Optional.empty(), WindowMove.RANDOM, 1, 1, Optional.empty(), false))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("given, for the window moves");
        assertThatThrownBy(() -> moving(WindowMove.RANDOM, 1, 1, 2, false))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("such that a window fits before it");
        assertThatThrownBy(() -> moving(WindowMove.FIXED, 1, 1, 4, false))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("left out where the window stays, for count says how long it is, was 4");
        assertThat(moving(WindowMove.RANDOM, 1, 1, STEPS, false).fit(STEPS)).isFalse();
    }
}
