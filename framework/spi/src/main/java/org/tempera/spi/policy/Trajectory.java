package org.tempera.spi.policy;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The steps that a sample takes from noise to a clean latent, in sampling order: made by a {@link NoiseProcess}, as one
 * value, for all who sample, learn or verify.
 *
 * @param timesteps where each step starts, in training timesteps, whole or not: finite, each below the one before,
 *     {@code [step]}
 * @param coefficients the row of each step, all of one length, finite, {@code [step][coefficientCount]}
 * @param stochastic whether a step adds noise, and with it has a log-probability: its standard deviation is above 0,
 *     {@code [step]}
 * @param initialStandardDeviation standard deviation of the latent that sampling starts from, above 0; 1 for DDIM
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, compared by their content
public record Trajectory(
        float[] timesteps, float[][] coefficients, boolean[] stochastic, double initialStandardDeviation) {
    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if they do not fit together, or hold a number that they must not
     */
    public Trajectory {
        timesteps = timesteps.clone();
        coefficients = rows(coefficients);
        stochastic = stochastic.clone();
        int steps = timesteps.length;
        if (coefficients.length != steps || stochastic.length != steps) {
            throw new IllegalArgumentException("a trajectory of " + steps + " timesteps has " + coefficients.length
                    + " rows of coefficients and " + stochastic.length + " steps that are stochastic or not");
        }
        for (int i = 0; i < steps; i++) {
            if (!Float.isFinite(timesteps[i]) || (i > 0 && timesteps[i] >= timesteps[i - 1])) {
                throw new IllegalArgumentException(
                        "timesteps must be finite and fall from step to step, were " + Arrays.toString(timesteps));
            }
            if (coefficients[i].length != coefficients[0].length) {
                throw new IllegalArgumentException("rows of coefficients must be equally long, found "
                        + coefficients[0].length + " at step 0 and " + coefficients[i].length + " at step " + i);
            }
            for (float c : coefficients[i]) {
                if (!Float.isFinite(c)) {
                    throw new IllegalArgumentException(
                            "coefficients must be finite, were " + Arrays.toString(coefficients[i]) + " at step " + i);
                }
            }
        }
        if (!(initialStandardDeviation > 0) || Double.isInfinite(initialStandardDeviation)) {
            throw new IllegalArgumentException(
                    "the initial standard deviation must be above 0 and finite, was " + initialStandardDeviation);
        }
    }

    private static float[][] rows(float[][] rows) {
        return Arrays.stream(rows).map(float[]::clone).toArray(float[][]::new);
    }

    /** How many steps there are. */
    public int steps() {
        return timesteps.length;
    }

    @Override
    public float[] timesteps() {
        return timesteps.clone();
    }

    @Override
    public float[][] coefficients() {
        return rows(coefficients);
    }

    @Override
    public boolean[] stochastic() {
        return stochastic.clone();
    }

    /** The steps that are stochastic, ascending. */
    public List<Integer> stochasticSteps() {
        return IntStream.range(0, steps())
                .filter(step -> stochastic[step])
                .boxed()
                .toList();
    }

    /** The step that starts from a timestep; empty if none does. */
    public OptionalInt stepFrom(double timestep) {
        return IntStream.range(0, steps())
                .filter(step -> timesteps[step] == (float) timestep)
                .findFirst();
    }

    /**
     * The first so many steps.
     *
     * @throws IllegalArgumentException if there are not as many
     */
    public Trajectory first(int steps) {
        if (steps < 0 || steps > steps()) {
            throw new IllegalArgumentException(
                    "expected 0 to " + steps() + " of a trajectory's " + steps() + " steps, found " + steps);
        }
        return new Trajectory(
                Arrays.copyOf(timesteps, steps),
                Arrays.copyOf(coefficients, steps),
                Arrays.copyOf(stochastic, steps),
                initialStandardDeviation);
    }

    /**
     * This trajectory's steps where {@code own} holds, and another's elsewhere, such as stochastic steps in a
     * trajectory that is deterministic otherwise.
     *
     * @param own by the step
     * @param elsewhere from the same initial deviation through the same timesteps
     * @throws IllegalArgumentException if the other goes elsewhere
     */
    public Trajectory where(IntPredicate own, Trajectory elsewhere) {
        if (!Arrays.equals(timesteps, elsewhere.timesteps)
                || initialStandardDeviation != elsewhere.initialStandardDeviation) {
            throw new IllegalArgumentException("trajectories must start alike and visit the same timesteps, were "
                    + Arrays.toString(timesteps) + " from " + initialStandardDeviation + " and "
                    + Arrays.toString(elsewhere.timesteps) + " from " + elsewhere.initialStandardDeviation);
        }
        float[][] rows = new float[steps()][];
        boolean[] noisy = new boolean[steps()];
        for (int step = 0; step < steps(); step++) {
            Trajectory of = own.test(step) ? this : elsewhere;
            rows[step] = of.coefficients[step];
            noisy[step] = of.stochastic[step];
        }
        return new Trajectory(timesteps, rows, noisy, initialStandardDeviation);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Trajectory t
                && Arrays.equals(timesteps, t.timesteps)
                && Arrays.deepEquals(coefficients, t.coefficients)
                && Arrays.equals(stochastic, t.stochastic)
                && initialStandardDeviation == t.initialStandardDeviation;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(timesteps) * 31 + Arrays.deepHashCode(coefficients);
    }
}
