package org.tempera.runtime.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tempera.base.text.Words;
import org.tempera.core.config.CombinationRule;
import org.tempera.core.config.RewardRole;
import org.tempera.core.config.RewardSettings;

/**
 * Keys by which rewards are combined and that mean nothing to a run, for it is trained on fewer than two rewards, on
 * the smallest score, or not on that reward. No single other key tells, as for {@link org.tempera.spi.ReadWhere}.
 */
final class UnreadCombination {
    private UnreadCombination() {}

    /** What is said of each such key, whether it is given or not. */
    static Map<String, String> of(RunConfig config) {
        Map<String, String> said = new LinkedHashMap<>();
        CombinationRule rule = config.combination().rule();
        long trained = config.rewards().stream()
                .filter(r -> r.settings().role() == RewardRole.TRAIN)
                .count();
        if (rule.standardises() && trained < 2) {
            String several = "several rewards with role = train, found " + (trained == 0 ? "none" : "one");
            said.put(
                    "combination.rule",
                    "has no effect" + (trained == 0 ? "" : " but that scores are standardised") + ": " + Words.of(rule)
                            + " combines " + several);
            said.put("combination.k", "has no effect: it is read where there are " + several);
        }
        for (RewardSelection reward : config.rewards()) {
            RewardSettings settings = reward.settings();
            String block = "rewards." + reward.name();
            if (settings.ball().radius() > 0) {
                continue; // the sign of its weight says which picture of the ball is the worst
            }
            if (settings.role() != RewardRole.TRAIN) {
                said.put(
                        block + ".weight",
                        "has no effect: it is read where " + block + ".role = train, found "
                                + Words.of(settings.role()));
            } else if (rule == CombinationRule.MIN) {
                said.put(
                        block + ".weight",
                        "has no effect: min takes the smallest score whatever its weight, so that " + reward.name()
                                + " counts as each reward with role = train does");
            }
        }
        return said;
    }
}
