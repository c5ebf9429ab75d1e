package org.tempera.pickscore;

import java.util.Map;
import java.util.Optional;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.RewardInput;
import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The score {@code exp(logit_scale) * cos(image, text)} (Kirstain et al., 2023, arXiv:2305.01569, section 3), about 15
 * to 26 for the published weights.
 */
final class PickScoreReward implements GraphReward {
    private final PretrainedClip clip;
    private final PromptTokenizer tokenizer;
    private final float divisor;

    PickScoreReward(PickScoreConfig config) {
        this.clip = PretrainedClip.open(config.clip());
        this.tokenizer = clip.tokenizer();
        this.divisor = (float) config.divisor();
    }

    @Override
    public Operand<TFloat32> build(GraphScope scope, RewardInput input) {
        Ops tf = scope.tf();
        Operand<TFloat32> image = clip.embedImagesUnit(scope, input.images());
        Operand<TFloat32> text = clip.embedTextsUnit(scope, input.tokens(tokenizer));
        Operand<TFloat32> cosine = tf.reduceSum(tf.math.mul(image, text), tf.constant(1));
        return tf.math.div(tf.math.mul(cosine, clip.logitScale(scope)), tf.constant(divisor));
    }

    @Override
    public Optional<String> preprocessing() {
        return clip.preprocessing();
    }

    @Override
    public Map<String, String> provenance() {
        return clip.provenance();
    }
}
