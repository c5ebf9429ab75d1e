package org.tempera.record.compare;

import java.util.List;
import java.util.Optional;

/**
 * What is known of a question: its pairs, at the highest training reward that both groups of a pair reach, corrected
 * for each other over all training rewards that the question is asked of (Holm). Whatever else is read of them, at the
 * levels of all groups or at the same KL divergence, is exploration and not corrected.
 *
 * @param question its name
 * @param pairs all that its file asks for
 * @param runs how many of its runs are there
 * @param asked how many runs of its groups the file asks for
 */
public record Answer(String question, List<Asked> pairs, int runs, int asked) {
    /**
     * Two groups that a question asks for.
     *
     * @param proxy the training reward; empty where no run of them is there
     * @param truth name of what is compared
     * @param atReward at the same training reward; corrected at the highest level alone, and there once the question is
     *     no longer open
     * @param atDivergence at the same KL divergence, not corrected; empty where that was not measured of both
     * @param unlike why the two cannot be compared whatever they reach, for people; empty if they can
     */
    public record Asked(
            Optional<String> proxy,
            String truth,
            Matched.Pair atReward,
            Optional<Matched.Pair> atDivergence,
            Optional<String> unlike) {
        /** Why there is no test of the two, for people; empty if there is one. */
        public Optional<String> why() {
            return unlike.or(atReward::why);
        }

        /** Whether they are told apart. */
        public boolean isClear() {
            return atReward.highest().filter(Matched.Difference::isClear).isPresent();
        }
    }

    public Answer {
        pairs = List.copyOf(pairs);
    }

    /** Whether runs are missing, before which nothing is told apart: looking again as they come is testing again. */
    public boolean isOpen() {
        return runs < asked;
    }

    /** The same for people; empty if all runs are there. */
    public Optional<String> whyOpen() {
        return isOpen()
                ? Optional.of(question + " is open: " + runs + " of the " + asked
                        + " runs that it is about are there, and no two groups are told apart before all are.")
                : Optional.empty();
    }

    /** How many pairs are corrected for, those among them that cannot be tested. */
    public int family() {
        return pairs.size();
    }
}
