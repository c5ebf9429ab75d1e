package org.tempera.diffusers.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.tempera.diffusers.folder.Part;
import org.tempera.diffusers.lora.AdaptedParameters;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.FullParameters;
import org.tempera.nn.layers.GraphParameters.Stored;
import org.tempera.nn.layers.ParameterSource;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.graph.ParameterValues;
import org.tempera.spi.policy.PolicyNetwork.AdapterUnits;
import org.tempera.spi.policy.PolicyNetwork.StoredTensor;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Parameters of a denoiser in the graph, and what of them is trained. The model is built on {@link #denoiser} first;
 * the other methods know what it declared.
 */
public final class TrainedModel {
    private final Path folder;
    private final Part<?> part;
    private final Component component;
    private final Training training;
    private final ParameterSource denoiser;
    private final Optional<AdaptedParameters> adapters;
    private final Optional<FullParameters> everything;

    /**
     * Declares nothing yet.
     *
     * @param scope the policy's
     * @param folder the model's
     * @param denoiser the part that is trained
     * @param component which of an adapter's components that part is
     */
    public TrainedModel(GraphScope scope, Path folder, Part<?> denoiser, Component component, Training training) {
        this.folder = folder;
        this.part = denoiser;
        this.component = component;
        this.training = training;
        this.adapters = training instanceof Training.Adapters a
                ? Optional.of(
                        new AdaptedParameters(denoiser.frozen(scope), scope.child("lora"), component, a.pairs(), true))
                : Optional.empty();
        this.everything = training instanceof Training.Everything
                ? Optional.of(new FullParameters(
                        scope.child(denoiser.name()), scope.child("reference"), denoiser.weights(), denoiser.naming()))
                : Optional.empty();
        this.denoiser =
                adapters.<ParameterSource>map(a -> a).or(() -> everything).orElseGet(() -> denoiser.frozen(scope));
    }

    /** The denoiser's parameters, under each of {@link Weights}. */
    public ParameterSource denoiser() {
        return denoiser;
    }

    private Map<String, Stored> trained() {
        return adapters.map(AdaptedParameters::stored)
                .or(() -> everything.map(FullParameters::stored))
                .orElse(Map.of());
    }

    /** The parameters that are trained, in the order of their declaration. */
    public List<Parameter> trainable() {
        return trained().values().stream().map(Stored::parameter).toList();
    }

    /** The trainable tensors by their path in the file that {@link #export} writes. */
    public Map<String, StoredTensor> stored() {
        Map<String, StoredTensor> result = new LinkedHashMap<>();
        trained().forEach((path, s) -> result.put(path, new StoredTensor(s.parameter(), s::toFile)));
        return result;
    }

    /**
     * The rank units of the denoiser's adapters during a pass under {@link Weights#POLICY}; empty where it has none.
     *
     * @param batch rows of the pass
     * @param pass runs the denoiser with what it is given
     */
    public List<AdapterUnits> adapterUnits(GraphScope in, int batch, Consumer<Forward> pass) {
        List<AdapterUnits> units = new ArrayList<>();
        adapters.ifPresent(
                a -> pass.accept(new Forward(in, Weights.POLICY, Optional.of((weight, map) -> a.factors(weight)
                        .ifPresent(f -> units.add(units(in, batch, f, map)))))));
        return units;
    }

    private static AdapterUnits units(
            GraphScope scope, int batch, AdaptedParameters.Factors f, UnaryOperator<Operand<TFloat32>> map) {
        Ops tf = scope.tf();
        Shape down = f.down().shape();
        long rank = down.get(down.numDimensions() - 1);
        // The first factor in the form of the weight it adapts, a matrix or a kernel.
        long[] kernel = f.weightShape().asArray();
        kernel[kernel.length - 1] = rank;
        Operand<TFloat32> out = map.apply(tf.reshape(f.down().value(), tf.constant(kernel)));
        long positions = out.shape().size() / (batch * rank);
        return new AdapterUnits(
                f.down(), f.up(), tf.reshape(out, tf.constant(new long[] {batch, positions, rank})), 1.0 / rank);
    }

    /**
     * Writes the trained weights, and beside them what an adapter's file has for other models.
     *
     * @return the file written
     */
    public Path export(Path target, ParameterValues values) {
        return new WeightExport(folder, part.name(), component, training).write(target, trained(), values);
    }
}
