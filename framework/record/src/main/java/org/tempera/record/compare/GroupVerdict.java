package org.tempera.record.compare;

import java.util.List;
import java.util.Optional;
import org.tempera.record.statistics.Interval;
import org.tempera.record.verdict.Estimate;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.record.verdict.RunVerdict.Answer;

/**
 * Whether an algorithm over-optimised, by its seeds; the definition is in docs/compare.md.
 *
 * @param answer of the algorithm, over seeds; never yes or no where the evidence is too thin
 * @param overOptimised of how many runs the answer is yes, each by its pictures
 * @param not of how many runs the answer is no
 * @param unsaid of how many runs it cannot be said
 * @param share of the seeds that could be decided those that over-optimise, with its exact interval of 95 % (Clopper
 *     and Pearson); empty where it can be said of none
 * @param rise of the training reward from the first to the last evaluation, over the seeds
 * @param fall of the truth from the best evaluation of the seeds' mean to the last one, over the seeds; its interval
 *     allows for the choice
 * @param againstControl the truth at the last evaluation less the controls', over the seeds; empty without controls
 * @param since from when on the runs over-optimised; empty where none did
 * @param best which checkpoints the runs' own held-out scores choose; empty without held-out rewards
 * @param thin why the evidence is too thin to speak of the algorithm, a sentence each; empty if it is not
 * @param explanation what was found, for people, some sentences
 * @param advice what to try, a sentence each, with the keys
 * @param alarms what spoke of over-optimisation without knowing the truth
 */
public record GroupVerdict(
        Answer answer,
        int overOptimised,
        int not,
        int unsaid,
        Optional<Interval> share,
        Optional<Estimate> rise,
        Optional<Estimate> fall,
        Optional<Estimate> againstControl,
        Optional<Onset> since,
        Optional<Best> best,
        List<String> thin,
        String explanation,
        List<String> advice,
        List<SeedAlarm> alarms) {
    /**
     * Whether the answer is no because the training reward did not rise over the seeds: it was not optimised, let alone
     * too far.
     */
    public boolean nothingOptimised() {
        return nothingOptimised(answer, rise);
    }

    static boolean nothingOptimised(Answer answer, Optional<Estimate> rise) {
        return answer == Answer.NO && rise.filter(r -> !r.isAbove0()).isPresent();
    }

    /** The answer for people, in a table. */
    public String shownAnswer() {
        return nothingOptimised() ? answer + RunVerdict.NO_RISE : answer.toString();
    }

    /** Of how many seeds the answer is yes, for people, such as {@code 2 of 5 (1 undecided)}. */
    public String shownSeeds() {
        return overOptimised + " of " + (overOptimised + not + unsaid)
                + (unsaid > 0 ? " (" + unsaid + " undecided)" : "");
    }

    /**
     * Bounds of 95 % of the share of all seeds, those that could not be decided as no and as yes; empty where it can be
     * said of none.
     */
    public Optional<Interval> shareOfAll() {
        return share.map(s -> Judgement.shareOfAll(overOptimised, not, unsaid));
    }

    /**
     * When the runs began to over-optimise.
     *
     * @param epoch median over the runs that did; of an even number the earlier in the middle
     * @param earliest of them
     * @param latest of them
     * @param queries median of what they had asked their training reward for by then; NaN where that is not known
     */
    public record Onset(double epoch, int earliest, int latest, double queries) {
        /** The epochs for people, such as {@code 16 (12 to 20)}. */
        public String epochs() {
            return ComparisonText.range(epoch, earliest, latest);
        }
    }

    /**
     * The checkpoints that the runs' own held-out scores choose.
     *
     * @param epoch median over the runs; of an even number the earlier in the middle
     * @param earliest of them
     * @param latest of them
     * @param noise in how many runs the choice is within the noise
     */
    public record Best(double epoch, int earliest, int latest, int noise) {
        /** The epochs for people, such as {@code 16 (12 to 20)}. */
        public String epochs() {
            return ComparisonText.range(epoch, earliest, latest);
        }
    }

    public GroupVerdict {
        thin = List.copyOf(thin);
        advice = List.copyOf(advice);
        alarms = List.copyOf(alarms);
    }
}
