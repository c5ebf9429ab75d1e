package org.tempera.algorithms.critic;

import org.tempera.nn.clip.PretrainedClip;
import org.tempera.spi.critic.CriticNetwork.State;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.PolicyNetwork;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Decodes a latent and embeds the picture, to rows of unit length or of entries of order one.
 *
 * @param clip the encoder, in the graph once for all that read it
 * @param policy decodes
 * @param clean whether the predicted clean latent is decoded; otherwise the noisy one
 * @param published whether pictures are rounded to 8 bits and rows have unit length, as in the published code;
 *     otherwise rows have length sqrt(width), so that the first layer's inputs have the scale that its initialisation
 *     assumes
 */
record EncodedFeatures(PretrainedClip clip, PolicyNetwork policy, boolean clean, boolean published)
        implements CriticFeatures {
    @Override
    public int width() {
        return clip.embeddingWidth();
    }

    @Override
    public Operand<TFloat32> build(GraphScope scope, State state) {
        Ops tf = scope.tf();
        Operand<TFloat32> images =
                policy.preview(scope.child("decode"), clean ? state.predictedClean() : state.latents());
        if (!published) {
            return tf.math.mul(clip.embedImagesUnit(scope, images), tf.constant((float) Math.sqrt(width())));
        }
        Operand<TFloat32> levels = tf.constant(255f);
        return clip.embedImagesUnit(scope, tf.math.div(tf.math.round(tf.math.mul(images, levels)), levels));
    }
}
