package org.tempera.diffusers.lora;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.nn.weights.TensorSource;
import org.tempera.spi.UserException;
import org.tensorflow.ndarray.Shape;

/** The layers of an adapter file by the names of the model's layers, without the model. */
final class LoraLayers {
    private static final int LISTED = 20;

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

    private record Target(Component component, String module) {}

    /**
     * Reads the names.
     *
     * @param scales the configuration, where there is one
     * @param family the models that a layer may belong to
     * @throws UserException listing every tensor that is not understood or lacks its other half
     */
    static List<Layer> of(TensorSource source, Optional<LoraScales> scales, LoraFamily family) {
        List<String> problems = new ArrayList<>();
        Map<Target, Map<LoraKey.Role, String>> found = new LinkedHashMap<>();
        for (String name : source.names()) {
            Optional<Target> target = LoraKey.parse(name).flatMap(key -> target(key, family));
            if (target.isEmpty()) {
                problems.add(name + ": not a tensor of a LoRA adapter, or of a layer that is not known");
                continue;
            }
            LoraKey.Role role = LoraKey.parse(name).orElseThrow().role();
            String twice =
                    found.computeIfAbsent(target.get(), t -> new TreeMap<>()).put(role, name);
            if (twice != null) {
                problems.add(name + ": adapts the same layer as " + twice);
            }
        }
        Map<Target, StoredAlphas.Layer> stored = new LinkedHashMap<>();
        found.forEach((target, names) -> {
            String down = names.get(LoraKey.Role.DOWN);
            String up = names.get(LoraKey.Role.UP);
            String there = names.values().iterator().next();
            if (down == null || up == null) {
                problems.add(there + ": the layer's " + (down == null ? "first" : "second") + " factor is missing");
                return;
            }
            Shape a = source.info(down).shape();
            Shape b = source.info(up).shape();
            if (a.numDimensions() < 2 || b.numDimensions() < 2 || a.get(0) < 1 || a.get(0) != b.get(1)) {
                problems.add(down + " " + a + " and " + up + " " + b + ": are no pair of factors");
                return;
            }
            Optional<Float> alpha = Optional.ofNullable(names.get(LoraKey.Role.ALPHA))
                    .map(name -> LoraPair.Alpha.read(source, name).value());
            int rank = Math.toIntExact(a.get(0));
            boolean named = LoraKey.saysComponent(down);
            StoredAlphas.Layer layer = new StoredAlphas.Layer(target.component(), named, target.module(), rank, alpha);
            stored.put(target, layer);
            scales.flatMap(s -> s.contradiction(layer))
                    .ifPresent(problem -> problems.add(target.module() + ": " + problem));
        });
        if (problems.isEmpty() && stored.isEmpty()) {
            problems.add("it has no tensors");
        }
        if (!problems.isEmpty()) {
            throw new UserException(
                    source.path() + ": expected a LoRA adapter of " + family.name() + ", " + problems.size()
                            + " problem(s):\n  "
                            + String.join("\n  ", problems.subList(0, Math.min(LISTED, problems.size())))
                            + (problems.size() > LISTED ? "\n  and " + (problems.size() - LISTED) + " more" : "")
                            + OtherAdapters.advice(source.names(), family)
                                    .map(advice -> "\n" + advice)
                                    .orElse(""));
        }
        StoredAlphas own = new StoredAlphas(List.copyOf(stored.values()));
        List<Layer> layers = new ArrayList<>();
        stored.forEach((target, layer) -> {
            Map<LoraKey.Role, String> names = found.getOrDefault(target, Map.of());
            double scale = scales.isPresent() ? scales.get().scale(layer) : own.scale(layer);
            layers.add(new Layer(
                    target.component(),
                    target.module(),
                    names.getOrDefault(LoraKey.Role.DOWN, ""),
                    names.getOrDefault(LoraKey.Role.UP, ""),
                    layer.rank(),
                    scale * layer.rank()));
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
