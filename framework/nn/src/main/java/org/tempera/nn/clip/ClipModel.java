package org.tempera.nn.clip;

import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.Layout;
import org.tempera.nn.layers.Linear;
import org.tempera.nn.layers.ParameterSource;
import org.tempera.nn.layers.Weight;
import org.tempera.spi.graph.Initializer;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Both towers of CLIP (Radford et al., 2021) and their projections into one space, under transformers' names. */
public final class ClipModel {
    /** ln(1 / 0.07), the temperature that training starts with. */
    private static final float FIRST_LOGIT_SCALE = 2.6592f;

    private final ClipVisionModel vision;
    private final ClipTextModel text;
    private final Linear visualProjection;
    private final Linear textProjection;
    private final Weight logitScale;

    /** Declares {@code vision_model... text_model... visual_projection text_projection logit_scale}. */
    public ClipModel(ParameterSource source, ClipConfig config) {
        this.vision = new ClipVisionModel(source, config.vision());
        this.text = new ClipTextModel(source, config.text());
        this.visualProjection =
                new Linear(source.child("visual_projection"), config.vision().width(), config.projection(), false);
        this.textProjection =
                new Linear(source.child("text_projection"), config.text().width(), config.projection(), false);
        this.logitScale =
                source.weight("logit_scale", Layout.SAME, Shape.scalar(), new Initializer.Constant(FIRST_LOGIT_SCALE));
    }

    /**
     * Embeddings of images {@code [batch, size, size, 3]}, normalised pixels: {@code [batch, projection]}, not of unit
     * length.
     */
    public Operand<TFloat32> imageFeatures(Forward f, Operand<TFloat32> pixels) {
        return visualProjection.apply(f, vision.pooled(f, vision.apply(f, pixels)));
    }

    /** Embeddings of texts {@code [batch, tokens]}: {@code [batch, projection]}, not of unit length. */
    public Operand<TFloat32> textFeatures(Forward f, Operand<TInt32> ids) {
        return textProjection.apply(f, text.pooled(f, text.apply(f, ids), ids));
    }

    /** The factor of cosines in logits, exp of the stored logarithm: a scalar. */
    public Operand<TFloat32> scale(Forward f) {
        return f.tf().math.exp(logitScale.value(f.weights()));
    }

    /** Rows divided by their Euclidean lengths. */
    public static Operand<TFloat32> unit(Forward f, Operand<TFloat32> rows) {
        Ops tf = f.tf();
        Operand<TFloat32> squares =
                tf.reduceSum(tf.math.square(rows), tf.constant(1), org.tensorflow.op.core.ReduceSum.keepDims(true));
        return f.multiply(rows, tf.math.rsqrt(tf.math.add(squares, tf.constant(1e-12f))));
    }
}
