package org.tempera.core.reward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tempera.record.image.RgbImage;
import org.testng.annotations.Test;

public class ScoreFailuresTest {
    @Test
    public void theFirstKeepTheirPictures() {
        ScoreFailures failures = new ScoreFailures();
        failures.add(failed(10, 1));
        failures.add(failed(10, 1));
        assertThat(failures.list()).hasSize(20);
        assertThat(pictured(failures)).isEqualTo(ScoreFailures.MOST_PICTURES);
        assertThat(failures.list().get(15).picture()).isPresent();
        assertThat(failures.list().get(16).picture()).isEmpty();
    }

    @Test
    public void largePicturesAreKeptWhileThereIsRoom() {
        ScoreFailures failures = new ScoreFailures();
        failures.add(failed(8, 1024));
        assertThat(failures.list()).hasSize(8);
        assertThat(pictured(failures)).isEqualTo(ScoreFailures.MOST_BYTES / (3 * 1024 * 1024));
    }

    /** As a run that goes on takes them back from its checkpoint. */
    @Test
    public void whatIsTakenBackCountsAsBefore() {
        ScoreFailures before = new ScoreFailures();
        before.add(failed(12, 1));
        ScoreFailures after = new ScoreFailures();
        after.add(before.list());
        after.add(failed(12, 1));
        before.add(failed(12, 1));
        assertThat(after.list().stream().map(f -> f.picture().isPresent()).toList())
                .isEqualTo(
                        before.list().stream().map(f -> f.picture().isPresent()).toList());
    }

    private static long pictured(ScoreFailures failures) {
        return failures.list().stream().filter(f -> f.picture().isPresent()).count();
    }

    private static List<ScoreFailure> failed(int count, int side) {
        RgbImage picture = RgbImage.of(side, side, new byte[3 * side * side]);
        return IntStream.range(0, count)
                .mapToObj(i -> new ScoreFailure(
                        "gone",
                        i,
                        "a cat",
                        "gave NaN",
                        ScoreFailure.Kind.UNEXPLAINED,
                        Optional.of(picture),
                        Optional.empty()))
                .toList();
    }
}
