package org.tempera.core.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.tempera.base.random.StatelessRandom;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.Trajectory;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

/** Samples are noised to every timestep that the model was trained on, and to no other. */
public class RenoisedLatentsTest {
    @Test
    public void timestepsAreThoseOfTraining() {
        assertThat(drawn(0)).containsExactly(0, 1, 2, 3);
        assertThat(drawn(1)).containsExactly(1, 2, 3, 4);
    }

    private static Set<Integer> drawn(int first) {
        Set<Integer> drawn = new TreeSet<>();
        for (int row = 0; row < 100; row++) {
            drawn.add(RenoisedLatents.uniform(new Four(first), StatelessRandom.of(7, row)));
        }
        return drawn;
    }

    /** Trained on four timesteps. Drawing one asks for nothing else: what builds or samples must not be called. */
    private record Four(int firstTrainTimestep) implements NoiseProcess {
        @Override
        public int trainTimesteps() {
            return 4;
        }

        @Override
        public int coefficientCount() {
            return 1;
        }

        @Override
        public Trajectory trajectory(int steps, double eta) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Transition transition(
                GraphScope scope, Operand<TFloat32> latents, Operand<TFloat32> output, Operand<TFloat32> coefficients) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int forwardCoefficientCount() {
            return 1;
        }

        @Override
        public float[] forwardCoefficients(double timestep) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Forward diffuse(
                GraphScope scope, Operand<TFloat32> clean, Operand<TFloat32> noise, Operand<TFloat32> coefficients) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Operand<TFloat32> clean(
                GraphScope scope, Operand<TFloat32> noisy, Operand<TFloat32> output, Operand<TFloat32> coefficients) {
            throw new UnsupportedOperationException();
        }
    }
}
