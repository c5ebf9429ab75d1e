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
import org.tensorflow.types.TFloat32;

/** Latents to images. */
public final class VaeDecoder implements LatentDecoder {
    private final Optional<Linear> postQuant;
    private final Convolution first;
    private final VaeBlocks middle;
    private final List<VaeBlocks> blocks = new ArrayList<>();
    private final List<Convolution> upsamplers = new ArrayList<>();
    private final GroupNorm norm;
    private final Convolution last;

    /** Declares {@code post_quant_conv} and {@code decoder...}. */
    public VaeDecoder(ParameterSource source, VaeConfig config) {
        int latent = config.latentChannels();
        this.postQuant = config.postQuantConvolution()
                ? Optional.of(
                        new Linear(source.child("post_quant_conv"), latent, latent, true, Layout.LINEAR_AS_CONVOLUTION))
                : Optional.empty();
        ParameterSource decoder = source.child("decoder");
        List<Integer> channels = config.blockChannels();
        int count = channels.size();
        int in = channels.get(count - 1);
        this.first = new Convolution(decoder.child("conv_in"), latent, in, 3);
        this.middle = VaeBlocks.middle(decoder.child("mid_block"), config);
        for (int i = 0; i < count; i++) {
            int out = channels.get(count - 1 - i);
            ParameterSource block = decoder.child("up_blocks." + i);
            blocks.add(VaeBlocks.row(
                    block,
                    config,
                    in,
                    out,
                    config.layersPerBlock() + 1,
                    config.upAttention().get(i)));
            if (i < count - 1) {
                upsamplers.add(new Convolution(block.child("upsamplers.0.conv"), out, out, 3));
            }
            in = out;
        }
        this.norm = new GroupNorm(decoder.child("conv_norm_out"), in, config.groups(), VaeConfig.NORM_EPSILON);
        this.last = new Convolution(decoder.child("conv_out"), in, config.imageChannels(), 3);
    }

    @Override
    public Operand<TFloat32> apply(Forward f, Operand<TFloat32> latents) {
        Operand<TFloat32> h = latents;
        if (postQuant.isPresent()) {
            int[] s = Forward.sizes(h);
            h = f.reshape(postQuant.get().apply(f, f.reshape(h, s[0] * s[1] * s[2], s[3])), s);
        }
        h = middle.apply(f, first.apply(f, h));
        for (int i = 0; i < blocks.size(); i++) {
            h = blocks.get(i).apply(f, h);
            if (i < upsamplers.size()) {
                int[] s = Forward.sizes(h);
                h = upsamplers.get(i).applyEnlarged(f, h, 2 * s[1], 2 * s[2]);
            }
        }
        return last.apply(f.inFloat32(), norm.apply(f, h, Activation.SILU));
    }
}
