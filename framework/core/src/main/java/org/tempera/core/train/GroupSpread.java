package org.tempera.core.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Whether samples of the same prompt have different rewards: those that have not teach nothing about the prompt. */
final class GroupSpread {
    private GroupSpread() {}

    /** What is known of a prompt's samples: how many, the first one's reward, and whether all have that. */
    private record Group(int samples, float first, boolean equal) {
        Group with(float reward) {
            return new Group(samples + 1, first, equal && reward == first);
        }
    }

    /**
     * Share of the groups whose rewards are all equal; empty where no prompt has several samples.
     *
     * @param prompts {@code [sample]}
     * @param rewards {@code [sample]}
     * @param skipped samples that are not counted, {@code [sample]}
     */
    static OptionalDouble shareWithout(List<String> prompts, float[] rewards, boolean[] skipped) {
        Map<String, Group> groups = new LinkedHashMap<>();
        for (int i = 0; i < rewards.length; i++) {
            if (!skipped[i]) {
                float reward = rewards[i];
                groups.compute(
                        prompts.get(i), (p, group) -> group == null ? new Group(1, reward, true) : group.with(reward));
            }
        }
        return groups.values().stream()
                .filter(group -> group.samples() > 1)
                .mapToDouble(group -> group.equal() ? 1 : 0)
                .average();
    }
}
