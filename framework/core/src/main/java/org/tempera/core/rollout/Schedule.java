package org.tempera.core.rollout;

import java.util.function.IntPredicate;
import org.tempera.spi.HostTensor;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.Trajectory;

/** The steps that samples take, as the rows that inputs are fed with. */
public final class Schedule {
    private final NoiseProcess process;
    private final int ofSteps;
    private final Trajectory trajectory;
    private final float[] timesteps;
    private final float[][] coefficients;
    private final boolean[] stochastic;
    private final boolean deterministic;

    public Schedule(NoiseProcess process, int steps, double eta) {
        this(process, steps, process.trajectory(steps, eta));
    }

    private Schedule(NoiseProcess process, int ofSteps, Trajectory trajectory) {
        this.process = process;
        this.ofSteps = ofSteps;
        this.trajectory = trajectory;
        this.timesteps = trajectory.timesteps();
        this.coefficients = trajectory.coefficients();
        this.stochastic = trajectory.stochastic();
        this.deterministic = trajectory.stochasticSteps().isEmpty();
    }

    /** The first so many steps. */
    Schedule first(int steps) {
        return new Schedule(process, ofSteps, trajectory.first(steps));
    }

    /** The same steps without noise: eta 0. */
    public Schedule deterministic() {
        return within(step -> false);
    }

    /**
     * The same steps, but without noise outside of a window.
     *
     * @param window whether a step is in it
     */
    public Schedule within(IntPredicate window) {
        Trajectory without = process.trajectory(ofSteps, 0).first(length());
        return new Schedule(process, ofSteps, trajectory.where(window, without));
    }

    /** The latents that sampling starts from. @param noise standard normal, of their shape */
    public HostTensor initialLatents(HostTensor noise) {
        double factor = trajectory.initialStandardDeviation();
        if (factor == 1) {
            return noise;
        }
        float[] data = noise.data().clone();
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) (data[i] * factor);
        }
        return HostTensor.of(data, noise.shape());
    }

    public int length() {
        return timesteps.length;
    }

    /** What it is made from. */
    public Trajectory trajectory() {
        return trajectory;
    }

    /** Whether a step adds noise, and with it has a log-probability. */
    public boolean isStochastic(int step) {
        return stochastic[step];
    }

    /**
     * Whether a critic values the state before a step: before those that are stochastic, or before all where none is.
     */
    public boolean isValued(int step) {
        return stochastic[step] || deterministic;
    }

    /** The training timestep that a step starts from. */
    public float timestep(int step) {
        return timesteps[step];
    }

    /** Timesteps of rows that stand at {@code steps}, {@code [batch]}. */
    public HostTensor timesteps(int[] steps) {
        return HostTensor.rows(steps.length, 1, i -> new float[] {timesteps[steps[i]]})
                .reshape(steps.length);
    }

    /** The same as fractions of the number of training timesteps. */
    public HostTensor fractions(int[] steps) {
        return HostTensor.rows(steps.length, 1, i -> new float[] {timesteps[steps[i]] / process.trainTimesteps()})
                .reshape(steps.length);
    }

    /** Coefficients of rows that stand at {@code steps}, {@code [batch, coefficientCount]}. */
    public HostTensor coefficients(int[] steps) {
        return HostTensor.rows(steps.length, process.coefficientCount(), i -> coefficients[steps[i]]);
    }
}
