package org.tempera.diffusers.ddim;

import java.util.List;
import java.util.Optional;
import org.tempera.nn.config.ModelConfig;

/**
 * A noise schedule and how it is sampled.
 *
 * @param trainTimesteps how many timesteps the model was trained on
 * @param schedule shape of the betas; not read where {@code trainedBetas} is not empty
 * @param betaStart first beta
 * @param betaEnd last beta
 * @param trainedBetas the betas themselves, or empty
 * @param zeroTerminalSnr whether the schedule is rescaled to end in pure noise (Lin et al., 2024, algorithm 1)
 * @param prediction what the network's output is
 * @param thresholding what is done to the predicted clean latent, if anything
 * @param alphaOneAtEnd whether the last step goes to a noiseless latent, rather than to the first timestep's noise
 * @param stepsOffset added to timesteps under {@link Spacing#LEADING}
 * @param spacing which timesteps are visited
 * @param scheduler where steps lead, and how much noise they add
 */
public record DdimConfig(
        int trainTimesteps,
        Schedule schedule,
        double betaStart,
        double betaEnd,
        List<Double> trainedBetas,
        boolean zeroTerminalSnr,
        Prediction prediction,
        Optional<DynamicThresholding> thresholding,
        boolean alphaOneAtEnd,
        int stepsOffset,
        Spacing spacing,
        Scheduler scheduler) {
    /** Shapes of the betas. */
    public enum Schedule {
        LINEAR,
        SCALED_LINEAR,
        SQUAREDCOS_CAP_V2
    }

    /** What the network predicts. */
    public enum Prediction {
        EPSILON,
        V_PREDICTION,
        SAMPLE
    }

    /** Ways to choose timesteps (Lin et al., 2024, table 2). */
    public enum Spacing {
        LEADING,
        TRAILING,
        LINSPACE
    }

    /** A hundred times what is usual. */
    private static final int MOST_TIMESTEPS = 100_000;

    private static final double MOST_TIMESTEP_SCALING = 1000;

    public DdimConfig {
        trainedBetas = List.copyOf(trainedBetas);
    }

    /**
     * Reads the configuration of a diffusers scheduler as the one that it names, where that is an LCMScheduler, or an
     * EulerDiscreteScheduler with {@code trailing} timesteps as models of few steps have it; and else as DDIM.
     */
    public static DdimConfig readAsNamed(ModelConfig c) {
        return switch (c.text(ModelConfig.CLASS, "DDIMScheduler")) {
            case "LCMScheduler" -> readLcm(c);
            case "EulerDiscreteScheduler" ->
                c.text("timestep_spacing", "linspace").equals("trailing") ? readEuler(c) : read(c);
            default -> read(c);
        };
    }

    private static DdimConfig readLcm(ModelConfig c) {
        if (c.flag("clip_sample", false)) {
            c.problem(
                    "clip_sample",
                    "expected false for an LCMScheduler, found true, by which LatentConsistencyModelPipeline clamps latents"
                            + " and StableDiffusionPipeline does not. Set it to false");
        }
        c.unsupported("thresholding", c.flag("thresholding", false));
        int original = c.positive("original_inference_steps", 50, MOST_TIMESTEPS);
        DdimConfig config = read(
                c,
                new Defaults(Schedule.SCALED_LINEAR, 0.00085, 0.012),
                Optional.empty(),
                new Scheduler.Lcm(original, c.number("timestep_scaling", 10, 1, MOST_TIMESTEP_SCALING)));
        if (original > config.trainTimesteps()) {
            c.problem(
                    "original_inference_steps",
                    "expected at most num_train_timesteps, " + config.trainTimesteps() + ", found " + original);
        }
        return config;
    }

    private static DdimConfig readEuler(ModelConfig c) {
        for (String key : List.of("use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas")) {
            c.unsupported(key, c.flag(key, false));
        }
        c.only("interpolation_type", "linear");
        c.only("timestep_type", "discrete");
        c.only("final_sigmas_type", "zero");
        // That class knows no thresholding.
        return read(c, Defaults.DDIM, Optional.empty(), new Scheduler.Euler());
    }

    /** What keys of the betas are where they are missing. */
    private record Defaults(Schedule schedule, double betaStart, double betaEnd) {
        static final Defaults DDIM = new Defaults(Schedule.LINEAR, 1e-4, 0.02);
    }

    /**
     * Reads the configuration of any diffusers scheduler as the DDIM of a Stable Diffusion pipeline; missing keys have
     * DDIM's defaults there. As that pipeline does when it is put together, {@code clip_sample} counts as false
     * whatever the file says (latents of this model are not within [-1,1]), and a {@code steps_offset} in the file as
     * 1.
     */
    public static DdimConfig read(ModelConfig c) {
        DdimConfig config = read(c, Defaults.DDIM, thresholding(c), new Scheduler.Ddim());
        if (config.beginsWithoutSignal()) {
            c.problem(
                    "rescale_betas_zero_snr",
                    "true cannot go with prediction_type epsilon and timestep_spacing " + name(config.spacing())
                            + ": sampling begins in pure noise, where a prediction of the noise says nothing of the picture, and"
                            + " is divided by zero. Set prediction_type to what the model was trained for, v_prediction as a"
                            + " rule, or rescale_betas_zero_snr to false");
        }
        return config;
    }

    private static DdimConfig read(
            ModelConfig c, Defaults missing, Optional<DynamicThresholding> thresholding, Scheduler scheduler) {
        c.flag("clip_sample", false);
        c.integer("steps_offset", 1, 0, MOST_TIMESTEPS);
        List<Double> betas = c.numbers("trained_betas", List.of());
        if (betas.size() > MOST_TIMESTEPS) {
            c.problem("trained_betas", "expected at most " + MOST_TIMESTEPS + " numbers, found " + betas.size());
            c.finish();
        }
        int timesteps = c.positive("num_train_timesteps", betas.isEmpty() ? 1000 : betas.size(), MOST_TIMESTEPS);
        if (!betas.isEmpty() && betas.size() != timesteps) {
            c.problem(
                    "trained_betas",
                    "expected as many numbers as num_train_timesteps, " + timesteps + ", found " + betas.size());
        }
        return new DdimConfig(
                timesteps,
                choice(c, "beta_schedule", missing.schedule(), Schedule.values()),
                c.number("beta_start", missing.betaStart(), 0, 1),
                c.number("beta_end", missing.betaEnd(), 0, 1),
                betas,
                c.flag("rescale_betas_zero_snr", false),
                choice(c, "prediction_type", Prediction.EPSILON, Prediction.values()),
                thresholding,
                c.flag("set_alpha_to_one", true),
                c.present("steps_offset") || c.isNull("steps_offset") ? 1 : 0,
                choice(c, "timestep_spacing", Spacing.LEADING, Spacing.values()),
                scheduler);
    }

    /**
     * Whether the first step divides by the square root of an alpha of zero. Under {@link Spacing#LEADING} hardly any
     * count of steps visits the last timestep; {@link DdimProcess#coefficients} refuses those.
     */
    private boolean beginsWithoutSignal() {
        return zeroTerminalSnr && prediction == Prediction.EPSILON && spacing != Spacing.LEADING;
    }

    private static Optional<DynamicThresholding> thresholding(ModelConfig c) {
        if (!c.flag("thresholding", false)) {
            return Optional.empty();
        }
        return Optional.of(new DynamicThresholding(
                c.number("dynamic_thresholding_ratio", 0.995, 0, 1), c.factor("sample_max_value", 1)));
    }

    private static <E extends Enum<E>> E choice(ModelConfig c, String key, E missing, E[] values) {
        String name = c.text(key, name(missing));
        StringBuilder known = new StringBuilder();
        for (E value : values) {
            if (name(value).equals(name)) {
                return value;
            }
            known.append(known.isEmpty() ? "" : ", ").append(name(value));
        }
        c.problem(key, "expected one of " + known + ", found \"" + name + "\"");
        return missing;
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(java.util.Locale.ROOT);
    }
}
