package org.tempera.diffusers.vae;

import java.util.List;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.Activation;
import org.tempera.nn.layers.ParameterSource;

/**
 * Sizes of an AutoencoderTiny (TAESD), which is distilled from an AutoencoderKL and reads the same latents.
 *
 * @param imageChannels channels of images
 * @param latentChannels channels of latents
 * @param encoderWidth width of the encoder
 * @param encoderBlocks residual blocks of each of the encoder's stages, from the image inwards
 * @param decoderWidth width of the decoder
 * @param decoderBlocks residual blocks of each of the decoder's stages, from the latent outwards
 * @param activation nonlinearity within blocks; a block ends in RELU whatever it is
 * @param scale what the encoder's latents are multiplied with for the sampler
 */
public record TinyVaeConfig(
        int imageChannels,
        int latentChannels,
        int encoderWidth,
        List<Integer> encoderBlocks,
        int decoderWidth,
        List<Integer> decoderBlocks,
        Activation activation,
        double scale)
        implements AutoencoderConfig {
    static final String CLASS = "AutoencoderTiny";

    private static final List<Integer> WIDTHS = List.of(64, 64, 64, 64);

    public TinyVaeConfig {
        encoderBlocks = List.copyOf(encoderBlocks);
        decoderBlocks = List.copyOf(decoderBlocks);
    }

    @Override
    public int factor() {
        return 1 << (decoderBlocks.size() - 1);
    }

    @Override
    public double shift() {
        return 0;
    }

    @Override
    public void declare(ParameterSource source) {
        new TinyEncoder(source, this);
        new TinyDecoder(source, this);
    }

    /**
     * Reads a diffusers configuration for a pipeline that takes no notice of a {@code shift_factor}. Missing keys have
     * that library's defaults; problems are noted in {@code c}.
     */
    public static TinyVaeConfig read(ModelConfig c) {
        c.unsupported("shift_factor", VaeConfig.shift(c) != 0);
        if (c.positive("upsampling_scaling_factor", 2, ModelConfig.MOST_WIDTH) != 2) {
            c.unsupported("upsampling_scaling_factor", true);
        }
        c.only("upsample_fn", "nearest");
        List<Integer> encoder = blocks(c, "num_encoder_blocks", List.of(1, 3, 3, 3));
        List<Integer> decoder = blocks(c, "num_decoder_blocks", List.of(3, 3, 3, 1));
        if (encoder.size() != decoder.size()) {
            c.problem(
                    "num_encoder_blocks",
                    "expected as many stages as in num_decoder_blocks, " + decoder.size() + ", found "
                            + encoder.size());
        }
        return new TinyVaeConfig(
                VaeConfig.imageChannels(c),
                c.positive("latent_channels", 4, ModelConfig.MOST_WIDTH),
                width(c, "encoder_block_out_channels", encoder.size()),
                encoder,
                width(c, "decoder_block_out_channels", decoder.size()),
                decoder,
                VaeConfig.activation(c, Activation.RELU),
                c.factor("scaling_factor", 1));
    }

    private static List<Integer> blocks(ModelConfig c, String key, List<Integer> missing) {
        return c.integers(key, missing, VaeConfig.MOST_BLOCKS, VaeConfig.MOST_LAYERS);
    }

    /** The one width of all stages: no layer of the class leads from one width to another. */
    private static int width(ModelConfig c, String key, int stages) {
        List<Integer> widths = c.integers(key, WIDTHS, VaeConfig.MOST_BLOCKS, ModelConfig.MOST_WIDTH);
        if (widths.size() != stages || widths.stream().distinct().count() != 1) {
            c.problem(key, "expected " + stages + " times the same width, found " + widths);
        }
        return widths.get(0);
    }
}
