package org.tempera.nn.blip;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tempera.nn.layers.Attention;
import org.tempera.nn.layers.Embedding;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.LayerNorm;
import org.tempera.nn.layers.Linear;
import org.tempera.nn.layers.ParameterSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * BLIP's image-grounded text encoder (Li et al., 2022, section 3.1): BERT's post-norm layers, with attention to the
 * image between self-attention and feed-forward.
 */
public final class MedTextModel {
    private static final float MASKED = -10000f;

    private final MedConfig config;
    private final Embedding words;
    private final Embedding positions;
    private final LayerNorm norm;
    private final List<Layer> layers = new ArrayList<>();

    private record Layer(AttentionBlock self, AttentionBlock cross, Linear inner, Linear outer, LayerNorm norm) {}

    private record AttentionBlock(Linear query, Linear key, Linear value, Linear out, LayerNorm norm) {
        static AttentionBlock of(ParameterSource source, int width, int seenWidth, double epsilon) {
            return new AttentionBlock(
                    new Linear(source.child("self.query"), width, width, true),
                    new Linear(source.child("self.key"), seenWidth, width, true),
                    new Linear(source.child("self.value"), seenWidth, width, true),
                    new Linear(source.child("output.dense"), width, width, true),
                    new LayerNorm(source.child("output.LayerNorm"), width, epsilon));
        }

        Operand<TFloat32> apply(
                Forward f,
                Operand<TFloat32> x,
                Operand<TFloat32> seen,
                int batch,
                int heads,
                Optional<Operand<TFloat32>> mask) {
            Operand<TFloat32> a =
                    Attention.apply(f, query.apply(f, x), key.apply(f, seen), value.apply(f, seen), batch, heads, mask);
            return norm.apply(f, f.add(out.apply(f, a), x));
        }
    }

    /** Declares {@code embeddings...} and {@code encoder.layer...}. @param imageWidth numbers of an image's state */
    public MedTextModel(ParameterSource source, MedConfig config, int imageWidth) {
        this.config = config;
        int width = config.width();
        double epsilon = config.normEpsilon();
        ParameterSource embeddings = source.child("embeddings");
        this.words = new Embedding(embeddings.child("word_embeddings"), config.vocabularySize(), width);
        this.positions = new Embedding(embeddings.child("position_embeddings"), config.maxPositions(), width);
        this.norm = new LayerNorm(embeddings.child("LayerNorm"), width, epsilon);
        for (int i = 0; i < config.layers(); i++) {
            ParameterSource layer = source.child("encoder.layer." + i);
            layers.add(new Layer(
                    AttentionBlock.of(layer.child("attention"), width, width, epsilon),
                    AttentionBlock.of(layer.child("crossattention"), width, imageWidth, epsilon),
                    new Linear(layer.child("intermediate.dense"), width, config.innerWidth(), true),
                    new Linear(layer.child("output.dense"), config.innerWidth(), width, true),
                    new LayerNorm(layer.child("output.LayerNorm"), width, epsilon)));
        }
    }

    /**
     * The last state of each text's first token.
     *
     * @param ids {@code [batch, tokens]}; below 0 where a text has ended
     * @param image states of each text's image, {@code [batch * imageTokens, imageWidth]}
     * @return {@code [batch, width]}
     */
    public Operand<TFloat32> first(Forward f, Operand<TInt32> ids, Operand<TFloat32> image) {
        Ops tf = f.tf();
        long[] s = ids.shape().asArray();
        int batch = Math.toIntExact(s[0]);
        int length = Math.toIntExact(s[1]);
        Operand<TFloat32> x =
                tf.math.add(words.apply(f, tf.math.maximum(ids, tf.constant(0))), positions.first(f, length));
        x = norm.apply(f, f.reshape(x, batch * length, config.width()));
        Operand<TFloat32> ended = tf.dtypes.cast(tf.math.less(ids, tf.constant(0)), TFloat32.class);
        Operand<TFloat32> mask = f.reshape(tf.math.mul(ended, tf.constant(MASKED)), batch, 1, 1, length);
        for (Layer l : layers) {
            x = l.self.apply(f, x, x, batch, config.heads(), Optional.of(mask));
            x = l.cross.apply(f, x, image, batch, config.heads(), Optional.empty());
            Operand<TFloat32> inner = config.activation().apply(f, l.inner.apply(f, x));
            x = l.norm.apply(f, f.add(l.outer.apply(f, inner), x));
        }
        Operand<TFloat32> first = tf.slice(
                f.reshape(x, batch, length, config.width()),
                tf.constant(new int[] {0, 0, 0}),
                tf.constant(new int[] {batch, 1, config.width()}));
        return f.reshape(first, batch, config.width());
    }
}
