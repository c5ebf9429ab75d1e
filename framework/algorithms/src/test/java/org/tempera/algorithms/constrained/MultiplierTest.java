package org.tempera.algorithms.constrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.Map;
import org.tempera.base.json.PlainJson;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

public class MultiplierTest {
    private static final PidControl.Gains GAINS = new PidControl.Gains(0.5, 0.25, 2, 0.5, 2);

    @Test
    public void dualAscentFollowsTheViolationBetweenItsEnds() {
        DualAscent l = new DualAscent(0, 0.5, 2);
        double[] violations = {-1, 1, 2, 8, -3, -3};
        double[] expected = {0, 0.5, 1.5, 2, 0.5, 0};
        for (int i = 0; i < violations.length; i++) {
            l.update(violations[i]);
            assertThat(l.value()).isEqualTo(expected[i]);
        }
    }

    @Test
    public void pidByHand() {
        PidControl l = new PidControl(1, GAINS, 100);
        assertThat(l.value()).as("before the first epoch").isEqualTo(1);
        // proportional 0.5 * (0.5 * 0 + 0.5 * 4); integral 1 + 0.25 * 4; no growth from the first on
        l.update(4);
        assertThat(l.value()).isEqualTo(0.5 * 2 + 2);
        // smoothed 3, integral 3; the other mean, which began at 4, stays
        l.update(4);
        assertThat(l.value()).isEqualTo(0.5 * 3 + 3);
        // smoothed 5.5, integral 5; the other mean 6, two more than two epochs ago
        l.update(8);
        assertThat(l.value()).isEqualTo(0.5 * 5.5 + 5 + 2 * 2);
        // smoothed -7.25, integral 0; the mean falls, which counts for nothing
        l.update(-20);
        assertThat(l.value()).isZero();
    }

    @Test
    public void pidStaysBelowItsLargestValue() {
        PidControl l = new PidControl(0, GAINS, 3);
        l.update(1000);
        assertThat(l.value()).isEqualTo(3);
    }

    @Test
    public void goesOnFromItsState() throws PlainJson.MalformedException {
        PidControl first = new PidControl(0, GAINS, 100);
        for (int i = 0; i < 5; i++) {
            first.update(Math.sin(i));
        }
        PidControl second = new PidControl(0, GAINS, 100);
        second.restore(PlainJson.readObject(PlainJson.pretty(first.state())));
        assertThat(second.state()).isEqualTo(first.state());
        for (int i = 0; i < 5; i++) {
            first.update(i);
            second.update(i);
            assertThat(second.value()).isEqualTo(first.value());
        }
        assertThatThrownBy(() -> second.restore(Map.of("value", -1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'value' must not be negative, found -1.0");
    }

    /** The rule may be changed when a run is resumed. */
    @Test
    public void pidGoesOnFromTheIntegralThatDualAscentIs() {
        DualAscent ascent = new DualAscent(0, 0.5, 2);
        ascent.update(3);
        PidControl pid = new PidControl(0, GAINS, 100);
        pid.restore(ascent.state());
        assertThat(pid.value()).isEqualTo(1.5);
        PidControl begun = new PidControl(1.5, GAINS, 100);
        pid.update(4);
        begun.update(4);
        assertThat(pid.state()).isEqualTo(begun.state());
    }

    @Test
    public void aMixIsAWeightedMean() {
        double[] reward = {1, -1};
        assertThat(Lagrangian.mix(reward, new double[][] {{-1, 1}, {2, 2}}, new double[] {3, 0}))
                .containsExactly(new double[] {-0.5, 0.5}, offset(1e-15));
        assertThat(Lagrangian.mix(reward, new double[0][], new double[0])).containsExactly(1, -1);
    }

    @Test
    public void whatFollowsGradientsOfRewardsOrKnowsConstraintsIsNotWrapped() {
        assertThatThrownBy(() -> new Constrained(
                        ConstrainedConfig.defaults(),
                        new Constrained(ConstrainedConfig.defaults(), ConstrainedTest.ddpo())))
                .isInstanceOf(UserException.class)
                .hasMessage("algorithm.constrained.of: expected an algorithm that learns from what rewards are, found"
                        + " 'ddpo', which knows constraints itself");
    }
}
