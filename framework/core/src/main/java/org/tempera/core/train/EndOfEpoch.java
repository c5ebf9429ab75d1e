package org.tempera.core.train;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.learn.EpochData;
import org.tempera.spi.algorithm.EpochEnd;
import org.tempera.spi.algorithm.Rollout;

/** What an algorithm sees and changes after an epoch's updates; its changes take effect with {@link #apply}. */
final class EndOfEpoch implements EpochEnd {
    private final TrainingModel model;
    private final int epoch;
    private final long seed;
    private final EpochData data;
    private final Map<String, Double> metrics;
    private final ParameterEdits edits;

    /**
     * The end of an epoch.
     *
     * @param epoch epochs that are complete, this one included
     * @param metrics what is logged of it; more is added
     */
    EndOfEpoch(TrainingModel model, int epoch, long seed, EpochData data, Map<String, Double> metrics) {
        this.model = model;
        this.epoch = epoch;
        this.seed = seed;
        this.data = data;
        this.metrics = metrics;
        this.edits = new ParameterEdits(model.session(), model.learner());
    }

    /** Writes the changes to the parameters. */
    void apply() {
        edits.apply();
    }

    @Override
    public int epoch() {
        return epoch;
    }

    @Override
    public long seed() {
        return seed;
    }

    @Override
    public Rollout rollout() {
        return data.rollout();
    }

    @Override
    public Optional<Neurons> criticNeurons() {
        return model.criticNeurons().map(n -> n.of(model.session(), edits, data.rollout(), data.schedule()));
    }

    @Override
    public List<Neurons> adapterNeurons() {
        return model.adapterNeurons()
                .map(n -> n.of(model.session(), edits, data.rollout(), data.schedule(), model.text()))
                .orElse(List.of());
    }

    @Override
    public void metric(String name, double value) {
        metrics.put(name, value);
    }
}
