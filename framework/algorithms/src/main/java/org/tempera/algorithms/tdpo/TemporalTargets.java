package org.tempera.algorithms.tdpo;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tempera.algorithms.kl.KlTerm;
import org.tempera.algorithms.kl.LogProbs;
import org.tempera.algorithms.kl.Regulariser;
import org.tempera.algorithms.stats.Axes;
import org.tempera.algorithms.stats.LambdaReturns;
import org.tempera.algorithms.stats.RewardNormalisation;
import org.tempera.algorithms.stats.TemporalAdvantages;
import org.tempera.spi.Checkpointable;
import org.tempera.spi.PlainFields;

/**
 * From an epoch's raw rewards to what TDPO's losses are computed against: returns for the critic, advantages for the
 * policy. Rewards are normalised, clipped, given to the last step, charged with the KL penalty, summed backwards in
 * time, and compared with the critic's values.
 */
public final class TemporalTargets implements Checkpointable {
    /**
     * The rules.
     *
     * @param clipReward largest magnitude of a normalised reward; 0 for no limit
     * @param returns how a step's return is made of rewards and values
     * @param normaliseAdvantages whether advantages are brought to zero mean and unit deviation over the epoch
     * @param kl absent for no penalty
     */
    public record Rules(double clipReward, LambdaReturns returns, boolean normaliseAdvantages, Optional<KlTerm> kl) {}

    /**
     * An epoch's targets.
     *
     * @param returns what the critic is to predict, {@code [sample][step]}
     * @param advantages what weights the policy's steps, {@code [sample][step]}; 0 where a step is not learnt from
     * @param meanKl see {@link KlTerm#meanKl}; absent without a penalty
     * @param klFactor what the penalty was multiplied with in this epoch; 0 without one
     */
    @SuppressWarnings("ArrayRecordComponent") // not copied, compared with none
    public record Epoch(double[][] returns, double[][] advantages, Optional<Double> meanKl, double klFactor) {}

    private static final String CONTROLLER = "klController";

    private final RewardNormalisation normalisation;
    private final Rules rules;

    public TemporalTargets(RewardNormalisation normalisation, Rules rules) {
        this.normalisation = normalisation;
        this.rules = rules;
    }

    /** Takes in an epoch of which every sample and step is learnt from. */
    public Epoch compute(List<String> prompts, double[] rewards, double[][] values, Optional<LogProbs> logProbs) {
        List<Integer> all =
                IntStream.range(0, Axes.steps("values", values)).boxed().toList();
        return compute(prompts, rewards, new boolean[rewards.length], values, logProbs, all);
    }

    /**
     * Takes in an epoch and gives its targets; the KL controller is updated for the next epoch.
     *
     * @param prompts {@code [sample]}
     * @param rewards raw, {@code [sample]}
     * @param skipped samples whose rewards and advantages enter no statistic, {@code [sample]}
     * @param values the critic's, {@code [sample][step]}
     * @param logProbs absent without a reference policy; needed for a penalty
     * @param learnt steps that are learnt from, ascending: no others have values, log-probabilities and advantages
     */
    public Epoch compute(
            List<String> prompts,
            double[] rewards,
            boolean[] skipped,
            double[][] values,
            Optional<LogProbs> logProbs,
            List<Integer> learnt) {
        int steps = Axes.steps("values", values);
        Axes.requireShape("values", values, rewards.length, steps);
        if (rules.kl().isPresent() && logProbs.isEmpty()) {
            throw new IllegalArgumentException("a KL penalty needs the reference policy's log-probabilities");
        }
        double[] normalised =
                RewardNormalisation.clip(normalisation.update(prompts, rewards, skipped), rules.clipReward());
        double[][] penalties = new double[rewards.length][steps];
        double factor = 0;
        Optional<Double> meanKl = Optional.empty();
        if (rules.kl().isPresent() && logProbs.isPresent()) {
            Axes.requireShape("log-probabilities", logProbs.get().policy(), rewards.length, steps);
            KlTerm.Epoch charged = rules.kl().get().take(logProbs.get());
            penalties = charged.penalties();
            factor = charged.factor();
            meanKl = Optional.of(charged.meanKl());
        }
        double[][] earned = TemporalRewards.compute(normalised, penalties, factor);
        double[][] returns = rules.returns().compute(earned, values, new double[rewards.length], learnt);
        // Where nothing is earned, as under a constant reward, only the critic's errors would tell one step from
        // another.
        double[][] advantages =
                Arrays.stream(earned).flatMapToDouble(Arrays::stream).allMatch(r -> r == 0)
                        ? new double[rewards.length][steps]
                        : advantages(returns, values, skipped, learnt);
        return new Epoch(returns, advantages, meanKl, factor);
    }

    private double[][] advantages(double[][] returns, double[][] values, boolean[] skipped, List<Integer> learnt) {
        double[][] advantages = TemporalAdvantages.compute(Axes.select(returns, learnt), Axes.select(values, learnt));
        return Axes.scatter(
                rules.normaliseAdvantages() ? TemporalAdvantages.normalise(advantages, skipped) : advantages,
                learnt,
                returns[0].length);
    }

    @Override
    public Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("normalisation", normalisation.state());
        rules.kl().ifPresent(kl -> state.put(CONTROLLER, kl.controller().state()));
        return state;
    }

    @Override
    public void restore(Map<String, Object> state) {
        normalisation.restore(PlainFields.of(state).map("normalisation"));
        rules.kl().ifPresent(kl -> Regulariser.restore(kl.controller(), state, CONTROLLER));
    }
}
