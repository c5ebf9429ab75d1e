package org.tempera.examples.animals.gold;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tempera.base.files.FileHashes;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.nn.layers.TensorNaming;
import org.tempera.nn.weights.ModelFiles;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.RewardInput;
import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Gold, in [0,1]: predicted true quality, times the probability that the painter could have made the picture, times 0.4
 * + 0.6 P(the animal that the prompt names). A prompt that names no known animal counts as unmet.
 */
final class GoldReward implements GraphReward {
    /** Shares of composition, harmony, light and cleanness in quality. */
    static final float[] SHARES = {.25f, .30f, .20f, .25f};
    /** What is left of gold where the animal is wrong. */
    static final float BASE = .4f;

    private final Path weights;
    private final List<String> animals;

    private GoldReward(Path weights, List<String> animals) {
        this.weights = weights;
        this.animals = List.copyOf(animals);
    }

    static GoldReward open(Path weights) {
        ModelFiles.requireFile(weights, "the gold scorer's weights");
        try (SafetensorsFile file = SafetensorsFile.open(weights)) {
            String words = file.metadata().getOrDefault(GoldStage.ANIMALS, "");
            if (words.isEmpty()) {
                throw new UserException(weights
                        + ": expected the names of animals in its metadata, found none. Is this the right file?");
            }
            List<String> animals = List.of(words.split(" "));
            ParameterInventory inventory = new ParameterInventory();
            new GoldNetwork(inventory, animals.size());
            inventory.require("gold scorer", file, TensorNaming.same());
            return new GoldReward(weights, animals);
        }
    }

    @Override
    public Operand<TFloat32> build(GraphScope scope, RewardInput input) {
        Forward f = new Forward(scope);
        Ops tf = scope.tf();
        int batch = input.batchSize();
        int[] size = Forward.sizes(input.images());
        if (size[1] != 32 || size[2] != 32) {
            throw new UserException("gold scorer simple-animals-gold: expected images of 32x32 pixels, found " + size[2]
                    + "x" + size[1] + ". It judges pictures of the simple-animals example alone.");
        }
        // Read when the session starts, so the file is read whole here.
        GoldNetwork network = new GoldNetwork(source(scope), animals.size());
        GoldNetwork.Verdict v = network.apply(f, input.images());
        Operand<TFloat32> factors = tf.math.minimum(tf.math.maximum(v.factors(), tf.constant(0f)), tf.constant(1f));
        Operand<TFloat32> quality = f.reshape(tf.linalg.matMul(factors, f.reshape(tf.constant(SHARES), 4, 1)), batch);
        Operand<TInt32> asked = tf.reshape(input.tokens(new AnimalWords(animals)), tf.constant(new int[] {batch}));
        Operand<TFloat32> here = tf.oneHot(asked, tf.constant(animals.size()), tf.constant(1f), tf.constant(0f));
        Operand<TFloat32> met = tf.reduceSum(tf.math.mul(tf.nn.softmax(v.animals()), here), tf.constant(1));
        Operand<TFloat32> share = tf.math.add(f.scale(met, 1 - BASE), tf.constant(BASE));
        return f.multiply(f.multiply(quality, tf.math.sigmoid(v.painted())), share);
    }

    private org.tempera.nn.layers.ParameterSource source(GraphScope scope) {
        Map<String, float[]> values = new java.util.HashMap<>();
        try (SafetensorsFile file = SafetensorsFile.open(weights)) {
            for (String name : file.names()) {
                values.put(name, file.readFloats(name));
            }
        }
        return (name, layout, shape, fresh) -> {
            float[] stored = java.util.Objects.requireNonNull(values.get(name), name);
            return org.tempera.nn.layers.Weight.of(scope.parameter(
                    name,
                    shape,
                    org.tempera.spi.graph.Initializer.values(target -> target.put(layout.toGraph(stored, shape))),
                    false));
        };
    }

    @Override
    public Map<String, String> provenance() {
        return Map.of(weights.toString(), FileHashes.sha256(weights));
    }

    /** A prompt as one number: the index of the animal that it names, -1 if it names none. */
    record AnimalWords(List<String> animals) implements PromptTokenizer {
        @Override
        public int[] tokenize(String prompt) {
            List<String> words =
                    new ArrayList<>(List.of(prompt.toLowerCase(Locale.ROOT).split("[^a-z]+")));
            for (int i = 0; i < animals.size(); i++) {
                if (words.contains(animals.get(i))) {
                    return new int[] {i};
                }
            }
            return new int[] {-1};
        }

        @Override
        public int length() {
            return 1;
        }
    }
}
