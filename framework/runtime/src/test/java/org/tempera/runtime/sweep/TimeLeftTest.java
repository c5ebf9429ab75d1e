package org.tempera.runtime.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.testng.annotations.Test;

public class TimeLeftTest {
    private static TimeLeft.Ahead ahead(String kind, double seconds, double share) {
        return new TimeLeft.Ahead(kind, seconds, share);
    }

    @Test
    public void nothingIsKnownUntilSomethingWasSeen() {
        assertThat(TimeLeft.of(List.of(), List.of(ahead("a", 5, 0)), 1)).isEmpty();
        assertThat(TimeLeft.of(List.of(), List.of(), 1)).hasValue(0);
    }

    @Test
    public void aRunTakesAsLongAsItsLikeElseAsItsPaceElseAsOthers() {
        List<TimeLeft.Done> done = List.of(new TimeLeft.Done("a", 100), new TimeLeft.Done("a", 140));
        assertThat(TimeLeft.of(done, List.of(ahead("a", 0, 0)), 1)).hasValue(120);
        assertThat(TimeLeft.of(done, List.of(ahead("b", 30, 0.5)), 1)).hasValue(30);
        assertThat(TimeLeft.of(done, List.of(ahead("c", 0, 0)), 1)).hasValue(120);
        assertThat(TimeLeft.of(List.of(), List.of(ahead("b", 30, 0.5), ahead("b", 0, 0)), 1))
                .hasValue(90);
    }

    @Test
    public void runsGoSideBySideButNoneFasterThanItself() {
        List<TimeLeft.Done> done = List.of(new TimeLeft.Done("a", 100), new TimeLeft.Done("b", 300));
        assertThat(TimeLeft.of(done, List.of(ahead("a", 0, 0), ahead("a", 0, 0), ahead("a", 50, 0)), 2))
                .hasValue(125);
        assertThat(TimeLeft.of(done, List.of(ahead("a", 0, 0), ahead("b", 0, 0)), 4))
                .hasValue(300);
    }

    @Test
    public void aRunThatTakesLongerThanItsLikeHasNothingLeft() {
        assertThat(TimeLeft.of(List.of(new TimeLeft.Done("a", 10)), List.of(ahead("a", 50, 0.9)), 1))
                .hasValue(0);
    }
}
