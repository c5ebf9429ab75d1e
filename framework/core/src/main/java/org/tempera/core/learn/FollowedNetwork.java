package org.tempera.core.learn;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.graph.ParameterValues;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A network of a run that keeps copies of its weights: one whose reference moves where the run has it so, and which
 * knows under which weights it was asked to predict.
 */
public final class FollowedNetwork implements PolicyNetwork {
    private final PolicyNetwork network;
    private final boolean referenceMoves;
    private final Set<Weights> asked = EnumSet.noneOf(Weights.class);

    public FollowedNetwork(PolicyNetwork network, boolean referenceMoves) {
        this.network = network;
        this.referenceMoves = referenceMoves;
    }

    /** Whether it was asked to predict under these weights; a reference that moves is asked for as such. */
    public boolean wasAsked(Weights weights) {
        return asked.contains(weights);
    }

    @Override
    public Operand<TFloat32> predict(
            GraphScope scope,
            Operand<TFloat32> latents,
            Operand<TFloat32> timesteps,
            Conditioning conditioning,
            Weights weights) {
        Weights meant = referenceMoves && weights == Weights.REFERENCE ? Weights.MOVING_REFERENCE : weights;
        asked.add(meant);
        return network.predict(scope, latents, timesteps, conditioning, meant);
    }

    @Override
    public List<AdapterUnits> adapterUnits(
            GraphScope scope, Operand<TFloat32> latents, Operand<TFloat32> timesteps, Conditioning conditioning) {
        return network.adapterUnits(scope, latents, timesteps, conditioning);
    }

    @Override
    public Operand<TFloat32> decode(GraphScope scope, Operand<TFloat32> latents) {
        return network.decode(scope, latents);
    }

    @Override
    public Operand<TFloat32> preview(GraphScope scope, Operand<TFloat32> latents) {
        return network.preview(scope, latents);
    }

    @Override
    public Operand<TFloat32> encode(GraphScope scope, Operand<TFloat32> images) {
        return network.encode(scope, images);
    }

    @Override
    public List<Parameter> trainable() {
        return network.trainable();
    }

    @Override
    public Map<String, StoredTensor> stored() {
        return network.stored();
    }

    @Override
    public Path export(Path folder, ParameterValues values) {
        return network.export(folder, values);
    }
}
