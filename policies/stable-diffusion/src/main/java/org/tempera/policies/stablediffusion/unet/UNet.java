package org.tempera.policies.stablediffusion.unet;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tempera.nn.diffusion.ResnetBlock;
import org.tempera.nn.layers.Convolution;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.GroupNorm;
import org.tempera.nn.layers.Linear;
import org.tempera.nn.layers.ParameterSource;
import org.tempera.nn.layers.SinusoidalEmbedding;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The denoiser of Stable Diffusion 1 and 2: a U-shaped network with skips, conditioned on timestep and text. */
public final class UNet {
    private static final int TOKEN_MULTIPLE = 16;
    private static final int ROW_MULTIPLE = 12;
    private final UNetConfig config;
    private final Convolution first;
    private final Linear time1;
    private final Linear time2;
    private final Optional<Linear> guidanceProjection;
    private final Optional<Linear> textProjection;
    private final List<UNetBlock> down = new ArrayList<>();
    private final List<ResnetBlock> middle = new ArrayList<>();
    private final Optional<Transformer> middleAttention;
    private final List<UNetBlock> up = new ArrayList<>();
    private final GroupNorm norm;
    private final Convolution last;

    /** Declares the parameters under diffusers' names. */
    public UNet(ParameterSource source, UNetConfig config) {
        this.config = config;
        int outermost = config.down().get(0).channels();
        this.first = new Convolution(source.child("conv_in"), config.inChannels(), outermost, config.inKernel());
        this.time1 = new Linear(source.child("time_embedding.linear_1"), outermost, config.timeWidth(), true);
        this.time2 = new Linear(source.child("time_embedding.linear_2"), config.timeWidth(), config.timeWidth(), true);
        this.guidanceProjection = config.guidanceWidth()
                .map(width -> new Linear(source.child("time_embedding.cond_proj"), width, outermost, false));
        this.textProjection = config.textProjection()
                .map(width -> new Linear(
                        source.child("encoder_hid_proj"),
                        width,
                        config.middleBlock().textWidth(),
                        true));
        for (int i = 0; i < config.down().size(); i++) {
            down.add(UNetBlock.down(source.child("down_blocks." + i), config, i));
        }
        ResnetBlock.Settings settings = config.resnet(config.middleScale());
        int width = config.middleBlock().channels();
        if (config.middle() != UNetConfig.Middle.NONE) {
            middle.add(new ResnetBlock(source.child("mid_block.resnets.0"), width, width, settings));
        }
        if (config.middle() == UNetConfig.Middle.CROSS_ATTENTION) {
            this.middleAttention = Optional.of(new Transformer(
                    source.child("mid_block.attentions.0"),
                    config,
                    config.middleBlock(),
                    config.middleBlock().transformerLayers().get(0),
                    false));
            middle.add(new ResnetBlock(source.child("mid_block.resnets.1"), width, width, settings));
        } else {
            this.middleAttention = Optional.empty();
        }
        for (int i = 0; i < config.up().size(); i++) {
            up.add(UNetBlock.up(source.child("up_blocks." + i), config, i));
        }
        this.norm = new GroupNorm(source.child("conv_norm_out"), outermost, config.groups(), config.epsilon());
        this.last = new Convolution(source.child("conv_out"), outermost, config.outChannels(), config.outKernel());
    }

    /** The output of a network that is told no guidance scale. */
    public Operand<TFloat32> apply(
            Forward f, Operand<TFloat32> latents, Operand<TFloat32> timesteps, Operand<TFloat32> text) {
        return apply(f, latents, timesteps, text, Optional.empty());
    }

