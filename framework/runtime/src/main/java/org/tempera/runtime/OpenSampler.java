package org.tempera.runtime;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.tempera.base.files.NamedPath;
import org.tempera.base.text.Secrets;
import org.tempera.core.plugin.MaskedFailure;
import org.tempera.core.plugin.ModelReaders;
import org.tempera.core.plugin.PluginGuard;
import org.tempera.core.sample.ImageSampler;
import org.tempera.core.sample.SampleSettings;
import org.tempera.core.sample.SampledWeights;
import org.tempera.graph.ThreadSettings;
import org.tempera.nn.weights.ModelFiles;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.tempera.record.run.RunFolder;
import org.tempera.runtime.config.EffectiveConfig;
import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.config.Selection;
import org.tempera.runtime.plugin.PluginKind;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyProvider;

/** A model, or a run's model at a checkpoint, built and ready to draw pictures. Owns native memory. */
public final class OpenSampler implements AutoCloseable {
    private final ImageSampler sampler;
    private final PluginGuard guard;
    private final Secrets secrets;
    private final String model;
    private final String description;
    private final OptionalInt epoch;
    private final SampledWeights weights;

    private OpenSampler(
            ImageSampler sampler,
            PluginGuard guard,
            Secrets secrets,
            String model,
            String description,
            OptionalInt epoch,
            SampledWeights weights) {
        this.secrets = secrets;
        this.sampler = sampler;
        this.guard = guard;
        this.model = model;
        this.description = description;
        this.epoch = epoch;
        this.weights = weights;
    }

    static OpenSampler open(Tempera tempera, Path path, SampleOptions options) {
        return open(tempera, path, options, false);
    }

    /** The same. @param divergence whether pictures come with their divergence from the weights before training */
    static OpenSampler open(Tempera tempera, Path path, SampleOptions options, boolean divergence) {
        ModelFiles.requireOpen(path);
        if (ModelFiles.has(path.resolve("config.conf"))) {
            return ofRun(tempera, path, options, divergence);
        }
        ModelReaders readers = new ModelReaders(tempera.plugins().policies());
        Optional<PolicyProvider<?>> reader = readers.of(path);
        if (reader.isPresent()) {
            return ofModel(tempera, reader.get(), path, options, divergence);
        }
        String refusal = readers.refusal(path) + ", or the folder of a run (with config.conf).";
        throw Files.isRegularFile(path)
                ? new UserException(
                        refusal
                                + " A checkpoint in one file becomes a folder by diffusers' from_single_file and"
                                + " save_pretrained; an adapter is named besides its model's folder.",
                        List.of(Remedy.of(Remedy.Action.ADD_ADAPTER)))
                : new UserException(refusal);
    }

    private static OpenSampler ofRun(Tempera tempera, Path path, SampleOptions options, boolean divergence) {
        options.adapter().ifPresent(a -> {
            throw new UserException(
                    path + ": is a run, which has adapters of its own; an adapter goes with a model's folder."
                            + " Name the model, or choose one of the run's checkpoints.");
        });
        try (RunFolder folder = RunFolder.view(path)) {
            RunConfig config = tempera.config(folder.config(), options.overrides());
            CheckpointChoice choice =
                    CheckpointChoice.of(folder, RunDescription.roles(RunDescription.of(config)), options.checkpoint());
            SampleSettings own = new SampleSettings(
                    config.sampling().steps(),
                    config.sampling().eta(),
                    config.sampling().guidanceScale(),
                    config.sampling().negativePrompt(),
                    Optional.empty(),
                    Optional.empty(),
                    1,
                    config.sampling().stochasticSteps(),
                    config.run().precision());
            SampleSettings settings = options.over(own);
            int threads = config.run().threads();
            ThreadSettings shared = new ThreadSettings(
                    threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
                    config.run().interOpThreads());
            Selection<PolicyProvider<?>> chosen = config.policy();
            DiffusionPolicy policy = TrainingParts.policy(chosen.provider(), chosen.config());
            PluginGuard guard = new PluginGuard(List.of(TrainingParts.called(PluginKind.POLICY, chosen)));
            return guard.call(() -> {
                ImageSampler sampler =
                        new ImageSampler(policy, settings, config.run().seed(), shared, options.prompts(), divergence);
                try {
                    SampledWeights measured = measured(config);
                    SampledWeights weights = options.weights().orElse(measured);
                    choice.folder().ifPresent(checkpoint -> sampler.load(checkpoint, weights));
                    String which = which(weights);
                    String model = NamedPath.nameOf(path) + "/epoch-" + choice.epoch() + which;
                    return new OpenSampler(
                            sampler,
                            guard,
                            tempera.secrets(),
                            model,
                            path + " at " + choice.why() + (weights == measured ? which : others(weights)),
                            OptionalInt.of(choice.epoch()),
                            weights);
                } catch (RuntimeException | Error e) {
                    sampler.close();
                    throw e;
                }
            });
        }
    }

