package org.tempera.aesthetic;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
 * The score {@code w . e / |e| + b} of CLIP's image embedding e: the LAION aesthetic predictor v2 (Schuhmann, 2022), whose
 * five layers have no nonlinearities and are one affine map.
 */
final class AestheticReward implements GraphReward {
    /** The published head, for ViT-L/14. */
    static final String PUBLISHED = "sac+logos+ava1-l14-linearMSE.pth";

    private final PretrainedClip clip;
    private final EmbeddingHead head;
    private final Map<String, String> provenance;

    private AestheticReward(PretrainedClip clip, EmbeddingHead head, Map<String, String> provenance) {
        this.clip = clip;
        this.head = head.requireFits(clip);
        this.provenance = provenance;
    }

    static AestheticReward open(AestheticConfig config) {
        PretrainedClip clip = PretrainedClip.open(config.clip());
        Map<String, String> files = new TreeMap<>(clip.provenance());
        EmbeddingHead head = config.head().map(EmbeddingHead::read).orElseGet(AestheticReward::published);
        files.putAll(head.provenance());
        return new AestheticReward(clip, head, files);
    }

    /** The head in the jar, through a file for as long as it is read. */
    static EmbeddingHead published() {
        try (InputStream in = AestheticReward.class.getResourceAsStream(PUBLISHED)) {
            if (in == null) {
                throw new IllegalStateException("the aesthetic plugin's jar lacks " + PUBLISHED);
            }
            Path file = Files.createTempFile("tempera-aesthetic", ".pth");
            try {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                return EmbeddingHead.read(file).named(Path.of(PUBLISHED));
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the aesthetic plugin's head cannot be unpacked", e);
        }
    }

    @Override
    public Operand<TFloat32> build(GraphScope scope, RewardInput input) {
        return head.apply(scope, clip.embedImagesUnit(scope, input.images()));
    }

    @Override
    public Map<String, String> provenance() {
        return provenance;
    }
}
