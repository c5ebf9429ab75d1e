package org.tempera.core.train;

import java.util.List;
import org.tempera.core.graph.TrainingSession;
import org.tempera.core.learn.AdamW;
import org.tempera.core.learn.Learner;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.EpochEnd;
import org.tempera.spi.critic.Recyclable.DenseLayer;
import org.tempera.spi.graph.Parameter;

/** Layers whose parameters and moments live in a session. */
abstract class SessionNeurons implements EpochEnd.Neurons {
    private final TrainingSession session;
    private final Learner learner;
    private final List<DenseLayer> layers;

    SessionNeurons(TrainingSession session, Learner learner, List<DenseLayer> layers) {
        this.session = session;
        this.learner = learner;
        this.layers = List.copyOf(layers);
    }

    @Override
    public List<DenseLayer> layers() {
        return layers;
    }

    @Override
    public HostTensor read(Parameter parameter) {
        return session.read(parameter);
    }

    @Override
    public void write(Parameter parameter, HostTensor value) {
        session.write(parameter, value);
    }

    @Override
    public void zeroMoments(Parameter parameter, boolean[] mask) {
        AdamW.Slot slot = learner.slot(parameter)
                .orElseThrow(
                        () -> new IllegalArgumentException("no optimiser owns parameter '" + parameter.name() + "'"));
        for (Parameter moment : List.of(slot.firstMoment(), slot.secondMoment())) {
            HostTensor old = session.read(moment);
            float[] data = old.data().clone();
            for (int i = 0; i < data.length; i++) {
                data[i] = mask[i] ? 0 : data[i];
            }
            session.write(moment, HostTensor.of(data, old.shape()));
        }
    }
}
