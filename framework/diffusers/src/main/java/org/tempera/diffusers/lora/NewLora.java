package org.tempera.diffusers.lora;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.diffusers.lora.LoraPair.Factor;
import org.tempera.nn.layers.Layout;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Initializer;
import org.tensorflow.ndarray.Shape;

/**
 * An untrained adapter: first factors drawn from N(0, 1 / rank^2), second factors zero, as diffusers and peft's
 * {@code gaussian} begin, so that it changes nothing before the first update.
 */
public final class NewLora {
    private NewLora() {}

    /**
     * Pairs for every layer of the denoiser that is a target or ends with a dot and a target, such as {@code to_q}.
     *
     * @param alpha the product is multiplied with alpha / rank
     * @throws UserException if a target fits no layer
     */
    public static List<LoraPair> pairs(ParameterInventory unet, int rank, double alpha, List<String> targets) {
        List<LoraPair> pairs = new ArrayList<>();
        List<String> unused = new ArrayList<>(targets);
        for (String name : unet.names()) {
            ParameterInventory.Entry entry = unet.entries().get(name);
            if (entry == null || !name.endsWith(".weight") || entry.shape().numDimensions() < 2) {
                continue;
            }
            String module = name.substring(0, name.length() - ".weight".length());
            Optional<String> target = targets.stream()
                    .filter(t -> module.equals(t) || module.endsWith("." + t))
                    .findFirst();
            if (target.isPresent()) {
                unused.remove(target.get());
                pairs.add(pair(module, entry, rank, alpha));
            }
        }
        if (!unused.isEmpty()) {
            throw new UserException("policy.stable-diffusion.adapter.targets: the model has no layer named "
                    + String.join(", ", unused)
                    + ". Layers of its attention are to_q, to_k, to_v, to_out.0; others are proj_in, proj_out,"
                    + " ff.net.0.proj, ff.net.2, conv1, conv2.");
        }
        return pairs;
    }

    private static LoraPair pair(String module, ParameterInventory.Entry entry, int rank, double alpha) {
        long[] w = entry.shape().asArray();
        boolean wide = entry.layout() == Layout.CONVOLUTION;
        boolean flat = entry.layout() == Layout.LINEAR;
        Shape down = wide ? Shape.of(w[0], w[1], w[2], rank) : Shape.of(w[0], rank);
        Shape up = Shape.of(rank, w[w.length - 1]);
        String path = "unet." + module + ".lora.";
        Layout asFile = flat ? Layout.LINEAR : Layout.LINEAR_AS_CONVOLUTION;
        return new LoraPair(
                Component.UNET,
                module + ".weight",
                new Factor(
                        path + "down.weight", wide ? Layout.CONVOLUTION : asFile, down, Initializer.normal(1.0 / rank)),
                new Factor(path + "up.weight", asFile, up, Initializer.zeros()),
                alpha / rank,
                Optional.empty());
    }

    /** The note by which diffusers learns rank, alpha and targets, as JSON with sorted keys. */
    public static Map<String, Object> metadata(int rank, double alpha, List<String> targets) {
        return new java.util.TreeMap<>(Map.of(
                "unet.peft_type",
                "LORA",
                "unet.r",
                rank,
                "unet.lora_alpha",
                alpha == Math.rint(alpha) ? (Object) (long) alpha : (Object) alpha,
                "unet.init_lora_weights",
                "gaussian",
                // Empty, but diffusers 0.35 does not load a file whose note lacks them.
                "unet.rank_pattern",
                Map.of(),
                "unet.alpha_pattern",
                Map.of(),
                "unet.target_modules",
                targets));
    }
}
