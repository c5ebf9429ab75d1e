package org.tempera.algorithms.tdpo;

import java.util.Optional;
import org.tempera.algorithms.Preset;
import org.tempera.algorithms.tdpo.NeuronReset.Outgoing;
import org.tempera.spi.Doc;
import org.tempera.spi.ReadWhere;
import org.tempera.spi.Require;

/** Block {@code neuron-reset} of TDPO. */
public record NeuronResetConfig(
        @Doc("Which neurons a reset draws anew: active, dormant, all or none; none only measures. Left out: active for"
                        + " tdpo-r, none for tdpo.")
                Optional<ResetMode> mode,
        @ReadWhere(
                        key = "mode",
                        is = {"active", "dormant", "all"})
                @Doc("A reset after each so many epochs.")
                int every,
        @Doc("What a neuron's score is. reference: the mean of relu of its output, as published; contribution: the mean"
                        + " magnitude of what it hands to the next layer. Both over the layer's mean. Left out: as the"
                        + " preset is called, contribution for default.")
                Optional<Dormancy> dormancy,
        @Doc("A neuron whose score is at or below it is dormant. Left out: 0.1, 0 in preset reference.")
                Optional<Double> threshold,
        @Doc("Whose neurons: critic, adapters (the rank units of the policy's LoRA layers) or both.") Target target,
        @ReadWhere(
                        key = "mode",
                        is = {"active", "dormant", "all"})
                @ReadWhere(
                        key = "target",
                        is = {"critic", "both"})
                @Doc(
                        "What weights that leave a reset neuron of the critic become: drawn, or zero. Those of adapters always"
                                + " become zero.")
                Outgoing outgoing,
        @ReadWhere(
                        key = "mode",
                        is = {"active", "dormant", "all"})
                @Doc("Whether every reset draws the same numbers, as published. Left out: only in preset reference.")
                Optional<Boolean> sameDraws) {
    /** Whose neurons are measured and reset. */
    public enum Target {
        CRITIC,
        ADAPTERS,
        BOTH;

        boolean critic() {
            return this != ADAPTERS;
        }

        boolean adapters() {
            return this != CRITIC;
        }
    }

    public NeuronResetConfig {
        Require.that(every >= 1, "every", "at least 1 epoch", every);
        threshold.ifPresent(t -> {
            Require.that(t >= 0, "threshold", "0 or more", t);
        });
    }

    /** Every ten epochs, the critic's neurons; the rest as the preset and the algorithm say. */
    public static NeuronResetConfig defaults() {
        return new NeuronResetConfig(
                Optional.empty(),
                10,
                Optional.empty(),
                Optional.empty(),
                Target.CRITIC,
                Outgoing.DRAWN,
                Optional.empty());
    }

    NeuronRecycler recycler(Preset preset, ResetMode otherwise) {
        boolean reference = preset == Preset.REFERENCE;
        return new NeuronRecycler(new NeuronRecycler.Rules(
                mode.orElse(otherwise),
                new ResetSchedule(every, sameDraws.orElse(reference)),
                dormancy.orElse(reference ? Dormancy.REFERENCE : Dormancy.CONTRIBUTION),
                threshold.orElse(reference ? 0.0 : 0.1),
                target,
                outgoing,
                reference ? NeuronRecycler.Measured.PUBLISHED : NeuronRecycler.Measured.WHOLE_EPOCH));
    }
}
