package org.tempera.diffusers.ddim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.tempera.diffusers.ddim.DdimConfig.Prediction;
import org.tempera.diffusers.ddim.DdimConfig.Schedule;
import org.tempera.diffusers.ddim.DdimConfig.Spacing;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

public class DdimProcessTest {
    private static DdimProcess process(Spacing spacing, boolean alphaOne, boolean zeroSnr) {
        return new DdimProcess(new DdimConfig(
                1000,
                Schedule.SCALED_LINEAR,
                0.00085,
                0.012,
                List.of(),
                zeroSnr,
                Prediction.EPSILON,
                Optional.empty(),
                alphaOne,
                1,
                spacing));
    }

    @Test
    public void timestepsFollowTheSpacing() {
        assertThat(process(Spacing.LEADING, false, false).timesteps(4)).containsExactly(751, 501, 251, 1);
        assertThat(process(Spacing.TRAILING, false, false).timesteps(4)).containsExactly(999, 749, 499, 249);
        assertThat(process(Spacing.LINSPACE, false, false).timesteps(4)).containsExactly(999, 666, 333, 0);
    }

    @Test
    public void theLastStepScattersOnlyIfSomethingIsLeftToScatter() {
        assertThat(process(Spacing.LEADING, false, false).trajectory(4, 1).stochasticSteps())
                .containsExactly(0, 1, 2, 3);
        assertThat(process(Spacing.LEADING, true, false).trajectory(4, 1).stochasticSteps())
                .containsExactly(0, 1, 2);
        assertThat(process(Spacing.LEADING, false, false).trajectory(4, 0).stochasticSteps())
                .isEmpty();
    }

    @Test
    public void picturesAreNoisedToWholeTimestepsAlone() {
        DdimProcess p = process(Spacing.LEADING, false, false);
        assertThat(p.forwardCoefficients(500.0)[0]).isEqualTo((float) Math.sqrt(p.alpha(500)));
        assertThatThrownBy(() -> p.forwardCoefficients(500.5))
                .isInstanceOf(UserException.class)
                .hasMessage("timestep must be a whole number for this model, was 500.5");
    }

    @Test
    public void alphasAreStableDiffusions() {
        DdimProcess p = process(Spacing.LEADING, false, false);
        assertThat(p.alpha(0)).isCloseTo(0.99915f, within(1e-6f));
        assertThat(p.alpha(999)).isCloseTo(0.0046600f, within(1e-6f));
        assertThat(p.alpha(-5)).isEqualTo(p.alpha(0));
        assertThat(process(Spacing.LEADING, true, false).alpha(-5)).isEqualTo(1);
        assertThat(process(Spacing.LEADING, false, true).alpha(999)).isEqualTo(0);
    }

    @Test
    public void deviationScalesWithEtaAndIsZeroWithoutNoise() {
        DdimProcess p = process(Spacing.LEADING, true, false);
        assertThat(p.standardDeviation(501, 4, 0.5)).isCloseTo(p.standardDeviation(501, 4, 1) / 2, within(1e-9));
        assertThat(p.standardDeviation(1, 4, 1)).isZero();
    }

    @Test
    public void tooManyStepsAreRefused() {
        assertThatThrownBy(() -> process(Spacing.LEADING, true, false).timesteps(1001))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("at most the model's 1000 training timesteps, was 1001");
    }

    @Test
    public void stepsThatWouldBeginBeyondTheLastTimestepAreRefusedInTermsOfSteps() {
        assertThatThrownBy(() -> process(Spacing.LEADING, true, false).timesteps(1000))
                .isInstanceOf(UserException.class)
                .hasMessage("steps must be fewer than 1000 for this model: its timestep_spacing is leading and its"
                        + " steps_offset 1, so that 1000 steps begin at timestep 1000, and the last of its 1000 is 999."
                        + " Take 999 steps, or fewer.");
        for (int steps = 1; steps < 1000; steps++) {
            assertThat(process(Spacing.LEADING, true, false).timesteps(steps)[0])
                    .isLessThan(1000);
        }
        assertThat(process(Spacing.TRAILING, true, false).timesteps(1000)).startsWith(999);
        assertThat(process(Spacing.LINSPACE, true, false).timesteps(1000)).startsWith(999);
    }

    /** With leading spacing, 500 steps and an offset of 1 begin at the last of 1000 timesteps. */
    @Test
    public void aStepThatDividesByZeroIsRefusedInTermsOfTheScheduler() {
        DdimProcess p = process(Spacing.LEADING, true, true);
        assertThat(p.coefficients(p.timesteps(50)[0], 50, 1)).doesNotContain(Float.NaN, Float.POSITIVE_INFINITY);
        assertThat(p.timesteps(500)).startsWith(999);
        assertThatThrownBy(() -> p.coefficients(999, 500, 1))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("timestep 999: what its betas leave of the picture there is 0.0")
                .hasMessageContaining("prediction_type of epsilon divides by zero")
                .hasMessageContaining("rescale_betas_zero_snr");
    }
}
