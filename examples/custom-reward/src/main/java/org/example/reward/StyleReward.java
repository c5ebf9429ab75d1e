package org.example.reward;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.base.files.FileHashes;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.spi.Doc;
import org.tempera.spi.Required;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardInput;
import org.tempera.spi.reward.RewardProvider;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** Rewards pictures of a style: how far they lie along a direction in CLIP's space of pictures. */
public final class StyleReward implements RewardProvider<StyleReward.Config> {
    public record Config(
            @Required @Doc("Folder of a CLIP model.") Path clip,
            @Required @Doc("Safetensors file with the tensor 'direction', as wide as the model's embeddings.")
                    Path direction) {}

    @Override public String name() { return "style"; }
    @Override public String description() { return "Share of a direction in CLIP's embedding"; }
    @Override public Class<Config> configType() { return Config.class; }
    @Override public Config defaults() { return new Config(Path.of(""), Path.of("")); }

    @Override public Reward create(Config config) {
        PretrainedClip clip = PretrainedClip.open(config.clip());
        float[] direction = direction(config.direction(), clip.embeddingWidth());
        Map<String, String> provenance = new HashMap<>(clip.provenance());
        provenance.put(config.direction().toString(), FileHashes.sha256(config.direction()));
        return new GraphReward() {
            @Override public Operand<TFloat32> build(GraphScope scope, RewardInput in) {
                var tf = scope.tf();
                // Built once, however many rewards read the same weights: PretrainedClip asks for it by scope.shared.
                var embeddings = clip.embedImagesUnit(scope, in.images());
                var weight = scope.parameter(
                        "direction", Shape.of(direction.length), Initializer.values(to -> to.put(direction)), false);
                return tf.reduceSum(tf.math.mul(embeddings, weight.value()), tf.constant(1));
            }

            @Override public Map<String, String> provenance() { return provenance; }
            @Override public Optional<String> preprocessing() { return clip.preprocessing(); }
        };
    }

    private static float[] direction(Path file, int width) {
        try (SafetensorsFile weights = SafetensorsFile.open(file)) {
            if (!weights.names().contains("direction")) {
                throw new UserException(file + ": expected the tensor 'direction', found " + weights.names()
                        + ". Is this the right file?");
            }
            float[] direction = weights.readFloats("direction");
            if (direction.length != width) {
                throw new UserException(file + ": the direction has " + direction.length + " numbers, the CLIP's embeddings "
                        + width + ". Take the CLIP that it was made with.");
            }
            return direction;
        }
    }
}
