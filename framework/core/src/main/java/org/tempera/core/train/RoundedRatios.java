package org.tempera.core.train;

import java.util.List;
import java.util.Optional;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.graph.Precision;

/** Says where importance ratios are of little worth. */
final class RoundedRatios {
    private RoundedRatios() {}

    /**
     * What a person should know of a run that learns from ratios of probabilities in this precision; empty where there
     * is nothing. The least change of a weight turns roundings over in all of the network, and a log-probability sums
     * what comes of them over the latent; before the first update of an epoch ratios are 1.
     *
     * @param plan the micro-batches of an epoch
     */
    static Optional<String> warning(Precision precision, Algorithm algorithm, List<Minibatch> plan) {
        if (precision != Precision.BFLOAT16
                || algorithm.columns().stream().noneMatch(c -> c.name().equals(Rollout.LOG_PROB))) {
            return Optional.empty();
        }
        long updates = plan.stream().filter(Minibatch::apply).count();
        return updates > 1
                ? Optional.of("run.precision = bfloat16: from the second update of an epoch on, of which there are "
                        + updates + ", importance ratios are mostly rounding. Make one update an epoch, or train in"
                        + " float32 (docs/performance.md, Precision).")
                : Optional.empty();
    }
}
