package org.tempera.algorithms.verify;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.tempera.algorithms.constrained.DualAscent;
import org.tempera.algorithms.constrained.Lagrangian;
import org.tempera.algorithms.constrained.Multiplier;
import org.tempera.algorithms.stats.Axes;
import org.tempera.algorithms.stats.RewardNormalisation;
import org.tempera.algorithms.stats.RunningMoments;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;

/**
 * Serves cases of kind {@code lagrangian}: epochs one after the other through multipliers and {@link Lagrangian}. A
 * cost with a limit is a reward, the cost's negative, with a bound, the limit's.
 */
public final class LagrangianOracle implements OracleKind {
    @Override
    public String kind() {
        return "lagrangian";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        HostTensor rewards = c.tensor("rewards");
        HostTensor costs = c.tensor("costs");
        double[] limits = Axes.widen(c.tensor("limits").data());
        double[] initial = Axes.widen(c.tensor("initial").data());
        int[] shape = costs.shape();
        int constraints = limits.length;
        if (rewards.rank() != 2
                || initial.length != constraints
                || !Arrays.equals(shape, new int[] {rewards.size(0), constraints, rewards.size(1)})) {
            throw new UserException(
                    "case '" + c.name() + "': expected rewards [E,n], costs [E,m,n], limits and initial [m], found "
                            + rewards + ", " + costs + ", " + limits.length + " limits and " + initial.length
                            + " multipliers");
        }
        double rate = c.number("learning_rate");
        List<Multiplier> multipliers = Arrays.stream(initial)
                .<Multiplier>mapToObj(
                        l -> CaseInputs.checked(c, "initial", () -> new DualAscent(l, rate, Double.POSITIVE_INFINITY)))
                .toList();
        RewardNormalisation overEpoch = RewardNormalisation.overEpoch();
        int samples = rewards.size(1);
        List<String> prompts = Collections.nCopies(samples, "");
        float[] after = new float[shape[0] * constraints];
        float[] advantages = new float[rewards.size()];
        for (int e = 0; e < shape[0]; e++) {
            double[][] kept = new double[constraints][];
            for (int k = 0; k < constraints; k++) {
                int row = e * constraints + k;
                kept[k] = Axes.widen(Arrays.copyOfRange(costs.data(), row * samples, (row + 1) * samples));
                double[] cost = kept[k];
                Arrays.setAll(cost, i -> -cost[i]);
            }
            double[] mixed = Lagrangian.mix(
                    overEpoch.update(prompts, Axes.widen(rewards.rows(e, e + 1).data())),
                    Arrays.stream(kept).map(k -> overEpoch.update(prompts, k)).toArray(double[][]::new),
                    multipliers.stream().mapToDouble(Multiplier::value).toArray());
            for (int i = 0; i < samples; i++) {
                advantages[e * samples + i] = (float) mixed[i];
            }
            for (int k = 0; k < constraints; k++) {
                Multiplier multiplier = multipliers.get(k);
                multiplier.update(-RunningMoments.of(kept[k]).mean() - limits[k]);
                after[e * constraints + k] = (float) multiplier.value();
            }
        }
        return Map.of(
                "multipliers",
                new OracleValue.Floats(HostTensor.of(after, shape[0], constraints)),
                "advantages",
                new OracleValue.Floats(HostTensor.of(advantages, rewards.shape())));
    }
}
