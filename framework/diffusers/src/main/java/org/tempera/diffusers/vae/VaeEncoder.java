package org.tempera.diffusers.vae;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tempera.nn.layers.Activation;
import org.tempera.nn.layers.Convolution;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.GroupNorm;
import org.tempera.nn.layers.Layout;
import org.tempera.nn.layers.Linear;
import org.tempera.nn.layers.ParameterSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Images to a Gaussian over latents (Kingma and Welling, 2013). */
public final class VaeEncoder implements ImageEncoder {
    private static final float MIN_LOG_VARIANCE = -30;
    private static final float MAX_LOG_VARIANCE = 20;

    private final Convolution first;
    private final List<VaeBlocks> blocks = new ArrayList<>();
    private final List<Convolution> downsamplers = new ArrayList<>();
    private final VaeBlocks middle;
    private final GroupNorm norm;
    private final Convolution last;
    private final Optional<Linear> quant;

    /** Declares {@code encoder...} and {@code quant_conv}. */
    public VaeEncoder(ParameterSource source, VaeConfig config) {
        ParameterSource encoder = source.child("encoder");
        List<Integer> channels = config.blockChannels();
        int in = channels.get(0);
        this.first = new Convolution(encoder.child("conv_in"), config.imageChannels(), in, 3);
        for (int i = 0; i < channels.size(); i++) {
            int out = channels.get(i);
            ParameterSource block = encoder.child("down_blocks." + i);
            blocks.add(VaeBlocks.row(
                    block,
                    config,
                    in,
                    out,
                    config.layersPerBlock(),
                    config.downAttention().get(i)));
            if (i < channels.size() - 1) {
                downsamplers.add(new Convolution(block.child("downsamplers.0.conv"), out, out, 3, 2, 0, 1));
            }
            in = out;
        }
        this.middle = VaeBlocks.middle(encoder.child("mid_block"), config);
        this.norm = new GroupNorm(encoder.child("conv_norm_out"), in, config.groups(), VaeConfig.NORM_EPSILON);
        int moments = 2 * config.latentChannels();
        this.last = new Convolution(encoder.child("conv_out"), in, moments, 3);
        this.quant = config.quantConvolution()
                ? Optional.of(
                        new Linear(source.child("quant_conv"), moments, moments, true, Layout.LINEAR_AS_CONVOLUTION))
                : Optional.empty();
    }

    @Override
    public Encoded apply(Forward f, Operand<TFloat32> images) {
        Ops tf = f.tf();
        Operand<TFloat32> h = first.apply(f, images);
        for (int i = 0; i < blocks.size(); i++) {
            h = blocks.get(i).apply(f, h);
            if (i < downsamplers.size()) {
                h = downsamplers.get(i).apply(f, h);
            }
        }
        h = middle.apply(f, h);
        h = last.apply(f.inFloat32(), norm.apply(f, h, Activation.SILU));
        if (quant.isPresent()) {
            int[] s = Forward.sizes(h);
            h = f.reshape(quant.get().apply(f.inFloat32(), f.reshape(h, s[0] * s[1] * s[2], s[3])), s);
        }
        var halves = tf.split(tf.constant(3), h, 2L).output();
        Operand<TFloat32> logVariance = tf.math.minimum(
                tf.math.maximum(halves.get(1), tf.constant(MIN_LOG_VARIANCE)), tf.constant(MAX_LOG_VARIANCE));
        return new Encoded(halves.get(0), Optional.of(logVariance));
    }
}
