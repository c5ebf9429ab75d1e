package org.tempera.diffusers.lora;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
 *
 * @param component the model that it is for
 * @param rank rank of every product
 * @param alpha the product is multiplied with alpha / rank
 * @param targets names of the layers that get one, or what their names end with behind a dot, such as {@code to_q}
 */
public record NewLora(Component component, int rank, double alpha, List<String> targets) {
    private static final String WEIGHT = ".weight";

    public NewLora {
        targets = List.copyOf(targets);
    }

    /**
     * Pairs for every layer of the model that is a target.
     *
     * @param key where the targets were written, for the message
     * @throws UserException if a target fits no layer
     */
    public List<LoraPair> pairs(ParameterInventory model, String key) {
        List<LoraPair> pairs = new ArrayList<>();
        List<String> unused = new ArrayList<>(targets);
        for (String name : model.names()) {
            ParameterInventory.Entry entry = model.entries().get(name);
            if (entry == null || !name.endsWith(WEIGHT) || entry.shape().numDimensions() < 2) {
                continue;
            }
            String module = name.substring(0, name.length() - WEIGHT.length());
            Optional<String> target =
                    targets.stream().filter(t -> isNamed(module, t)).findFirst();
            if (target.isPresent()) {
                unused.remove(target.get());
                pairs.add(pair(module, entry));
            }
        }
        if (!unused.isEmpty()) {
            throw new UserException(key + ": the model has no layer named " + String.join(", ", unused)
                    + ". Layers of its attention are to_q, to_k, to_v, to_out.0; others are "
                    + (component == Component.UNET
                            ? "proj_in, proj_out, ff.net.0.proj, ff.net.2, conv1, conv2."
                            : "add_q_proj, add_k_proj, add_v_proj, ff.net.0.proj, ff.net.2."));
        }
        return pairs;
    }

    private static boolean isNamed(String module, String target) {
        return module.equals(target) || module.endsWith("." + target);
    }

    private LoraPair pair(String module, ParameterInventory.Entry entry) {
        long[] w = entry.shape().asArray();
        boolean wide = entry.layout() == Layout.CONVOLUTION;
        boolean flat = entry.layout() == Layout.LINEAR;
        Shape down = wide ? Shape.of(w[0], w[1], w[2], rank) : Shape.of(w[0], rank);
        Shape up = Shape.of(rank, w[w.length - 1]);
        Layout asFile = flat ? Layout.LINEAR : Layout.LINEAR_AS_CONVOLUTION;
        return new LoraPair(
                component,
                module + WEIGHT,
                new Factor(
                        component.down(module),
                        wide ? Layout.CONVOLUTION : asFile,
                        down,
                        Initializer.normal(1.0 / rank)),
                new Factor(component.up(module), asFile, up, Initializer.zeros()),
                alpha / rank,
                Optional.empty());
    }

    /** The note by which diffusers learns rank, alpha and targets, as JSON with sorted keys. */
    public Map<String, Object> metadata() {
        Map<String, Object> note = new TreeMap<>();
        note.put("peft_type", "LORA");
        note.put("r", rank);
        note.put("lora_alpha", alpha == Math.rint(alpha) ? (Object) (long) alpha : (Object) alpha);
        note.put("init_lora_weights", "gaussian");
        // Empty, but diffusers 0.35 does not load a file whose note lacks them.
        note.put("rank_pattern", Map.of());
        note.put("alpha_pattern", Map.of());
        note.put("target_modules", targets);
        Map<String, Object> prefixed = new TreeMap<>();
        note.forEach((key, value) -> prefixed.put(component.prefix() + "." + key, value));
        return prefixed;
    }
}
