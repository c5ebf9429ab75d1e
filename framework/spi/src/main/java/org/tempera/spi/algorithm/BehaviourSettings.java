package org.tempera.spi.algorithm;

import org.tempera.spi.Doc;

/** Block {@code behaviour}: a copy of the policy's trained weights that follows them. */
public record BehaviourSettings(
        @Doc(
                        value =
                                "Whether the copy, not the policy, draws what is learnt from. Algorithms that learn from steps"
                                        + " that the policy itself took, as ddpo and tdpo do, refuse it.",
                        measures = false)
                boolean draws,
        @Doc(
                        "Whether the copy, not the policy, is what evaluations draw with and the verdict judges. By follow's defaults"
                                + " it is an average over up to 200 epochs, whatever updates these have.")
                boolean evaluated,
        @Doc(value = "How the copy follows the policy.", measures = false) FollowSettings follow) {
    /** No copy, unless the algorithm needs one: an average over about 200 epochs, and over less early on. */
    public static BehaviourSettings defaults() {
        return new BehaviourSettings(
                false, false, new FollowSettings(DecayKind.POWER, 0.995, 0.001, 0, 1, FollowUnit.EPOCHS));
    }
}
