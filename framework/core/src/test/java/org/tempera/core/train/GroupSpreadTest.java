package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.testng.annotations.Test;

public class GroupSpreadTest {
    private static final List<String> PROMPTS = List.of("cat", "dog", "cat", "owl", "dog", "cat");

    @Test
    public void groupsWhoseRewardsAreAllEqualAreCounted() {
        boolean[] none = new boolean[6];
        // The owl is alone, and no group.
        assertThat(GroupSpread.shareWithout(PROMPTS, new float[] {1, 2, 1, 7, 3, 1}, none))
                .hasValue(0.5);
        assertThat(GroupSpread.shareWithout(PROMPTS, new float[] {1, 2, 1, 7, 3, 0}, none))
                .hasValue(0);
        assertThat(GroupSpread.shareWithout(PROMPTS, new float[6], none)).hasValue(1);
    }

    @Test
    public void samplesThatAreSkippedDoNotCount() {
        boolean[] skipped = {false, false, false, false, true, true};
        assertThat(GroupSpread.shareWithout(PROMPTS, new float[] {1, 2, 1, 7, 3, 0}, skipped))
                .hasValue(1);
    }

    @Test
    public void withoutGroupsThereIsNothingToSay() {
        assertThat(GroupSpread.shareWithout(List.of("cat", "dog"), new float[2], new boolean[2]))
                .isEmpty();
    }
}
