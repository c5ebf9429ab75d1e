package org.tempera.core.rollout;

import java.util.function.IntPredicate;
import org.tempera.core.config.StochasticSteps;
import org.tempera.core.plugin.PluginFault;
import org.tempera.spi.policy.DiffusionPolicy;

/**
 * The steps that samples of a run take, in its epochs and in its evaluations.
 *
 * @param steps of a sample
 * @param eta stochasticity of the steps that add noise
 * @param noisy which these are
 */
public record RunSchedules(DiffusionPolicy policy, int steps, double eta, StochasticSteps noisy) {
    /**
     * The steps of an epoch.
     *
     * @param seed the run's
     * @param complete epochs that are complete before it
     * @throws org.tempera.spi.UserException if the model cannot be sampled so
     */
    public Schedule ofEpoch(long seed, int complete) {
        return within(noisy.in(steps, seed, complete));
    }

    /**
     * The steps of a sample that is measured, the same whenever it is drawn: those of an epoch, and where the window of
     * these moves, none with noise.
     *
     * @throws org.tempera.spi.UserException as {@link #ofEpoch}
     */
    public Schedule ofEvaluation() {
        return noisy.moves() ? within(all(), step -> false) : within(noisy);
    }

    private Schedule all() {
        return new Schedule(policy.noiseProcess(), steps, eta);
    }

    /**
     * The steps with noise in a window, which stays.
     *
     * @throws org.tempera.spi.UserException as {@link #ofEpoch}
     */
    public Schedule within(StochasticSteps window) {
        return window.areAll(steps) ? all() : within(all(), window::contains);
    }

    private Schedule within(Schedule all, IntPredicate window) {
        try {
            return all.within(window);
        } catch (IllegalArgumentException e) {
            throw PluginFault.of("the policy", policy, "gives steps that no window can be made of: " + e.getMessage());
        }
    }
}
