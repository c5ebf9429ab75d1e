package org.tempera.nn.layers;

import java.nio.FloatBuffer;
import org.tempera.nn.weights.TensorSource;
import org.tensorflow.ndarray.Shape;

/** How a parameter lies in the graph and in the weight files of PyTorch. */
public enum Layout {
    /** The same in both: biases, scales, embedding tables. */
    SAME,
    /** A matrix: {@code [in, out]} in the graph, {@code [out, in]} in files. */
    LINEAR,
    /** A matrix that files hold as a convolution: {@code [in, out]} in the graph, {@code [out, in, 1, 1]} in files. */
    LINEAR_AS_CONVOLUTION,
    /** A matrix that some files hold as a convolution; written as {@code [out, in]}. */
    LINEAR_OR_CONVOLUTION,
    /** A convolution: {@code [height, width, in, out]} in the graph, {@code [out, in, height, width]} in files. */
    CONVOLUTION;

    /** The shape in files of a parameter shaped {@code graph}. */
    public Shape fileShape(Shape graph) {
        long[] s = graph.asArray();
        return switch (this) {
            case SAME -> graph;
            case LINEAR, LINEAR_OR_CONVOLUTION -> Shape.of(s[1], s[0]);
            case LINEAR_AS_CONVOLUTION -> Shape.of(s[1], s[0], 1, 1);
            case CONVOLUTION -> Shape.of(s[3], s[2], s[0], s[1]);
        };
    }

    /** Whether a file may hold the parameter with shape {@code found}. */
    public boolean accepts(Shape graph, Shape found) {
        return found.equals(fileShape(graph))
                || (this == LINEAR_OR_CONVOLUTION && found.equals(LINEAR_AS_CONVOLUTION.fileShape(graph)));
    }

    /** Numbers in the file's order, from the graph's. */
    public float[] toFile(float[] graph, Shape graphShape) {
        return this == SAME ? graph.clone() : transpose(graph, graphShape, true);
    }

    /** Numbers in the graph's order, from the file's. */
    public float[] toGraph(float[] file, Shape graphShape) {
        return this == SAME ? file.clone() : transpose(file, graphShape, false);
    }

    /**
     * Takes numbers in the file's order, part by part, and puts them into {@code target} in the graph's. It holds a few
     * rows of the file at a time, and {@code target} must not be read before all have come.
     *
     * @param target has room for the whole tensor from its position on
     */
    public TensorSource.FloatSink intoGraph(Shape graphShape, FloatBuffer target) {
        return this == SAME
                ? (values, count) -> target.put(values, 0, count)
                : new RowsIntoColumns(graphShape.asArray(), target);
    }

    /** All layouts but SAME are [positions, in, out] in the graph and [out, in, positions] in files. */
    private static float[] transpose(float[] from, Shape graphShape, boolean toFile) {
        long[] s = graphShape.asArray();
        int out = Math.toIntExact(s[s.length - 1]);
        int in = Math.toIntExact(s[s.length - 2]);
        int positions = from.length / Math.max(1, in * out);
        float[] to = new float[from.length];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                int file = (o * in + i) * positions;
                for (int p = 0; p < positions; p++) {
                    int graph = (p * in + i) * out + o;
                    if (toFile) {
                        to[file + p] = from[graph];
                    } else {
                        to[graph] = from[file + p];
                    }
                }
            }
        }
        return to;
    }
}
