package org.tempera.diffusers.flow;

import java.util.Arrays;
import java.util.List;
import org.tempera.nn.diffusion.Coefficients;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.Trajectory;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Rectified flow: at noise level s a latent is (1 - s) clean + s noise, and the network gives the velocity, noise -
 * clean. A step without noise follows it (Euler); one with noise goes as {@link FlowNoise} says.
 */
public final class FlowProcess implements NoiseProcess {
    private static final int MEAN_LATENT = 0;
    private static final int MEAN_VELOCITY = 1;
    private static final int DEVIATION = 2;
    private static final int LEVEL = 3;

    private final FlowConfig config;
    private final FlowNoise noise;
    private final int tokens;

    /** The process with Flow-GRPO's noise. */
    public FlowProcess(FlowConfig config, int latentHeight, int latentWidth) {
        this(config, FlowNoise.SDE, latentHeight, latentWidth);
    }

    /**
     * The process for latents of one size.
     *
     * @param noise of steps that have any
     * @param latentHeight rows of a latent; of two rows and columns the model makes one token
     */
    public FlowProcess(FlowConfig config, FlowNoise noise, int latentHeight, int latentWidth) {
        this.config = config;
        this.noise = noise;
        this.tokens = latentHeight * latentWidth / 4;
    }

    @Override
    public int trainTimesteps() {
        return config.trainTimesteps();
    }

    /** The levels 1/n, 2/n, ..., 1: at 0 there would be nothing to learn. */
    @Override
    public int firstTrainTimestep() {
        return 1;
    }

    @Override
    public int coefficientCount() {
        return LEVEL + 1;
    }

    /**
     * {@inheritDoc}
     *
     * <p>A row is: the mean's parts of latent and velocity, the standard deviation, and the noise level.
     */
    @Override
    public Trajectory trajectory(int steps, double eta) {
        if (steps < 1 || steps > config.trainTimesteps()) {
            throw new UserException("steps must be at least 1 and at most the model's " + config.trainTimesteps()
                    + " training timesteps, was " + steps);
        }
        double[] levels = levels(steps);
        float[] timesteps = new float[steps];
        float[][] rows = new float[steps][];
        boolean[] stochastic = new boolean[steps];
        for (int i = 0; i < steps; i++) {
            timesteps[i] = (float) (levels[i] * config.trainTimesteps());
            rows[i] = row(levels, i, eta);
            stochastic[i] = rows[i][DEVIATION] > 0;
            if (!Float.isFinite(rows[i][MEAN_LATENT])
                    || !Float.isFinite(rows[i][DEVIATION])
                    || !(timesteps[i] < (i == 0 ? Float.POSITIVE_INFINITY : timesteps[i - 1]))) {
                throw new UserException(
                        "the model's scheduler cannot make " + steps + " steps: noise must become less from"
                                + " step to step, and its levels would be "
                                + Arrays.toString(Arrays.copyOf(levels, i + 2))
                                + (i + 2 < levels.length ? " and so on" : "")
                                + ". Take fewer steps, or mend shift, base_shift or max_shift in the model's"
                                + " scheduler_config.json.");
            }
        }
        return new Trajectory(timesteps, rows, stochastic, 1);
    }

    /** Noise levels of a sample, from 1 down, and 0 behind them: {@code steps + 1} numbers. */
    public double[] levels(int steps) {
        return config.levels(steps, tokens);
    }

    private float[] row(double[] levels, int step, double eta) {
        FlowNoise.Step taken = noise.step(levels[step], levels[step + 1], levels[1], eta);
        float[] row = new float[LEVEL + 1];
        row[MEAN_LATENT] = (float) taken.latent();
        row[MEAN_VELOCITY] = (float) taken.velocity();
        row[DEVIATION] = (float) taken.deviation();
        row[LEVEL] = (float) levels[step];
        return row;
    }

    @Override
    public Transition transition(
            GraphScope scope, Operand<TFloat32> latents, Operand<TFloat32> output, Operand<TFloat32> coefficients) {
        Ops tf = scope.tf();
        List<Operand<TFloat32>> c = Coefficients.columns(tf, coefficients, coefficientCount());
        return new Transition(
                Coefficients.sum(tf, c.get(MEAN_LATENT), latents, c.get(MEAN_VELOCITY), output),
                c.get(DEVIATION),
                tf.math.sub(latents, tf.math.mul(c.get(LEVEL), output)));
    }

    @Override
    public int forwardCoefficientCount() {
        return 3;
    }

    /**
     * {@inheritDoc}
     *
     * <p>The row is: the parts of clean latent and noise, and the ratio of their variances.
     */
    @Override
    public float[] forwardCoefficients(double timestep) {
        if (!(timestep > 0 && timestep <= config.trainTimesteps())) {
            throw new UserException("timestep must be above 0 and at most " + config.trainTimesteps()
                    + " for this model, was " + timestep);
        }
        double level = timestep / config.trainTimesteps();
        double signal = 1 - level;
        return new float[] {(float) signal, (float) level, (float) (signal * signal / (level * level))};
    }

    @Override
    public Forward diffuse(
            GraphScope scope, Operand<TFloat32> clean, Operand<TFloat32> noise, Operand<TFloat32> coefficients) {
        Ops tf = scope.tf();
        List<Operand<TFloat32>> c = Coefficients.columns(tf, coefficients, forwardCoefficientCount());
        int rows = org.tempera.nn.layers.Forward.sizes(clean)[0];
        return new Forward(
                Coefficients.sum(tf, c.get(0), clean, c.get(1), noise),
                tf.math.sub(noise, clean),
                tf.reshape(c.get(2), tf.constant(new int[] {rows})));
    }

    @Override
    public Operand<TFloat32> clean(
            GraphScope scope, Operand<TFloat32> noisy, Operand<TFloat32> output, Operand<TFloat32> coefficients) {
        List<Operand<TFloat32>> c = Coefficients.columns(scope.tf(), coefficients, forwardCoefficientCount());
        return scope.tf().math.sub(noisy, scope.tf().math.mul(c.get(1), output));
    }
}
