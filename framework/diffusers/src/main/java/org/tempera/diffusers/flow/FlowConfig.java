package org.tempera.diffusers.flow;

import java.util.List;
import java.util.Optional;
import org.tempera.nn.config.ModelConfig;

/**
 * Which noise levels a flow model is sampled at.
 *
 * @param trainTimesteps what a noise level of 1 is called as a timestep
 * @param spacing the levels before they are shifted
 * @param shift how strongly levels are bent towards noise; 1 leaves them; not read where {@code dynamic} is there
 * @param dynamic a shift that grows with the latent
 */
public record FlowConfig(int trainTimesteps, Spacing spacing, double shift, Optional<DynamicShift> dynamic) {
    /** Ways of pipelines to choose levels, which the scheduler's file does not tell. */
    public enum Spacing {
        /**
         * As Stable Diffusion 3's: evenly from 1 to the least level that the model was trained on, shifted as that
         * is.
         */
        TO_LEAST_TRAINED,
        /** As FLUX.1's: 1, 1 - 1/steps, ..., 1/steps. */
        BY_STEPS
    }

    /** A hundred times what is usual. */
    private static final int MOST_TIMESTEPS = 100_000;

    private static final int MOST_TOKENS = 1 << 24;

    /** Several times what any model has: one that is bent more has its levels in one place. */
    private static final double STRONGEST_SHIFT = 100;

    /** About the logarithm of that. */
    private static final double STRONGEST_DYNAMIC_SHIFT = 5;

    /** What no pipeline of these models sets, and what would give other levels. */
    private static final List<String> OTHER_LEVELS = List.of(
            "invert_sigmas", "stochastic_sampling", "use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas");

    /**
     * Reads the configuration of a FlowMatchEulerDiscreteScheduler; missing keys have that class's defaults. Problems
     * are noted in {@code c}.
     */
    public static FlowConfig read(ModelConfig c, Spacing spacing) {
        for (String key : OTHER_LEVELS) {
            c.unsupported(key, c.flag(key, false));
        }
        c.unsupported("shift_terminal", c.present("shift_terminal"));
        c.only("time_shift_type", "exponential");
        return new FlowConfig(
                c.positive("num_train_timesteps", 1000, MOST_TIMESTEPS),
                spacing,
                c.number("shift", 1, 1 / STRONGEST_SHIFT, STRONGEST_SHIFT),
                c.flag("use_dynamic_shifting", false) ? Optional.of(dynamic(c)) : Optional.empty());
    }

    private static DynamicShift dynamic(ModelConfig c) {
        int base = c.positive("base_image_seq_len", 256, MOST_TOKENS);
        int max = c.positive("max_image_seq_len", 4096, MOST_TOKENS);
        if (max <= base) {
            c.problem("max_image_seq_len", "expected more than base_image_seq_len, " + base + ", found " + max);
            max = base + 1;
        }
        return new DynamicShift(
                base,
                c.number("base_shift", 0.5, -STRONGEST_DYNAMIC_SHIFT, STRONGEST_DYNAMIC_SHIFT),
                max,
                c.number("max_shift", 1.15, -STRONGEST_DYNAMIC_SHIFT, STRONGEST_DYNAMIC_SHIFT));
    }

    /**
     * Noise levels of a sample, from 1 down, and 0 behind them.
     *
     * @param tokens how many patches of 2 x 2 a latent has
     */
    double[] levels(int steps, int tokens) {
        double least = spacing == Spacing.BY_STEPS
                ? 1.0 / steps
                : dynamic.isPresent() ? 1.0 / trainTimesteps : shifted(1.0 / trainTimesteps, tokens);
        double[] levels = new double[steps + 1];
        for (int i = 0; i < steps; i++) {
            double even = steps == 1 ? 1 : 1 - i * (1 - least) / (steps - 1);
            levels[i] = shifted(even, tokens);
        }
        return levels;
    }

    private double shifted(double level, int tokens) {
        if (level == 1) {
            // What the formula gives, too, but for rounding.
            return 1;
        }
        double by = dynamic.map(d -> d.factor(tokens)).orElse(shift);
        return by * level / (1 + (by - 1) * level);
    }

    /**
     * A shift whose logarithm is linear in the count of tokens.
     *
     * @param baseTokens a count of tokens
     * @param baseShift the logarithm of the shift there
     * @param maxTokens another, larger count
     * @param maxShift the logarithm of the shift there
     */
    public record DynamicShift(int baseTokens, double baseShift, int maxTokens, double maxShift) {
        double factor(int tokens) {
            double slope = (maxShift - baseShift) / (maxTokens - baseTokens);
            return Math.exp(baseShift + slope * (tokens - baseTokens));
        }
    }
}
