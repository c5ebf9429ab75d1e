package org.tempera.algorithms.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.tempera.algorithms.ddpo.DdpoAdvantages;
import org.tempera.algorithms.stats.RewardNormalisation.Form;
import org.tempera.algorithms.stats.RewardNormalisation.Kind;
import org.testng.annotations.Test;

public class RewardNormalisationTest {
    @Test
    public void aPromptBelowTheCountIsMeasuredAgainstTheEpoch() {
        PerPromptStatistics s = new PerPromptStatistics(4, 2);
        PerPromptStatistics.Moments[] m = s.update(List.of("cat", "dog", "cat"), new double[] {1, 4, 3});
        // cat: its own {1, 3}; dog: the epoch {1, 4, 3}
        assertThat(m[0]).isEqualTo(new PerPromptStatistics.Moments(2, 1));
        assertThat(m[2]).isEqualTo(m[0]);
        assertThat(m[1].mean()).isCloseTo(8 / 3.0, offset(1e-12));
        assertThat(m[1].deviation()).isCloseTo(Math.sqrt(14 / 9.0), offset(1e-12));
    }

    @Test
    public void theOldestRewardsLeaveAFullBuffer() {
        PerPromptStatistics s = new PerPromptStatistics(2, 1);
        s.update(List.of("cat", "cat"), new double[] {100, 1});
        assertThat(s.update(List.of("cat"), new double[] {3})[0]).isEqualTo(new PerPromptStatistics.Moments(2, 1));
        assertThat(s.count("cat")).isEqualTo(2);
        assertThat(s.count("dog")).isZero();
    }

    @Test
    public void aBufferIsExtendedBeforeItIsRead() {
        double[] got = RewardNormalisation.perPrompt(8, 1).update(List.of("cat", "cat"), new double[] {0, 2});
        assertThat(got).containsExactly(new double[] {-1 / (1 + 1e-6), 1 / (1 + 1e-6)}, offset(1e-15));
    }

    @Test
    public void equalRewardsBecomeZero() {
        assertThat(RewardNormalisation.perPrompt(8, 1).update(List.of("cat", "cat"), new double[] {0.1, 0.1}))
                .containsExactly(0, 0);
        // The mean of three times 0.1 is not 0.1.
        assertThat(RewardNormalisation.perPrompt(8, 1).update(List.of("a", "a", "a"), new double[] {0.1, 0.1, 0.1}))
                .containsExactly(0, 0, 0);
        assertThat(RewardNormalisation.overEpoch().update(List.of("a", "b"), new double[] {7, 7}))
                .containsExactly(0, 0);
    }

    @Test
    public void runningMomentsKeepEarlierEpochs() {
        RewardNormalisation n = new RewardNormalisation(Kind.RUNNING, Form.CENTRE_AND_SCALE, 1, 1);
        n.update(List.of("a", "b"), new double[] {0, 2});
        // all: {0, 2, 4}, mean 2, sample deviation 2
        assertThat(n.update(List.of("c"), new double[] {4})).containsExactly(new double[] {1}, offset(1e-7));
    }

    @Test
    public void scalingKeepsTheMean() {
        RewardNormalisation n = new RewardNormalisation(Kind.EPOCH, Form.SCALE, 1, 1);
        assertThat(n.update(List.of("a", "b"), new double[] {9, 11}))
                .containsExactly(new double[] {9, 11}, offset(1e-6));
    }

    @Test
    public void continuesFromStoredStateBitForBit() throws JsonProcessingException {
        RewardNormalisation never = RewardNormalisation.perPrompt(3, 2);
        never.update(List.of("cat", "dög \"x\"", "cat", "cat", "cat"), new double[] {0.1, 0.7, 0.3, 1 / 3.0, 2e-9});
        ObjectMapper json = new ObjectMapper();
        @SuppressWarnings("unchecked")
        Map<String, Object> state = json.readValue(json.writeValueAsString(never.state()), Map.class);
        RewardNormalisation resumed = RewardNormalisation.perPrompt(3, 2);
        resumed.restore(state);
        List<String> prompts = List.of("dög \"x\"", "cat", "bird");
        double[] rewards = {0.25, 0.5, 0.125};
        assertThat(resumed.update(prompts, rewards)).containsExactly(never.update(prompts, rewards));
        assertThat(resumed.state()).isEqualTo(never.state());
    }

    /** With samples that are skipped, statistics and the others' rewards are as without these. */
    @Test
    public void whatStandsInForAScoreEntersNoStatistic() {
        for (Kind kind : Kind.values()) {
            for (Form form : Form.values()) {
                RewardNormalisation with = new RewardNormalisation(kind, form, 3, 1);
                RewardNormalisation without = new RewardNormalisation(kind, form, 3, 1);
                for (int epoch = 0; epoch < 2; epoch++) {
                    double[] got = with.update(
                            List.of("cat", "new", "dog", "cat"),
                            new double[] {1, 2, 2 + epoch, 3},
                            new boolean[] {false, true, false, false});
                    double[] expected = without.update(List.of("cat", "dog", "cat"), new double[] {1, 2 + epoch, 3});
                    assertThat(new double[] {got[0], got[2], got[3]}).containsExactly(expected);
                    assertThat(got[1]).isCloseTo((expected[0] + expected[1] + expected[2]) / 3, offset(1e-12));
                }
                assertThat(with.state()).isEqualTo(without.state());
            }
        }
        assertThat(RewardNormalisation.overEpoch().update(List.of("a"), new double[] {5}, new boolean[] {true}))
                .containsExactly(0);
    }

    @Test
    public void refusesWhatWouldSpoilAnEpoch() {
        RewardNormalisation n = RewardNormalisation.perPrompt(3, 2);
        assertThatThrownBy(() -> n.update(List.of("cat"), new double[] {Double.NaN}))
                .hasMessage("rewards[0] must be finite, found NaN");
        assertThatThrownBy(() -> n.update(List.of("cat"), new double[2]))
                .hasMessage("rewards must hold 1 numbers, found 2");
        assertThat(n.update(List.of("cat"), new double[] {1})).containsExactly(0);
    }

    @Test
    public void ddpoClips() {
        double[] a = DdpoAdvantages.compute(
                RewardNormalisation.overEpoch(), List.of("a", "a", "a"), new double[] {0, 0, 3}, new boolean[3], 1);
        // mean 1, deviation sqrt 2: -0.707, -0.707, 1.414 clipped to 1
        assertThat(a).containsExactly(new double[] {-Math.sqrt(0.5), -Math.sqrt(0.5), 1}, offset(1e-7));
    }
}
