package org.tempera.record.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The evaluation with the highest held-out score, whose checkpoint is the best, and how sure that is.
 *
 * @param epoch complete epochs at that evaluation; the first of equals
 * @param rewards the held-out rewards whose standardised mean chose
 * @param equal epochs of the other evaluations with the same mean
 * @param close epochs of the other evaluations that the samples do not tell apart from the best
 * @param others how many other evaluations there are
 */
public record BestEvaluation(int epoch, List<String> rewards, List<Integer> equal, List<Integer> close, int others) {
    private static final double ALPHA = 1 - Estimate.CONFIDENCE;

    public BestEvaluation {
        rewards = List.copyOf(rewards);
        equal = List.copyOf(equal);
        close = List.copyOf(close);
    }

    /** Finds it; empty without held-out rewards, without evaluations, or where no evaluation has a held-out score. */
    public static Optional<BestEvaluation> of(Evaluations evaluations) {
        return evaluations.heldOutScore().filter(BestEvaluation::isScored).map(score -> of(evaluations, score));
    }

    private static boolean isScored(ScoreSeries score) {
        return IntStream.range(0, score.evaluations()).mapToDouble(score::mean).anyMatch(Double::isFinite);
    }

    private static BestEvaluation of(Evaluations evaluations, ScoreSeries score) {
        int best = score.best(0, score.evaluations());
        int others = score.evaluations() - 1;
        // It was chosen for being the best of all: any pair might have differed most, and each is held to alpha /
        // pairs.
        double confidence = 1 - ALPHA / Math.max(1, others * (others + 1) / 2);
        List<Integer> equal = new ArrayList<>();
        List<Integer> close = new ArrayList<>();
        for (int e = 0; e < score.evaluations(); e++) {
            if (e == best) {
                continue;
            }
            Estimate lead =
                    Estimate.ofChange(score.scores().get(e), score.scores().get(best), confidence);
            if (score.mean(e) == score.mean(best)) {
                equal.add(evaluations.epochs().get(e));
            } else if (!lead.isAbove0()) {
                close.add(evaluations.epochs().get(e));
            }
        }
        return new BestEvaluation(
                evaluations.epochs().get(best),
                evaluations.heldOut().stream().map(ScoreSeries::name).toList(),
                equal,
                close,
                others);
    }

    /** Whether the samples tell it from no other evaluation, so that it is chosen by noise or by being the first. */
    public boolean isNoise() {
        return others > 0 && equal.size() + close.size() == others;
    }

    /** For people: which epoch, which score chose it, and whether by more than noise. */
    public String sentence() {
        return "Best by the held-out score (" + chosenBy() + "): epoch " + epoch + sureness() + ".";
    }

    private String chosenBy() {
        if (rewards.size() == 1) {
            return rewards.get(0);
        }
        return "the mean of " + String.join(", ", rewards.subList(0, rewards.size() - 1)) + " and "
                + rewards.get(rewards.size() - 1) + ", standardised";
    }

    private String sureness() {
        if (equal.size() == others && others > 0) {
            return ", the first of all, which are equal: a tie";
        }
        String tie = equal.isEmpty() ? "" : ", the first of equals: a tie with " + epochs(equal);
        if (isNoise()) {
            // A run ends itself by its own pair alone, which may be told apart where all pairs are looked at and it is
            // not.
            return tie + ", told apart from no other evaluation"
                    + (others > 1 ? " where all pairs are corrected for" : "") + ": the choice is within the noise";
        }
        return tie + (close.isEmpty() ? "" : ", not told apart from " + epochs(close));
    }

    private static String epochs(List<Integer> epochs) {
        return (epochs.size() == 1 ? "epoch " : "epochs ")
                + epochs.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
