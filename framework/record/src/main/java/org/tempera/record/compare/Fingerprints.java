package org.tempera.record.compare;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.metrics.Sample;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.verdict.Estimate;
import org.tempera.record.verdict.MeasuredAlike;
import org.tempera.record.verdict.Ruler;
import org.tempera.spi.UserException;

/** Refuses to lay side by side what was measured otherwise, and says which part differs. */
final class Fingerprints {
    /** Scores of two records may differ by this part of their deviation besides, and a little, for being rounded. */
    private static final double ROUNDED = 1.25 / RunRecord.COARSEST;

    private Fingerprints() {}

    /**
     * Requires that runs were measured alike as far as some scopes go.
     *
     * @param what is compared, for people
     * @param mend what to do where they were not
     * @return a note, where it is not known of some
     * @throws UserException with each part that differs
     */
    static Optional<String> require(List<RunRecord> runs, Collection<String> scopes, String what, String mend) {
        Optional<RunRecord> known =
                runs.stream().filter(r -> r.ruler().isPresent()).findFirst();
        known.ifPresent(first -> runs.forEach(run -> run.ruler()
                .ifPresent(its -> MeasuredAlike.requireSameRuler(
                        where(run, first), what, first.ruler().orElseThrow(), its, scopes, mend))));
        List<String> unknown = runs.stream()
                .filter(r -> r.ruler().isEmpty())
                .map(RunRecord::name)
                .toList();
        return unknown.isEmpty()
                ? Optional.empty()
                : Optional.of("It is not known what measured " + String.join(", ", unknown)
                        + ", as of runs of earlier versions; taken to be measured as the others.");
    }

    /** What differs between two runs in these scopes; nothing where it is not known. */
    static List<Ruler.Difference> differences(RunRecord first, RunRecord second, Collection<String> scopes) {
        return first.ruler().isEmpty() || second.ruler().isEmpty()
                ? List.of()
                : first.ruler().get().differences(second.ruler().get(), scopes);
    }

    /** A score that was not measured alike in all runs; empty if it was, as far as that is known. */
    static Optional<Ruler.Difference> difference(List<RunRecord> runs, String score) {
        String scope = score.equals(ScoreNames.GOLD) ? Ruler.GOLD : Ruler.reward(score);
        List<Ruler> having = runs.stream()
                .flatMap(r -> r.ruler().stream())
                .filter(r -> r.scopes().containsKey(scope))
                .toList();
        return having.stream()
                .flatMap(r -> having.get(0).differences(r, List.of(scope)).stream())
                .findFirst();
    }

    /**
     * Requires that runs begin with the same pictures, which have the same training reward.
     *
     * @param reward whether their training rewards are compared
     * @throws UserException with the first picture that differs
     */
    static void requireSameStart(List<RunRecord> runs, boolean reward) {
        List<Sample> first = MeasuredAlike.start(runs.get(0).evaluated());
        double rounded = ROUNDED
                * Estimate.deviation(
                        first.stream().mapToDouble(MeasuredAlike::trained).toArray());
        for (RunRecord run : runs) {
            MeasuredAlike.requireSameStart(
                    where(run, runs.get(0)), first, MeasuredAlike.start(run.evaluated()), reward, rounded);
        }
    }

    private static String where(RunRecord run, RunRecord first) {
        return run.name() + ": cannot be compared with " + first.name() + ": ";
    }
}
