package org.tempera.nn.clip;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.nn.layers.TensorNaming;
import org.tempera.nn.weights.TensorInfo;
import org.tempera.nn.weights.TensorSource;
import org.tensorflow.ndarray.Shape;

/**
 * An open_clip checkpoint under transformers' names: queries, keys and values, which it stores as one tensor, are cut
 * apart, and its projections, which it stores as {@code [in, out]}, are turned round. A tensor of an unknown name keeps
 * it.
 */
final class OpenClipWeights implements TensorSource {
    private static final Pattern BLOCK = Pattern.compile("(visual\\.)?transformer\\.resblocks\\.(\\d+)\\.(.+)");
    private static final String[] THIRDS = {"q", "k", "v"};
    private static final Map<String, String> WHOLE = Map.ofEntries(
            Map.entry("visual.class_embedding", "vision_model.embeddings.class_embedding"),
            Map.entry("visual.positional_embedding", "vision_model.embeddings.position_embedding.weight"),
            Map.entry("visual.conv1.weight", "vision_model.embeddings.patch_embedding.weight"),
            Map.entry("visual.ln_pre.weight", "vision_model.pre_layrnorm.weight"),
            Map.entry("visual.ln_pre.bias", "vision_model.pre_layrnorm.bias"),
            Map.entry("visual.ln_post.weight", "vision_model.post_layernorm.weight"),
            Map.entry("visual.ln_post.bias", "vision_model.post_layernorm.bias"),
            Map.entry("visual.proj", "visual_projection.weight"),
            Map.entry("positional_embedding", "text_model.embeddings.position_embedding.weight"),
            Map.entry("token_embedding.weight", "text_model.embeddings.token_embedding.weight"),
            Map.entry("ln_final.weight", "text_model.final_layer_norm.weight"),
            Map.entry("ln_final.bias", "text_model.final_layer_norm.bias"),
            Map.entry("text_projection", "text_projection.weight"),
            Map.entry("logit_scale", "logit_scale"));
    private static final Map<String, String> IN_BLOCK = Map.of(
            "ln_1", "layer_norm1",
            "ln_2", "layer_norm2",
            "attn.out_proj", "self_attn.out_proj",
            "mlp.c_fc", "mlp.fc1",
            "mlp.c_proj", "mlp.fc2");

    /** What OpenAI's archives keep beside the weights; open_clip leaves them out as well. */
    private static final Set<String> SIZES = Set.of("input_resolution", "context_length", "vocab_size");

    private final TensorSource stored;
    private final Map<String, Part> parts = new TreeMap<>();

    /**
     * Where a tensor lies. @param third which third of the rows, or -1 for all; @param turned whether it is transposed
     */
    private record Part(String stored, int third, boolean turned) {}

    /**
     * Takes over the checkpoint, which is closed with this.
     *
     * @throws org.tempera.spi.UserException if a tensor is there under two names; the checkpoint is closed then, too
     */
    OpenClipWeights(TensorSource stored) {
        this.stored = stored;
        try {
            for (String name : stored.names()) {
                add(name.startsWith("module.") ? name.substring("module.".length()) : name, name);
            }
        } catch (RuntimeException | Error e) {
            stored.close();
            throw e;
        }
    }

    private void add(String name, String key) {
        if (SIZES.contains(name)) {
            return;
        }
        Matcher block = BLOCK.matcher(name);
        if (!block.matches()) {
            boolean turned = name.equals("visual.proj") || name.equals("text_projection");
            put(WHOLE.getOrDefault(name, name), new Part(key, -1, turned));
            return;
        }
        String layer =
                (block.group(1) == null ? "text_model" : "vision_model") + ".encoder.layers." + block.group(2) + ".";
        String rest = block.group(3);
        if (rest.equals("attn.in_proj_weight") || rest.equals("attn.in_proj_bias")) {
            String kind = rest.substring(rest.lastIndexOf('_') + 1);
            for (int third = 0; third < THIRDS.length; third++) {
                put(layer + "self_attn." + THIRDS[third] + "_proj." + kind, new Part(key, third, false));
            }
            return;
        }
        int dot = rest.lastIndexOf('.');
        String module = dot < 0 ? rest : rest.substring(0, dot);
        String renamed = IN_BLOCK.get(module);
        put(renamed == null ? name : layer + renamed + rest.substring(dot), new Part(key, -1, false));
    }

    private void put(String name, Part part) {
        Part twice = parts.put(name, part);
        if (twice != null) {
            throw TensorNaming.sameTensor(stored, twice.stored, part.stored);
        }
    }

    @Override
    public Path path() {
        return stored.path();
    }

    @Override
    public Path fileOf(String name) {
        Part part = parts.get(name);
        return part == null ? stored.path() : stored.fileOf(part.stored);
    }

    @Override
    public Set<String> names() {
        return new TreeSet<>(parts.keySet());
    }

    @Override
    public boolean contains(String name) {
        return parts.containsKey(name);
    }

    @Override
    public TensorInfo info(String name) {
        Part part = parts.get(name);
        if (part == null) {
            return stored.info(name); // says that there is none
        }
        TensorInfo whole = stored.info(part.stored);
        long[] shape = whole.shape().asArray();
        if (part.third >= 0 && shape.length > 0 && shape[0] % THIRDS.length == 0) {
            shape[0] /= THIRDS.length;
        }
        if (part.turned && shape.length == 2) {
            shape = new long[] {shape[1], shape[0]};
        }
        return new TensorInfo(name, whole.dtype(), Shape.of(shape));
    }

    @Override
    public Map<String, String> metadata() {
        return stored.metadata();
    }

    @Override
    public void readFloats(String name, FloatSink sink) {
        Part part = parts.get(name);
        if (part == null || (part.third < 0 && !part.turned)) {
            stored.readFloats(part == null ? name : part.stored, sink);
        } else if (part.third >= 0) {
            readThird(part, sink);
        } else {
            float[] turned = readFloats(name);
            sink.accept(turned, turned.length);
        }
    }

    private void readThird(Part part, FloatSink sink) {
        long length = stored.info(part.stored).elements() / THIRDS.length;
        long begin = part.third * length;
        long[] at = {0};
        stored.readFloats(part.stored, (values, count) -> {
            int from = (int) Math.min(count, Math.max(0, begin - at[0]));
            int to = (int) Math.min(count, Math.max(0, begin + length - at[0]));
            if (from < to) {
                System.arraycopy(values, from, values, 0, to - from);
                sink.accept(values, to - from);
            }
            at[0] += count;
        });
    }

    @Override
    public void readFloats(String name, FloatBuffer target) {
        Part part = parts.get(name);
        if (part == null || !part.turned) {
            readFloats(name, (values, count) -> target.put(values, 0, count));
            return;
        }
        float[] all = stored.readFloats(part.stored);
        long[] shape = stored.info(part.stored).shape().asArray();
        int rows = Math.toIntExact(shape[0]);
        int columns = Math.toIntExact(shape[1]);
        for (int c = 0; c < columns; c++) {
            for (int r = 0; r < rows; r++) {
                target.put(all[r * columns + c]);
            }
        }
    }

    @Override
    public long[] readLongs(String name) {
        Part part = parts.get(name);
        return stored.readLongs(part == null ? name : part.stored);
    }

    @Override
    public void close() {
        stored.close();
    }
}
