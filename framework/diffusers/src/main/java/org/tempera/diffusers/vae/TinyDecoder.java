package org.tempera.diffusers.vae;

import java.util.ArrayList;
import java.util.List;
import org.tempera.nn.layers.Activation;
import org.tempera.nn.layers.Convolution;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.ParameterSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Latents to images, by the decoder of an AutoencoderTiny. */
final class TinyDecoder implements LatentDecoder {
    /** Latents are bent so as not to be larger. */
    private static final double LARGEST = 3;

    private final Convolution first;
    private final Activation activation;
    private final List<List<TinyBlock>> stages = new ArrayList<>();
    private final List<Convolution> upsamplers = new ArrayList<>();
    private final Convolution last;

    /** Declares {@code decoder.layers...}, numbered with the layers between that have no parameters. */
    TinyDecoder(ParameterSource source, TinyVaeConfig config) {
        int width = config.decoderWidth();
        this.activation = config.activation();
        this.first = new Convolution(layer(source, 0), config.latentChannels(), width, 3);
        int next = 2;
        for (int stage = 0; stage < config.decoderBlocks().size(); stage++) {
            List<TinyBlock> blocks = new ArrayList<>();
            for (int i = 0; i < config.decoderBlocks().get(stage); i++) {
                blocks.add(new TinyBlock(layer(source, next++), width, activation));
            }
            stages.add(blocks);
            if (stage < config.decoderBlocks().size() - 1) {
                upsamplers.add(Convolution.withoutBias(layer(source, next + 1), width, 1));
                next += 2;
            }
        }
        this.last = new Convolution(layer(source, next), width, config.imageChannels(), 3);
    }

    private static ParameterSource layer(ParameterSource source, int number) {
        return source.child("decoder.layers." + number);
    }

    @Override
    public Operand<TFloat32> apply(Forward f, Operand<TFloat32> latents) {
        Operand<TFloat32> bent = f.scale(f.tf().math.tanh(f.scale(latents, 1 / LARGEST)), LARGEST);
        Operand<TFloat32> h = activation.apply(f, first.apply(f, bent));
        for (int stage = 0; stage < stages.size(); stage++) {
            for (TinyBlock block : stages.get(stage)) {
                h = block.apply(f, h);
            }
            if (stage < upsamplers.size()) {
                int[] s = Forward.sizes(h);
                h = upsamplers.get(stage).applyEnlarged(f, h, 2 * s[1], 2 * s[2]);
            }
        }
        return f.tf().math.sub(f.scale(last.apply(f.inFloat32(), h), 2), f.tf().constant(1f));
    }
}
