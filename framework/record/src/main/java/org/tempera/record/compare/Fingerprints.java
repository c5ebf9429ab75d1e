package org.tempera.record.compare;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.metrics.Sample;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.verdict.AlikeEvaluations;
import org.tempera.record.verdict.Estimate;
import org.tempera.record.verdict.Ruler;
import org.tempera.spi.UserException;

/** Refuses to lay side by side what was measured otherwise, and says which part differs. */
final class Fingerprints {
    /** Pictures of one model and noise score alike to this, whatever the machine. */
    private static final double SAME_REWARD = 1e-2;

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
        List<RunRecord> known = runs.stream().filter(r -> r.ruler().isPresent()).toList();
        for (RunRecord run : known) {
            List<Ruler.Difference> differences = differences(known.get(0), run, scopes);
            if (!differences.isEmpty()) {
                throw new UserException(run.name() + ": cannot be compared with "
                        + known.get(0).name() + ": " + what + " were measured otherwise:\n"
                        + differences.stream()
                                .map(d -> "  - " + d.key() + ": " + d.values("there", "here"))
                                .collect(Collectors.joining("\n"))
                        + "\n" + mend);
            }
        }
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
        List<Sample> first = start(runs.get(0));
        double rounded = ROUNDED
                * Estimate.deviation(
                        first.stream().mapToDouble(Fingerprints::trained).toArray());
        for (RunRecord run : runs) {
            String where =
                    run.name() + ": cannot be compared with " + runs.get(0).name() + ": ";
            List<Sample> its = start(run);
            if (its.size() != first.size()) {
                throw new UserException(where + "expected " + first.size() + " samples at an evaluation, found "
                        + its.size() + ". Evaluate both runs alike.");
            }
            for (int i = 0; i < its.size(); i++) {
                requireSame(where, first.get(i), its.get(i), reward, rounded);
            }
        }
    }

    private static double trained(Sample sample) {
        return sample.rewards().getOrDefault(ScoreNames.TRAINING, Double.NaN);
    }

    /** @param rounded by how much rewards may differ for being rounded */
    private static void requireSame(String where, Sample expected, Sample found, boolean reward, double rounded) {
        if (!expected.prompt().equals(found.prompt()) || expected.seed() != found.seed()) {
            throw new UserException(
                    where + "expected sample " + expected.index() + " to be " + AlikeEvaluations.drawn(expected)
                            + ", found " + AlikeEvaluations.drawn(found) + ". Evaluate both runs alike.");
        }
        double one = trained(expected);
        double other = trained(found);
        if (reward && Math.abs(one - other) > SAME_REWARD * (1 + Math.abs(one)) + rounded) {
            throw new UserException(where + "expected sample " + expected.index() + " to have the training reward "
                    + Estimate.number(one) + " before training, found " + Estimate.number(other)
                    + ". Runs are compared that begin with the same model and are trained on the same rewards.");
        }
    }

    /** The samples of the first evaluation, by index. */
    private static List<Sample> start(RunRecord run) {
        int epoch = run.evaluated().stream().mapToInt(Sample::epoch).min().orElse(0);
        return run.evaluated().stream()
                .filter(s -> s.epoch() == epoch)
                .sorted(Comparator.comparingInt(Sample::index))
                .toList();
    }
}
