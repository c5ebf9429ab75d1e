package org.tempera.nn.clip;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.RewardInput;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The score {@code w . e / |e| + b} of CLIP's image embedding e, which does not see the prompt. */
public final class ImageHeadReward implements GraphReward {
    private final PretrainedClip clip;
    private final EmbeddingHead head;

    /**
     * Puts a head on a CLIP.
     *
     * @throws org.tempera.spi.UserException if the head is for embeddings of another width
     */
    public ImageHeadReward(PretrainedClip clip, EmbeddingHead head) {
        this.clip = clip;
        this.head = head.requireFits(clip);
    }

    @Override
    public Operand<TFloat32> build(GraphScope scope, RewardInput input) {
        return head.apply(scope, clip.embedImagesUnit(scope, input.images()));
    }

    @Override
    public Optional<String> preprocessing() {
        return clip.preprocessing();
    }

    @Override
    public Map<String, String> provenance() {
        Map<String, String> files = new TreeMap<>(clip.provenance());
        files.putAll(head.provenance());
        return files;
    }
}
