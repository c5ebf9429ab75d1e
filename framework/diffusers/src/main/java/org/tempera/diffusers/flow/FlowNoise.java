package org.tempera.diffusers.flow;

import org.tempera.base.text.Words;

/**
 * How a step with noise goes from one noise level to the next. Under each the latents of a true velocity are
 * distributed at every level as the forward process distributes them; without noise each is Euler's step.
 */
public enum FlowNoise {
    /**
     * Flow-GRPO's stochastic differential equation (Liu et al., 2025), with {@code eta} as its noise level.
     * The last step has noise, too. It holds for short steps: noise is added on top of what is left of it.
     */
    SDE {
        @Override
        Step step(double level, double next, double second, double eta) {
            double down = next - level;
            // Where nothing but noise is left the scatter would be infinite: there the next level's signal counts.
            double signal = 1 - (level < 1 ? level : second);
            double variance = eta * eta * level / signal;
            return new Step(
                    1 + variance / (2 * level) * down,
                    (1 + variance * (1 - level) / (2 * level)) * down,
                    Math.sqrt(variance * -down));
        }
    },
    /**
     * Sampling that preserves the coefficients of clean latent and noise (Wang and Yu, 2025): noise is added in place
     * of as much of what is left of it, a share of sin({@code eta} pi / 2). The last step has none.
     */
    CPS {
        @Override
        Step step(double level, double next, double second, double eta) {
            double deviation = next * Math.sin(eta * Math.PI / 2);
            double kept = Math.sqrt(next * next - deviation * deviation);
            return new Step(1 - next + kept, kept * (1 - level) - (1 - next) * level, deviation);
        }
    };

    /** A step: the mean's parts of latent and velocity, and the standard deviation. */
    record Step(double latent, double velocity, double deviation) {}

    /**
     * The step from a noise level.
     *
     * @param next the level that it leads to
     * @param second the second level of the sample
     * @param eta stochasticity, 0 for none
     */
    abstract Step step(double level, double next, double second, double eta);

    /** The noise of that name in oracle files. */
    public static FlowNoise parse(String name) {
        return Words.parse(FlowNoise.class, "noise", name);
    }
}
