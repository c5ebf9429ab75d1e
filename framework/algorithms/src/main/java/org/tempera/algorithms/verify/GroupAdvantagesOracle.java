package org.tempera.algorithms.verify;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tempera.algorithms.stats.Axes;
import org.tempera.algorithms.stats.GroupAdvantages;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;

/** Serves cases of kind {@code group-advantages}: {@link GroupAdvantages} of one epoch. */
public final class GroupAdvantagesOracle implements OracleKind {
    @Override
    public String kind() {
        return "group-advantages";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        HostTensor rewards = c.tensor("rewards");
        if (rewards.rank() != 2) {
            throw new UserException(
                    CaseInputs.at(c, "rewards") + "expected [R, n], found " + Arrays.toString(rewards.shape()));
        }
        int count = rewards.size(0);
        int n = rewards.size(1);
        List<String> prompts = CaseInputs.texts(c, "prompts", n);
        double[] weights = new double[count];
        Arrays.fill(weights, 1);
        if (c.hasInput("weights")) {
            weights = Axes.widen(CaseInputs.rows(c, "weights", count).data());
        }
        GroupAdvantages.Combine combine = CaseInputs.word(c, "combine", GroupAdvantages.Combine::parse);
        GroupAdvantages.Scale scale = CaseInputs.word(c, "scale", GroupAdvantages.Scale::parse);
        // A case without a scale need not say which deviation it does not divide by.
        GroupAdvantages.Deviation deviation = c.hasInput("deviation")
                ? CaseInputs.word(c, "deviation", GroupAdvantages.Deviation::parse)
                : GroupAdvantages.Deviation.POPULATION;
        double epsilon = CaseInputs.number(c, "epsilon", 0);
        boolean whiten = c.hasInput("whiten") && c.flag("whiten");
        double clip = CaseInputs.number(c, "clip", 0);
        GroupAdvantages advantages = CaseInputs.checked(
                c, "epsilon", () -> new GroupAdvantages(combine, scale, deviation, epsilon, whiten, clip));
        double[][] rows = new double[count][];
        Arrays.setAll(rows, r -> Axes.widen(rewards.rows(r, r + 1).data()));
        double[] factors = weights;
        double[] got = CaseInputs.checked(c, "rewards", () -> advantages.compute(prompts, rows, factors));
        return Map.of("advantages", new OracleValue.Floats(HostTensor.of(Axes.narrow(new double[][] {got})[0], n)));
    }
}
