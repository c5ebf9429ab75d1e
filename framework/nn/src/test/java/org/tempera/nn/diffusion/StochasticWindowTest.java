package org.tempera.nn.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.Trajectory;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class StochasticWindowTest {
    /** A process of which only the host's side is asked. */
    private static final class Falling implements NoiseProcess {
        @Override
        public int trainTimesteps() {
            return 100;
        }

        @Override
        public int coefficientCount() {
            return 1;
        }

        @Override
        public Trajectory trajectory(int steps, double eta) {
            float[] timesteps = new float[steps];
            float[][] rows = new float[steps][];
            boolean[] stochastic = new boolean[steps];
            for (int i = 0; i < steps; i++) {
                timesteps[i] = 100 - i;
                rows[i] = new float[] {(float) eta};
                stochastic[i] = eta > 0;
            }
            return new Trajectory(timesteps, rows, stochastic, 1);
        }

        @Override
        public Transition transition(
                GraphScope scope, Operand<TFloat32> latents, Operand<TFloat32> output, Operand<TFloat32> rows) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int forwardCoefficientCount() {
            return 1;
        }

        @Override
        public float[] forwardCoefficients(double timestep) {
            return new float[] {(float) timestep};
        }

        @Override
        public Forward diffuse(
                GraphScope scope, Operand<TFloat32> clean, Operand<TFloat32> noise, Operand<TFloat32> rows) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Operand<TFloat32> clean(
                GraphScope scope, Operand<TFloat32> noisy, Operand<TFloat32> output, Operand<TFloat32> rows) {
            throw new UnsupportedOperationException();
        }
    }

    @DataProvider
    public Object[][] windows() {
        return new Object[][] {
            {0, 0.5, 4, new Integer[] {0, 1}},
            {0.25, 0.75, 4, new Integer[] {1, 2}},
            {0, 1, 3, new Integer[] {0, 1, 2}},
            {0, 0.5, 5, new Integer[] {0, 1, 2}},
            {0.9, 1, 4, new Integer[] {}},
        };
    }

    @Test(dataProvider = "windows")
    public void noiseIsInTheWindowAlone(double from, double to, int steps, Integer[] stochastic) {
        StochasticWindow window = new StochasticWindow(new Falling(), from, to);
        assertThat(window.trajectory(steps, 0.7).stochasticSteps()).containsExactly(stochastic);
        assertThat(window.trajectory(steps, 0)).isEqualTo(new Falling().trajectory(steps, 0));
        assertThat(window.forwardCoefficients(2.5)).containsExactly(2.5f);
    }

    @Test
    public void windowsThatHoldNothingAreRefused() {
        assertThatThrownBy(() -> new StochasticWindow(new Falling(), 0.5, 0.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("was 0.5 to 0.5");
    }
}
