package org.tempera.algorithms.verify;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tempera.algorithms.ddpo.DdpoAdvantages;
import org.tempera.algorithms.stats.Axes;
import org.tempera.algorithms.stats.RewardNormalisation;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;

/** Serves cases of kind {@code ddpo-advantages}: epochs one after the other through {@link DdpoAdvantages}. */
public final class DdpoAdvantagesOracle implements OracleKind {
    @Override
    public String kind() {
        return "ddpo-advantages";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        HostTensor rewards = c.tensor("rewards");
        if (rewards.rank() != 2) {
            throw new UserException(
                    CaseInputs.at(c, "rewards") + "expected [E, n], found " + Arrays.toString(rewards.shape()));
        }
        int n = rewards.size(1);
        List<String> prompts = CaseInputs.texts(c, "prompts", rewards.size());
        RewardNormalisation normalisation = RewardNormalisation.perPrompt(
                CaseInputs.whole(c, "buffer_size", 1), CaseInputs.whole(c, "min_count", 1));
        double clip = CaseInputs.number(c, "clip", 0);
        float[] advantages = new float[rewards.size()];
        for (int epoch = 0; epoch < rewards.size(0); epoch++) {
            int from = epoch * n;
            double[] raw = Axes.widen(rewards.rows(epoch, epoch + 1).data());
            double[] got = CaseInputs.checked(
                    c,
                    "rewards",
                    () -> DdpoAdvantages.compute(
                            normalisation, prompts.subList(from, from + n), raw, new boolean[n], clip));
            for (int i = 0; i < n; i++) {
                advantages[from + i] = (float) got[i];
            }
        }
        return Map.of("advantages", new OracleValue.Floats(HostTensor.of(advantages, rewards.shape())));
    }
}
