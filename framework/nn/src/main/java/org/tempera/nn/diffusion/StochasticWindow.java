package org.tempera.nn.diffusion;

import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.Trajectory;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A noise process whose noise is confined to some of the steps, as in MixGRPO (Li et al., 2025); the others are deterministic, so
 * that nothing is learnt from them.
 *
 * @param process the process whose steps they are
 * @param from where the window begins, as a fraction of the steps, in [0,1]
 * @param to where it ends, as a fraction of the steps, in [0,1]
 */
public record StochasticWindow(NoiseProcess process, double from, double to) implements NoiseProcess {
    public StochasticWindow {
        if (!(from >= 0 && from < to && to <= 1)) {
            throw new IllegalArgumentException(
                    "a window must begin at 0 or later and end behind, at 1 at most, was " + from + " to " + to);
        }
    }

    @Override
    public Trajectory trajectory(int steps, double eta) {
        return process.trajectory(steps, eta)
                .where(step -> step >= from * steps && step < to * steps, process.trajectory(steps, 0));
    }

    @Override
    public int trainTimesteps() {
        return process.trainTimesteps();
    }

    @Override
    public int coefficientCount() {
        return process.coefficientCount();
    }

    @Override
    public Transition transition(
            GraphScope scope, Operand<TFloat32> latents, Operand<TFloat32> output, Operand<TFloat32> coefficients) {
        return process.transition(scope, latents, output, coefficients);
    }

    @Override
    public int forwardCoefficientCount() {
        return process.forwardCoefficientCount();
    }

    @Override
    public float[] forwardCoefficients(double timestep) {
        return process.forwardCoefficients(timestep);
    }

    @Override
    public Forward diffuse(
            GraphScope scope, Operand<TFloat32> clean, Operand<TFloat32> noise, Operand<TFloat32> coefficients) {
        return process.diffuse(scope, clean, noise, coefficients);
    }

    @Override
    public Operand<TFloat32> clean(
            GraphScope scope, Operand<TFloat32> noisy, Operand<TFloat32> output, Operand<TFloat32> coefficients) {
        return process.clean(scope, noisy, output, coefficients);
    }
}
