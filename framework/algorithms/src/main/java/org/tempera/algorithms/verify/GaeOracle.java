package org.tempera.algorithms.verify;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tempera.algorithms.stats.Axes;
import org.tempera.algorithms.stats.LambdaReturns;
import org.tempera.algorithms.stats.TemporalAdvantages;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;

/** Serves cases of kind {@code gae}: generalised advantages by {@link LambdaReturns}. */
public final class GaeOracle implements OracleKind {
    @Override
    public String kind() {
        return "gae";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        HostTensor rewards = c.tensor("rewards");
        HostTensor values = c.tensor("values");
        int[] shape = rewards.shape();
        if (shape.length != 2) {
            throw new UserException(CaseInputs.at(c, "rewards") + "expected [n, T], found " + Arrays.toString(shape));
        }
        if (!Arrays.equals(shape, values.shape())) {
            throw new UserException(CaseInputs.at(c, "values") + "expected the shape of rewards "
                    + Arrays.toString(shape) + ", found " + Arrays.toString(values.shape()));
        }
        double[] last = c.hasInput("last_value")
                ? Axes.widen(CaseInputs.rows(c, "last_value", shape[0]).data())
                : new double[shape[0]];
        LambdaReturns rule = CaseInputs.checked(c, () -> new LambdaReturns(c.number("gamma"), c.number("lambda")));
        List<Integer> steps = IntStream.range(0, shape[1]).boxed().toList();
        double[][] v = rows(values);
        double[][] returns = rule.compute(rows(rewards), v, last, steps);
        double[][] advantages = TemporalAdvantages.compute(returns, v);
        if (c.hasInput("normalise") && c.flag("normalise")) {
            advantages = TemporalAdvantages.normalise(advantages, new boolean[advantages.length]);
        }
        return Map.of("advantages", floats(advantages, shape), "returns", floats(returns, shape));
    }

    private static double[][] rows(HostTensor t) {
        return IntStream.range(0, t.size(0))
                .mapToObj(i -> Axes.widen(t.rows(i, i + 1).data()))
                .toArray(double[][]::new);
    }

    private static OracleValue floats(double[][] rows, int[] shape) {
        double[] flat = Axes.flatten(rows);
        float[] narrow = new float[flat.length];
        for (int i = 0; i < flat.length; i++) {
            narrow[i] = (float) flat[i];
        }
        return new OracleValue.Floats(HostTensor.of(narrow, shape));
    }
}
