package org.tempera.record.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.tempera.record.image.statistics.ImageStatistics;
import org.testng.annotations.Test;

public class ScoreNamesTest {
    /** What stands beside the rewards in logs and documents has names that no reward can have. */
    @Test
    public void noNumberHasTheNameOfAReward() {
        List<String> names =
                new ArrayList<>(new ImageStatistics(0, 0, 0, 0, 0, 0).byName().keySet());
        names.addAll(List.of("train", "gold", "held-out", "kl", "distance", "vendi", "steepness"));
        for (String name : names) {
            boolean possible = name.matches("[a-z0-9]+(-[a-z0-9]+)*");
            assertThat(ScoreNames.meaning(name).isPresent()).as(name).isEqualTo(possible);
        }
        assertThat(ScoreNames.meaning("aesthetic")).isEmpty();
    }
}
