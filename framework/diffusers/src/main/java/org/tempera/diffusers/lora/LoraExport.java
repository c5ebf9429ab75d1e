package org.tempera.diffusers.lora;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tempera.base.files.AtomicFile;
import org.tempera.base.files.IoReason;
import org.tempera.base.files.MadeFolder;
import org.tempera.base.files.WritingAdvice;
import org.tempera.diffusers.lora.LoraLayers.Layer;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.nn.weights.DType;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.nn.weights.TensorCheck;
import org.tempera.nn.weights.TensorInfo;
import org.tempera.nn.weights.TensorSource;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.PolicyProvider.AdapterLayout;
import org.tensorflow.ndarray.Shape;

/**
 * Writes an adapter in the layout of diffusers, peft or kohya. Factors stay as they are, but where kohya's layout
 * cannot say a layer's alpha so that diffusers reads it (alphas that differ): then its second factor is scaled
 * instead.
 */
public final class LoraExport {
    /** Beyond it not every whole number is a double. */
    private static final double LARGEST_WHOLE = 1L << 53;

    /** By which a layer's numbers may grow; alphas of one adapter lie within 1000 of another. */
    private static final double LARGEST_FACTOR = 1e6;

    private static final ObjectMapper JSON = new ObjectMapper();

    private LoraExport() {}

    /**
     * Writes the files into a folder, which is made.
     *
     * @param adapter a file or folder in any layout that is read
     * @param family the models that it may be for
     * @return the files of weights
     * @throws UserException if it is no adapter, holds numbers that are none, or cannot be written
     */
    public static List<Path> write(Path adapter, Path folder, AdapterLayout layout, LoraFamily family) {
        try (LoraFile.Opened opened = LoraFile.openAlone(adapter)) {
            List<Layer> layers = LoraLayers.of(opened.source(), opened.scales(), family);
            layers.forEach(layer -> requireFinite(opened.source(), layer));
            MadeFolder made = MadeFolder.make(folder);
            try {
                return switch (layout) {
                    case DIFFUSERS -> List.of(diffusers(opened.source(), layers, folder));
                    case KOHYA -> List.of(kohya(opened.source(), layers, folder));
                    case PEFT -> peft(opened.source(), layers, folder);
                };
            } finally {
                made.removeIfEmpty();
            }
        } catch (IOException e) {
            throw new UserException(
                    folder + ": cannot be written: " + IoReason.of(e) + ". "
                            + WritingAdvice.of(folder, e, "name another folder"),
                    e);
        }
    }

    private static void requireFinite(TensorSource source, Layer layer) {
        for (String name : List.of(layer.down(), layer.up())) {
            TensorCheck.requireFinite(source, name, source.readFloats(name));
        }
    }

    private static Path diffusers(TensorSource source, List<Layer> layers, Path folder) {
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        Map<String, Object> note = new TreeMap<>();
        byComponent(layers).forEach((component, own) -> config(own)
                .forEach((key, value) -> note.put(component.prefix() + "." + key, value)));
        writer.metadata(LoraScales.METADATA_KEY, json(note));
        for (Layer l : layers) {
            add(writer, source, l.down(), l.component().down(l.module()), 1);
            add(writer, source, l.up(), l.component().up(l.module()), 1);
        }
        Path file = folder.resolve("pytorch_lora_weights.safetensors");
        writer.write(file);
        return file;
    }

    private static Path kohya(TensorSource source, List<Layer> layers, Path folder) {
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        byComponent(layers).forEach((component, own) -> {
            double alpha = kohyaAlpha(own);
            for (Layer l : own) {
                requireSaid(source, l, alpha);
                String name = component.kohya() + LoraKey.flat(l.module());
                add(writer, source, l.down(), name + ".lora_down.weight", 1);
                add(writer, source, l.up(), name + ".lora_up.weight", factor(l, alpha));
                writer.addFloats(name + ".alpha", Shape.scalar(), new float[] {(float) alpha});
            }
        });
        Path file = folder.resolve("pytorch_lora_weights.safetensors");
        writer.write(file);
        return file;
    }

    /** The one that most layers have; a layer of another is scaled to it, which from 0 none can be. */
    private static double kohyaAlpha(List<Layer> layers) {
        List<Double> alphas =
                layers.stream().map(Layer::alpha).filter(a -> a != 0).toList();
        return alphas.isEmpty() ? 0 : mostFrequent(alphas);
    }

    private static double factor(Layer layer, double alpha) {
        return layer.alpha() == alpha ? 1 : layer.alpha() / alpha;
    }

