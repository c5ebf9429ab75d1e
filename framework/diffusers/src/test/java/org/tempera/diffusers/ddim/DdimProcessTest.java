package org.tempera.diffusers.ddim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
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
                spacing,
                new Scheduler.Ddim()));
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

    private static DdimProcess of(Scheduler scheduler) {
        return of(scheduler, List.of());
    }

    private static DdimProcess of(Scheduler scheduler, List<Integer> timesteps) {
        DdimConfig config = new DdimConfig(
                1000,
                Schedule.SCALED_LINEAR,
                0.00085,
                0.012,
                List.of(),
                false,
                Prediction.EPSILON,
                Optional.empty(),
                false,
                1,
                Spacing.TRAILING,
                scheduler);
        return new DdimProcess(config, timesteps);
    }

    /** Timesteps of diffusers 0.35.2: {@code LCMScheduler(...).set_timesteps(n)}. */
    @Test
    public void consistencyModelsPickTheirTimestepsFromThoseTheyWereDistilledOn() {
        DdimProcess lcm = of(new Scheduler.Lcm(50, 10));
        assertThat(lcm.timesteps(1)).containsExactly(999);
        assertThat(lcm.timesteps(4)).containsExactly(999, 759, 499, 259);
        assertThat(lcm.timesteps(7)).containsExactly(999, 859, 719, 579, 439, 299, 159);
        assertThat(lcm.timesteps(50)).hasSize(50).endsWith(59, 39, 19);
        assertThatThrownBy(() -> lcm.trajectory(51, 1))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("steps must be at most 50 for this model, was 51")
                .hasMessageContaining("original_inference_steps");
    }

    @Test
    public void theLastOfFewStepsHasNoNoiseAndSoNoLogProbability() {
        for (Scheduler few : List.of(new Scheduler.Euler(), new Scheduler.Lcm(50, 10))) {
            assertThat(of(few).trajectory(4, 1).stochasticSteps()).containsExactly(0, 1, 2);
            assertThat(of(few).trajectory(1, 1).stochasticSteps()).isEmpty();
            assertThat(of(few).trajectory(4, 0).stochasticSteps()).isEmpty();
        }
    }

    /** All noise is fresh at eta 1, the network's own at 0, and the level the same at any. */
    @Test
    public void consistencyModelsNoiseTheirPredictionAnew() {
        DdimProcess lcm = of(new Scheduler.Lcm(50, 10));
        double level = Math.sqrt(1 - lcm.alpha(759));
        float[] fresh = lcm.trajectory(4, 1).coefficients()[0];
        float[] own = lcm.trajectory(4, 0).coefficients()[0];
        float[] half = lcm.trajectory(4, 0.6).coefficients()[0];
        assertThat((double) fresh[6]).isCloseTo(level, within(1e-6));
        assertThat((double) fresh[5]).isCloseTo(0, within(1e-6));
        assertThat((double) own[5]).isCloseTo(level, within(1e-6));
        assertThat(Math.hypot(half[5], half[6])).isCloseTo(level, within(1e-6));
    }

    /** diffusers 0.35.2's init_noise_sigma 14.6146, in the scale of a latent whose variance stays one. */
    @Test
    public void eulersStepsBeginWithTheNoiseOfTheirFirstTimestep() {
        assertThat(of(new Scheduler.Euler()).trajectory(4, 0).initialStandardDeviation())
                .isCloseTo(14.6146 / Math.hypot(14.6146, 1), within(1e-6));
        assertThat(of(new Scheduler.Ddim()).trajectory(4, 0).initialStandardDeviation())
                .isEqualTo(1);
    }

    /** A step leads to where the next one begins, also where steps do not divide the timesteps. */
    @Test
    public void eulersStepsLeadToTheNextOnesTimestep() {
        DdimProcess euler = of(new Scheduler.Euler());
        assertThat(euler.timesteps(3)).containsExactly(999, 666, 332);
        float[][] rows = euler.trajectory(3, 0).coefficients();
        assertThat((double) rows[1][4]).isCloseTo(Math.sqrt(euler.alpha(332)), within(1e-7));
        assertThat((double) rows[2][4]).isEqualTo(1);
        assertThat((double) rows[2][5]).isZero();
    }

    /** The steps that a scheduler takes are those at its own timesteps, given as a list. */
    @Test
    public void timestepsMayBeGiven() {
        for (Scheduler few : List.of(new Scheduler.Euler(), new Scheduler.Lcm(50, 10))) {
            List<Integer> own = Arrays.stream(of(few).timesteps(3)).boxed().toList();
            assertThat(of(few, own).trajectory(3, 0.5)).isEqualTo(of(few).trajectory(3, 0.5));
        }
        DdimProcess ddim = of(new Scheduler.Ddim(), List.of(999, 400, 20));
        float[][] rows = ddim.trajectory(3, 0).coefficients();
        assertThat((double) rows[0][4]).isCloseTo(Math.sqrt(ddim.alpha(400)), within(1e-7));
        assertThat((double) rows[2][4]).isCloseTo(Math.sqrt(ddim.alpha(0)), within(1e-7));
        assertThatThrownBy(() -> ddim.trajectory(4, 0))
                .isInstanceOf(UserException.class)
                .hasMessage("steps must be 3, as many as there are timesteps given, [999, 400, 20], was 4");
        assertThatThrownBy(() -> of(new Scheduler.Ddim(), List.of(1000)))
                .isInstanceOf(UserException.class)
                .hasMessage("timestep must be 0 to 999 for this model, was 1000");
    }
}
