package org.tempera.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.testng.annotations.Test;

/** What is offered to whom a run is too large. */
public class SavingTest {
    /** Smaller pieces than those at which something else is the limit are slower, and save nothing. */
    @Test
    public void whatSavesNoMoreIsKnown() {
        Saving four = saving(7, "a.batch-size=4", "a.accumulation=2");
        assertThat(saving(7, "a.batch-size=2", "a.accumulation=4").isNoMoreThanOneOf(List.of(four)))
                .isTrue();
        assertThat(saving(7, "a.batch-size=1", "a.accumulation=8", "sampling.batch-size=1")
                        .isNoMoreThanOneOf(List.of(four)))
                .isTrue();
        assertThat(saving(8, "a.batch-size=2", "a.accumulation=4").isNoMoreThanOneOf(List.of(four)))
                .isFalse();
        assertThat(saving(7, "sampling.batch-size=1").isNoMoreThanOneOf(List.of(four)))
                .as("of other keys")
                .isFalse();
    }

    private static Saving saving(long memory, String... settings) {
        return new Saving(List.of(settings), "slower", memory, 0, true);
    }
}
