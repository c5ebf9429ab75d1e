package org.tempera.diffusers.lora;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.diffusers.lora.LoraPair.Component;

/**
 * Alphas of a file without a configuration, as diffusers 0.35.2 takes them, whose numbers a user of such a file knows.
 * Where all ranks and all alphas of a model are equal, as they nearly always are, that is each layer's own alpha, or
 * its rank where the file has none. Elsewhere it is odd:
 *
 * <ul>
 *   <li>without any alpha, the rank of the model's first layer is the alpha of all;
 *   <li>with differing alphas, the projections of attention layers take the most frequent one, and only other layers
 *   their
 *       own: the library renames the former and then misses them.
 * </ul>
 */
final class StoredAlphas {
    private final Map<Component, Double> common = new LinkedHashMap<>();

    /**
     * One layer of the file.
     *
     * @param named whether the names of its tensors say the component
     * @param alpha its own, where the file has one
     */
    record Layer(Component component, boolean named, String module, int rank, Optional<Float> alpha) {}

    /** Looks through the layers, in the order of their names in the file. */
    StoredAlphas(List<Layer> layers) {
        for (Component component : Component.values()) {
            List<Layer> own =
                    layers.stream().filter(l -> l.component() == component).toList();
            if (!own.isEmpty()) {
                common.put(component, common(own));
            }
        }
    }

    private static double common(List<Layer> layers) {
        Map<Float, Integer> counts = new LinkedHashMap<>();
        for (Layer l : layers) {
            l.alpha().ifPresent(a -> counts.merge(a, 1, Integer::sum));
        }
        double best = layers.get(0).rank();
        int most = 0;
        for (Map.Entry<Float, Integer> e : counts.entrySet()) {
            if (e.getValue() > most) {
                most = e.getValue();
                best = e.getKey();
            }
        }
        return best;
    }

    /** What the layer's product is multiplied with. */
    double scale(Layer layer) {
        double shared = common.getOrDefault(layer.component(), (double) layer.rank());
        double alpha = attention(layer.module())
                ? shared
                : layer.alpha().map(Float::doubleValue).orElse(shared);
        return alpha / layer.rank();
    }

    private static boolean attention(String module) {
        return module.contains(".attn1.") || module.contains(".attn2.") || module.contains(".self_attn.");
    }
}
