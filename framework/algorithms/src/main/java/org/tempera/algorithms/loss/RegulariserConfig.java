package org.tempera.algorithms.loss;

import org.tempera.algorithms.kl.KlConfig;
import org.tempera.algorithms.kl.KlGateConfig;
import org.tempera.algorithms.kl.Regulariser;
import org.tempera.spi.Doc;
import org.tempera.spi.FormerKey;
import org.tempera.spi.Require;

/** Keys of every algorithm that learns from the steps taken and may hold the policy near the reference policy. */
public record RegulariserConfig(
        @Doc("What departing from the reference policy costs a step's reward.") KlConfig kl,
        @Doc("Factor of each step's KL divergence from the reference policy in the loss, in closed form and measured as"
                        + " log-prob says; 0 is none, and saves a pass through the reference policy.")
                @FormerKey("kl.loss")
                double klLoss,
        @Doc("Which samples the divergence in the loss falls on.") KlGateConfig klGate) {
    public RegulariserConfig {
        Require.that(klLoss >= 0, "kl-loss", "0 (none) or more", klLoss);
        Require.that(
                klLoss > 0 || klGate.isNone(), "kl-loss", "more than 0 where kl-gate.against names a reward", klLoss);
    }

    /** The divergence in the loss alone, on every sample. */
    public RegulariserConfig(double klLoss) {
        this(KlConfig.defaults(), klLoss, KlGateConfig.none());
    }

    /** The policy is free to go. */
    public static RegulariserConfig none() {
        return new RegulariserConfig(0);
    }

    /** Whether nothing holds the policy, so that it learns from its advantages alone. */
    public boolean isNone() {
        return klLoss == 0 && kl.isNone();
    }

    /** The term of the loss. */
    public KlLoss loss() {
        return new KlLoss(klLoss, !klGate.isNone());
    }

    /** Penalty and gate of a run that begins. */
    public Regulariser regulariser() {
        return new Regulariser(kl.term(), klGate.gate());
    }
}
