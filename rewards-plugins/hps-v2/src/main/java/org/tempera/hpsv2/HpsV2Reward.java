package org.tempera.hpsv2;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.nn.clip.OpenClipArchitecture;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.nn.preprocess.PaddedResize;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.RewardInput;
import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The score {@code cos(image, text)} (Wu et al., 2023, arXiv:2306.09341), about 0.2 to 0.35 for the published weights.
 * The whole picture is looked at, with zeros around where it is not square.
 */
final class HpsV2Reward implements GraphReward {
    private static final List<Double> MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
    private static final List<Double> DEVIATION = List.of(0.26862954, 0.26130258, 0.27577711);

    private final PretrainedClip clip;
    private final PromptTokenizer tokenizer;

    HpsV2Reward(HpsV2Config config) {
        OpenClipArchitecture architecture =
                config.architecture().map(OpenClipArchitecture::read).orElseGet(OpenClipArchitecture::vitH14);
        this.clip = PretrainedClip.openClip(config.checkpoint(), architecture, config.tokenizer());
        this.tokenizer = clip.tokenizer();
    }

    @Override
    public Operand<TFloat32> build(GraphScope scope, RewardInput input) {
        Ops tf = scope.tf();
        Operand<TFloat32> pixels =
                PaddedResize.apply(scope.child("preprocess"), input.images(), clip.imageSize(), MEAN, DEVIATION);
        Operand<TFloat32> image = clip.unit(scope, clip.embedPixels(scope, pixels));
        Operand<TFloat32> text = clip.embedTextsUnit(scope, input.tokens(tokenizer));
        return tf.reduceSum(tf.math.mul(image, text), tf.constant(1));
    }

    @Override
    public Optional<String> preprocessing() {
        return Optional.of(PaddedResize.description(clip.imageSize(), MEAN, DEVIATION));
    }

    @Override
    public Map<String, String> provenance() {
        return clip.provenance();
    }
}