    /**
     * The network's output.
     *
     * @param latents {@code [batch, height, width, inChannels]}, of any size that the blocks can halve
     * @param timesteps {@code [batch]}
     * @param text text states {@code [batch, tokens, textWidth]}
     * @param guidance scales {@code [batch]}, of a network that is told them; absent, it is told none, which is not
     *     the same as a scale of 1
     * @return {@code [batch, height, width, outChannels]}
     */
    public Operand<TFloat32> apply(
            Forward f,
            Operand<TFloat32> latents,
            Operand<TFloat32> timesteps,
            Operand<TFloat32> text,
            Optional<Operand<TFloat32>> guidance) {
        UNetBlock.Context context = context(f, timesteps, text, guidance);
        Operand<TFloat32> x =
                config.centerInput() ? f.tf().math.sub(f.scale(latents, 2), f.tf().constant(1f)) : latents;
        Operand<TFloat32> h = first.apply(f, x);
        List<Operand<TFloat32>> skips = new ArrayList<>();
        skips.add(h);
        for (UNetBlock block : down) {
            h = block.down(f, h, context, skips);
        }
        if (!middle.isEmpty()) {
            h = middle.get(0).apply(f, h, Optional.of(context.time()));
        }
        if (middleAttention.isPresent()) {
            h = middleAttention.get().apply(f, h, context.text());
            h = middle.get(1).apply(f, h, Optional.of(context.time()));
        }
        for (UNetBlock block : up) {
            h = block.up(f, h, context, skips);
        }
        return last.apply(f.inFloat32(), norm.apply(f, h, config.activation()));
    }

    /**
     * Text is filled up to a multiple of 16 tokens, which nothing attends to: the rounding of a matrix product of an
     * odd number of rows, shared among threads, depends on where in the batch a text stands, and so would importance
     * ratios.
     */
    private UNetBlock.Context context(
            Forward f, Operand<TFloat32> timesteps, Operand<TFloat32> text, Optional<Operand<TFloat32>> guidance) {
        int[] s = Forward.sizes(text);
        int missing = Math.floorMod(-s[1], TOKEN_MULTIPLE);
        Operand<TFloat32> filled = missing == 0
                ? text
                : f.tf().pad(text, f.tf().constant(new int[][] {{0, 0}, {0, missing}, {0, 0}}), f.tf().constant(0f));
        Operand<TFloat32> rows = f.reshape(filled, s[0] * (s[1] + missing), s[2]);
        Operand<TFloat32> rawTime = timeEmbedding(f, timesteps, guidance);
        return new UNetBlock.Context(
                config.activation().apply(f, rawTime),
                rawTime,
                new UNetBlock.Text(
                        textProjection.isPresent() ? textProjection.get().apply(f, rows) : rows, s[1]));
    }

    /**
     * The timestep embedding, without the nonlinearity that residual blocks put on it. Filled up to a multiple of 12
     * rows: of few rows, oneDNN multiplies 12 at a time and rounds a rest of 7 or 8 differently, row by row.
     */
    private Operand<TFloat32> timeEmbedding(
            Forward f, Operand<TFloat32> timesteps, Optional<Operand<TFloat32>> guidance) {
        int width = config.down().get(0).channels();
        Operand<TFloat32> t = new SinusoidalEmbedding(width, config.cosineFirst(), config.frequencyShift())
                .apply(f, filled(f, timesteps));
        if (guidanceProjection.isPresent() && guidance.isPresent()) {
            Operand<TFloat32> told =
                    new GuidanceEmbedding(config.guidanceWidth().orElseThrow()).apply(f, filled(f, guidance.get()));
            t = f.add(t, guidanceProjection.get().apply(f, told));
        }
        t = time2.apply(f, config.activation().apply(f, time1.apply(f, t)));
        if (config.timePostActivation().isPresent()) {
            t = config.timePostActivation().get().apply(f, t);
        }
        if (config.timeActivation().isPresent()) {
            t = config.timeActivation().get().apply(f, t);
        }
        return t;
    }

    private static Operand<TFloat32> filled(Forward f, Operand<TFloat32> rows) {
        int missing = Math.floorMod(-Forward.sizes(rows)[0], ROW_MULTIPLE);
        return missing == 0 ? rows : f.tf().pad(rows, f.tf().constant(new int[][] {{0, missing}}), f.tf().constant(0f));
    }
}
