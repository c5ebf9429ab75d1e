package org.tempera.core.learn;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Sums arrays that lie end to end, in slices of one size, which may begin and end within an array: however much is
 * summed, a slice of it is held at a time, and the arrays that reach into it.
 *
 * @param <K> by which an array is known
 */
final class SlicedSum<K> {
    private final float[] slice;
    private final UnaryOperator<float[]> sum;
    private final Consumer<Map<K, float[]>> take;
    private final Deque<Begun<K>> begun = new ArrayDeque<>();
    private int filled;
    /** Numbers of the first that is begun that have their sums. */
    private int summed;

    private record Begun<K>(K key, float[] sums) {}

    /**
     * Sums nothing yet.
     *
     * @param size numbers of a slice
     * @param sum gives as many sums as there are numbers in a slice; the last slice may have fewer
     * @param take is given the arrays' sums, in their order, once they are whole
     */
    SlicedSum(int size, UnaryOperator<float[]> sum, Consumer<Map<K, float[]>> take) {
        slice = new float[size];
        this.sum = sum;
        this.take = take;
    }

    /** The next array, of one number at least. */
    void add(K key, float[] own) {
        begun.add(new Begun<>(key, new float[own.length]));
        int from = 0;
        while (from < own.length) {
            int length = Math.min(own.length - from, slice.length - filled);
            System.arraycopy(own, from, slice, filled, length);
            from += length;
            filled += length;
            if (filled == slice.length) {
                end();
            }
        }
    }

    /** Sums what has been added and not summed. */
    void end() {
        if (filled == 0) {
            return;
        }
        float[] sums = sum.apply(filled == slice.length ? slice : Arrays.copyOf(slice, filled));
        Map<K, float[]> whole = new LinkedHashMap<>();
        int from = 0;
        while (from < filled) {
            Begun<K> first = begun.element();
            int length = Math.min(first.sums.length - summed, filled - from);
            System.arraycopy(sums, from, first.sums, summed, length);
            from += length;
            summed += length;
            if (summed == first.sums.length) {
                whole.put(first.key, first.sums);
                begun.remove();
                summed = 0;
            }
        }
        filled = 0;
        if (!whole.isEmpty()) {
            take.accept(whole);
        }
    }
}
