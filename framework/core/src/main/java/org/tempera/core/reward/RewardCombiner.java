package org.tempera.core.reward;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.RewardRole;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.RewardTable;

/** Combines scores into the training reward and deals with those that are no finite numbers. */
public final class RewardCombiner {
    private final List<NamedReward> rewards;

    public RewardCombiner(List<NamedReward> rewards) {
        this.rewards = List.copyOf(rewards);
    }

    /**
     * Scores with what was wrong with them.
     *
     * @param table scores; a skipped sample has the mean training reward of the others
     * @param skipped samples that must not be learnt from, {@code [sample]}
     */
    public record Combined(RewardTable table, boolean[] skipped) {
        public int skippedCount() {
            int n = 0;
            for (boolean s : skipped) {
                n += s ? 1 : 0;
            }
            return n;
        }
    }

    /**
     * The weighted sum of the training rewards.
     *
     * @param scores by reward, each {@code [sample]}
     * @throws UserException if a score is not finite and the reward's policy is to fail
     */
    public Combined combine(Map<String, float[]> scores, List<String> prompts) {
        int n = prompts.size();
        boolean[] skipped = new boolean[n];
        float[] training = new float[n];
        List<String> problems = new ArrayList<>();
        Map<String, float[]> byName = new LinkedHashMap<>();
        for (NamedReward r : rewards) {
            float[] s = scores.get(r.name());
            if (s == null) {
                throw new IllegalStateException("reward '" + r.name() + "' gave no scores");
            }
            byName.put(r.name(), s);
            boolean trains = r.settings().role() == RewardRole.TRAIN;
            for (int i = 0; i < n; i++) {
                if (!Float.isFinite(s[i])) {
                    if (r.settings().onFailure() == FailurePolicy.FAIL) {
                        problems.add("reward '" + r.name() + "' gave " + s[i] + " for sample " + i + ", prompt '"
                                + prompts.get(i) + "'");
                    } else if (trains) {
                        skipped[i] = true;
                    }
                } else if (trains) {
                    training[i] += (float) (r.settings().weight() * s[i]);
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new UserException(String.join("\n", problems)
                    + "\nA score must be a finite number. Mend the reward, or set on-failure = skip in its block to leave"
                    + " such samples out of the update.");
        }
        double sum = 0;
        int kept = 0;
        for (int i = 0; i < n; i++) {
            if (!skipped[i]) {
                sum += training[i];
                kept++;
            }
        }
        if (kept == 0) {
            throw new UserException("every sample of the epoch has a score that is not a finite number");
        }
        for (int i = 0; i < n; i++) {
            if (skipped[i]) {
                training[i] = (float) (sum / kept);
            }
        }
        return new Combined(new RewardTable(training, byName), skipped);
    }
}
