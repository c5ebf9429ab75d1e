package org.tempera.core.rollout;

import java.util.Arrays;
import org.tempera.spi.HostTensor;
import org.tempera.spi.policy.NoiseProcess;

/** The steps that every sample of a run takes: timesteps and their rows of coefficients. */
public final class Schedule {
    private final NoiseProcess process;
    private final int[] timesteps;
    private final float[][] coefficients;
    private final int trainTimesteps;

    public Schedule(NoiseProcess process, int steps, double eta) {
        this.process = process;
        timesteps = process.timesteps(steps);
        trainTimesteps = process.trainTimesteps();
        coefficients = new float[timesteps.length][];
        for (int i = 0; i < timesteps.length; i++) {
            coefficients[i] = process.coefficients(timesteps[i], steps, eta);
        }
    }

    private Schedule(Schedule whole, int steps) {
        process = whole.process;
        timesteps = Arrays.copyOf(whole.timesteps, steps);
        coefficients = Arrays.copyOf(whole.coefficients, steps);
        trainTimesteps = whole.trainTimesteps;
    }

    /** The first so many steps. */
    Schedule first(int steps) {
        return new Schedule(this, steps);
    }

    /** The same steps without noise: eta 0. */
    public Schedule deterministic() {
        return new Schedule(process, length(), 0);
    }

    public int length() {
        return timesteps.length;
    }

    public int[] timesteps() {
        return timesteps.clone();
    }

    /** Timesteps of rows that stand at {@code steps}, {@code [batch]}. */
    public HostTensor timesteps(int[] steps) {
        float[] t = new float[steps.length];
        for (int i = 0; i < t.length; i++) {
            t[i] = timesteps[steps[i]];
        }
        return HostTensor.of(t, t.length);
    }

    /** The same as fractions of the number of training timesteps. */
    public HostTensor fractions(int[] steps) {
        float[] t = new float[steps.length];
        for (int i = 0; i < t.length; i++) {
            t[i] = (float) timesteps[steps[i]] / trainTimesteps;
        }
        return HostTensor.of(t, t.length);
    }

    /** Coefficients of rows that stand at {@code steps}, {@code [batch, coefficientCount]}. */
    public HostTensor coefficients(int[] steps) {
        int width = coefficients[0].length;
        float[] all = new float[steps.length * width];
        for (int i = 0; i < steps.length; i++) {
            System.arraycopy(coefficients[steps[i]], 0, all, i * width, width);
        }
        return HostTensor.of(all, steps.length, width);
    }
}
