package org.tempera.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.tempera.base.text.Words;
import org.tempera.runtime.SampleOptions;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a command draws pictures with a run's checkpoint or with a model. */
final class DrawingOptions {
    @Option(names = "--negative-prompt", paramLabel = "TEXT", description = "What to steer away from.")
    private @Nullable String negativePrompt;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description =
                    "Denoising steps (the run's; a model: 50). With --steps or --eta a run's window of steps that add"
                            + " noise counts for nothing.")
    private @Nullable Integer steps;

    @Option(names = "--guidance-scale", paramLabel = "X", description = "Guidance; 1 is off (the run's; a model: 7.5).")
    private @Nullable Double guidanceScale;

    @Option(names = "--eta", paramLabel = "X", description = "Noise of the steps, 0 to 1 (the run's; a model: 0).")
    private @Nullable Double eta;

    @Option(names = "--width", paramLabel = "N", description = "Columns of a picture (the model's own).")
    private @Nullable Integer width;

    @Option(names = "--height", paramLabel = "N", description = "Rows of a picture (the model's own).")
    private @Nullable Integer height;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            completionCandidates = Precisions.class,
            description = "What networks multiply with: float32, bfloat16, tf32 (the run's; a model: float32).")
    private @Nullable Precision precision;

    @Mixin
    private final WeightsOption weights = new WeightsOption();

    @Option(names = "--lora", paramLabel = "FILE", description = "Adapter for a model: diffusers, peft or kohya.")
    private @Nullable Path lora;

    @Option(names = "--lora-scale", paramLabel = "X", description = "Factor of the adapter (1).")
    private @Nullable Double loraScale;

    /** As they are completed; picocli would do so in capitals. */
    static final class Precisions implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Precision.values()).map(Words::of).iterator();
        }
    }

    /** The ranges of these options, to be completed by those of the command. @param command is named in messages */
    OptionRanges ranges(String command) {
        return new OptionRanges(command)
                .atLeast1("--steps", steps)
                .that(guidanceScale == null || guidanceScale >= 0, "--guidance-scale", "0 or more", guidanceScale)
                .that(eta == null || (eta >= 0 && eta <= 1), "--eta", "from 0 to 1", eta)
                .atLeast1("--width", width)
                .atLeast1("--height", height);
    }

    /**
     * What was asked for, to be completed.
     *
     * @param command is named in messages
     * @throws UserException if a scale is given without an adapter
     */
    SampleOptions.Builder given(String command) {
        if (loraScale != null && lora == null) {
            throw new UserException(
                    command + ": --lora-scale goes with --lora FILE. A run's adapter is scaled by another"
                            + " alpha than it was trained with, such as policy.stable-diffusion.adapter.alpha=2; its scale"
                            + " is alpha / rank.");
        }
        return SampleOptions.builder()
                .adapter(lora == null ? null : new AdapterFile(lora, loraScale == null ? 1 : loraScale))
                .weights(weights.weights().orElse(null))
                .steps(steps)
                .eta(eta)
                .guidanceScale(guidanceScale)
                .negativePrompt(negativePrompt)
                .size(height, width)
                .precision(precision);
    }
}
