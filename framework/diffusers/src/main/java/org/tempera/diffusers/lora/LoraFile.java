package org.tempera.diffusers.lora;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.tempera.diffusers.lora.LayerTensors.Target;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.diffusers.lora.LoraPair.Factor;
import org.tempera.nn.layers.Layout;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.nn.weights.ModelFiles;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.nn.weights.TensorCheck;
import org.tempera.nn.weights.TensorSource;
import org.tempera.nn.weights.WeightFiles;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;
import org.tensorflow.ndarray.Shape;

/**
 * An adapter as stored, in any of four layouts: diffusers, diffusers 0.17 (attention processors), peft (a folder),
 * kohya. The file stays open, since factors are read when the session starts.
 */
public final class LoraFile implements AutoCloseable {
    private static final List<String> FILES = List.of(
            "pytorch_lora_weights.safetensors",
            "pytorch_lora_weights.bin",
            "adapter_model.safetensors",
            "adapter_model.bin");
    /** How the names of peft's files begin. */
    private static final String PEFT_FILE = "adapter_model.";

    private static final String PEFT_CONFIG = "adapter_config.json";

    private final TensorSource source;
    private final Optional<Path> peftConfig;
    private final List<LoraPair> pairs;

    private LoraFile(TensorSource source, Optional<Path> peftConfig, List<LoraPair> pairs) {
        this.source = source;
        this.peftConfig = peftConfig;
        this.pairs = List.copyOf(pairs);
    }

