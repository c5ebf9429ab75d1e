package org.tempera.diffusers.vae;

import org.tempera.nn.layers.Activation;
import org.tempera.nn.layers.Convolution;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.ParameterSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Three convolutions beside the image itself: diffusers' AutoencoderTinyBlock. */
final class TinyBlock {
    private final Convolution first;
    private final Convolution second;
    private final Convolution third;
    private final Activation activation;

    /** Declares {@code conv.0 conv.2 conv.4}. */
    TinyBlock(ParameterSource source, int width, Activation activation) {
        this.first = new Convolution(source.child("conv.0"), width, width, 3);
        this.second = new Convolution(source.child("conv.2"), width, width, 3);
        this.third = new Convolution(source.child("conv.4"), width, width, 3);
        this.activation = activation;
    }

    Operand<TFloat32> apply(Forward f, Operand<TFloat32> x) {
        Operand<TFloat32> h = activation.apply(f, first.apply(f, x));
        h = third.apply(f, activation.apply(f, second.apply(f, h)));
        return f.tf().nn.relu(f.add(h, x));
    }
}
