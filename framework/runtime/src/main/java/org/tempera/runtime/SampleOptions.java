package org.tempera.runtime;

import java.util.List;
import java.util.Optional;
import org.tempera.core.sample.SampleSettings;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;

/**
 * What to draw pictures with. What is absent is a run's own value, or for a model {@link SampleSettings#defaults}.
 *
 * @param adapter an adapter (LoRA) file or folder for a model; a run has its own
 * @param checkpoint of a run: {@code epoch-NNNN}, {@code best} by held-out rewards, or {@code last}; absent is the best
 *     where there is one, else the last
 * @param overrides of a run's config, such as {@code policy.stable-diffusion.weights=models/sd}
 */
public record SampleOptions(
        Optional<AdapterFile> adapter,
        Optional<String> checkpoint,
        Optional<Integer> steps,
        Optional<Double> eta,
        Optional<Double> guidanceScale,
        Optional<String> negativePrompt,
        Optional<Integer> height,
        Optional<Integer> width,
        int batchSize,
        List<String> overrides) {
    public SampleOptions {
        overrides = List.copyOf(overrides);
    }

    /** Everything as the model or run has it, a picture at a time. */
    public static SampleOptions defaults() {
        return new SampleOptions(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1,
                List.of());
    }

    SampleSettings over(SampleSettings base) {
        return new SampleSettings(
                steps.orElse(base.steps()),
                eta.orElse(base.eta()),
                guidanceScale.orElse(base.guidanceScale()),
                negativePrompt.orElse(base.negativePrompt()),
                height.or(base::height),
                width.or(base::width),
                batchSize);
    }
}