    /**
     * Opens a file or folder and matches it with the layers of the models.
     *
     * @param family the models that an adapter may be for, to tell what another is
     * @param models what each model declares
     * @throws UserException listing every tensor that fits no layer, or has another shape, or lacks its other half
     */
    public static LoraFile open(AdapterFile adapter, LoraFamily family, Map<Component, ParameterInventory> models) {
        Opened opened = openAlone(adapter.file());
        try {
            List<LoraPair> pairs = new Matching(opened.source, family, models, opened.scales, adapter.scale()).pairs();
            return new LoraFile(opened.source, opened.peftConfig, pairs);
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    /** A file with its configuration, not yet matched with any model. */
    record Opened(TensorSource source, Optional<Path> peftConfig, Optional<LoraScales> scales)
            implements AutoCloseable {
        @Override
        public void close() {
            source.close();
        }
    }

    /** Opens a file or folder without the model that it is for. */
    static Opened openAlone(Path folder) {
        ModelFiles.requireOpen(folder);
        Path file = Files.isDirectory(folder) ? inFolder(folder) : folder;
        TensorSource source = WeightFiles.open(file, "");
        try {
            Optional<Path> config = Files.isDirectory(folder) ? peftConfig(file) : Optional.empty();
            Optional<LoraScales> scales =
                    config.map(LoraScales::peft).or(() -> LoraScales.metadata(source.metadata(), file.toString()));
            return new Opened(source, config, scales);
        } catch (RuntimeException | Error e) {
            source.close();
            throw e;
        }
    }

    /** peft's configuration, which is about peft's file and not about another beside it. */
    private static Optional<Path> peftConfig(Path file) {
        Path config = file.resolveSibling(PEFT_CONFIG);
        boolean own = String.valueOf(file.getFileName()).startsWith(PEFT_FILE) && ModelFiles.has(config);
        return own ? Optional.of(config) : Optional.empty();
    }

    /** The file that a folder stands for, unless the folder has more to say: peft's configuration. */
    public static Path resolved(Path path) {
        List<Path> found = found(path);
        return found.isEmpty() || found.stream().anyMatch(f -> peftConfig(f).isPresent()) ? path : found.get(0);
    }

    private static List<Path> found(Path folder) {
        return Files.isDirectory(folder)
                ? FILES.stream().map(folder::resolve).filter(ModelFiles::has).toList()
                : List.of();
    }

    private static Path inFolder(Path folder) {
        List<Path> found = found(folder);
        if (found.isEmpty()) {
            throw new UserException(
                    folder + ": expected an adapter, one of " + String.join(", ", FILES) + ". Check the path.");
        }
        Path first = found.get(0);
        Optional<Path> peft =
                found.stream().filter(f -> peftConfig(f).isPresent()).findFirst();
        if (peft.isPresent() && peftConfig(first).isEmpty()) {
            Path other = peft.get().getFileName();
            throw new UserException(folder + ": expected one adapter, found diffusers' " + first.getFileName()
                    + " and peft's " + other + " with " + PEFT_CONFIG + ". For the former give the file itself, "
                    + first
                    + "; for the latter move it and " + PEFT_CONFIG + " into a folder of their own.");
        }
        return first;
    }

    /** The factors, sorted by the name of the first one in the file. */
    public List<LoraPair> pairs() {
        return pairs;
    }

    /** The file that was opened. */
    public Path path() {
        return source.path();
    }

    /** Adds the factors of all components but one to another file, as they are. */
    public void copyOthers(Component component, SafetensorsWriter writer) {
        pairs.stream()
                .filter(p -> p.component() != component)
                .flatMap(p -> Stream.of(p.down(), p.up()))
                .map(Factor::path)
                .forEach(name -> writer.addFloats(name, source.info(name).shape(), () -> source.readFloats(name)));
    }

    /** The file's notes. */
    public Map<String, String> metadata() {
        return source.metadata();
    }

    /** The configuration beside it, in peft's layout. */
    public Optional<Path> peftConfig() {
        return peftConfig;
    }

    @Override
    public void close() {
        source.close();
    }

    /** Brings names and layers together. */
    private static final class Matching {
        private final TensorSource source;
        private final LoraFamily family;
        private final Map<Component, ParameterInventory> models;
        private final Optional<LoraScales> scales;
        private final double userScale;
        private final Map<Component, Map<String, String>> modules = new LinkedHashMap<>();

        Matching(
                TensorSource source,
                LoraFamily family,
                Map<Component, ParameterInventory> models,
                Optional<LoraScales> scales,
                double userScale) {
            this.source = source;
            this.family = family;
            this.models = models;
            this.scales = scales;
            this.userScale = userScale;
            models.forEach((component, inventory) -> {
                Map<String, String> byFlatName = new LinkedHashMap<>();
                for (String name : inventory.names()) {
                    if (name.endsWith(".weight")) {
                        String module = name.substring(0, name.length() - ".weight".length());
                        byFlatName.put(LoraKey.flat(module), module);
                    }
                }
                modules.put(component, byFlatName);
            });
        }

        List<LoraPair> pairs() {
            LayerTensors tensors = new LayerTensors(
                    source, this::target, "not a tensor of a LoRA adapter", "the model has no such layer");
            List<LoraPair> pairs = new ArrayList<>();
            StoredAlphas stored = new StoredAlphas(tensors.targets().stream()
                    .flatMap(target -> tensors.layer(target).stream())
                    .toList());
            tensors.targets().forEach(target -> tensors.factors(target)
                    .flatMap(names -> pair(target, names, tensors, stored))
                    .ifPresent(pairs::add));
            tensors.requireSound("the adapter does not fit the model", family);
            if (pairs.isEmpty()) {
                throw new UserException(source.path() + ": expected LoRA tensors, found none.");
            }
            return pairs;
        }

        private Optional<Target> target(LoraKey key) {
            for (Component component : key.component().map(List::of).orElse(List.of(Component.values()))) {
                Map<String, String> known = modules.getOrDefault(component, Map.of());
                String flat = LoraKey.flat(key.module());
                // Old files say to_out where the layer is the first of a list.
                String module = known.containsKey(flat) ? known.get(flat) : known.get(flat + "_0");
                if (module != null) {
                    return Optional.of(new Target(component, module));
                }
            }
            return Optional.empty();
        }

        private Optional<LoraPair> pair(
                Target target, LayerTensors.Factors names, LayerTensors tensors, StoredAlphas stored) {
            String down = names.down();
            String up = names.up();
            String weight = target.module() + ".weight";
            ParameterInventory inventory = models.get(target.component());
            ParameterInventory.Entry entry =
                    inventory == null ? null : inventory.entries().get(weight);
            if (entry == null) {
                return Optional.empty();
            }
            long[] w = entry.shape().asArray();
            long in = w[w.length - 2];
            long out = w[w.length - 1];
            Shape downShape = source.info(down).shape();
            Shape upShape = source.info(up).shape();
            int rank = LayerTensors.rank(downShape);
            boolean flat = downShape.numDimensions() == 2;
            boolean wide = entry.layout() == Layout.CONVOLUTION;
            Shape wantedDown =
                    flat ? Shape.of(rank, in) : wide ? Shape.of(rank, in, w[0], w[1]) : Shape.of(rank, in, 1, 1);
            Shape wantedUp = upShape.numDimensions() == 2 ? Shape.of(out, rank) : Shape.of(out, rank, 1, 1);
            boolean fits = rank > 0
                    && downShape.equals(wantedDown)
                    && upShape.equals(wantedUp)
                    && !(flat && wide && w[0] * w[1] > 1);
            if (!fits) {
                tensors.problem(down + " " + downShape + " and " + up + " " + upShape
                        + ": do not fit the layer's weight " + entry.fileShape());
                return Optional.empty();
            }
            StoredAlphas.Layer layer = tensors.layer(target).orElseThrow();
            Optional<String> contradiction = scales.flatMap(s -> s.contradiction(layer));
            contradiction.ifPresent(problem -> tensors.problem(target.module() + ": " + problem));
            double scale = scales.isPresent() ? scales.get().scale(layer) : stored.scale(layer);
            boolean wideFactor = !flat && wide;
            Factor a = factor(
                    down,
                    flat ? Layout.LINEAR : wide ? Layout.CONVOLUTION : Layout.LINEAR_AS_CONVOLUTION,
                    wideFactor ? Shape.of(w[0], w[1], in, rank) : Shape.of(in, rank));
            Factor b = factor(
                    up,
                    upShape.numDimensions() == 2 ? Layout.LINEAR : Layout.LINEAR_AS_CONVOLUTION,
                    Shape.of(rank, out));
            return Optional.of(
                    new LoraPair(target.component(), weight, a, b, scale * userScale, tensors.alpha(target)));
        }

        private Factor factor(String name, Layout layout, Shape shape) {
            return new Factor(
                    name,
                    layout,
                    shape,
                    Initializer.values(
                            target -> TensorCheck.readFinite(source, name, layout.intoGraph(shape, target))));
        }
    }
}
