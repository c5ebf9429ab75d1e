package org.tempera.nn.layers;

import org.tempera.spi.HostTensor;

/** Turns images and latents on the host between PyTorch's order of axes and the graph's. */
public final class ImageLayout {
    private ImageLayout() {}

    /** {@code [..., channels, height, width]} to {@code [..., height, width, channels]}. */
    public static HostTensor toNhwc(HostTensor nchw) {
        int r = nchw.rank();
        return move(
                nchw,
                nchw.size(r - 3),
                nchw.size(r - 2) * nchw.size(r - 1),
                nchw.size(r - 2),
                nchw.size(r - 1),
                nchw.size(r - 3));
    }

    /** {@code [..., height, width, channels]} to {@code [..., channels, height, width]}. */
    public static HostTensor toNchw(HostTensor nhwc) {
        int r = nhwc.rank();
        return move(
                nhwc,
                nhwc.size(r - 3) * nhwc.size(r - 2),
                nhwc.size(r - 1),
                nhwc.size(r - 1),
                nhwc.size(r - 3),
                nhwc.size(r - 2));
    }

    /** Transposes the last axes, seen as a matrix [rows, columns], and names the new sizes. */
    private static HostTensor move(HostTensor x, int rows, int columns, int... last) {
        float[] from = x.data();
        float[] to = new float[from.length];
        int size = rows * columns;
        for (int start = 0; start < from.length; start += size) {
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    to[start + j * rows + i] = from[start + i * columns + j];
                }
            }
        }
        int[] shape = x.shape();
        System.arraycopy(last, 0, shape, shape.length - last.length, last.length);
        return HostTensor.of(to, shape);
    }
}
