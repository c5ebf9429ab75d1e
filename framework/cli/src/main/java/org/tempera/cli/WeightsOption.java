package org.tempera.cli;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tempera.base.text.Words;
import org.tempera.core.sample.SampledWeights;
import picocli.CommandLine.Option;

/** Which of a run's weights a command takes. */
final class WeightsOption {
    @Option(
            names = "--weights",
            paramLabel = "WHICH",
            completionCandidates = Names.class,
            description = "Of a run: policy, or behaviour, the copy that followed it (what the run's own evaluations"
                    + " measure).")
    private @Nullable SampledWeights weights;

    /** As they are completed; picocli would do so in capitals. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(SampledWeights.values()).map(Words::of).iterator();
        }
    }

    Optional<SampledWeights> weights() {
        return Optional.ofNullable(weights);
    }
}
