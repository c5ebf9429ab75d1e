package org.tempera.core.train;

import java.util.Optional;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.graph.Precision;

/** Says where importance ratios are of little worth. */
final class RoundedRatios {
    private RoundedRatios() {}

    /**
     * What a person should know before a run that learns from ratios of probabilities in this precision; empty where
     * there is nothing. The least change of a weight turns roundings over in all of the network, and a log-probability
     * sums what comes of them over the latent.
     */
    static Optional<String> warning(Precision precision, Algorithm algorithm) {
        return precision == Precision.BFLOAT16 && algorithm.columns().contains(RolloutColumn.LOG_PROB)
                ? Optional.of("run.precision = bfloat16: from the second update of an epoch on, importance ratios are"
                        + " mostly rounding. Make one update an epoch, or train in float32 (docs/performance.md,"
                        + " Precision).")
                : Optional.empty();
    }
}
