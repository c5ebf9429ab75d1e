package org.tempera.diffusers.vae;

import java.util.ArrayList;
import java.util.List;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.diffusion.ResnetBlock;
import org.tempera.nn.layers.Activation;
import org.tempera.nn.layers.ParameterSource;

/**
 * Sizes of an AutoencoderKL.
 *
 * @param imageChannels channels of images
 * @param latentChannels channels of latents
 * @param blockChannels widths of the blocks, from the image inwards
 * @param downAttention for each encoder block, whether attention follows each of its residual blocks
 * @param upAttention for each decoder block, from the latent outwards, the same
 * @param layersPerBlock residual blocks in an encoder block; a decoder block has one more
 * @param groups groups of the norms
 * @param activation nonlinearity
 * @param middleAttention whether the middle block attends
 * @param quantConvolution whether a 1x1 convolution ends the encoder
 * @param postQuantConvolution whether a 1x1 convolution begins the decoder
 * @param scale what the encoder's latents are multiplied with for the sampler
 * @param shift what is taken from them before
 */
public record VaeConfig(
        int imageChannels,
        int latentChannels,
        List<Integer> blockChannels,
        List<Boolean> downAttention,
        List<Boolean> upAttention,
        int layersPerBlock,
        int groups,
        Activation activation,
        boolean middleAttention,
        boolean quantConvolution,
        boolean postQuantConvolution,
        double scale,
        double shift)
        implements AutoencoderConfig {
    static final String CLASS = "AutoencoderKL";

    /** Epsilon of all norms of this model, which no configuration names. */
    static final double NORM_EPSILON = 1e-6;

    /** Each halves the image, so that a latent would have 256 x 256 pixels of it at most. */
    static final int MOST_BLOCKS = 9;

    static final int MOST_LAYERS = 32;

    /** Latents are some units large; published shifts are below 1. */
    private static final double LARGEST_SHIFT = 100;

    public VaeConfig {
        blockChannels = List.copyOf(blockChannels);
        downAttention = List.copyOf(downAttention);
        upAttention = List.copyOf(upAttention);
    }

    @Override
    public int factor() {
        return 1 << (blockChannels.size() - 1);
    }

    @Override
    public void declare(ParameterSource source) {
        new VaeEncoder(source, this);
        new VaeDecoder(source, this);
    }

    ResnetBlock.Settings resnet() {
        return new ResnetBlock.Settings(0, groups, NORM_EPSILON, activation, false, 1);
    }

    /**
     * Reads a diffusers configuration for a pipeline that takes no notice of a {@code shift_factor}, such as Stable
     * Diffusion 1, 2 and XL: one is refused, for pictures would differ from everyone else's. Missing keys have that
     * library's defaults; problems are noted in {@code c}.
     */
    public static VaeConfig read(ModelConfig c) {
        c.unsupported("shift_factor", shift(c) != 0);
        return read(c, 0);
    }

    /** Reads a diffusers configuration for a pipeline that shifts latents, such as Stable Diffusion 3 and FLUX.1. */
    public static VaeConfig readShifted(ModelConfig c) {
        return read(c, shift(c));
    }

    static double shift(ModelConfig c) {
        return c.number("shift_factor", 0, -LARGEST_SHIFT, LARGEST_SHIFT);
    }

    private static VaeConfig read(ModelConfig c, double shift) {
        List<Integer> blocks = c.integers("block_out_channels", List.of(64), MOST_BLOCKS, ModelConfig.MOST_WIDTH);
        int groups = c.positive("norm_num_groups", 32, ModelConfig.MOST_WIDTH);
        for (int channels : blocks) {
            if (channels % groups != 0) {
                c.problem(
                        "block_out_channels",
                        "expected multiples of norm_num_groups " + groups + ", found " + channels);
            }
        }
        Activation activation = activation(c, Activation.SILU);
        c.unsupported("latents_mean", c.present("latents_mean"));
        c.unsupported("latents_std", c.present("latents_std"));
        return new VaeConfig(
                imageChannels(c),
                c.positive("latent_channels", 4, ModelConfig.MOST_WIDTH),
                blocks,
                attention(c, "down_block_types", blocks.size(), "DownEncoderBlock2D", "AttnDownEncoderBlock2D"),
                attention(c, "up_block_types", blocks.size(), "UpDecoderBlock2D", "AttnUpDecoderBlock2D"),
                c.positive("layers_per_block", 1, MOST_LAYERS),
                groups,
                activation,
                c.flag("mid_block_add_attention", true),
                c.flag("use_quant_conv", true),
                c.flag("use_post_quant_conv", true),
                c.factor("scaling_factor", 0.18215),
                shift);
    }

    /** The nonlinearity under {@code act_fn}, whose default is {@code missing}. */
    static Activation activation(ModelConfig c, Activation missing) {
        String name = c.text("act_fn", missing.name());
        return Activation.named(name).orElseGet(() -> {
            c.problem("act_fn", "expected silu, swish, mish, gelu or relu, found \"" + name + "\"");
            return missing;
        });
    }

    /** Channels of images, as many in as out. */
    static int imageChannels(ModelConfig c) {
        int images = c.positive("in_channels", 3, ModelConfig.MOST_WIDTH);
        int out = c.positive("out_channels", 3, ModelConfig.MOST_WIDTH);
        if (out != images) {
            c.problem("out_channels", "expected in_channels, " + images + ", found " + out);
        }
        return images;
    }

    private static List<Boolean> attention(ModelConfig c, String key, int blocks, String plain, String attending) {
        List<String> types = c.texts(key, List.of(plain));
        if (types.size() != blocks) {
            c.problem(key, "expected " + blocks + " blocks as in block_out_channels, found " + types.size());
        }
        List<Boolean> attention = new ArrayList<>();
        for (String type : types) {
            if (!type.equals(plain) && !type.equals(attending)) {
                c.problem(key, "expected " + plain + " or " + attending + ", found " + type);
            }
            attention.add(type.equals(attending));
        }
        while (attention.size() < blocks) {
            attention.add(false);
        }
        return attention;
    }
}
