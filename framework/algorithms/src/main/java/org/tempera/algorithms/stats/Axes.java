package org.tempera.algorithms.stats;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Checks and conversions of arrays {@code [sample][step]}. */
public final class Axes {
    private Axes() {}

    /**
     * Number of steps of an array {@code [sample][step]}.
     *
     * @throws IllegalArgumentException if it is empty or its rows differ in length
     */
    public static int steps(String name, double[][] array) {
        if (array.length == 0 || array[0].length == 0) {
            throw new IllegalArgumentException(
                    name + " must not be empty, found " + (array.length == 0 ? "no samples" : "no steps"));
        }
        for (int i = 0; i < array.length; i++) {
            if (array[i].length != array[0].length) {
                throw new IllegalArgumentException(name + " must have equally many steps in every sample, found "
                        + array[0].length + " in sample 0 and " + array[i].length + " in sample " + i);
            }
        }
        return array[0].length;
    }

    /** Refuses an array that is not {@code [samples][steps]}. */
    public static void requireShape(String name, double[][] array, int samples, int steps) {
        int found = steps(name, array);
        if (array.length != samples || found != steps) {
            throw new IllegalArgumentException(
                    name + " must be [" + samples + ", " + steps + "], found [" + array.length + ", " + found + "]");
        }
    }

    /** Refuses a vector of another length. */
    public static void requireLength(String name, int found, int expected) {
        if (found != expected) {
            throw new IllegalArgumentException(name + " must hold " + expected + " numbers, found " + found);
        }
    }

    /** Refuses NaN and infinities: they would spread to every sample through a mean. */
    public static void requireFinite(String name, double[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(name + "[" + i + "] must be finite, found " + values[i]);
            }
        }
    }

    /** Indices of the samples that are not skipped, ascending. */
    public static int[] kept(boolean[] skipped) {
        return IntStream.range(0, skipped.length).filter(i -> !skipped[i]).toArray();
    }

    /** All entries, sample by sample. */
    public static double[] flatten(double[][] array) {
        return Arrays.stream(array).flatMapToDouble(Arrays::stream).toArray();
    }

    /** A copy in double precision, so that sums over an epoch do not lose digits. */
    public static double[] widen(float[] array) {
        double[] out = new double[array.length];
        for (int i = 0; i < array.length; i++) {
            out[i] = array[i];
        }
        return out;
    }

    /** A copy in double precision. */
    public static double[][] widen(float[][] array) {
        return Arrays.stream(array).map(Axes::widen).toArray(double[][]::new);
    }

    /** A copy in single precision, as the graph takes it. */
    public static float[][] narrow(double[][] array) {
        float[][] out = new float[array.length][];
        for (int i = 0; i < array.length; i++) {
            out[i] = new float[array[i].length];
            for (int j = 0; j < array[i].length; j++) {
                out[i][j] = (float) array[i][j];
            }
        }
        return out;
    }

    /**
     * Some of the steps.
     *
     * @param array {@code [sample][step]}
     * @return {@code [sample][chosen step]}
     */
    public static double[][] select(double[][] array, List<Integer> steps) {
        return Arrays.stream(array)
                .map(row -> steps.stream().mapToDouble(step -> row[step]).toArray())
                .toArray(double[][]::new);
    }

    /**
     * Puts what {@link #select} gave back to its steps, with 0 at the others.
     *
     * @param selected {@code [sample][chosen step]}
     * @param total how many steps there are
     * @return {@code [sample][step]}
     */
    public static double[][] scatter(double[][] selected, List<Integer> steps, int total) {
        double[][] out = new double[selected.length][total];
        for (int i = 0; i < out.length; i++) {
            for (int k = 0; k < steps.size(); k++) {
                out[i][steps.get(k)] = selected[i][k];
            }
        }
        return out;
    }

    /** {@code rows[sample]} at every one of {@code steps} steps. */
    public static double[][] repeat(double[] rows, int steps) {
        double[][] out = new double[rows.length][steps];
        for (int i = 0; i < rows.length; i++) {
            Arrays.fill(out[i], rows[i]);
        }
        return out;
    }
}
