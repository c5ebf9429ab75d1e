package org.tempera.diffusers.lora;

import java.util.List;
import java.util.Optional;
import org.tempera.nn.layers.Layout;
import org.tempera.nn.weights.TensorCheck;
import org.tempera.nn.weights.TensorSource;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Initializer;
import org.tensorflow.ndarray.Shape;

/**
 * The two factors that are added to one weight: {@code W + scale (up down)} in files' terms.
 *
 * @param component which model it belongs to
 * @param weight the weight's name in that model
 * @param down the first factor, from the layer's input to the rank
 * @param up the second factor, from the rank to the layer's output
 * @param scale what the product is multiplied with: alpha / rank, and the user's own scale
 * @param alpha the tensor that holds alpha in the file, if there is one
 */
public record LoraPair(
        Component component, String weight, Factor down, Factor up, double scale, Optional<Alpha> alpha) {
    /** Models that adapters apply to. */
    public enum Component {
        UNET("unet", "lora_unet_", ".lora.down.weight", ".lora.up.weight"),
        TRANSFORMER("transformer", "lora_transformer_", ".lora_A.weight", ".lora_B.weight"),
        TEXT_ENCODER("text_encoder", "lora_te_", ".lora_linear_layer.down.weight", ".lora_linear_layer.up.weight"),
        TEXT_ENCODER_2("text_encoder_2", "lora_te2_", ".lora_linear_layer.down.weight", ".lora_linear_layer.up.weight");

        private final String prefix;
        private final String kohya;
        private final String down;
        private final String up;

        Component(String prefix, String kohya, String down, String up) {
            this.prefix = prefix;
            this.kohya = kohya;
            this.down = down;
            this.up = up;
        }

        /** What names start with in files of the diffusers library: the part's folder. */
        public String prefix() {
            return prefix;
        }

        /** What names start with in kohya's files. */
        String kohya() {
            return kohya;
        }

        /** The name of a layer's first factor as the diffusers library writes it. */
        String down(String module) {
            return prefix + "." + module + down;
        }

        /** The name of a layer's second factor as the diffusers library writes it. */
        String up(String module) {
            return prefix + "." + module + up;
        }

        boolean isText() {
            return this == TEXT_ENCODER || this == TEXT_ENCODER_2;
        }
    }

    /**
     * One factor.
     *
     * @param path its name in the adapter's file
     * @param layout how it lies there
     * @param shape its shape in the graph's layout: {@code [in, rank]} or {@code [rank, out]}, or HWIO
     * @param initial its first value
     */
    public record Factor(String path, Layout layout, Shape shape, Initializer initial) {}

    /** An alpha as stored. */
    public record Alpha(String path, float value) {
        /**
         * Reads it: one finite number, whatever its shape; kohya's scripts store a whole one where alpha is the
         * rank.
         */
        static Alpha read(TensorSource source, String name) {
            if (source.info(name).elements() != 1) {
                throw new UserException(source.path() + ": tensor '" + name + "': expected one number, found shape "
                        + source.info(name).shape() + ". Make the adapter again.");
            }
            if (!source.info(name).dtype().isFloating()) {
                return new Alpha(name, source.readLongs(name)[0]);
            }
            float[] values = source.readFloats(name);
            TensorCheck.requireFinite(source, name, values);
            return new Alpha(name, values[0]);
        }
    }

    /** How many numbers the factors of a component's pairs hold. */
    public static long numbers(List<LoraPair> pairs, Component component) {
        return pairs.stream()
                .filter(p -> p.component() == component)
                .mapToLong(p -> p.down().shape().size() + p.up().shape().size())
                .sum();
    }

    /** Rank of the product. */
    public int rank() {
        return Math.toIntExact(down.shape().get(down.shape().numDimensions() - 1));
    }
}
