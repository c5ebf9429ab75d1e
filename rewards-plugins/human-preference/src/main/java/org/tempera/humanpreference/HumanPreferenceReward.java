package org.tempera.humanpreference;

import java.util.Map;
import java.util.TreeMap;
import org.tempera.nn.clip.EmbeddingHead;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.RewardInput;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The score {@code s = w . e / |e| + b} of CLIP's image embedding e, with {@code P(a chosen over b) = 1 / (1 + exp(s_b -
 * s_a))} (Bradley and Terry, 1952). It does not see the prompt.
 */
final class HumanPreferenceReward implements GraphReward {
    private final PretrainedClip clip;
    private final EmbeddingHead head;

    private HumanPreferenceReward(PretrainedClip clip, EmbeddingHead head) {
        this.clip = clip;
        this.head = head.requireFits(clip);
    }

    static HumanPreferenceReward open(HumanPreferenceConfig config) {
        return new HumanPreferenceReward(PretrainedClip.open(config.clip()), EmbeddingHead.read(config.head()));
    }

    @Override
    public Operand<TFloat32> build(GraphScope scope, RewardInput input) {
        return head.apply(scope, clip.embedImagesUnit(scope, input.images()));
    }

    @Override
    public Map<String, String> provenance() {
        Map<String, String> files = new TreeMap<>(clip.provenance());
        files.putAll(head.provenance());
        return files;
    }
}
