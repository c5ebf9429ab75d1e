package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.run.RunFacts;
import org.tempera.record.verdict.Evaluations;
import org.tempera.record.verdict.Independence;
import org.tempera.record.verdict.MeasuredAlike;
import org.tempera.spi.UserException;

/**
 * The scores that runs on one training reward have in common.
 *
 * @param proxy name of the training reward in the runs' logs
 * @param trained names of the rewards that it is made of
 * @param heldOut names of the rewards that judge in every run
 * @param shown names of rewards that are shown and judge nothing
 * @param gold whether the runs have a gold score
 * @param independence of the held-out rewards from the training reward, the same for all runs
 * @param weighed whether they judge by their independence
 */
record Scores(
        String proxy,
        List<String> trained,
        List<String> heldOut,
        List<String> shown,
        boolean gold,
        List<Independence> independence,
        boolean weighed) {
    Scores {
        trained = List.copyOf(trained);
        heldOut = List.copyOf(heldOut);
        shown = List.copyOf(shown);
        independence = List.copyOf(independence);
    }

    /**
     * Of runs that have the same training reward. @param notes takes what is left out
     *
     * @throws UserException if nothing judges them all
     */
    static Scores of(List<RunRecord> runs, Collection<String> notes) {
        RunRecord first = runs.get(0);
        Set<String> heldOut = new LinkedHashSet<>(first.facts().heldOut());
        Set<String> any = new LinkedHashSet<>();
        Set<String> shown = new LinkedHashSet<>();
        for (RunRecord run : runs) {
            if (run.facts().gold() != first.facts().gold()) {
                throw new UserException(run.name() + ": cannot be compared with " + first.name() + ": expected "
                        + truth(first) + " in both, found " + truth(run) + ". Score both alike.");
            }
            heldOut.retainAll(run.facts().heldOut());
            any.addAll(run.facts().heldOut());
            shown.addAll(run.facts().shown());
        }
        if (heldOut.isEmpty() && !any.isEmpty() && !first.facts().gold()) {
            throw new UserException(first.name() + " and the runs beside it: no reward is held out in all of them,"
                    + " so that none can judge them alike; some hold out "
                    + String.join(", ", any)
                    + ". Hold out the same reward in every run: rewards.NAME.role = held-out.");
        }
        if (heldOut.size() < any.size()) {
            List<String> left = any.stream().filter(n -> !heldOut.contains(n)).toList();
            notes.add("Not every run holds out " + String.join(", ", left) + ", which therefore judge"
                    + (left.size() == 1 ? "s" : "") + " none of them. What a run was warned of, and which checkpoint it"
                    + " takes for the best, is told by all that it holds out itself.");
        }
        List<String> trained =
                first.facts().trained().stream().map(RunFacts.ScoredBy::name).toList();
        shown.addAll(any);
        if (trained.size() > 1) {
            shown.addAll(trained);
        }
        shown.removeAll(heldOut);
        List<Independence> independence = Independence.ofRun(first.evaluated(), List.copyOf(heldOut), first.ruler());
        boolean weighed = Independence.weighs(first.ruler());
        notes.addAll(Independence.notes(independence, weighed));
        return new Scores(
                ScoreNames.TRAINING,
                trained,
                List.copyOf(heldOut),
                List.copyOf(shown),
                first.facts().gold(),
                independence,
                weighed);
    }

    private static String truth(RunRecord run) {
        return run.facts().gold() ? "a gold score" : "held-out rewards and no gold";
    }

    /** The same scores of a run on random rewards, whose own training reward is none of them. */
    Scores ofControl() {
        return new Scores(
                trained.size() == 1 ? trained.get(0) : "the training reward of others",
                trained,
                heldOut,
                shown,
                gold,
                independence,
                weighed);
    }

    /** The same without a score that cannot be compared. */
    Scores without(String score) {
        List<String> judges = new ArrayList<>(heldOut);
        List<String> others = new ArrayList<>(shown);
        judges.remove(score);
        others.remove(score);
        return new Scores(
                proxy,
                trained,
                judges,
                others,
                gold,
                independence.stream().filter(i -> !i.reward().equals(score)).toList(),
                weighed);
    }

    /** Name of what judges; empty if nothing does. */
    Optional<String> truth() {
        return gold
                ? Optional.of(ScoreNames.GOLD)
                : heldOut.isEmpty() ? Optional.empty() : Optional.of(ScoreNames.HELD_OUT);
    }

    /** What a comparison of the truth depends on. */
    List<String> truthScopes() {
        return MeasuredAlike.truthScopes(gold, heldOut);
    }

    /** A run's evaluations by these scores. */
    Evaluations of(RunRecord run) {
        return Evaluations.of(
                        CommonSamples.withoutGaps(run.evaluated()),
                        proxy,
                        heldOut,
                        shown,
                        gold ? Optional.of(ScoreNames.GOLD) : Optional.empty())
                .weighedBy(weights());
    }

    /**
     * A run's evaluations by the rewards that it holds out itself: what it was warned by, and chose its best checkpoint
     * by.
     *
     * @param whole the run with all of its samples
     * @param run the same with those that are compared
     * @param compared its evaluations by these scores
     */
    Evaluations asItKnew(RunRecord whole, RunRecord run, Evaluations compared) {
        Set<String> judges = new LinkedHashSet<>(whole.facts().heldOut());
        boolean byIndependence = Independence.weighs(whole.ruler());
        boolean alike = !weighed
                && !byIndependence
                && judges.equals(Set.copyOf(heldOut))
                && whole.evaluated().size() == run.evaluated().size();
        if (alike) {
            return compared;
        }
        Evaluations own = Evaluations.of(
                CommonSamples.withoutGaps(whole.evaluated()), proxy, judges, List.of(), Optional.empty());
        return byIndependence
                ? own.weighedBy(
                        Independence.weights(Independence.ofRun(whole.evaluated(), List.copyOf(judges), whole.ruler())))
                : own;
    }

    /** Weights of the held-out rewards in their score; empty where they weigh the same. */
    Map<String, Double> weights() {
        return weighed ? Independence.weights(independence) : Map.of();
    }

    /** What a score of a set is, by its name. */
    Optional<Measure.Kind> kind(String name) {
        if (trained.size() == 1 && name.equals(trained.get(0))) {
            return Optional.of(Measure.Kind.PROXY);
        }
        if (gold && name.equals(ScoreNames.GOLD)) {
            return Optional.of(Measure.Kind.TRUTH);
        }
        if (heldOut.contains(name)) {
            return Optional.of(Measure.Kind.HELD_OUT);
        }
        return shown.contains(name) || trained.contains(name) ? Optional.of(Measure.Kind.SHOWN) : Optional.empty();
    }
}
