package org.tempera.core.reward;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.config.BallScore;
import org.tempera.core.config.BallSettings;
import org.tempera.core.plugin.StandIn;
import org.tempera.nn.preprocess.ContinuousImages;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.RewardInput;
import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceMax;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A reward at the worst picture of a small ball around each picture, or how much lower it is there: the perturbation of
 * samples in RSA-FT (Kim and Sim, CVPR 2026, arXiv 2603.21175). The worst picture is one step of length radius against
 * the reward's gradient, within [0,1]; its distance is a constant in the gradient of the worst picture's score, which
 * is that of the reward there.
 *
 * @param reward with a gradient
 * @param falls 1, or -1 where a low score is what is wanted
 */
record BallReward(GraphReward reward, BallSettings ball, int falls) implements GraphReward, StandIn {
    /** A gradient of nothing but zeros has no direction: such a picture stays as it is. */
    private static final float TINY = 1e-30f;

    /** The reward as a config has it scored: itself without a ball. */
    static GraphReward of(GraphReward reward, BallSettings ball, double weight) {
        return ball.isNone() || !reward.differentiable() || reward instanceof BallReward
                ? reward
                : new BallReward(reward, ball, weight < 0 ? -1 : 1);
    }

    /** {@inheritDoc} A fall has none: what the picture's own score would add to it is held fixed. */
    @Override
    public boolean differentiable() {
        return ball.score() == BallScore.WORST;
    }

    @Override
    public Class<?> plugin() {
        return StandIn.pluginOf(reward);
    }

    @Override
    public Map<String, String> provenance() {
        return reward.provenance();
    }

    @Override
    public Optional<String> preprocessing() {
        return reward.preprocessing();
    }

    @Override
    public Operand<TFloat32> build(GraphScope scope, RewardInput input) {
        Ops tf = scope.tf();
        Operand<TFloat32> fixed = tf.stopGradient(input.images());
        // Pixels that were rounded would have no gradient.
        ContinuousImages.declare(scope, fixed);
        Operand<TFloat32> own = reward.build(scope.child("own"), at(input, fixed));
        Operand<TFloat32> gradient = scope.gradients(
                        tf.math.mul(tf.reduceSum(own, tf.constant(0)), tf.constant((float) falls)), List.of(fixed))
                .get(0);
        Operand<TFloat32> worst = tf.math.minimum(
                tf.math.maximum(tf.math.sub(fixed, step(tf, gradient)), tf.constant(0f)), tf.constant(1f));
        Operand<TFloat32> there = tf.math.add(input.images(), tf.stopGradient(tf.math.sub(worst, fixed)));
        ContinuousImages.declare(scope, there);
        Operand<TFloat32> score = reward.build(scope.child("worst"), at(input, there));
        return ball.score() == BallScore.WORST
                ? score
                : tf.math.mul(tf.math.sub(own, score), tf.constant((float) falls));
    }

    /** The gradient's direction, its root mean square over a picture the radius. */
    private Operand<TFloat32> step(Ops tf, Operand<TFloat32> gradient) {
        // By its largest number first, for the squares of small ones would vanish.
        int[] axes = {1, 2, 3};
        Operand<TFloat32> largest = tf.reduceMax(tf.math.abs(gradient), tf.constant(axes), ReduceMax.keepDims(true));
        Operand<TFloat32> scaled = tf.math.div(gradient, tf.math.maximum(largest, tf.constant(TINY)));
        Operand<TFloat32> square = tf.math.mean(tf.math.square(scaled), tf.constant(axes), Mean.keepDims(true));
        Operand<TFloat32> length = tf.math.sqrt(tf.math.maximum(square, tf.constant(TINY)));
        return tf.stopGradient(tf.math.mul(tf.math.div(scaled, length), tf.constant((float) ball.radius())));
    }

    private static RewardInput at(RewardInput input, Operand<TFloat32> images) {
        return new RewardInput() {
            @Override
            public Operand<TFloat32> images() {
                return images;
            }

            @Override
            public int batchSize() {
                return input.batchSize();
            }

            @Override
            public Operand<TInt32> tokens(PromptTokenizer tokenizer) {
                return input.tokens(tokenizer);
            }
        };
    }
}
