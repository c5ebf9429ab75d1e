package org.tempera.policies.stablediffusion.unet;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tempera.nn.diffusion.ResnetBlock;
import org.tempera.nn.layers.Convolution;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.ParameterSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Residual blocks of one resolution with their transformers, and what leads to the next resolution. */
final class UNetBlock {
    private final List<ResnetBlock> resnets = new ArrayList<>();
    private final List<Transformer> attentions = new ArrayList<>();
    private final Optional<Convolution> resampler;

    private UNetBlock(Optional<Convolution> resampler) {
        this.resampler = resampler;
    }

    /** Inputs that all blocks of a pass share: the activated timestep embedding, and text states as rows. */
    record Context(Operand<TFloat32> time, Operand<TFloat32> text) {}

    static UNetBlock down(ParameterSource source, UNetConfig config, int index) {
        UNetConfig.Block b = config.down().get(index);
        int in = config.down().get(Math.max(0, index - 1)).channels();
        int pad = config.downsamplePadding();
        boolean last = index == config.down().size() - 1;
        UNetBlock block = new UNetBlock(
                last
                        ? Optional.empty()
                        : Optional.of(new Convolution(
                                source.child("downsamplers.0.conv"),
                                b.channels(),
                                b.channels(),
                                3,
                                2,
                                pad,
                                Math.max(1, pad))));
        for (int i = 0; i < b.layers(); i++) {
            block.add(source, config, b, i, i == 0 ? in : b.channels());
        }
        return block;
    }

    static UNetBlock up(ParameterSource source, UNetConfig config, int index) {
        List<UNetConfig.Block> up = config.up();
        UNetConfig.Block b = up.get(index);
        int last = up.size() - 1;
        int before = up.get(Math.max(0, index - 1)).channels();
        int next = up.get(Math.min(last, index + 1)).channels();
        UNetBlock block = new UNetBlock(
                index == last
                        ? Optional.empty()
                        : Optional.of(
                                new Convolution(source.child("upsamplers.0.conv"), b.channels(), b.channels(), 3)));
        for (int i = 0; i < b.layers(); i++) {
            int skip = i == b.layers() - 1 ? next : b.channels();
            block.add(source, config, b, i, (i == 0 ? before : b.channels()) + skip);
        }
        return block;
    }

    private void add(ParameterSource source, UNetConfig config, UNetConfig.Block b, int i, int in) {
        resnets.add(new ResnetBlock(source.child("resnets." + i), in, b.channels(), config.resnet(1)));
        if (b.attention()) {
            attentions.add(new Transformer(
                    source.child("attentions." + i),
                    config,
                    b,
                    b.transformerLayers().get(i),
                    b.onlyCrossAttention()));
        }
    }

    /** Goes down: {@code skips} gets the state after each layer and after halving. */
    Operand<TFloat32> down(Forward f, Operand<TFloat32> x, Context context, List<Operand<TFloat32>> skips) {
        Operand<TFloat32> h = x;
        for (int i = 0; i < resnets.size(); i++) {
            h = layer(f, h, context, i);
            skips.add(h);
        }
        if (resampler.isPresent()) {
            h = resampler.get().apply(f, h);
            skips.add(h);
        }
        return h;
    }

    /** Goes up: takes one state off the end of {@code skips} for each layer. Doubling is left to the caller. */
    Operand<TFloat32> up(Forward f, Operand<TFloat32> x, Context context, List<Operand<TFloat32>> skips) {
        Operand<TFloat32> h = x;
        for (int i = 0; i < resnets.size(); i++) {
            h = layer(f, f.concat(List.of(h, skips.remove(skips.size() - 1)), 3), context, i);
        }
        return h;
    }

    private Operand<TFloat32> layer(Forward f, Operand<TFloat32> x, Context context, int i) {
        Operand<TFloat32> h = resnets.get(i).apply(f, x, Optional.of(context.time()));
        return attentions.isEmpty() ? h : attentions.get(i).apply(f, h, context.text());
    }

    /** The convolution after enlarging, where this block has one. */
    Optional<Convolution> resampler() {
        return resampler;
    }
}
