package org.tempera.algorithms.constrained;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tempera.algorithms.stats.Axes;
import org.tempera.algorithms.stats.RewardNormalisation;
import org.tempera.algorithms.stats.RunningMoments;
import org.tempera.spi.MetricNames;
import org.tempera.spi.PlainFields;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.ForwardingAlgorithm;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardNames;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Targets;

/**
 * Hands another algorithm one reward in the place of several: the training reward and the constraints, each
 * standardised by itself, weighted with 1 and the constraints' multipliers ({@link Lagrangian}). After an epoch each
 * multiplier follows how far its constraint's mean lay below the bound.
 *
 * <p>Bounds that the config does not give are measured on the samples of the first epoch, which the model drew before
 * any update: they follow from the seed, and are state.
 */
public final class Constrained extends ForwardingAlgorithm {
    /** What the wrapped algorithm's one reward is called. */
    static final String MIXED = "lagrangian";

    private static final String KEY = "algorithm.constrained.";
    private static final String WRAPPED = "wrapped";
    private static final String TRAINING = "training";
    private static final String CONSTRAINTS = "constraints";

    private final ConstrainedConfig config;
    private final RewardNormalisation training;
    private final SortedMap<String, Constraint> constraints = new TreeMap<>();

    /**
     * An algorithm with the state of a run that begins.
     *
     * @throws UserException if the wrapped one does not learn from what rewards are
     */
    public Constrained(ConstrainedConfig config, Algorithm wrapped) {
        super(wrapped);
        this.config = config;
        training = config.rewardNormalisation().create();
        Set<Need> needs = wrapped.needs();
        for (Need unfit : List.of(Need.REWARD_GRADIENT, Need.PAIRS, Need.CONSTRAINTS)) {
            if (needs.contains(unfit)) {
                throw new UserException(KEY + "of: expected an algorithm that learns from what rewards are, found '"
                        + config.of() + "', which " + reason(unfit));
            }
        }
    }

    private static String reason(Need need) {
        return switch (need) {
            case REWARD_GRADIENT -> "follows their gradient";
            case PAIRS -> "learns from choices";
            default -> "knows constraints itself";
        };
    }

    /** {@inheritDoc} The wrapped algorithm has one reward, whatever several are combined to in it. */
    @Override
    public Set<Need> needs() {
        Set<Need> needs = EnumSet.of(Need.CONSTRAINTS);
        needs.addAll(super.needs());
        needs.remove(Need.SEPARATE_REWARDS);
        return needs;
    }

    /** {@inheritDoc} To the wrapped algorithm the mixed reward is the only one that is trained on. */
    @Override
    public void check(RewardNames rewards) {
        for (String name : config.constraints().keySet()) {
            if (!rewards.constraints().contains(name)) {
                throw new UserException(KEY + CONSTRAINTS + "." + name
                        + ": expected the name of a reward with role = constraint, one of " + rewards.constraints()
                        + ", found '" + name + "'");
            }
        }
        super.check(new RewardNames(List.of(MIXED), List.of(), rewards.all()));
    }

    @Override
    public Targets prepare(EpochColumns epoch, RewardTable rewards) {
        SortedMap<String, double[]> scores = new TreeMap<>();
        rewards.constraints().forEach((name, of) -> scores.put(name, Axes.widen(of)));
        double[][] standardised = new double[scores.size()][];
        double[] multipliers = new double[scores.size()];
        Map<String, Double> metrics = new LinkedHashMap<>();
        int k = 0;
        for (Map.Entry<String, double[]> e : scores.entrySet()) {
            Constraint constraint = constraints.computeIfAbsent(e.getKey(), name -> new Constraint(config));
            standardised[k] = standardise(constraint.normalisation(), epoch, e.getValue(), rewards.skipped());
            multipliers[k] = constraint.multiplier().value();
            double[] scored = scored(e.getValue(), rewards.skipped());
            Bound bound = constraint.bound(config.constraint(e.getKey()), config.margin(), scored);
            double mean = RunningMoments.of(scored).mean();
            metrics.put(MetricNames.multiplier(e.getKey()), multipliers[k]);
            metrics.put(MetricNames.bound(e.getKey()), bound.level());
            metrics.put(MetricNames.slack(e.getKey()), bound.slack(mean));
            constraint.multiplier().update(bound.violation(mean));
            k++;
        }
        double[] reward = standardise(training, epoch, Axes.widen(rewards.training()), rewards.skipped());
        float[] mixed = Axes.narrow(new double[][] {Lagrangian.mix(reward, standardised, multipliers)})[0];
        Targets targets = super.prepare(epoch, handed(mixed, rewards));
        metrics.putAll(targets.metrics());
        return new Targets(targets.columns(), metrics);
    }

    private static double[] scored(double[] scores, boolean[] skipped) {
        return Arrays.stream(Axes.kept(skipped)).mapToDouble(i -> scores[i]).toArray();
    }

    private double[] standardise(
            RewardNormalisation normalisation, EpochColumns epoch, double[] scores, boolean[] skipped) {
        return RewardNormalisation.clip(
                normalisation.update(epoch.prompts(), scores, skipped),
                config.rewardNormalisation().clip());
    }

    /** Rewards as the wrapped algorithm sees them: the mixed one is trained on, the others may be looked at. */
    private static RewardTable handed(float[] mixed, RewardTable rewards) {
        Map<String, float[]> others = new LinkedHashMap<>(rewards.trained());
        others.putAll(rewards.constraints());
        others.putAll(rewards.logged());
        return new RewardTable(mixed, Map.of(MIXED, mixed)).withLogged(others).withSkipped(rewards.skipped());
    }

    @Override
    public Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put(WRAPPED, super.state());
        state.put(TRAINING, training.state());
        Map<String, Object> of = new LinkedHashMap<>();
        constraints.forEach((name, constraint) -> of.put(name, constraint.state()));
        state.put(CONSTRAINTS, of);
        return state;
    }

    @Override
    public void restore(Map<String, Object> state) {
        PlainFields fields = PlainFields.of(state);
        SortedMap<String, Constraint> restored = new TreeMap<>();
        PlainFields of = fields.fields(CONSTRAINTS);
        for (String name : of.names()) {
            Constraint constraint = new Constraint(config);
            constraint.restore(of.map(name));
            restored.put(name, constraint);
        }
        training.restore(fields.map(TRAINING));
        super.restore(fields.map(WRAPPED));
        constraints.clear();
        constraints.putAll(restored);
    }
}
