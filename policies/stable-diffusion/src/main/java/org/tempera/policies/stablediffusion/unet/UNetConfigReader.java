package org.tempera.policies.stablediffusion.unet;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.base.json.ForeignJson;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.Activation;
import org.tempera.policies.stablediffusion.unet.UNetConfig.Block;
import org.tempera.policies.stablediffusion.unet.UNetConfig.Kind;
import org.tempera.policies.stablediffusion.unet.UNetConfig.Middle;

/** Reads the configuration of a diffusers UNet2DConditionModel; missing keys have that library's defaults. */
public final class UNetConfigReader {
    private static final List<Integer> CHANNELS = List.of(320, 640, 1280, 1280);
    private static final List<String> DOWN =
            List.of("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D");
    private static final List<String> UP =
            List.of("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D");

    private static final int MOST_BLOCKS = 8;
    private static final int MOST_LAYERS = 32;
    private static final int MOST_TRANSFORMER_LAYERS = 1024;
    private static final int MOST_KERNEL = 31;

    private static final Map<String, Kind> DOWN_KINDS = kinds("Downsample", "Down");
    private static final Map<String, Kind> UP_KINDS = kinds("Upsample", "Up");

    private static final int CORRECTED_SIZE = 64;
    private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})");

    private final ModelConfig c;
    private final List<Integer> channels;
    private final int count;

    private UNetConfigReader(ModelConfig c) {
        this.c = c;
        this.channels = c.integers("block_out_channels", CHANNELS, MOST_BLOCKS, ModelConfig.MOST_WIDTH);
        this.count = channels.size();
        // Every other list is counted by this one.
        c.finish();
    }

    private static Map<String, Kind> kinds(String sampler, String way) {
        return new TreeMap<>(Map.of(
                way + "Block2D",
                Kind.PLAIN,
                "CrossAttn" + way + "Block2D",
                Kind.CROSS_ATTENTION,
                "Attn" + way + "Block2D",
                Kind.SELF_ATTENTION,
                "Resnet" + sampler + "Block2D",
                Kind.RESIDUAL_SAMPLER));
    }

    /** Reads it; problems are noted in {@code c}. */
    public static UNetConfig read(ModelConfig c) {
        return new UNetConfigReader(c).read();
    }

    private UNetConfig read() {
        unsupported();
        List<Kind> downKinds = kinds("down_block_types", DOWN, DOWN_KINDS);
        List<Kind> upKinds = kinds("up_block_types", UP, UP_KINDS);
        int groups = c.positive("norm_num_groups", 32, ModelConfig.MOST_WIDTH);
        if (c.isNull("norm_num_groups")) {
            c.problem("norm_num_groups", "null is not supported");
        }
        for (int width : channels) {
            if (width % groups != 0) {
                c.problem("block_out_channels", "expected multiples of norm_num_groups " + groups + ", found " + width);
            }
        }
        // A misnomer in the format: attention_head_dim holds the number of heads.
        List<Integer> heads = c.integers("attention_head_dim", count, 8, ModelConfig.MOST_WIDTH);
        List<Integer> text = c.integers("cross_attention_dim", count, 1280, ModelConfig.MOST_WIDTH);
        List<Integer> layers = c.integers("layers_per_block", count, 2, MOST_LAYERS);
        List<Boolean> onlyCross = c.flags("only_cross_attention", count, false);
        for (int i = 0; i < count; i++) {
            if (heads.get(i) > channels.get(i)) {
                c.problem("attention_head_dim", "expected a number of heads, found " + heads.get(i));
            }
        }
        List<List<Integer>> transformers = transformerLayers("transformer_layers_per_block", layers, 0);
        List<List<Integer>> upTransformers = upTransformers(transformers, layers);
        List<Block> down = new ArrayList<>();
        List<Block> up = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            down.add(new Block(
                    channels.get(i),
                    layers.get(i),
                    downKinds.get(i),
                    transformers.get(i),
                    heads(downKinds.get(i), channels.get(i), heads.get(i), heads.get(i)),
                    headWidth(downKinds.get(i), channels.get(i), heads.get(i), heads.get(i)),
                    text.get(i),
                    onlyCross.get(i)));
            int mirror = count - 1 - i;
            up.add(new Block(
                    channels.get(mirror),
                    layers.get(mirror) + 1,
                    upKinds.get(i),
                    upTransformers.get(i),
                    heads(upKinds.get(i), channels.get(mirror), heads.get(mirror), heads.get(i)),
                    headWidth(upKinds.get(i), channels.get(mirror), heads.get(mirror), heads.get(i)),
                    text.get(mirror),
                    onlyCross.get(mirror)));
        }
        int[] sample = sampleSize();
        return new UNetConfig(
                sample[0],
                sample[1],
                c.positive("in_channels", 4, ModelConfig.MOST_WIDTH),
                c.positive("out_channels", 4, ModelConfig.MOST_WIDTH),
                c.flag("center_input_sample", false),
                down,
                middle(),
                new Block(
                        channels.get(count - 1),
                        1,
                        Kind.CROSS_ATTENTION,
                        transformers.get(count - 1),
                        heads.get(count - 1),
                        channels.get(count - 1) / Math.max(1, heads.get(count - 1)),
                        text.get(count - 1),
                        false),
                up,
                c.flag("flip_sin_to_cos", true),
                c.number("freq_shift", 0, 0, 1),
                c.positive("time_embedding_dim", 4 * channels.get(0), 4 * ModelConfig.MOST_WIDTH),
                optionalActivation("time_embedding_act_fn"),
                optionalActivation("timestep_post_act"),
                groups,
                c.epsilon("norm_eps", 1e-5),
                activation("act_fn", "silu"),
                scaleShift(),
                c.factor("mid_block_scale_factor", 1),
                c.factor("resnet_out_scale_factor", 1),
                c.flag("resnet_skip_time_act", false),
                c.flag("use_linear_projection", false),
                c.integer("downsample_padding", 1, 0, MOST_KERNEL),
                oddKernel("conv_in_kernel"),
                oddKernel("conv_out_kernel"),
                c.present("encoder_hid_dim")
                        ? Optional.of(c.positive("encoder_hid_dim", 1, ModelConfig.MOST_WIDTH))
                        : Optional.empty(),
                c.present("time_cond_proj_dim")
                        ? Optional.of(c.integer(
                                "time_cond_proj_dim",
                                GuidanceEmbedding.LEAST_WIDTH,
                                GuidanceEmbedding.LEAST_WIDTH,
                                ModelConfig.MOST_WIDTH))
                        : Optional.empty());
    }

    private void unsupported() {
        // The library itself refuses the last of these.
        for (String key :
                List.of("class_embed_type", "num_class_embeds", "addition_embed_type", "num_attention_heads")) {
            c.unsupported(key, c.present(key));
        }
        for (String key : List.of("dual_cross_attention", "class_embeddings_concat")) {
            c.unsupported(key, c.flag(key, false));
        }
        c.unsupported(
                "encoder_hid_dim_type",
                !c.text("encoder_hid_dim_type", "text_proj").equals("text_proj"));
        c.unsupported("attention_type", !c.text("attention_type", "default").equals("default"));
        c.unsupported(
                "time_embedding_type",
                !c.text("time_embedding_type", "positional").equals("positional"));
    }

    /** Where the block has no transformer the format's misnomer is none: it means the width of a head, not mirrored. */
    private static int heads(Kind kind, int channels, int asCount, int asWidth) {
        return kind == Kind.SELF_ATTENTION ? Math.max(1, channels / Math.max(1, asWidth)) : asCount;
    }

    private static int headWidth(Kind kind, int channels, int asCount, int asWidth) {
        return kind == Kind.SELF_ATTENTION ? asWidth : channels / Math.max(1, asCount);
    }

    private List<Kind> kinds(String key, List<String> missing, Map<String, Kind> known) {
        List<String> types = c.texts(key, missing);
        if (types.size() != count) {
            c.problem(key, "expected " + count + " blocks as in block_out_channels, found " + types.size());
        }
        List<Kind> kinds = new ArrayList<>();
        for (String type : types) {
            // Older files put this before every name.
            Kind kind = known.get(type.startsWith("UNetRes") ? type.substring("UNetRes".length()) : type);
            if (kind == null) {
                c.problem(key, "expected " + String.join(", ", known.keySet()) + ", found " + type);
            }
            kinds.add(kind == null ? Kind.PLAIN : kind);
        }
        while (kinds.size() < count) {
            kinds.add(Kind.PLAIN);
        }
        return kinds;
    }

    private Middle middle() {
        if (c.isNull("mid_block_type")) {
            return Middle.NONE;
        }
        String type = c.text("mid_block_type", "UNetMidBlock2DCrossAttn");
        switch (type) {
            case "UNetMidBlock2DCrossAttn":
                return Middle.CROSS_ATTENTION;
            case "UNetMidBlock2D":
                return Middle.PLAIN;
            default:
                c.problem("mid_block_type", "expected UNetMidBlock2DCrossAttn, UNetMidBlock2D or null, found " + type);
                return Middle.NONE;
        }
    }

    /** For each block, how many layers each of its transformers has. */
    private List<List<Integer>> transformerLayers(String key, List<Integer> layers, int more) {
        Optional<JsonNode> raw = c.raw(key);
        List<List<Integer>> all = new ArrayList<>();
        boolean list = raw.isPresent() && raw.get().isArray() && raw.get().size() == count;
        if (raw.isPresent() && raw.get().isArray() && !list) {
            c.problem(
                    key,
                    "expected one entry for each of the " + count + " blocks, found " + ForeignJson.shown(raw.get()));
        }
        int total = 0;
        for (int i = 0; i < count; i++) {
            int each = layers.get(i) + more;
            List<Integer> block = new ArrayList<>();
            if (list && raw.orElseThrow().get(i).isArray()) {
                raw.orElseThrow().get(i).forEach(n -> block.add(transformerLayers(key, n)));
            } else {
                int one = list
                        ? transformerLayers(key, raw.orElseThrow().get(i))
                        : c.isList(key) ? 1 : c.positive(key, 1, MOST_LAYERS);
                block.addAll(Collections.nCopies(each, one));
            }
            if (block.size() < each) {
                c.problem(key, "expected " + each + " numbers for block " + i + ", found " + block.size());
                block.addAll(Collections.nCopies(each - block.size(), 1));
            }
            total += block.stream().mapToInt(Integer::intValue).sum();
            all.add(block);
        }
        if (total > MOST_TRANSFORMER_LAYERS) {
            c.problem(key, "expected at most " + MOST_TRANSFORMER_LAYERS + " layers in all, found " + total);
        }
        return all;
    }

    private int transformerLayers(String key, JsonNode node) {
        boolean good = node.isNumber()
                && node.doubleValue() >= 1
                && node.doubleValue() <= MOST_LAYERS
                && node.doubleValue() == Math.rint(node.doubleValue());
        if (!good) {
            c.problem(key, "expected integers from 1 to " + MOST_LAYERS + ", found " + ForeignJson.shown(node));
            return 1;
        }
        return node.intValue();
    }

    private List<List<Integer>> upTransformers(List<List<Integer>> down, List<Integer> layers) {
        String key = "reverse_transformer_layers_per_block";
        if (c.present(key)) {
            List<Integer> reversed = new ArrayList<>(layers);
            Collections.reverse(reversed);
            return transformerLayers(key, reversed, 1);
        }
        List<List<Integer>> up = new ArrayList<>();
        for (List<Integer> block : down) {
            if (!block.stream().allMatch(block.get(0)::equals)) {
                c.problem(key, "must be given where transformer_layers_per_block differs within a block");
            }
            up.add(0, Collections.nCopies(block.size() + 1, block.get(0)));
        }
        return up;
    }

    private int[] sampleSize() {
        if (c.isList("sample_size")) {
            List<Integer> size = c.integers("sample_size", 2, 64, ModelConfig.MOST_SIDE);
            return new int[] {size.get(0), size.get(1)};
        }
        int size = c.positive("sample_size", 64, ModelConfig.MOST_SIDE);
        if (size < CORRECTED_SIZE
                && c.text("_diffusers_version")
                        .filter(UNetConfigReader::isEarly)
                        .isPresent()) {
            size = CORRECTED_SIZE;
        }
        return new int[] {size, size};
    }

    /** Whether a version of the library is below 0.9.0, whose sizes below 64 the pipeline takes for 64. */
    private static boolean isEarly(String version) {
        Matcher m = VERSION.matcher(version);
        return m.lookingAt() && Integer.parseInt(m.group(1)) == 0 && Integer.parseInt(m.group(2)) < 9;
    }

    private boolean scaleShift() {
        String kind = c.text("resnet_time_scale_shift", "default");
        if (!kind.equals("default") && !kind.equals("scale_shift")) {
            c.problem("resnet_time_scale_shift", "expected default or scale_shift, found " + kind);
        }
        return kind.equals("scale_shift");
    }

    private Activation activation(String key, String missing) {
        String name = c.text(key, missing);
        return Activation.named(name).orElseGet(() -> {
            c.problem(key, "expected silu, swish, mish, gelu or relu, found \"" + name + "\"");
            return Activation.SILU;
        });
    }

    private Optional<Activation> optionalActivation(String key) {
        return c.present(key) ? Optional.of(activation(key, "silu")) : Optional.empty();
    }

    private int oddKernel(String key) {
        int kernel = c.positive(key, 3, MOST_KERNEL);
        if (kernel % 2 == 0) {
            c.problem(key, "expected an odd number, found " + kernel);
        }
        return kernel;
    }
}
