package org.tempera.algorithms.verify;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.base.text.Words;
import org.tempera.nn.diffusion.GaussianDivergence;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Serves cases of kind {@code gaussian-kl}: {@link GaussianDivergence} of given means, in nats, per number, or as
 * Flow-GRPO has it.
 */
public final class GaussianKlOracle implements OracleKind {
    /** What the divergence is measured over. */
    private enum Form {
        SUM,
        MEAN,
        FLOW_GRPO;

        static Form parse(String name) {
            return Words.parse(Form.class, "form", name);
        }
    }

    @Override
    public String kind() {
        return "gaussian-kl";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        HostTensor mean = CaseInputs.latents(c, "mean");
        HostTensor reference = CaseInputs.latents(c, "reference_mean", mean);
        int n = mean.size(0);
        Form form = CaseInputs.word(c, "form", Form::parse);
        float[] deviation = CaseInputs.rows(c, "std", n).data().clone();
        if (form == Form.FLOW_GRPO) {
            // The published deviation lacks the root of the step's length.
            HostTensor dt = CaseInputs.rows(c, "dt", n);
            for (int i = 0; i < n; i++) {
                deviation[i] = (float) (deviation[i] / Math.sqrt(dt.get(i)));
            }
        }
        int path = c.outputs().contains("path") ? CaseInputs.whole(c, "steps", 1) : n;
        if (n % path != 0) {
            throw new UserException(
                    CaseInputs.at(c, "steps") + "expected a divisor of the " + n + " rows, found " + path);
        }
        Map<String, HostTensor> got = runner.run(in -> {
            Ops tf = in.scope().tf();
            Operand<TFloat32> m = in.input("mean", mean);
            Operand<TFloat32> sum = GaussianDivergence.sum(
                    tf,
                    m,
                    in.input("reference_mean", reference),
                    in.input("std", HostTensor.of(deviation, n, 1, 1, 1)));
            Operand<TFloat32> kl = form == Form.SUM ? sum : tf.math.div(sum, tf.constant((float) (mean.size() / n)));
            Operand<TFloat32> loss = tf.math.mean(kl, tf.constant(0));
            Map<String, Operand<TFloat32>> out = new LinkedHashMap<>();
            out.put("kl", kl);
            out.put("loss", tf.reshape(loss, tf.constant(new int[] {1})));
            out.put("path", tf.sum(tf.reshape(kl, tf.constant(new int[] {-1, path})), tf.constant(1)));
            out.put("grad:mean", in.gradients(loss, List.of(m)).get(0));
            out.keySet().retainAll(c.outputs());
            return out;
        });
        Map<String, OracleValue> values = new LinkedHashMap<>();
        got.forEach((key, value) ->
                values.put(key, new OracleValue.Floats(key.equals("grad:mean") ? value.transpose(0, 3, 1, 2) : value)));
        return values;
    }
}
