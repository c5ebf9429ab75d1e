package org.tempera.clipscore;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tempera.base.files.FileHashes;
import org.tempera.nn.clip.OpenClipArchitecture;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.nn.weights.ModelFiles;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.RewardInput;
import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The score {@code scale * max(cos(image, text), 0)} of CLIP's embeddings (Hessel et al., 2021, arXiv:2104.08718,
 * section 3), of the prompt as it is: without the prefix "A photo depicts" that the paper sets before captions.
 */
final class ClipScoreReward implements GraphReward {
    private final Optional<Path> architecture;
    private final PretrainedClip clip;
    private final PromptTokenizer tokenizer;
    private final float scale;

    ClipScoreReward(ClipScoreConfig config) {
        this.architecture = Files.isRegularFile(config.clip()) ? Optional.of(architecture(config)) : Optional.empty();
        this.clip = open(config, architecture);
        this.tokenizer = clip.tokenizer();
        this.scale = (float) config.scale();
    }

    /** The JSON of a checkpoint's model: the one beside it if left out. */
    static Path architecture(ClipScoreConfig config) {
        return config.architecture().orElse(config.clip().resolveSibling(OpenClipArchitecture.FILE));
    }

    private static PretrainedClip open(ClipScoreConfig config, Optional<Path> architecture) {
        Path clip = config.clip();
        if (architecture.isPresent()) {
            if (config.architecture().isEmpty() && !ModelFiles.has(architecture.get())) {
                throw new UserException(clip + ": an open_clip checkpoint needs the JSON of its model, but there is no "
                        + OpenClipArchitecture.FILE + " beside it. Set architecture, such as to open_clip's"
                        + " ViT-L-14.json; of a model of transformers, give the folder.");
            }
            return PretrainedClip.openClip(clip, OpenClipArchitecture.read(architecture.get()), config.tokenizer());
        }
        if (config.architecture().isPresent() || config.tokenizer().isPresent()) {
            throw new UserException(clip + ": architecture and tokenizer are for an open_clip checkpoint, but this is "
                    + (Files.exists(clip) ? "a folder, which has its own" : "no file")
                    + ". Leave them out, or give the checkpoint.");
        }
        return PretrainedClip.open(clip);
    }

    @Override
    public Operand<TFloat32> build(GraphScope scope, RewardInput input) {
        Ops tf = scope.tf();
        Operand<TFloat32> image = clip.embedImagesUnit(scope, input.images());
        Operand<TFloat32> text = clip.embedTextsUnit(scope, input.tokens(tokenizer));
        Operand<TFloat32> cosine = tf.reduceSum(tf.math.mul(image, text), tf.constant(1));
        return tf.math.mul(tf.nn.relu(cosine), tf.constant(scale));
    }

    @Override
    public Optional<String> preprocessing() {
        return clip.preprocessing();
    }

    @Override
    public Map<String, String> provenance() {
        Map<String, String> files = new TreeMap<>(clip.provenance());
        architecture.ifPresent(file -> files.put(file.toString(), FileHashes.sha256(file)));
        return files;
    }
}
