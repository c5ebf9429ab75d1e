package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.base.json.PlainJson;
import org.tempera.core.reward.ImageScorer;
import org.tempera.core.reward.ScoreFailure;
import org.tempera.core.reward.ScoreFailure.Kind;
import org.tempera.spi.HostTensor;
import org.tempera.spi.PlainFields;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.PartialScores;
import org.tempera.spi.reward.UnavailableReward;
import org.testng.annotations.Test;

public class SampleScoresTest {
    private static final List<Kind> KINDS =
            List.of(Kind.UNEXPLAINED, Kind.UNEXPLAINED, Kind.EXPLAINED, Kind.EXPLAINED, Kind.PASSING, Kind.PASSING);

    /** Other workers and checkpoints have what was thrown in words only. */
    @Test
    public void whatIsToBeDoneAboutAFailureIsKnownToAllWorkers() throws PlainJson.MalformedException {
        UnavailableReward away = new UnavailableReward("the server is away");
        float[] none = {Float.NaN, Float.NaN};
        Map<Integer, RuntimeException> thrown = new LinkedHashMap<>();
        thrown.put(1, new ArithmeticException("no width"));
        thrown.put(2, new UserException("mend it"));
        thrown.put(3, new PartialScores("one is missing", none));
        thrown.put(4, away);
        thrown.put(5, new PartialScores("the server is away", none, away));
        float[] scores = new float[KINDS.size()];
        Arrays.fill(scores, Float.NaN);
        List<ScoreFailure> failures = ScoreFailure.of(
                new ImageScorer.Scored(
                        HostTensor.of(new float[3 * KINDS.size()], KINDS.size(), 1, 1, 3),
                        Map.of("remote", scores),
                        Map.of("remote", thrown)),
                List.of("a", "b", "c", "d", "e", "f"),
                0,
                KINDS.size());
        assertThat(failures).extracting(ScoreFailure::kind).isEqualTo(KINDS);
        String sent = PlainJson.line(SampleScores.state(Map.of("remote", scores), failures));
        SampleScores read = SampleScores.of(PlainFields.of(PlainJson.readObject(sent)));
        assertThat(read.failures()).extracting(ScoreFailure::kind).isEqualTo(KINDS);
    }
}
