package org.tempera.core.train;

import java.util.List;
import org.tempera.graph.Divergence;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.EpochEnd;
import org.tempera.spi.critic.Recyclable.DenseLayer;
import org.tempera.spi.graph.Parameter;

/** Layers whose parameters and moments live in a session. */
abstract class SessionNeurons implements EpochEnd.Neurons {
    private final ParameterEdits edits;
    private final List<DenseLayer> layers;

    SessionNeurons(ParameterEdits edits, List<DenseLayer> layers) {
        this.edits = edits;
        this.layers = List.copyOf(layers);
        for (DenseLayer layer : layers) {
            edits.offer(layer.weight());
            layer.bias().ifPresent(edits::offer);
        }
    }

    @Override
    public List<DenseLayer> layers() {
        return layers;
    }

    @Override
    public final List<float[][]> hidden(int samples, int step) {
        List<float[][]> all = measured(samples, step);
        for (float[][] layer : all) {
            for (float[] row : layer) {
                if (!Divergence.isFinite(row)) {
                    throw Divergence.of("activations of neurons");
                }
            }
        }
        return all;
    }

    /** What {@link #hidden} gives, finite or not. */
    abstract List<float[][]> measured(int samples, int step);

    @Override
    public HostTensor read(Parameter parameter) {
        return edits.read(parameter);
    }

    @Override
    public void write(Parameter parameter, HostTensor value) {
        edits.write(parameter, value);
    }

    @Override
    public void zeroMoments(Parameter parameter, boolean[] mask) {
        edits.zeroMoments(parameter, mask);
    }
}
