package org.tempera.nn.clip;

import java.util.Optional;
import org.tempera.nn.layers.Embedding;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.LayerNorm;
import org.tempera.nn.layers.ParameterSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** CLIP's text tower: a causal transformer over tokens, with a last layer norm. */
public final class ClipTextModel {
    private final ClipTextConfig config;
    private final Embedding tokens;
    private final Embedding positions;
    private final ClipEncoder encoder;
    private final LayerNorm norm;

    /**
     * Declares {@code text_model.embeddings...}, {@code text_model.encoder...}, {@code text_model.final_layer_norm}.
     */
    public ClipTextModel(ParameterSource source, ClipTextConfig config) {
        this.config = config;
        ParameterSource model = source.child("text_model");
        this.tokens = new Embedding(model.child("embeddings.token_embedding"), config.vocabularySize(), config.width());
        this.positions =
                new Embedding(model.child("embeddings.position_embedding"), config.maxPositions(), config.width());
        this.encoder = new ClipEncoder(
                model.child("encoder"),
                config.width(),
                config.innerWidth(),
                config.layers(),
                config.heads(),
                config.activation(),
                config.normEpsilon());
        this.norm = new LayerNorm(model.child("final_layer_norm"), config.width(), config.normEpsilon());
    }

    /**
     * The last hidden states, normalised.
     *
     * @param ids token ids {@code [batch, tokens]}, at most as many tokens as there are positions
     * @return {@code [batch, tokens, width]}
     */
    public Operand<TFloat32> apply(Forward f, Operand<TInt32> ids) {
        long[] s = ids.shape().asArray();
        int batch = Math.toIntExact(s[0]);
        int length = Math.toIntExact(s[1]);
        if (length > config.maxPositions()) {
            throw new IllegalArgumentException(
                    "a text must have at most " + config.maxPositions() + " tokens, has " + length);
        }
        Operand<TFloat32> x = f.add(tokens.apply(f, ids), positions.first(f, length));
        x = f.reshape(x, batch * length, config.width());
        x = encoder.apply(f, x, batch, Optional.of(causalMask(f, length)));
        return f.reshape(norm.apply(f, x), batch, length, config.width());
    }

    /**
     * The state at each text's end token.
     *
     * @param hidden {@code [batch, tokens, width]}, from {@link #apply}
     * @param ids {@code [batch, tokens]}
     * @return {@code [batch, width]}
     */
    public Operand<TFloat32> pooled(Forward f, Operand<TFloat32> hidden, Operand<TInt32> ids) {
        Ops tf = f.tf();
        int[] s = Forward.sizes(hidden);
        // Old configs say 2 whatever the vocabulary is; there the end token has the largest id.
        Operand<TInt32> score = config.endToken() == 2
                ? ids
                : tf.dtypes.cast(tf.math.equal(ids, tf.constant(config.endToken())), TInt32.class);
        Operand<TFloat32> here = tf.oneHot(
                tf.math.argMax(score, tf.constant(1), TInt32.class),
                tf.constant(s[1]),
                tf.constant(1f),
                tf.constant(0f));
        return tf.reduceSum(
                tf.math.mul(hidden, tf.reshape(here, tf.constant(new int[] {s[0], s[1], 1}))), tf.constant(1));
    }

    private static Operand<TFloat32> causalMask(Forward f, int length) {
        float[] mask = new float[length * length];
        for (int i = 0; i < length; i++) {
            for (int j = i + 1; j < length; j++) {
                mask[i * length + j] = -Float.MAX_VALUE;
            }
        }
        return f.tf().constant(Shape.of(1, 1, length, length), DataBuffers.of(mask));
    }
}
