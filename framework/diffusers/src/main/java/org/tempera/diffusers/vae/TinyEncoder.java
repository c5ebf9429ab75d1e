package org.tempera.diffusers.vae;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tempera.nn.layers.Convolution;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.ParameterSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Images to latents, by the encoder of an AutoencoderTiny: to one latent, and not to a Gaussian. */
final class TinyEncoder implements ImageEncoder {
    private final List<Convolution> convolutions = new ArrayList<>();
    private final List<List<TinyBlock>> stages = new ArrayList<>();
    private final Convolution last;

    /** Declares {@code encoder.layers...}. */
    TinyEncoder(ParameterSource source, TinyVaeConfig config) {
        int width = config.encoderWidth();
        int next = 0;
        for (int stage = 0; stage < config.encoderBlocks().size(); stage++) {
            ParameterSource convolution = layer(source, next++);
            convolutions.add(
                    stage == 0
                            ? new Convolution(convolution, config.imageChannels(), width, 3)
                            : Convolution.withoutBias(convolution, width, 2));
            List<TinyBlock> blocks = new ArrayList<>();
            for (int i = 0; i < config.encoderBlocks().get(stage); i++) {
                blocks.add(new TinyBlock(layer(source, next++), width, config.activation()));
            }
            stages.add(blocks);
        }
        this.last = new Convolution(layer(source, next), width, config.latentChannels(), 3);
    }

    private static ParameterSource layer(ParameterSource source, int number) {
        return source.child("encoder.layers." + number);
    }

    @Override
    public Encoded apply(Forward f, Operand<TFloat32> images) {
        Operand<TFloat32> h = f.scale(f.tf().math.add(images, f.tf().constant(1f)), 0.5);
        for (int stage = 0; stage < stages.size(); stage++) {
            h = convolutions.get(stage).apply(f, h);
            for (TinyBlock block : stages.get(stage)) {
                h = block.apply(f, h);
            }
        }
        return new Encoded(last.apply(f.inFloat32(), h), Optional.empty());
    }
}
