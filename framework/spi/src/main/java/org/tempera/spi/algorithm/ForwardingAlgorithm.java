package org.tempera.spi.algorithm;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Leaves everything to another algorithm, but for what a subclass overrides. */
public abstract class ForwardingAlgorithm implements Algorithm {
    private final Algorithm wrapped;

    /** Forwards to {@code wrapped}. */
    protected ForwardingAlgorithm(Algorithm wrapped) {
        this.wrapped = wrapped;
    }

    @Override
    public Set<Need> needs() {
        return wrapped.needs();
    }

    @Override
    public List<RolloutColumn> columns() {
        return wrapped.columns();
    }

    @Override
    public boolean learnsOffPolicy() {
        return wrapped.learnsOffPolicy();
    }

    @Override
    public void check(EpochShape shape) {
        wrapped.check(shape);
    }

    @Override
    public void check(RewardNames rewards) {
        wrapped.check(rewards);
    }

    @Override
    public int batchSize() {
        return wrapped.batchSize();
    }

    @Override
    public int accumulation(EpochShape shape) {
        return wrapped.accumulation(shape);
    }

    @Override
    public Losses build(UpdateScope scope) {
        return wrapped.build(scope);
    }

    @Override
    public Targets prepare(EpochColumns epoch, RewardTable rewards) {
        return wrapped.prepare(epoch, rewards);
    }

    @Override
    public boolean hasNothingToLearn(Targets targets) {
        return wrapped.hasNothingToLearn(targets);
    }

    @Override
    public List<Minibatch> plan(EpochShape epoch, long seed) {
        return wrapped.plan(epoch, seed);
    }

    @Override
    public boolean goesOnAfter(Map<String, Double> update) {
        return wrapped.goesOnAfter(update);
    }

    @Override
    public int keptSamples() {
        return wrapped.keptSamples();
    }

    @Override
    public void endOfEpoch(EpochEnd end) {
        wrapped.endOfEpoch(end);
    }

    @Override
    public int replayedSamples() {
        return wrapped.replayedSamples();
    }

    @Override
    public List<Minibatch> replayPlan(EpochShape kept, long seed) {
        return wrapped.replayPlan(kept, seed);
    }

    @Override
    public Map<String, Object> state() {
        return wrapped.state();
    }

    @Override
    public void restore(Map<String, Object> state) {
        wrapped.restore(state);
    }
}
