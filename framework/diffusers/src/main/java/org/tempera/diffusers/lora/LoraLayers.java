package org.tempera.diffusers.lora;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.tempera.diffusers.lora.LayerTensors.Target;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.nn.weights.TensorSource;
import org.tensorflow.ndarray.Shape;

/** The layers of an adapter file by the names of the model's layers, without the model. */
final class LoraLayers {
    private LoraLayers() {}

    /**
     * One adapted layer.
     *
     * @param module its name in the model, with dots
     * @param down name in the file of the first factor
     * @param up name in the file of the second factor
     * @param alpha what the product is multiplied with, times its rank
     */
    record Layer(Component component, String module, String down, String up, int rank, double alpha) {}

    /**
     * Reads the names.
     *
     * @param scales the configuration, where there is one
     * @param family the models that a layer may belong to
     * @throws org.tempera.spi.UserException listing every tensor that is not understood or lacks its other half
     */
    static List<Layer> of(TensorSource source, Optional<LoraScales> scales, LoraFamily family) {
        String unknown = "not a tensor of a LoRA adapter, or of a layer that is not known";
        LayerTensors tensors = new LayerTensors(source, key -> target(key, family), unknown, unknown);
        Map<Target, LayerTensors.Factors> factors = new LinkedHashMap<>();
        Map<Target, StoredAlphas.Layer> stored = new LinkedHashMap<>();
        for (Target target : tensors.targets()) {
            tensors.factors(target).ifPresent(names -> {
                Shape a = source.info(names.down()).shape();
                Shape b = source.info(names.up()).shape();
                int rank = LayerTensors.rank(a);
                if (a.numDimensions() < 2 || b.numDimensions() < 2 || rank < 1 || rank != b.get(1)) {
                    tensors.problem(
                            names.down() + " " + a + " and " + names.up() + " " + b + ": are no pair of factors");
                    return;
                }
                StoredAlphas.Layer layer = tensors.layer(target).orElseThrow();
                factors.put(target, names);
                stored.put(target, layer);
                scales.flatMap(s -> s.contradiction(layer))
                        .ifPresent(problem -> tensors.problem(target.module() + ": " + problem));
            });
        }
        if (tensors.isSound() && stored.isEmpty()) {
            tensors.problem("it has no tensors");
        }
        tensors.requireSound("expected a LoRA adapter of " + family.name(), family);
        StoredAlphas own = new StoredAlphas(List.copyOf(stored.values()));
        List<Layer> layers = new ArrayList<>();
        factors.forEach((target, names) -> {
            StoredAlphas.Layer layer = Objects.requireNonNull(stored.get(target));
            double scale = scales.isPresent() ? scales.get().scale(layer) : own.scale(layer);
            layers.add(new Layer(
                    target.component(), target.module(), names.down(), names.up(), layer.rank(), scale * layer.rank()));
        });
        return layers;
    }

    private static Optional<Target> target(LoraKey key, LoraFamily family) {
        Optional<String> module =
                key.module().contains(".") ? Optional.of(key.module()) : KohyaNames.dotted(key.module());
        return module.flatMap(m -> {
            Component component =
                    key.component().orElse(m.startsWith("text_model.") ? Component.TEXT_ENCODER : family.denoiser());
            if (!family.components().contains(component)) {
                return Optional.empty();
            }
            // Old files say to_out where the layer is the first of a list.
            return Optional.of(new Target(component, m.endsWith(".to_out") ? m + ".0" : m));
        });
    }
}
