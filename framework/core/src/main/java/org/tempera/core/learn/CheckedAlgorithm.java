package org.tempera.core.learn;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tempera.core.plugin.PluginFault;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochEnd;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardNames;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.SampledStep;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/**
 * An algorithm that is held to its contract: what it gives has the shapes that updates rely on, or is told as its
 * mistake.
 */
public final class CheckedAlgorithm implements Algorithm {
    private final Algorithm plugin;

    private CheckedAlgorithm(Algorithm plugin) {
        this.plugin = plugin;
    }

    /** The algorithm, checked. */
    public static CheckedAlgorithm of(Algorithm plugin) {
        return plugin instanceof CheckedAlgorithm checked ? checked : new CheckedAlgorithm(plugin);
    }

    /** A breach of the contract, without a full stop. */
    PluginFault fault(String message) {
        return PluginFault.of("the algorithm", plugin, message);
    }

    private <T> T given(String what, @Nullable T given) {
        return PluginFault.requireGiven("the algorithm", plugin, what, given);
    }

    @Override
    public Set<Need> needs() {
        Set<Need> needs = given("needs", plugin.needs());
        if (needs.contains(Need.PAIRS)) {
            for (Need need : needs) {
                if (need != Need.PAIRS && need != Need.BEHAVIOUR_WEIGHTS) {
                    throw fault("needs " + need + ", which there is not where it learns from pairs");
                }
            }
        }
        return needs;
    }

    @Override
    public List<RolloutColumn> columns() {
        Set<String> names = new HashSet<>(Set.of(Rollout.VALUE));
        List<RolloutColumn> checked = new ArrayList<>();
        for (RolloutColumn column : given("columns", plugin.columns())) {
            if (!names.add(given("columns", column).name())) {
                throw fault("declares the rollout's column '" + column.name() + "', which there is already");
            }
            if (needs().contains(Need.PAIRS)) {
                throw fault("declares the rollout's column '" + column.name()
                        + "', a number of steps, and learns from pairs, which no steps led to");
            }
            checked.add(new RolloutColumn(column.name(), step -> values(column, step)));
        }
        return checked;
    }

    private Operand<TFloat32> values(RolloutColumn column, SampledStep step) {
        String what = "rollout's column '" + column.name() + "'";
        Operand<TFloat32> values = given(what, column.values().apply(step));
        Shape shape = values.shape();
        long batch = step.latents().shape().get(0);
        if (shape.numDimensions() < 1 || shape.hasUnknownDimension() || shape.get(0) != batch) {
            throw fault("must give one row for each of " + batch + " samples, of a static shape, as its " + what
                    + ", but gives " + shape);
        }
        return values;
    }

    @Override
    public boolean learnsOffPolicy() {
        return plugin.learnsOffPolicy();
    }

    @Override
    public void check(EpochShape shape) {
        plugin.check(shape);
    }

    @Override
    public void check(RewardNames rewards) {
        plugin.check(rewards);
    }

    @Override
    public int batchSize() {
        return positive("batchSize()", plugin.batchSize());
    }

    @Override
    public int accumulation(EpochShape shape) {
        return positive("accumulation()", plugin.accumulation(shape));
    }

    private int positive(String what, int number) {
        if (number < 1) {
            throw fault("must give 1 or more as " + what + ", but gives " + number);
        }
        return number;
    }

    @Override
    public Losses build(UpdateScope scope) {
        Losses losses;
        try {
            losses = given("losses", plugin.build(scope));
        } catch (UnfitLossException e) {
            throw fault(String.valueOf(e.getMessage()));
        }
        scalar("policy's loss", given("policy's loss", losses.policy()));
        given("critic's loss (none is Optional.empty())", losses.critic())
                .ifPresent(critic -> scalar("critic's loss", critic));
        given("metrics", losses.metrics())
                .forEach((name, metric) -> scalar("metric '" + name + "'", given("metric '" + name + "'", metric)));
        given("losses' rows", losses.rows()).forEach((name, rows) -> {
            if (given("rows '" + name + "'", rows).shape().numDimensions() != 1
                    || rows.shape().get(0) != scope.batchSize()) {
                throw fault("must give one number for each of " + scope.batchSize() + " rows as '" + name
                        + "', but gives " + rows.shape());
            }
        });
        return losses;
    }

    private void scalar(String what, Operand<?> operand) {
        if (operand.shape().numDimensions() != 0) {
            throw fault("must give one number as its " + what + ", but gives " + operand.shape());
        }
    }

    @Override
    public Targets prepare(EpochColumns epoch, RewardTable rewards) {
        Targets targets = given("targets", plugin.prepare(epoch, rewards));
        given("targets' metrics", targets.metrics());
        Set<String> ofRollout = new HashSet<>(Set.of(Rollout.VALUE));
        columns().forEach(column -> ofRollout.add(column.name()));
        given("targets' columns", targets.columns()).forEach((name, rows) -> {
            given("column '" + name + "'", rows);
            if (ofRollout.contains(name)) {
                throw fault("gives the targets' column '" + name + "', a name that a column of the rollout has");
            }
            if (rows.length != epoch.samples()) {
                throw fault("gives " + rows.length + " samples in column '" + name + "', expected " + epoch.samples());
            }
            for (float[] row : rows) {
                int steps = given("column '" + name + "'", row).length;
                if (steps != 1 && steps != epoch.steps()) {
                    throw fault("gives " + steps + " steps of a sample in column '" + name + "', expected 1"
                            + (epoch.steps() > 1 ? " or " + epoch.steps() : ""));
                }
            }
        });
        return targets;
    }

    @Override
    public boolean hasNothingToLearn(Targets targets) {
        return plugin.hasNothingToLearn(targets);
    }

    @Override
    public List<Minibatch> plan(EpochShape epoch, long seed) {
        return checked("plan", plugin.plan(epoch, seed), epoch.samples(), epoch.steps());
    }

    @Override
    public boolean goesOnAfter(Map<String, Double> update) {
        return plugin.goesOnAfter(update);
    }

    @Override
    public int keptSamples() {
        return plugin.keptSamples();
    }

    @Override
    public void endOfEpoch(EpochEnd end) {
        plugin.endOfEpoch(end);
    }

    @Override
    public int replayedSamples() {
        return plugin.replayedSamples();
    }

    @Override
    public List<Minibatch> replayPlan(EpochShape kept, long seed) {
        return checked("critic's plan", plugin.replayPlan(kept, seed), kept.samples(), kept.steps());
    }

    private List<Minibatch> checked(String what, @Nullable List<Minibatch> plan, int samples, int steps) {
        List<Minibatch> given = given(what, plan);
        for (Minibatch m : given) {
            if (given(what, m).samples().length != batchSize()) {
                throw fault("gives " + m.samples().length + " rows in a micro-batch of its " + what
                        + ", expected batchSize() = " + batchSize());
            }
            for (int i = 0; i < m.samples().length; i++) {
                if (m.samples()[i] < 0
                        || m.samples()[i] >= samples
                        || m.steps()[i] < 0
                        || m.steps()[i] >= Math.max(1, steps)) {
                    throw fault("has (sample, step) = (" + m.samples()[i] + ", " + m.steps()[i] + ") in its " + what
                            + ", of " + samples + " samples with " + steps + " steps");
                }
            }
        }
        if (!given.isEmpty() && !given.get(given.size() - 1).apply()) {
            throw fault("ends its " + what + " with micro-batches that are not applied");
        }
        return given;
    }

    @Override
    public Map<String, Object> state() {
        return given("state", plugin.state());
    }

    @Override
    public void restore(Map<String, Object> state) {
        plugin.restore(state);
    }
}
