package org.tempera.algorithms.dpok;

import java.util.Optional;
import org.tempera.algorithms.loss.ClampedSurrogateLoss;
import org.tempera.algorithms.loss.KlLoss;
import org.tempera.algorithms.loss.LogProbKind;
import org.tempera.algorithms.loss.PolicyObjective;
import org.tempera.algorithms.loss.RegulariserConfig;
import org.tempera.algorithms.loss.SurrogateConfig;
import org.tempera.algorithms.stats.LambdaReturns;
import org.tempera.algorithms.stats.NormalisationConfig;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.algorithms.tdpo.TemporalTargets;
import org.tempera.spi.Doc;
import org.tempera.spi.Inline;
import org.tempera.spi.ReadWhere;
import org.tempera.spi.Require;

/** Block {@code algorithm.dpok}. */
public record DpokConfig(
        @Inline UpdateConfig update,
        @Inline @ReadWhere(of = "largest-ratio", key = "ratio", is = "clipped") SurrogateConfig surrogate,
        @Doc(
                        "How clip-range holds. clipped: a step that has moved as its advantage asks for has no gradient beyond it; clamped:"
                                + " no step has one beyond it, as in the release.")
                Ratio ratio,
        @Inline RegulariserConfig regulariser,
        @ReadWhere(key = "kl-loss", above = 0)
                @Doc(
                        "What kl-loss is a factor of. kl: each step's KL divergence from the reference; prediction: the mean square of"
                                + " what the guided prediction differs by, as in the release.")
                Divergence divergence,
        @Doc("What is taken off a return to make an advantage. none: nothing; value: the critic's value of the step.")
                Baseline baseline,
        @Doc(
                        "How far a return goes before it rests on the critic's value, in [0,1] (GAE): 1 goes to the reward itself, as"
                                + " published. Under baseline = value.")
                double lambda,
        @Doc("How rewards are normalised before they become returns; over = none as published.")
                NormalisationConfig rewardNormalisation,
        @Doc("Whether a training reward below 0 counts as 0, before it is normalised.") boolean rewardFilter,
        @Doc("Samples of earlier epochs that are learnt from again, the latest in whole epochs: an epoch's at least, or"
                        + " 0 for none. Their steps keep the log-probabilities and advantages of their own epoch.")
                int keptSamples) {
    /** How the clip range holds. */
    public enum Ratio {
        /** The clipped surrogate of PPO. */
        CLIPPED,
        /** The release's: a clamp without a maximum. */
        CLAMPED
    }

    /** What the policy is held near the reference by. */
    public enum Divergence {
        /** The true divergence of each step, in closed form. */
        KL,
        /** The mean square of the guided prediction's difference. */
        PREDICTION
    }

    /** What is taken off a return. */
    public enum Baseline {
        NONE,
        /** The run's critic. */
        VALUE
    }

    public DpokConfig {
        new LambdaReturns(1, lambda);
        Require.that(lambda == 1 || baseline == Baseline.VALUE, "lambda", "1 under baseline = none", lambda);
        Require.that(keptSamples >= 0, "kept-samples", "0 (none) or more", keptSamples);
        Require.that(
                divergence == Divergence.KL || regulariser.klGate().isNone(),
                "divergence",
                "kl where kl-gate.against names a reward",
                "prediction");
    }

    /** 24 transitions an update, as published; a divergence that costs a hundredth of the advantage a nat. */
    public static DpokConfig defaults() {
        return new DpokConfig(
                new UpdateConfig(8, 3, 1),
                SurrogateConfig.of(Optional.of(LogProbKind.SUM)),
                Ratio.CLIPPED,
                new RegulariserConfig(0.01),
                Divergence.KL,
                Baseline.NONE,
                1,
                NormalisationConfig.defaults(5),
                false,
                0);
    }

    boolean valued() {
        return baseline == Baseline.VALUE;
    }

    /** The factor of the release's term; 0 where the loss has the divergence itself, or none. */
    double predictionCoefficient() {
        return divergence == Divergence.PREDICTION ? regulariser.klLoss() : 0;
    }

    PolicyObjective objective() {
        PolicyObjective clipped = surrogate.objective(LogProbKind.SUM, regulariser);
        PolicyObjective held = divergence == Divergence.KL
                ? clipped
                : new PolicyObjective(clipped.kind(), clipped.surrogate(), new KlLoss(0, false));
        return ratio == Ratio.CLIPPED ? held : held.with(new ClampedSurrogateLoss(surrogate.clip(LogProbKind.SUM)));
    }

    /** Returns and advantages; KL in the reward is charged to the advantages, with and without a critic. */
    TemporalTargets targets() {
        return new TemporalTargets(
                rewardNormalisation.create(),
                new TemporalTargets.Rules(
                        rewardNormalisation.clip(), new LambdaReturns(1, lambda), false, Optional.empty()));
    }
}