    private static OpenSampler ofModel(
            Tempera tempera, PolicyProvider<?> provider, Path path, SampleOptions options, boolean divergence) {
        if (options.checkpoint().isPresent()) {
            throw new UserException(path
                    + ": is a model; a checkpoint goes with a run's folder. Leave the checkpoint out, or name a run.");
        }
        if (options.weights().filter(w -> w != SampledWeights.POLICY).isPresent()) {
            throw new UserException(
                    path + ": is a model; behaviour weights are a run's. Leave them out, or name a run.");
        }
        if (!options.overrides().isEmpty()) {
            throw new UserException(path + ": is a model; overrides go with a run's folder. Leave out "
                    + String.join(" ", options.overrides()) + ", or name a run.");
        }
        // Ranges are checked before the model is opened, whichever scale is its own.
        options.over(SampleSettings.defaults());
        DiffusionPolicy policy = ModelReaders.open(provider, path, options.adapter());
        SampleSettings settings = options.over(SampleSettings.of(policy.drawing()));
        PluginGuard guard =
                new PluginGuard(List.of(new PluginGuard.Called("the policy of " + path, provider.getClass())));
        ImageSampler sampler = guard.call(() ->
                new ImageSampler(policy, settings, 0, ThreadSettings.forThisMachine(), options.prompts(), divergence));
        String adapter = options.adapter()
                .map(a -> " with " + a.file() + (a.scale() == 1 ? "" : " scaled by " + a.scale()))
                .orElse("");
        return new OpenSampler(
                sampler,
                guard,
                tempera.secrets(),
                NamedPath.nameOf(path) + adapter,
                path + adapter,
                OptionalInt.empty(),
                SampledWeights.POLICY);
    }

    /** Those that the run's own evaluations measure, which chose its best checkpoint. */
    private static SampledWeights measured(RunConfig config) {
        return config.behaviour().evaluated() ? SampledWeights.BEHAVIOUR : SampledWeights.POLICY;
    }

    private static String which(SampledWeights weights) {
        return weights == SampledWeights.POLICY ? "" : " (behaviour weights)";
    }

    /** Of a run whose evaluations did not measure these. */
    private static String others(SampledWeights weights) {
        return weights == SampledWeights.POLICY
                ? " (the policy's weights; the run's evaluations measured its behaviour weights)"
                : " (behaviour weights; the run's evaluations measured the policy's)";
    }

    /** A short name of the model, for a picture's notes. */
    public String model() {
        return model;
    }

    /** What is drawn from and why, for people. */
    public String description() {
        return description;
    }

    /** The complete epochs of the run at the checkpoint that was opened; empty of a model. */
    OptionalInt epoch() {
        return epoch;
    }

    /** The sampler, for programs that want pictures rather than files; what it throws is as plugins have worded it. */
    public ImageSampler sampler() {
        return sampler;
    }

    /** Draws pictures; each is given as soon as it is there. */
    public void draw(List<ImageSampler.Request> requests, Consumer<ImageSampler.Drawn> each) {
        discreetly(() -> guard.call(() -> {
            sampler.draw(requests, each);
            return requests;
        }));
    }

    /** Which weights of the run are drawn with; of a model its own. */
    SampledWeights weights() {
        return weights;
    }

    /** The same in brackets, as it follows a model's name; empty for the policy's. */
    String which() {
        return which(weights);
    }

    /** Takes the same weights of another checkpoint of the same run. */
    void load(Path checkpoint) {
        discreetly(() -> guard.call(() -> {
            sampler.load(checkpoint, weights);
            return checkpoint;
        }));
    }

    /** Writes the trained weights; what the policy writes them as, see {@link ImageSampler#export}. */
    Path export(Path folder) {
        return discreetly(() -> guard.call(() -> sampler.export(folder)));
    }

    /** What a picture's file says of how it was made, by keyword. */
    public Map<String, String> notes(ImageSampler.Drawn drawn) {
        SampleSettings s = sampler.settings();
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put(PngFiles.PROMPT, drawn.prompt());
        notes.put("negative_prompt", s.negativePrompt());
        notes.put(PngFiles.SEED, Long.toString(drawn.seed()));
        notes.put("model", model);
        notes.put("steps", Integer.toString(s.steps()));
        notes.put("guidance", number(s.guidanceScale()));
        notes.put("eta", number(s.eta()));
        if (s.precision() != Precision.FLOAT32) {
            notes.put("precision", EffectiveConfig.hocon(s.precision()));
        }
        RunRuler.noisySteps(s.noisy(), s.steps()).ifPresent(noisy -> notes.put("stochastic_steps", noisy));
        return notes;
    }

    /** Writes a picture with its notes as PNG, whole or not at all. */
    public void write(Path file, ImageSampler.Drawn drawn) {
        RgbImage image = drawn.image();
        discreetly(() -> {
            PngFiles.write(file, image, notes(drawn));
            return file;
        });
    }

    private static String number(double x) {
        return x == Math.rint(x) && Math.abs(x) < 1e9 ? Long.toString((long) x) : Double.toString(x);
    }

    private <T> T discreetly(Supplier<T> action) {
        return MaskedFailure.within(secrets, action);
    }

    @Override
    public void close() {
        sampler.close();
    }
}
