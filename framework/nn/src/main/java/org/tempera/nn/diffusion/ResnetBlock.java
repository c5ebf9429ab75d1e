package org.tempera.nn.diffusion;

import java.util.List;
import java.util.Optional;
import org.tempera.nn.layers.Activation;
import org.tempera.nn.layers.Convolution;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.GroupNorm;
import org.tempera.nn.layers.Layout;
import org.tempera.nn.layers.Linear;
import org.tempera.nn.layers.NearestUpsampling;
import org.tempera.nn.layers.ParameterSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A residual block of two convolutions, told the timestep between them. Parameter names are diffusers' ResnetBlock2D's.
 */
public final class ResnetBlock {
    private final GroupNorm norm1;
    private final Convolution conv1;
    private final Optional<Linear> timeProjection;
    private final GroupNorm norm2;
    private final Convolution conv2;
    private final Optional<Linear> shortcut;
    private final Settings settings;
    private final int out;

    /**
     * What the blocks of one network share.
     *
     * @param timeWidth width of the timestep embedding, 0 for none
     * @param groups groups of the norms
     * @param epsilon epsilon of the norms
     * @param activation nonlinearity
     * @param scaleShift whether the timestep scales and shifts the second norm instead of being added
     * @param outputScale what the sum is divided by
     */
    public record Settings(
            int timeWidth, int groups, double epsilon, Activation activation, boolean scaleShift, double outputScale) {}

    /** How a block changes the resolution, before its first convolution and beside it. */
    public enum Resampling {
        NONE,
        /** Means of two by two pixels; a last row or column that is left over is dropped. */
        HALVE,
        /** Each pixel four times. */
        DOUBLE
    }

    /** Declares {@code norm1 conv1 time_emb_proj norm2 conv2 conv_shortcut}, the third and last as needed. */
    public ResnetBlock(ParameterSource source, int in, int out, Settings settings) {
        this.settings = settings;
        this.out = out;
        this.norm1 = new GroupNorm(source.child("norm1"), in, settings.groups(), settings.epsilon());
        this.conv1 = new Convolution(source.child("conv1"), in, out, 3);
        this.timeProjection = settings.timeWidth() == 0
                ? Optional.empty()
                : Optional.of(new Linear(
                        source.child("time_emb_proj"),
                        settings.timeWidth(),
                        settings.scaleShift() ? 2 * out : out,
                        true));
        this.norm2 = new GroupNorm(source.child("norm2"), out, settings.groups(), settings.epsilon());
        this.conv2 = new Convolution(source.child("conv2"), out, out, 3);
        this.shortcut = in == out
                ? Optional.empty()
                : Optional.of(new Linear(source.child("conv_shortcut"), in, out, true, Layout.LINEAR_AS_CONVOLUTION));
    }

    /**
     * One pass.
     *
     * @param x {@code [batch, height, width, in]}
     * @param time the timestep embedding after its nonlinearity, {@code [rows, timeWidth]} with one for each of the
     *     batch and perhaps more; empty where the settings say 0
     * @return {@code [batch, height, width, out]}
     */
    public Operand<TFloat32> apply(Forward f, Operand<TFloat32> x, Optional<Operand<TFloat32>> time) {
        return apply(f, x, time, Resampling.NONE);
    }

    /** As above, halving or doubling height and width. */
    public Operand<TFloat32> apply(
            Forward f, Operand<TFloat32> input, Optional<Operand<TFloat32>> time, Resampling resampling) {
        Operand<TFloat32> x = resample(f, input, resampling);
        int[] s = Forward.sizes(x);
        Operand<TFloat32> h = norm1.apply(f, input, settings.activation());
        h = resampling == Resampling.DOUBLE
                ? conv1.applyEnlarged(f, h, s[1], s[2])
                : conv1.apply(f, resample(f, h, resampling));
        if (timeProjection.isPresent()) {
            Operand<TFloat32> t = firstRows(f, timeProjection.get().apply(f, time.orElseThrow()), s[0]);
            h = settings.scaleShift()
                    ? settings.activation().apply(f, scaledAndShifted(f, norm2.apply(f, h), t))
                    : norm2.apply(f, f.add(h, f.reshape(t, s[0], 1, 1, out)), settings.activation());
        } else {
            h = norm2.apply(f, h, settings.activation());
        }
        h = conv2.apply(f, h);
        Operand<TFloat32> skip = x;
        if (shortcut.isPresent()) {
            Operand<TFloat32> rows = f.reshape(x, s[0] * s[1] * s[2], s[3]);
            skip = f.reshape(shortcut.get().apply(f, rows), s[0], s[1], s[2], out);
        }
        return f.scale(f.add(skip, h), 1 / settings.outputScale());
    }

    /** {@code h (1 + scale) + shift}, both from {@code t} of twice the width. */
    private Operand<TFloat32> scaledAndShifted(Forward f, Operand<TFloat32> h, Operand<TFloat32> t) {
        int batch = Forward.sizes(h)[0];
        var halves = f.tf().split(f.tf().constant(1), t, 2L).output();
        Operand<TFloat32> scale = f.reshape(halves.get(0), batch, 1, 1, out);
        Operand<TFloat32> shift = f.reshape(halves.get(1), batch, 1, 1, out);
        return f.add(f.multiply(h, f.add(scale, f.tf().constant(1f))), shift);
    }

    private static Operand<TFloat32> resample(Forward f, Operand<TFloat32> x, Resampling resampling) {
        if (resampling == Resampling.NONE) {
            return x;
        }
        int[] s = Forward.sizes(x);
        if (resampling == Resampling.DOUBLE) {
            return NearestUpsampling.apply(f, x, 2 * s[1], 2 * s[2]);
        }
        List<Long> two = List.of(1L, 2L, 2L, 1L);
        return f.tf().nn.avgPool(x, two, two, "VALID");
    }

    private static Operand<TFloat32> firstRows(Forward f, Operand<TFloat32> t, int rows) {
        int[] s = Forward.sizes(t);
        return s[0] == rows
                ? t
                : f.tf().slice(t, f.tf().constant(new int[] {0, 0}), f.tf().constant(new int[] {rows, s[1]}));
    }
}