    /** Alphas and factors are numbers of 32 bits in this layout. */
    private static void requireSaid(TensorSource source, Layer layer, double alpha) {
        boolean said = (alpha == 0 || Math.abs((float) alpha) >= Float.MIN_NORMAL)
                && Float.isFinite((float) alpha)
                && Math.abs(factor(layer, alpha)) <= LARGEST_FACTOR;
        if (!said) {
            throw new UserException(source.path() + ": the alpha of " + layer.module() + " is " + number(layer.alpha())
                    + " and that of most layers " + number(alpha) + ", which kohya's layout cannot say. Convert it to"
                    + " peft's or diffusers'.");
        }
    }

    /** A folder is for one model: where there are two, each has one of its own within it. */
    private static List<Path> peft(TensorSource source, List<Layer> layers, Path folder) throws IOException {
        Map<Component, List<Layer>> models = byComponent(layers);
        List<Path> files = new ArrayList<>();
        for (Map.Entry<Component, List<Layer>> model : models.entrySet()) {
            Path own =
                    models.size() == 1 ? folder : folder.resolve(model.getKey().prefix());
            Files.createDirectories(own);
            SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
            for (Layer l : model.getValue()) {
                String name = "base_model.model." + today(l);
                add(writer, source, l.down(), name + ".lora_A.weight", 1);
                add(writer, source, l.up(), name + ".lora_B.weight", 1);
            }
            byte[] config = json(config(model.getValue())).getBytes(StandardCharsets.UTF_8);
            AtomicFile.write(own.resolve("adapter_config.json"), channel -> {
                ByteBuffer bytes = ByteBuffer.wrap(config);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            });
            Path file = own.resolve("adapter_model.safetensors");
            writer.write(file);
            files.add(file);
        }
        return files;
    }

    private static Map<Component, List<Layer>> byComponent(List<Layer> layers) {
        Map<Component, List<Layer>> models = new TreeMap<>();
        layers.forEach(l ->
                models.computeIfAbsent(l.component(), c -> new ArrayList<>()).add(l));
        return models;
    }

    /** In peft's terms: the most frequent rank and alpha, and patterns for the layers that differ. */
    private static Map<String, Object> config(List<Layer> layers) {
        int rank = mostFrequent(layers.stream().map(Layer::rank).toList());
        double alpha = mostFrequent(layers.stream().map(Layer::alpha).toList());
        Map<String, Object> ranks = new TreeMap<>();
        Map<String, Object> alphas = new TreeMap<>();
        for (Layer l : layers) {
            if (l.rank() != rank) {
                ranks.put(today(l), l.rank());
            }
            if (l.alpha() != alpha) {
                alphas.put(today(l), number(l.alpha()));
            }
        }
        Map<String, Object> config = new TreeMap<>();
        config.put("peft_type", "LORA");
        config.put("r", rank);
        config.put("lora_alpha", number(alpha));
        config.put("rank_pattern", ranks);
        config.put("alpha_pattern", alphas);
        config.put(
                "target_modules",
                layers.stream().map(LoraExport::today).sorted().toList());
        config.put("bias", "none");
        config.put("lora_dropout", 0.0);
        config.put("inference_mode", true);
        return config;
    }

    /**
     * A layer as transformers names it since 5.6, which has left out the text encoder's part {@code text_model}. A
     * configuration goes by the ends of names, so that earlier versions find the layer too; of a file's tensors
     * diffusers reads both spellings, peft its model's alone.
     */
    private static String today(Layer l) {
        String part = "text_model.";
        return l.component().isText() && l.module().startsWith(part)
                ? l.module().substring(part.length())
                : l.module();
    }

    private static <T> T mostFrequent(List<T> values) {
        Map<T, Integer> counts = new LinkedHashMap<>();
        values.forEach(v -> counts.merge(v, 1, Integer::sum));
        Optional<Map.Entry<T, Integer>> most = Optional.empty();
        for (Map.Entry<T, Integer> e : counts.entrySet()) {
            if (most.isEmpty() || e.getValue() > most.get().getValue()) {
                most = Optional.of(e);
            }
        }
        return most.orElseThrow().getKey();
    }

    /** A whole number as such, as far as all of these are numbers of a double. */
    static Object number(double value) {
        return value == Math.rint(value) && Math.abs(value) <= LARGEST_WHOLE ? (Object) (long) value : (Object) value;
    }

    private static void add(SafetensorsWriter writer, TensorSource source, String from, String to, double factor) {
        TensorInfo info = source.info(from);
        if (info.dtype() == DType.F16 && factor == 1) {
            writer.addHalfs(to, info.shape(), source.readFloats(from));
            return;
        }
        writer.addFloats(to, info.shape(), () -> {
            float[] values = source.readFloats(from);
            for (int i = 0; factor != 1 && i < values.length; i++) {
                values[i] = (float) (values[i] * factor);
            }
            return values;
        });
    }

    private static String json(Map<String, Object> config) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + config, e);
        }
    }
}
