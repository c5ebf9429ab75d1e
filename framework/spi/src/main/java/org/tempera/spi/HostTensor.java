package org.tempera.spi;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * A dense float array on the host, in row-major order; the value in which tensors cross between the graph and plain
 * Java.
 *
 * <p>Owns its array: {@link #of} takes it without a copy, so the caller must not write to it afterwards.
 */
public final class HostTensor {
    private final float[] data;
    private final int[] shape;

    private HostTensor(float[] data, int[] shape) {
        this.data = data;
        this.shape = shape;
    }

    /** Wraps {@code data}, whose length must be the product of {@code shape}. */
    public static HostTensor of(float[] data, int... shape) {
        long size = 1;
        for (int d : shape) {
            size *= d;
        }
        if (size != data.length) {
            throw new IllegalArgumentException(
                    "shape " + Arrays.toString(shape) + " holds " + size + " numbers, found " + data.length);
        }
        return new HostTensor(data, shape.clone());
    }

    /** A tensor of no axes. */
    public static HostTensor scalar(float value) {
        return new HostTensor(new float[] {value}, new int[0]);
    }

    /** Sizes of the axes. */
    public int[] shape() {
        return shape.clone();
    }

    /** How many axes it has. */
    public int rank() {
        return shape.length;
    }

    /** Size of one axis. */
    public int size(int axis) {
        return shape[axis];
    }

    /** How many numbers it holds. */
    public int size() {
        return data.length;
    }

    /** The numbers themselves, not a copy: read only. */
    public float[] data() {
        return data;
    }

    /** The number at a place in row-major order. */
    public float get(int flatIndex) {
        return data[flatIndex];
    }

    /** The only number of a tensor of size one. */
    public float scalarValue() {
        if (data.length != 1) {
            throw new IllegalStateException("expected one number, found shape " + Arrays.toString(shape));
        }
        return data[0];
    }

    /** The same numbers under another shape. */
    public HostTensor reshape(int... newShape) {
        return of(data, newShape);
    }

    /**
     * The numbers with axes reordered: axis i of the result is axis {@code order[i]} of this, such as (0,3,1,2) for
     * NHWC to NCHW.
     */
    public HostTensor transpose(int... order) {
        int rank = shape.length;
        if (order.length != rank) {
            throw new IllegalArgumentException("expected " + rank + " axes, found " + Arrays.toString(order));
        }
        int[] strides = new int[rank];
        int stride = 1;
        for (int i = rank - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape[i];
        }
        int[] s = new int[rank];
        for (int i = 0; i < rank; i++) {
            s[i] = shape[order[i]];
        }
        float[] out = new float[data.length];
        int[] at = new int[rank];
        int from = 0;
        for (int i = 0; i < out.length; i++) {
            out[i] = data[from];
            for (int axis = rank - 1; axis >= 0; axis--) {
                from += strides[order[axis]];
                if (++at[axis] < s[axis]) {
                    break;
                }
                from -= at[axis] * strides[order[axis]];
                at[axis] = 0;
            }
        }
        return of(out, s);
    }

    /** Rows {@code from} (inclusive) to {@code to} (exclusive) of the first axis, copied. */
    public HostTensor rows(int from, int to) {
        int row = shape[0] == 0 ? 0 : data.length / shape[0];
        int[] s = shape.clone();
        s[0] = to - from;
        return of(Arrays.copyOfRange(data, from * row, to * row), s);
    }

    /** A matrix of rows that are made one by one. */
    public static HostTensor rows(int rows, int width, IntFunction<float[]> row) {
        float[] all = new float[rows * width];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(row.apply(i), 0, all, i * width, width);
        }
        return of(all, rows, width);
    }

    /** Stacks equally shaped tensors along a new first axis. */
    public static HostTensor stack(java.util.List<HostTensor> parts) {
        int[] first = parts.get(0).shape;
        float[] all = new float[parts.size() * parts.get(0).data.length];
        int at = 0;
        for (HostTensor p : parts) {
            if (!Arrays.equals(first, p.shape)) {
                throw new IllegalArgumentException(
                        "cannot stack shape " + Arrays.toString(p.shape) + " on shape " + Arrays.toString(first));
            }
            System.arraycopy(p.data, 0, all, at, p.data.length);
            at += p.data.length;
        }
        int[] s = new int[first.length + 1];
        s[0] = parts.size();
        System.arraycopy(first, 0, s, 1, first.length);
        return of(all, s);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof HostTensor t && Arrays.equals(shape, t.shape) && Arrays.equals(data, t.data);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + Arrays.hashCode(data);
    }

    @Override
    public String toString() {
        return "HostTensor" + Arrays.toString(shape);
    }
}
