package org.tempera.examples.animals.gold;

import java.util.ArrayList;
import java.util.List;
import org.tempera.nn.layers.Activation;
import org.tempera.nn.layers.Convolution;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.GroupNorm;
import org.tempera.nn.layers.Linear;
import org.tempera.nn.layers.ParameterSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A residual network on 32x32 pixels: which animal, the four quality factors, how many stray shapes, and whether it is
 * a picture by the painter at all.
 */
final class GoldNetwork {
    private static final int[] WIDTHS = {48, 96, 128};
    private static final int GROUPS = 8;
    private static final int PLACES = 12;
    private static final int HIDDEN = 160;
    private static final double EPSILON = 1e-5;

    private final int animals;
    private final Convolution stem;
    private final List<Block> blocks = new ArrayList<>();
    private final List<Convolution> down = new ArrayList<>();
    private final GroupNorm norm;
    private final Convolution places;
    private final Linear hidden;
    private final Linear out;

    /**
     * What the network says.
     *
     * @param animals logits {@code [batch, animals]}
     * @param factors composition, harmony, light, cleanness {@code [batch, 4]}, about [0,1]
     * @param stray number of stray shapes, quarters {@code [batch]}
     * @param painted logit that the painter made the picture {@code [batch]}
     */
    record Verdict(
            Operand<TFloat32> animals, Operand<TFloat32> factors, Operand<TFloat32> stray, Operand<TFloat32> painted) {}

    private record Block(GroupNorm norm1, Convolution first, GroupNorm norm2, Convolution second) {
        Operand<TFloat32> apply(Forward f, Operand<TFloat32> x) {
            Operand<TFloat32> h = first.apply(f, Activation.SILU.apply(f, norm1.apply(f, x)));
            return f.add(x, second.apply(f, Activation.SILU.apply(f, norm2.apply(f, h))));
        }
    }

    GoldNetwork(ParameterSource source, int animals) {
        this.animals = animals;
        this.stem = new Convolution(source.child("stem"), 3, WIDTHS[0], 4, 2, 1, 1);
        for (int i = 0; i < WIDTHS.length; i++) {
            ParameterSource block = source.child("blocks." + i);
            int width = WIDTHS[i];
            blocks.add(new Block(
                    new GroupNorm(block.child("norm1"), width, GROUPS, EPSILON),
                    new Convolution(block.child("conv1"), width, width, 3),
                    new GroupNorm(block.child("norm2"), width, GROUPS, EPSILON),
                    new Convolution(block.child("conv2"), width, width, 3)));
            if (i + 1 < WIDTHS.length) {
                down.add(new Convolution(source.child("down." + i), width, WIDTHS[i + 1], 3, 2, 0, 1));
            }
        }
        int last = WIDTHS[WIDTHS.length - 1];
        this.norm = new GroupNorm(source.child("norm"), last, GROUPS, EPSILON);
        this.places = new Convolution(source.child("places"), last, PLACES, 1);
        this.hidden = new Linear(source.child("hidden"), 2 * last + 16 * PLACES, HIDDEN, true);
        this.out = new Linear(source.child("out"), HIDDEN, animals + 6, true);
    }

    /** Looks at RGB in [0,1], {@code [batch, 32, 32, 3]}. */
    Verdict apply(Forward f, Operand<TFloat32> rgb) {
        Ops tf = f.tf();
        int batch = Forward.sizes(rgb)[0];
        Operand<TFloat32> h = stem.apply(f, tf.math.sub(f.scale(rgb, 4), tf.constant(2f)));
        for (int i = 0; i < blocks.size(); i++) {
            h = blocks.get(i).apply(f, h);
            if (i < down.size()) {
                h = down.get(i).apply(f, h);
            }
        }
        h = Activation.SILU.apply(f, norm.apply(f, h));
        Operand<TFloat32> everywhere = tf.math.mean(h, tf.constant(new int[] {1, 2}));
        Operand<TFloat32> somewhere = tf.reduceMax(h, tf.constant(new int[] {1, 2}));
        Operand<TFloat32> where = f.reshape(places.apply(f, h), batch, 16 * PLACES);
        Operand<TFloat32> all = hidden.apply(f, f.concat(List.of(everywhere, somewhere, where), 1));
        Operand<TFloat32> y = out.apply(f, Activation.SILU.apply(f, all));
        return new Verdict(
                columns(tf, y, batch, 0, animals),
                columns(tf, y, batch, animals, 4),
                f.reshape(columns(tf, y, batch, animals + 4, 1), batch),
                f.reshape(columns(tf, y, batch, animals + 5, 1), batch));
    }

    private static Operand<TFloat32> columns(Ops tf, Operand<TFloat32> y, int batch, int from, int count) {
        return tf.slice(y, tf.constant(new int[] {0, from}), tf.constant(new int[] {batch, count}));
    }
}
