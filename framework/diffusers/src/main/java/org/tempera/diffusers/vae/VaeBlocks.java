package org.tempera.diffusers.vae;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tempera.nn.diffusion.PixelAttention;
import org.tempera.nn.diffusion.ResnetBlock;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.ParameterSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A row of residual blocks, with attention between or after them. */
final class VaeBlocks {
    private final List<ResnetBlock> resnets = new ArrayList<>();
    private final List<PixelAttention> attentions = new ArrayList<>();
    private final boolean middle;

    private VaeBlocks(boolean middle) {
        this.middle = middle;
    }

    /** A block of the encoder or decoder: {@code count} residual blocks, each followed by attention if wanted. */
    static VaeBlocks row(ParameterSource source, VaeConfig c, int in, int out, int count, boolean attention) {
        VaeBlocks blocks = new VaeBlocks(false);
        for (int i = 0; i < count; i++) {
            blocks.resnets.add(new ResnetBlock(source.child("resnets." + i), i == 0 ? in : out, out, c.resnet()));
            if (attention) {
                blocks.attentions.add(attention(source.child("attentions." + i), out, c));
            }
        }
        return blocks;
    }

    private static PixelAttention attention(ParameterSource source, int channels, VaeConfig c) {
        return new PixelAttention(source, channels, 1, channels, c.groups(), VaeConfig.NORM_EPSILON);
    }

    /** The middle: attention between two residual blocks. */
    static VaeBlocks middle(ParameterSource source, VaeConfig c) {
        VaeBlocks blocks = new VaeBlocks(true);
        int channels = c.blockChannels().get(c.blockChannels().size() - 1);
        blocks.resnets.add(new ResnetBlock(source.child("resnets.0"), channels, channels, c.resnet()));
        if (c.middleAttention()) {
            blocks.attentions.add(attention(source.child("attentions.0"), channels, c));
        }
        blocks.resnets.add(new ResnetBlock(source.child("resnets.1"), channels, channels, c.resnet()));
        return blocks;
    }

    Operand<TFloat32> apply(Forward f, Operand<TFloat32> x) {
        Operand<TFloat32> h = x;
        for (int i = 0; i < resnets.size(); i++) {
            if (middle && i == 1 && !attentions.isEmpty()) {
                h = attentions.get(0).apply(f, h);
            }
            h = resnets.get(i).apply(f, h, Optional.empty());
            if (!middle && !attentions.isEmpty()) {
                h = attentions.get(i).apply(f, h);
            }
        }
        return h;
    }
}
