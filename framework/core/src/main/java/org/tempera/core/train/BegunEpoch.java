package org.tempera.core.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.tempera.core.learn.UpdateProgress;
import org.tempera.core.rollout.RolloutBuffer;
import org.tempera.spi.HostTensor;
import org.tempera.spi.PlainFields;
import org.tempera.spi.algorithm.Minibatch;

/**
 * An epoch that has begun, as far as it has come: with the weights as they are, all that it takes to go on with it.
 *
 * @param algorithm the algorithm's state when it began; targets are computed from it again
 * @param source what its samples come from
 * @param rollout samples up to the batch that was drawn last
 * @param scoring their scores
 * @param updates updates that were made
 * @param spent seconds by phase
 * @param misfit what to throw where it turns out that it is none of this run's
 */
record BegunEpoch(
        Map<String, Object> algorithm,
        EpochSource source,
        RolloutBuffer rollout,
        Scoring scoring,
        UpdateProgress updates,
        Map<String, Double> spent,
        Function<String, RuntimeException> misfit) {

    private static final String SCORES = "scores";
    private static final String UPDATES = "updates";
    private static final String SPENT = "seconds";
    private static final String SOURCE = "source";
    private static final String STOCHASTIC_STEPS = "stochastic_steps";

    /** An epoch of which nothing is done yet. */
    static BegunEpoch first(Map<String, Object> algorithm, TrainerState.Begin parts) {
        return new BegunEpoch(
                algorithm,
                parts.source(),
                parts.rollout().apply(Map.of()),
                parts.scoring(),
                new UpdateProgress(),
                Map.of(),
                IllegalStateException::new);
    }

    /** The same after more time. */
    BegunEpoch after(Map<String, Double> seconds) {
        return new BegunEpoch(algorithm, source, rollout, scoring, updates, seconds, misfit);
    }

    /**
     * Checks that samples have their scores, and that there are no updates before all are drawn.
     *
     * @throws IllegalArgumentException if not
     */
    void requireWhole() {
        int samples = rollout.prompts().size();
        new SampleScores(scoring.scores(), scoring.failures())
                .require(samples, rollout.collected() == 0 ? Set.of() : scoring.rewards());
        if (updates.done() > 0 && !rollout.complete()) {
            throw new IllegalArgumentException(updates.done() + " micro-batches are done with " + rollout.collected()
                    + " of " + samples + " samples");
        }
    }

    /** Checks that the updates that were made end where the plan has an end. */
    void requireFits(List<Minibatch> plan) {
        int done = updates.done();
        if (done > plan.size() || (done > 0 && !plan.get(done - 1).apply())) {
            throw misfit.apply(done + " micro-batches are done, of " + plan.size());
        }
    }

    /** All but the algorithm's state and the rollout as plain data. */
    Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put(SCORES, scoring.state());
        state.put(UPDATES, updates.state());
        state.put(SPENT, spent);
        state.put(SOURCE, source.state(rollout.collected()));
        state.put(STOCHASTIC_STEPS, stochasticSteps(rollout));
        return state;
    }

    private static List<Integer> stochasticSteps(RolloutBuffer rollout) {
        return rollout.schedule().trajectory().stochasticSteps();
    }

    /** Checks that the steps that have noise are those that had it; earlier versions kept no note of them. */
    private static void requireSameNoise(PlainFields state, RolloutBuffer rollout) {
        if (!state.names().contains(STOCHASTIC_STEPS)) {
            return;
        }
        List<Integer> before = Arrays.stream(state.doubles(STOCHASTIC_STEPS))
                .mapToObj(step -> (int) step)
                .toList();
        if (!before.equals(stochasticSteps(rollout))) {
            throw new IllegalArgumentException(
                    "its rollout has noise in the steps " + before + ", expected " + stochasticSteps(rollout));
        }
    }

    /**
     * An epoch that goes on from what {@link #state} gave.
     *
     * @param samples tensors of its rollout
     * @throws IllegalArgumentException if it was begun with other settings
     */
    static BegunEpoch of(
            PlainFields state,
            Map<String, Object> algorithm,
            TrainerState.Begin parts,
            Map<String, HostTensor> samples,
            Function<String, RuntimeException> misfit) {
        RolloutBuffer rollout = parts.rollout().apply(samples);
        requireSameNoise(state, rollout);
        // Earlier versions kept no note of it.
        if (state.has(SOURCE)) {
            parts.source().require(state.fields(SOURCE), rollout.collected());
        }
        Scoring scoring = parts.scoring();
        scoring.restore(state.fields(SCORES));
        UpdateProgress updates = new UpdateProgress();
        updates.restore(state.fields(UPDATES));
        return new BegunEpoch(algorithm, parts.source(), rollout, scoring, updates, state.numbers(SPENT), misfit);
    }
}
