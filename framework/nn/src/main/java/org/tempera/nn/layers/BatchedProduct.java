package org.tempera.nn.layers;

import static org.tempera.nn.layers.Product.rounded;
import static org.tempera.nn.layers.Product.wide;

import java.util.List;
import org.tempera.spi.graph.Precision;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/**
 * Products of many matrices at once. TensorFlow's own gradient of {@code BatchMatMulV2} emits V3, which has no oneDNN
 * kernel: the products here carry gradients that stay on V2.
 */
public final class BatchedProduct {
    private BatchedProduct() {}

    /**
     * {@code a b} or {@code a b^T}, for each of the leading indices.
     *
     * @param a {@code [..., rows, inner]}
     * @param b {@code [..., inner, columns]}, or {@code [..., columns, inner]}; with the same leading sizes
     * @return {@code [..., rows, columns]}
     */
    public static Operand<TFloat32> of(Forward f, Operand<TFloat32> a, Operand<TFloat32> b, boolean transposeB) {
        if (f.precision() == Precision.BFLOAT16) {
            return inBfloat16(f, a, b, transposeB);
        }
        Operand<TFloat32> y = batchMatMul(f.tf(), a, b, false, transposeB);
        return f.scope()
                .withGradient(
                        y,
                        List.of(a, b),
                        (t, dy) -> transposeB
                                ? List.of(batchMatMul(t, dy, b, false, false), batchMatMul(t, dy, a, true, false))
                                : List.of(batchMatMul(t, dy, b, false, true), batchMatMul(t, a, dy, true, false)));
    }

    private static Operand<TFloat32> inBfloat16(
            Forward f, Operand<TFloat32> a, Operand<TFloat32> b, boolean transposeB) {
        Operand<TBfloat16> ra = f.scope().rounded(a);
        Operand<TBfloat16> rb = f.scope().rounded(b);
        Operand<TFloat32> y = wide(f.tf(), batchMatMul(f.tf(), ra, rb, false, transposeB));
        return f.scope().withGradient(y, List.of(a, b), (t, dy) -> {
            Operand<TBfloat16> g = rounded(t, dy);
            return transposeB
                    ? List.of(wide(t, batchMatMul(t, g, rb, false, false)), wide(t, batchMatMul(t, g, ra, true, false)))
                    : List.of(wide(t, batchMatMul(t, g, rb, false, true)), wide(t, batchMatMul(t, ra, g, true, false)));
        });
    }

    /** The typed endpoint emits another version of the operation, hence by name. */
    static <T extends TNumber> Operand<T> batchMatMul(
            Ops tf, Operand<T> a, Operand<T> b, boolean adjointA, boolean adjointB) {
        GraphOperationBuilder builder = (GraphOperationBuilder)
                tf.scope().env().opBuilder("BatchMatMulV2", tf.scope().makeOpName("BatchMatMul"), tf.scope());
        builder.addInput(a.asOutput());
        builder.addInput(b.asOutput());
        builder.setAttr("adj_x", adjointA);
        builder.setAttr("adj_y", adjointB);
        return builder.build().<T>output(0);
    }
}
