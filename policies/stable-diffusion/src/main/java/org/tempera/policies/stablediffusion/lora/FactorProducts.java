package org.tempera.policies.stablediffusion.lora;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.nn.layers.BatchedProduct;
import org.tempera.nn.layers.Forward;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The products of adapters' factors. Those of small weights of one size are made in one batch: a thin product costs a
 * kernel's preparation rather than arithmetic, in the gradient twice more.
 */
final class FactorProducts {
    /** Numbers of a weight above which its product is made by itself: the batch is a copy. */
    private static final long LARGE = 1L << 16;

    private final List<Product> declared = new ArrayList<>();
    private final Map<Product, Operand<TFloat32>> values = new LinkedHashMap<>();

    /** One product, {@code scale down up}. */
    record Product(Parameter down, Parameter up, double scale) {
        int rank() {
            return Math.toIntExact(up.shape().get(0));
        }

        int in() {
            return Math.toIntExact(down.size() / rank());
        }

        int out() {
            return Math.toIntExact(up.shape().get(1));
        }

        private Kind kind() {
            return new Kind(in(), rank(), out(), scale);
        }
    }

    private record Kind(int in, int rank, int out, double scale) {}

    /** Announces a product, before the first {@link #value}. */
    void add(Product product) {
        declared.add(product);
    }

    /** A product in the shape of its weight. The first call makes all. */
    Operand<TFloat32> value(GraphScope scope, Product wanted, Shape shape) {
        if (values.isEmpty()) {
            Map<Kind, List<Product>> kinds = new LinkedHashMap<>();
            declared.forEach(
                    p -> kinds.computeIfAbsent(p.kind(), k -> new ArrayList<>()).add(p));
            kinds.forEach((kind, products) -> make(new Forward(scope), kind, products));
        }
        Operand<TFloat32> value = values.get(wanted);
        if (value == null) {
            throw new IllegalStateException("an adapted weight was declared after others were used");
        }
        return shape.numDimensions() == 2
                ? value
                : scope.tf().reshape(value, scope.tf().constant(shape.asArray()));
    }

    private void make(Forward f, Kind kind, List<Product> products) {
        Ops tf = f.tf();
        if (products.size() == 1 || (long) kind.in() * kind.out() > LARGE) {
            for (Product p : products) {
                Operand<TFloat32> down = f.scale(f.reshape(p.down().value(), kind.in(), kind.rank()), kind.scale());
                values.put(p, tf.linalg.matMul(down, p.up().value()));
            }
            return;
        }
        List<Operand<TFloat32>> downs = new ArrayList<>();
        List<Operand<TFloat32>> ups = new ArrayList<>();
        for (Product p : products) {
            downs.add(f.reshape(p.down().value(), kind.in(), kind.rank()));
            ups.add(p.up().value());
        }
        Operand<TFloat32> all = BatchedProduct.of(f, f.scale(tf.stack(downs), kind.scale()), tf.stack(ups), false);
        List<org.tensorflow.Output<TFloat32>> each =
                tf.unstack(all, (long) products.size()).output();
        for (int i = 0; i < each.size(); i++) {
            values.put(products.get(i), each.get(i));
        }
    }
}
