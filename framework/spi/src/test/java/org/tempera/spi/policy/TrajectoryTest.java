package org.tempera.spi.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class TrajectoryTest {
    private static final float[] TIMESTEPS = {999.5f, 666.25f, 0};

    private static Trajectory trajectory(float coefficient, boolean stochastic) {
        return new Trajectory(
                TIMESTEPS,
                new float[][] {{coefficient, 1}, {coefficient, 2}, {coefficient, 3}},
                new boolean[] {stochastic, stochastic, false},
                1);
    }

    @Test
    public void saysWhichStepsAreStochasticAndWhereTheyStart() {
        assertThat(trajectory(1, true).stochasticSteps()).containsExactly(0, 1);
        assertThat(trajectory(1, false).stochasticSteps()).isEmpty();
        assertThat(trajectory(1, true).stepFrom(666.25)).hasValue(1);
        assertThat(trajectory(1, true).stepFrom(666)).isEmpty();
    }

    @Test
    public void takesStepsOfAnotherElsewhere() {
        Trajectory mixed = trajectory(1, true).where(step -> step == 1, trajectory(0, false));
        assertThat(mixed.stochastic()).containsExactly(false, true, false);
        assertThat(mixed.coefficients()).isDeepEqualTo(new float[][] {{0, 1}, {1, 2}, {0, 3}});
        assertThat(mixed.timesteps()).containsExactly(TIMESTEPS);
        assertThat(mixed).isEqualTo(trajectory(1, true).where(step -> step == 1, trajectory(0, false)));
        assertThat(mixed).isNotEqualTo(trajectory(1, true));
    }

    @Test
    public void itsFirstStepsAreAmongThoseThatThereAre() {
        assertThat(trajectory(1, true).first(2).timesteps()).containsExactly(999.5f, 666.25f);
        assertThat(trajectory(1, true).first(0).steps()).isZero();
        for (int steps : new int[] {-1, 4}) {
            assertThatThrownBy(() -> trajectory(1, true).first(steps))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected 0 to 3 of a trajectory's 3 steps, found " + steps);
        }
    }

    @Test
    public void refusesStepsOfOneThatGoesElsewhere() {
        Trajectory other = new Trajectory(new float[] {3, 2, 1}, new float[3][2], new boolean[3], 1);
        assertThatThrownBy(() -> other.where(step -> true, trajectory(1, true)))
                .hasMessageContaining("must start alike and visit the same timesteps")
                .hasMessageContaining("[3.0, 2.0, 1.0] from 1.0 and [999.5, 666.25, 0.0] from 1.0");
    }

    @Test
    public void keepsWhatItWasMadeOf() {
        float[] timesteps = {2, 1};
        float[][] rows = {{1}, {2}};
        boolean[] stochastic = {true, false};
        Trajectory made = new Trajectory(timesteps, rows, stochastic, 1);
        timesteps[0] = 9;
        rows[0][0] = 9;
        stochastic[1] = true;
        made.timesteps()[0] = 9;
        made.coefficients()[1][0] = 9;
        made.stochastic()[0] = false;
        assertThat(made)
                .isEqualTo(
                        new Trajectory(new float[] {2, 1}, new float[][] {{1}, {2}}, new boolean[] {true, false}, 1));
    }

    @DataProvider
    public Object[][] faults() {
        float nan = Float.NaN;
        return new Object[][] {
            {new float[] {1, 1}, new float[2][1], new boolean[2], 1, "fall from step to step, were [1.0, 1.0]"},
            {new float[] {nan, 1}, new float[2][1], new boolean[2], 1, "finite"},
            {new float[] {2, 1}, new float[1][1], new boolean[2], 1, "2 timesteps has 1 rows of coefficients"},
            {new float[] {2, 1}, new float[2][1], new boolean[3], 1, "3 steps that are stochastic or not"},
            {new float[] {2, 1}, new float[][] {{1}, {}}, new boolean[2], 1, "found 1 at step 0 and 0 at step 1"},
            {new float[] {2, 1}, new float[][] {{1}, {nan}}, new boolean[2], 1, "finite, were [NaN] at step 1"},
            {new float[] {2, 1}, new float[2][1], new boolean[2], 0, "above 0 and finite, was 0.0"},
        };
    }

    @Test(dataProvider = "faults")
    public void refusesPartsThatDoNotFit(
            float[] timesteps, float[][] rows, boolean[] stochastic, double deviation, String message) {
        assertThatThrownBy(() -> new Trajectory(timesteps, rows, stochastic, deviation))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
