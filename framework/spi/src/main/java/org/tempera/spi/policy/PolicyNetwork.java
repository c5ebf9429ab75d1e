package org.tempera.spi.policy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.graph.ParameterValues;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A policy whose parameters are in the graph; its methods add operations for a static batch size. */
public interface PolicyNetwork {
    /**
     * The network's output for noisy latents: noise, velocity or clean image, as the noise process reads it.
     *
     * @param latents {@code [batch, height, width, channels]}
     * @param timesteps training timesteps as floats, {@code [batch]}
     * @param conditioning of each row: everything that the policy's {@link TextEncoder} gives, and
     *     {@link Conditioning#GUIDANCE_SCALE} under {@link Guidance#EMBEDDED}
     * @return shaped like {@code latents}
     */
    Operand<TFloat32> predict(
            GraphScope scope,
            Operand<TFloat32> latents,
            Operand<TFloat32> timesteps,
            Conditioning conditioning,
            Weights weights);

    /**
     * The rank units of the adapters during a pass of {@link #predict} under {@link Weights#POLICY}: one entry for each
     * adapted layer, in a fixed order; empty where the policy has no adapters.
     */
    default List<AdapterUnits> adapterUnits(
            GraphScope scope, Operand<TFloat32> latents, Operand<TFloat32> timesteps, Conditioning conditioning) {
        return List.of();
    }

    /** Images {@code [batch, imageHeight, imageWidth, 3]}, RGB clamped to [0,1], of latents in the sampler's scale. */
    Operand<TFloat32> decode(GraphScope scope, Operand<TFloat32> latents);

    /**
     * As {@link #decode}, for whoever looks at the latents of every step, such as a critic: by a cheaper decoder, which
     * may give smaller pictures, where the policy has one.
     */
    default Operand<TFloat32> preview(GraphScope scope, Operand<TFloat32> latents) {
        return decode(scope, latents);
    }

    /** The parameters that are trained, in a fixed order: adapters, or every weight of the denoiser. */
    List<Parameter> trainable();

    /** The trainable tensors by their path in the file that {@link #export} writes. */
    Map<String, StoredTensor> stored();

    /**
     * VAE latents in the sampler's scale of images {@code [batch, height, width, 3]} in [0,1]: the mean, not a draw.
     */
    Operand<TFloat32> encode(GraphScope scope, Operand<TFloat32> images);

    /**
     * A parameter and how its numbers lie in a file.
     *
     * @param toFile turns a value or gradient in the graph's layout into the file's (PyTorch's) layout
     */
    record StoredTensor(Parameter parameter, UnaryOperator<HostTensor> toFile) {}

    /**
     * The rank units of one adapted layer.
     *
     * @param down the first factor, {@code [..., rank]}
     * @param up the second factor, {@code [rank, out]}
     * @param outputs {@code [batch, positions, rank]}: what the first factor makes of the layer's inputs
     * @param standardDeviation, around zero, that an entry of {@code down} is drawn with
     */
    record AdapterUnits(Parameter down, Parameter up, Operand<TFloat32> outputs, double standardDeviation) {}

    /**
     * Writes the trained weights into {@code folder} in the files that the field's other libraries read.
     *
     * @return the file written
     */
    Path export(Path folder, ParameterValues values);
}
