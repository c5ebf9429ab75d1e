package org.tempera.algorithms.verify;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.algorithms.kl.KlController;
import org.tempera.algorithms.kl.KlPenalty;
import org.tempera.algorithms.kl.KlTerm;
import org.tempera.algorithms.kl.LogProbs;
import org.tempera.algorithms.stats.Axes;
import org.tempera.algorithms.stats.LambdaReturns;
import org.tempera.algorithms.stats.RewardNormalisation;
import org.tempera.algorithms.tdpo.TemporalTargets;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;

/** Serves oracle cases of kind {@code tdpo-advantages}: epochs one after the other through {@link TemporalTargets}. */
public final class AdvantagesOracle implements OracleKind {
    @Override
    public String kind() {
        return "tdpo-advantages";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase oracleCase, OracleRunner runner) {
        return compute(oracleCase);
    }

    public Map<String, OracleValue> compute(OracleCase c) {
        HostTensor rewards = c.tensor("rewards");
        HostTensor values = c.tensor("values");
        List<String> prompts = c.texts("prompts");
        int[] shape = values.shape();
        if (shape.length != 3
                || !Arrays.equals(rewards.shape(), Arrays.copyOf(shape, 2))
                || prompts.size() != shape[0] * shape[1]) {
            throw new UserException(
                    "case '" + c.name() + "': expected rewards [E,n], values [E,n,T] and E*n prompts, found " + rewards
                            + ", " + values + " and " + prompts.size() + " prompts");
        }
        Optional<KlTerm> kl = Optional.empty();
        if (c.hasInput("kl_penalty")) {
            kl = Optional.of(new KlTerm(penalty(c), c.number("kl_coefficient"), KlController.fixed(1)));
        }
        TemporalTargets targets = new TemporalTargets(
                RewardNormalisation.perPrompt((int) c.number("buffer_size"), (int) c.number("min_count")),
                new TemporalTargets.Rules(
                        0, CaseInputs.checked(c, () -> new LambdaReturns(c.number("gamma"), 1)), true, kl));
        float[] returns = new float[values.size()];
        float[] advantages = new float[values.size()];
        int perEpoch = shape[1] * shape[2];
        for (int e = 0; e < shape[0]; e++) {
            Optional<LogProbs> logProbs = Optional.empty();
            if (kl.isPresent()) {
                logProbs = Optional.of(
                        new LogProbs(epoch(c, "log_prob", shape, e), epoch(c, "reference_log_prob", shape, e)));
            }
            TemporalTargets.Epoch epoch = targets.compute(
                    prompts.subList(e * shape[1], (e + 1) * shape[1]),
                    Axes.widen(rewards.rows(e, e + 1).data()),
                    epoch(c, "values", shape, e),
                    logProbs);
            fill(returns, e * perEpoch, epoch.returns());
            fill(advantages, e * perEpoch, epoch.advantages());
        }
        return Map.of(
                "returns", new OracleValue.Floats(HostTensor.of(returns, shape)),
                "advantages", new OracleValue.Floats(HostTensor.of(advantages, shape)));
    }

    private static KlPenalty penalty(OracleCase c) {
        try {
            return KlPenalty.parse(c.word("kl_penalty"));
        } catch (IllegalArgumentException e) {
            throw new UserException("case '" + c.name() + "', input 'kl_penalty': " + e.getMessage(), e);
        }
    }

    private static double[][] epoch(OracleCase c, String key, int[] shape, int epoch) {
        HostTensor all = c.tensor(key);
        if (!Arrays.equals(all.shape(), shape)) {
            throw new UserException("case '" + c.name() + "', input '" + key + "': expected the shape of values "
                    + Arrays.toString(shape) + ", found " + Arrays.toString(all.shape()));
        }
        float[] data = all.rows(epoch, epoch + 1).data();
        double[][] out = new double[shape[1]][];
        for (int i = 0; i < out.length; i++) {
            out[i] = Axes.widen(Arrays.copyOfRange(data, i * shape[2], (i + 1) * shape[2]));
        }
        return out;
    }

    private static void fill(float[] target, int from, double[][] values) {
        double[] flat = Axes.flatten(values);
        for (int i = 0; i < flat.length; i++) {
            target[from + i] = (float) flat[i];
        }
    }
}
