package org.tempera.policies.stablediffusion.unet;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tempera.nn.diffusion.PixelAttention;
import org.tempera.nn.diffusion.ResnetBlock;
import org.tempera.nn.diffusion.ResnetBlock.Resampling;
import org.tempera.nn.layers.Convolution;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.ParameterSource;
import org.tempera.policies.stablediffusion.unet.UNetConfig.Kind;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Residual blocks of one resolution with their transformers, and what leads to the next resolution. */
final class UNetBlock {
    private final List<ResnetBlock> resnets = new ArrayList<>();
    private final List<Transformer> transformers = new ArrayList<>();
    private final List<PixelAttention> attentions = new ArrayList<>();
    private final boolean rawTime;
    private Optional<Convolution> convolution = Optional.empty();
    private Optional<ResnetBlock> residual = Optional.empty();

    private UNetBlock(boolean rawTime) {
        this.rawTime = rawTime;
    }

    /** Inputs that all blocks of a pass share: the timestep embedding, activated and not, and the text. */
    record Context(Operand<TFloat32> time, Operand<TFloat32> rawTime, Text text) {
        /** The tensors. */
        List<Operand<TFloat32>> tensors() {
            return List.of(time, rawTime, text.rows());
        }

        /** The same context of other tensors, in the order of {@link #tensors}. */
        Context of(List<Operand<TFloat32>> tensors) {
            return new Context(tensors.get(0), tensors.get(1), new Text(tensors.get(2), text.used()));
        }
    }

    /**
     * Text states.
     *
     * @param rows {@code [batch * tokens, textWidth]}
     * @param used how many of the tokens count, the first ones
     */
    record Text(Operand<TFloat32> rows, int used) {}

    static UNetBlock down(ParameterSource source, UNetConfig config, int index) {
        UNetConfig.Block b = config.down().get(index);
        int in = config.down().get(Math.max(0, index - 1)).channels();
        int pad = config.downsamplePadding();
        UNetBlock block = block(config, b);
        if (index < config.down().size() - 1) {
            ParameterSource sampler = source.child("downsamplers.0");
            if (b.kind() == Kind.RESIDUAL_SAMPLER) {
                block.residual = Optional.of(resnet(sampler, config, b, b.channels()));
            } else {
                block.convolution = Optional.of(new Convolution(
                        sampler.child("conv"), b.channels(), b.channels(), 3, 2, pad, Math.max(1, pad)));
            }
        }
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
        UNetBlock block = block(config, b);
        if (index < last) {
            ParameterSource sampler = source.child("upsamplers.0");
            if (b.kind() == Kind.RESIDUAL_SAMPLER) {
                block.residual = Optional.of(resnet(sampler, config, b, b.channels()));
            } else {
                block.convolution = Optional.of(new Convolution(sampler.child("conv"), b.channels(), b.channels(), 3));
            }
        }
        for (int i = 0; i < b.layers(); i++) {
            int skip = i == b.layers() - 1 ? next : b.channels();
            block.add(source, config, b, i, (i == 0 ? before : b.channels()) + skip);
        }
        return block;
    }

    private static UNetBlock block(UNetConfig config, UNetConfig.Block b) {
        return new UNetBlock(b.kind() == Kind.RESIDUAL_SAMPLER && config.samplerSkipsActivation());
    }

    private static ResnetBlock resnet(ParameterSource source, UNetConfig config, UNetConfig.Block b, int in) {
        double scale = b.kind() == Kind.RESIDUAL_SAMPLER ? config.samplerScale() : 1;
        return new ResnetBlock(source, in, b.channels(), config.resnet(scale));
    }

    private void add(ParameterSource source, UNetConfig config, UNetConfig.Block b, int i, int in) {
        resnets.add(resnet(source.child("resnets." + i), config, b, in));
        if (b.kind() == Kind.SELF_ATTENTION) {
            attentions.add(new PixelAttention(
                    source.child("attentions." + i),
                    b.channels(),
                    b.heads(),
                    b.headWidth(),
                    config.groups(),
                    config.epsilon()));
        }
        if (b.kind() == Kind.CROSS_ATTENTION) {
            transformers.add(new Transformer(
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
        if (convolution.isPresent()) {
            h = convolution.get().apply(f, h);
            skips.add(h);
        }
        if (residual.isPresent()) {
            h = residual.get().apply(f, h, time(context), Resampling.HALVE);
            skips.add(h);
        }
        return h;
    }

    /**
     * Goes up: takes one state off the end of {@code skips} for each layer, then doubles, where another block follows.
     */
    Operand<TFloat32> up(Forward f, Operand<TFloat32> x, Context context, List<Operand<TFloat32>> skips) {
        Operand<TFloat32> h = x;
        for (int i = 0; i < resnets.size(); i++) {
            h = layer(f, f.concat(List.of(h, skips.remove(skips.size() - 1)), 3), context, i);
        }
        if (convolution.isPresent()) {
            // To the size of the skip that comes next, which is not the double where a size was odd.
            int[] size = Forward.sizes(skips.get(skips.size() - 1));
            h = convolution.get().applyEnlarged(f, h, size[1], size[2]);
        }
        if (residual.isPresent()) {
            h = residual.get().apply(f, h, time(context), Resampling.DOUBLE);
        }
        return h;
    }

    /** A residual block with its attention: what is computed again for a gradient of a checkpointed pass. */
    private Operand<TFloat32> layer(Forward f, Operand<TFloat32> x, Context context, int i) {
        List<Operand<TFloat32>> inputs = new ArrayList<>(List.of(x));
        inputs.addAll(context.tensors());
        return f.unit(inputs, all -> layer(f, all.get(0), i, context.of(all.subList(1, all.size()))));
    }

    private Operand<TFloat32> layer(Forward f, Operand<TFloat32> x, int i, Context context) {
        Operand<TFloat32> h = resnets.get(i).apply(f, x, time(context));
        if (!attentions.isEmpty()) {
            return attentions.get(i).apply(f, h);
        }
        return transformers.isEmpty() ? h : transformers.get(i).apply(f, h, context.text());
    }

    private Optional<Operand<TFloat32>> time(Context context) {
        return Optional.of(rawTime ? context.rawTime() : context.time());
    }
}
