package org.tempera.algorithms.stats;

import java.util.List;
import org.tempera.spi.Require;

/**
 * Returns of denoising steps that rest on what was earned and on values by degrees: G_t = r_t + gamma ((1 - lambda)
 * V_(t+1) + lambda G_(t+1)). Less the step's value they are the generalised advantages, whose sum of temporal
 * differences d_t + gamma lambda d_(t+1) + ... is the same number (Schulman et al., High-Dimensional Continuous Control
 * Using Generalized Advantage Estimation, 2016, equation 16).
 *
 * <p>Axis {@code step} is in sampling order, 0 the noisiest.
 *
 * @param gamma discount of a step, in [0, 1]
 * @param lambda how far a return goes before it rests on a value, in [0, 1]: at 1 to the end, so that no value plays a
 *     part; at 0 to the next step alone
 */
public record LambdaReturns(double gamma, double lambda) {
    public LambdaReturns {
        Require.that(gamma >= 0 && gamma <= 1, "gamma", "in [0,1]", gamma);
        Require.that(lambda >= 0 && lambda <= 1, "lambda", "in [0,1]", lambda);
    }

    /**
     * The returns.
     *
     * @param rewards of each step, {@code [sample][step]}
     * @param values of the state before each step, {@code [sample][step]}
     * @param last value of the state after the last step, {@code [sample]}; 0 where nothing more is earned
     * @param valued steps that have a value, ascending: a return goes on past the others as if lambda were 1
     * @return {@code [sample][step]}
     */
    public double[][] compute(double[][] rewards, double[][] values, double[] last, List<Integer> valued) {
        int steps = Axes.steps("rewards", rewards);
        Axes.requireShape("values", values, rewards.length, steps);
        Axes.requireLength("last values", last.length, rewards.length);
        boolean[] known = new boolean[steps];
        valued.forEach(t -> known[t] = true);
        double[][] returns = new double[rewards.length][steps];
        for (int i = 0; i < rewards.length; i++) {
            double next = last[i];
            for (int t = steps - 1; t >= 0; t--) {
                if (t < steps - 1 && known[t + 1]) {
                    next = (1 - lambda) * values[i][t + 1] + lambda * next;
                }
                next = rewards[i][t] + gamma * next;
                returns[i][t] = next;
            }
        }
        return returns;
    }
}
