package org.tempera.runtime;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tempera.core.config.StochasticSteps;
import org.tempera.core.sample.SampleSettings;
import org.tempera.core.sample.SampledWeights;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;

/**
 * What to draw pictures with, made by {@link #builder}. What is absent is a run's own value, or for a model {@link
 * SampleSettings#defaults}.
 *
 * @param adapter an adapter (LoRA) file or folder for a model; a run has its own
 * @param checkpoint of a run: {@code epoch-NNNN}, {@code best} by held-out rewards, or {@code last}; absent is the best
 *     where there is one, else the last
 * @param weights of a run: the policy's, or the behaviour weights that followed it; absent is those that the run's own
 *     evaluations measure, by which its best checkpoint is chosen
 * @param steps denoising steps; where they or eta are given, a run's window of steps that add noise counts for nothing
 * @param prompts that will be drawn, as far as they are known: these are encoded before the model is built, so that its
 *     text encoder takes no memory then
 * @param overrides of a run's config, such as {@code policy.stable-diffusion.weights=models/sd}
 * @param precision what the networks multiply with
 */
public record SampleOptions(
        Optional<AdapterFile> adapter,
        Optional<String> checkpoint,
        Optional<SampledWeights> weights,
        Optional<Integer> steps,
        Optional<Double> eta,
        Optional<Double> guidanceScale,
        Optional<String> negativePrompt,
        Optional<Integer> height,
        Optional<Integer> width,
        int batchSize,
        List<String> prompts,
        List<String> overrides,
        Optional<Precision> precision) {
    public SampleOptions {
        prompts = List.copyOf(prompts);
        overrides = List.copyOf(overrides);
    }

    /** Everything as the model or run has it, a picture at a time. */
    public static SampleOptions defaults() {
        return builder().build();
    }

    /** Options that begin as {@link #defaults}, such as {@code builder().checkpoint("last").steps(20).build()}. */
    public static Builder builder() {
        return new Builder();
    }

    SampleSettings over(SampleSettings base) {
        return new SampleSettings(
                steps.orElse(base.steps()),
                eta.orElse(base.eta()),
                guidanceScale.orElse(base.guidanceScale()),
                negativePrompt.orElse(base.negativePrompt()),
                height.or(base::height),
                width.or(base::width),
                batchSize,
                // A window is one of the run's own steps and noise.
                steps.isEmpty() && eta.isEmpty() ? base.noisy() : StochasticSteps.all(),
                precision.orElse(base.precision()));
    }

    /** What is to differ from the model's or run's own; null leaves a value as it is there. */
    public static final class Builder {
        private @Nullable AdapterFile adapter;
        private @Nullable String checkpoint;
        private @Nullable SampledWeights weights;
        private @Nullable Integer steps;
        private @Nullable Double eta;
        private @Nullable Double guidanceScale;
        private @Nullable String negativePrompt;
        private @Nullable Integer height;
        private @Nullable Integer width;
        private int batchSize = 1;
        private List<String> prompts = List.of();
        private List<String> overrides = List.of();
        private @Nullable Precision precision;

        private Builder() {}

        /** An adapter (LoRA) for a model; a run has its own. */
        public Builder adapter(@Nullable AdapterFile file) {
            adapter = file;
            return this;
        }

        /** Of a run: {@code epoch-NNNN}, {@code best} or {@code last}. */
        public Builder checkpoint(@Nullable String name) {
            checkpoint = name;
            return this;
        }

        /** Of a run: the policy's or the behaviour weights; null is those that its evaluations measure. */
        public Builder weights(@Nullable SampledWeights which) {
            weights = which;
            return this;
        }

        /** Denoising steps. */
        public Builder steps(@Nullable Integer count) {
            steps = count;
            return this;
        }

        /** Stochasticity of the steps in [0,1]. */
        public Builder eta(@Nullable Double value) {
            eta = value;
            return this;
        }

        /** Classifier-free guidance; at most 1 is off. */
        public Builder guidanceScale(@Nullable Double value) {
            guidanceScale = value;
            return this;
        }

        /** The prompt to steer away from under guidance. */
        public Builder negativePrompt(@Nullable String prompt) {
            negativePrompt = prompt;
            return this;
        }

        /** Rows and columns of a picture, multiples of what the model's autoencoder shrinks by. */
        public Builder size(@Nullable Integer rows, @Nullable Integer columns) {
            height = rows;
            width = columns;
            return this;
        }

        /** Pictures at a time; at 1 a picture's bits do not depend on its neighbours. */
        public Builder batchSize(int pictures) {
            batchSize = pictures;
            return this;
        }

        /** What will be drawn, as far as it is known. */
        public Builder prompts(List<String> texts) {
            prompts = List.copyOf(texts);
            return this;
        }

        /** Of a run's config, such as {@code policy.stable-diffusion.weights=models/sd}. */
        public Builder overrides(List<String> keysAndValues) {
            overrides = List.copyOf(keysAndValues);
            return this;
        }

        /** What the networks multiply with. */
        public Builder precision(@Nullable Precision numbers) {
            precision = numbers;
            return this;
        }

        /** The options; ranges are checked where they meet the model. */
        public SampleOptions build() {
            return new SampleOptions(
                    Optional.ofNullable(adapter),
                    Optional.ofNullable(checkpoint),
                    Optional.ofNullable(weights),
                    Optional.ofNullable(steps),
                    Optional.ofNullable(eta),
                    Optional.ofNullable(guidanceScale),
                    Optional.ofNullable(negativePrompt),
                    Optional.ofNullable(height),
                    Optional.ofNullable(width),
                    batchSize,
                    prompts,
                    overrides,
                    Optional.ofNullable(precision));
        }
    }
}
