package org.tempera.record.verdict;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.tempera.record.metrics.Sample;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.spi.UserException;

/** What two runs must share for their scores to be laid side by side; whatever compares runs asks it here. */
public final class MeasuredAlike {
    /** Pictures of one model and noise score alike to this, whatever the machine. */
    private static final double SAME_REWARD = 1e-2;

    private MeasuredAlike() {}

    /**
     * The scopes of a ruler that the truth depends on.
     *
     * @param gold whether it is gold
     * @param heldOut names of the rewards that it is made of where it is not
     */
    public static List<String> truthScopes(boolean gold, Collection<String> heldOut) {
        List<String> scopes = new ArrayList<>(List.of(Ruler.DRAWING));
        if (gold) {
            scopes.add(Ruler.GOLD);
        } else {
            heldOut.forEach(name -> scopes.add(Ruler.reward(name)));
            scopes.add(Ruler.HELD_OUT_SCORE);
        }
        return scopes;
    }

    /**
     * Requires that two rulers are equal in some scopes.
     *
     * @param where what the message begins with, up to its colon: which of the two cannot be compared with which
     * @param what was measured, for people, such as {@code their evaluations}
     * @param there the ruler that is expected
     * @param here that of the run that {@code where} is about
     * @param mend what to do
     * @throws UserException with each part that differs, and its two values
     */
    public static void requireSameRuler(
            String where, String what, Ruler there, Ruler here, Collection<String> scopes, String mend) {
        List<Ruler.Difference> differences = there.differences(here, scopes);
        if (!differences.isEmpty()) {
            throw new UserException(where + what + " were measured otherwise:\n"
                    + differences.stream()
                            .map(d -> "  - " + d.key() + ": " + d.values("there", "here"))
                            .collect(Collectors.joining("\n"))
                    + "\n" + mend);
        }
    }

    /** The samples of the first evaluation, before training, by index; none of none. */
    public static List<Sample> start(Collection<Sample> evaluated) {
        int epoch = evaluated.stream().mapToInt(Sample::epoch).min().orElse(0);
        return evaluated.stream()
                .filter(s -> s.epoch() == epoch)
                .sorted(Comparator.comparingInt(Sample::index))
                .toList();
    }

    /**
     * Requires that two runs begin with the same pictures, which have the same training reward.
     *
     * @param where what the message begins with
     * @param expected {@link #start} of one of them
     * @param found that of the other
     * @param rewarded whether their training rewards are compared
     * @param rounded by how much these may differ for being rounded
     * @throws UserException with the first picture that differs
     */
    public static void requireSameStart(
            String where, List<Sample> expected, List<Sample> found, boolean rewarded, double rounded) {
        if (found.size() != expected.size()) {
            throw new UserException(where + "expected " + expected.size() + " samples at an evaluation, found "
                    + found.size() + ". Evaluate both runs alike.");
        }
        for (int i = 0; i < found.size(); i++) {
            requireSame(where, expected.get(i), found.get(i), rewarded, rounded);
        }
    }

    private static void requireSame(String where, Sample expected, Sample found, boolean rewarded, double rounded) {
        if (!expected.prompt().equals(found.prompt()) || expected.seed() != found.seed()) {
            throw new UserException(
                    where + "expected sample " + expected.index() + " to be " + AlikeEvaluations.drawn(expected)
                            + ", found " + AlikeEvaluations.drawn(found) + ". Evaluate both runs alike.");
        }
        double one = trained(expected);
        double other = trained(found);
        if (rewarded && Math.abs(one - other) > SAME_REWARD * (1 + Math.abs(one)) + rounded) {
            throw new UserException(where + "expected sample " + expected.index() + " to have the training reward "
                    + Estimate.number(one) + " before training, found " + Estimate.number(other)
                    + ". Runs are compared that begin with the same model and are trained on the same rewards.");
        }
    }

    /** The training reward of a sample; NaN where it has none. */
    public static double trained(Sample sample) {
        return sample.rewards().getOrDefault(ScoreNames.TRAINING, Double.NaN);
    }
}
