package org.tempera.core.config;

import java.util.ArrayList;
import java.util.List;
import org.tempera.spi.policy.Guidance;

/** Whether a guidance scale and a negative prompt mean anything to a policy. */
public final class GuidanceCheck {
    private GuidanceCheck() {}

    /**
     * What a policy cannot follow, each problem beginning with its key.
     *
     * @param guidance how the policy's network is steered
     */
    public static List<String> problems(Guidance guidance, double scale, String negativePrompt) {
        List<String> problems = new ArrayList<>();
        if (guidance == Guidance.NONE && scale > Guidance.OFF) {
            problems.add("guidance-scale: the policy knows no guidance; expected 1, found " + scale);
        }
        if (guidance != Guidance.CLASSIFIER_FREE && !negativePrompt.isEmpty()) {
            problems.add(
                    "negative-prompt: the policy does not run on one; expected none, found '" + negativePrompt + "'");
        }
        return problems;
    }
}
