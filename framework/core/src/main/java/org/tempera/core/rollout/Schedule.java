package org.tempera.core.rollout;

import org.tempera.spi.HostTensor;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.Trajectory;

/** The steps that every sample of a run takes, as the rows that inputs are fed with. */
public final class Schedule {
    private final NoiseProcess process;
    private final Trajectory trajectory;
    private final float[] timesteps;
    private final float[][] coefficients;
    private final int length;

    public Schedule(NoiseProcess process, int steps, double eta) {
        this(process, process.trajectory(steps, eta), steps);
    }

    private Schedule(NoiseProcess process, Trajectory trajectory, int length) {
        this.process = process;
        this.trajectory = trajectory;
        this.timesteps = trajectory.timesteps();
        this.coefficients = trajectory.coefficients();
        this.length = length;
    }

    /** The first so many steps. */
    Schedule first(int steps) {
        return new Schedule(process, trajectory, steps);
    }

    /** The same steps without noise: eta 0. */
    public Schedule deterministic() {
        return new Schedule(process, process.trajectory(trajectory.steps(), 0), length);
    }

    public int length() {
        return length;
    }

    /** The whole of it, as the noise process made it. */
    public Trajectory trajectory() {
        return trajectory;
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
