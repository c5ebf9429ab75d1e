package org.tempera.algorithms.critic;

import java.util.List;
import java.util.Optional;
import org.tempera.spi.critic.CriticNetwork;
import org.tempera.spi.critic.Recyclable;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A {@link TemporalMlp} in the graph. */
public final class TemporalMlpNetwork implements CriticNetwork, Recyclable {
    private final CriticFeatures features;
    private final TimestepInput timestep;
    private final int featureInterval;
    private final DenseStack stack;

    TemporalMlpNetwork(CriticFeatures features, TimestepInput timestep, int featureInterval, DenseStack stack) {
        if (features.width() + timestep.width() != stack.inputWidth()) {
            throw new IllegalArgumentException("features of " + features.width() + " and a timestep of "
                    + timestep.width() + " numbers do not fit a first layer of " + stack.inputWidth());
        }
        this.features = features;
        this.timestep = timestep;
        this.featureInterval = featureInterval;
        this.stack = stack;
    }

    @Override
    public int featureWidth() {
        return features.width();
    }

    @Override
    public int featureInterval() {
        return featureInterval;
    }

    @Override
    public Operand<TFloat32> features(GraphScope scope, State state) {
        return scope.tf().stopGradient(features.build(scope, state));
    }

    @Override
    public Operand<TFloat32> value(
            GraphScope scope,
            Operand<TFloat32> rows,
            Operand<TFloat32> fractions,
            Optional<Operand<TInt32>> dropoutSeed) {
        return stack.apply(scope, timestep.append(scope, rows, fractions), dropoutSeed);
    }

    @Override
    public List<Parameter> trainable() {
        return stack.parameters();
    }

    @Override
    public Optional<Recyclable> recyclable() {
        return Optional.of(this);
    }

    @Override
    public List<DenseLayer> layers() {
        return stack.layers();
    }

    @Override
    public List<Operand<TFloat32>> hidden(GraphScope scope, Operand<TFloat32> rows, Operand<TFloat32> fractions) {
        return stack.hidden(scope, timestep.append(scope, rows, fractions));
    }
}
