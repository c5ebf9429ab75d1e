package org.tempera.record.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.testng.annotations.Test;

public class RulerTest {
    private static Ruler ruler(Map<String, Map<String, String>> scopes) {
        TreeMap<String, SortedMap<String, String>> sorted = new TreeMap<>();
        scopes.forEach((scope, parts) -> sorted.put(scope, new TreeMap<>(parts)));
        return new Ruler(sorted);
    }

    @Test
    public void aRewardThatIsGoneIsOneDifferenceWhateverItsParts() {
        Map<String, String> parts = Map.of(
                "rewards.clip-score.use", "clip-score",
                "rewards.clip-score.clip", Ruler.hash("ab12"),
                "rewards.clip-score.scale", "2.5");
        Ruler before = ruler(Map.of(
                Ruler.DRAWING,
                Map.of("sampling.steps", "10"),
                Ruler.ROLES,
                Map.of("rewards.clip-score.role", "held-out"),
                Ruler.reward("clip-score"),
                parts));
        Ruler now = ruler(Map.of(Ruler.DRAWING, Map.of("sampling.steps", "20")));
        assertThat(before.differences(now))
                .extracting(Ruler.Difference::toString)
                .containsExactly("rewards.clip-score: a reward before, none now", "sampling.steps: 10 before, 20 now");
        assertThat(now.differences(before))
                .extracting(Ruler.Difference::toString)
                .contains("rewards.clip-score: none before, a reward now");
    }

    @Test
    public void aRewardOfBothIsComparedPartByPart() {
        Ruler before = ruler(Map.of(Ruler.reward("a"), Map.of("rewards.a.scale", "1")));
        Ruler now = ruler(Map.of(Ruler.reward("a"), Map.of("rewards.a.scale", "2")));
        assertThat(before.differences(now))
                .extracting(Ruler.Difference::toString)
                .containsExactly("rewards.a.scale: 1 before, 2 now");
    }
}
