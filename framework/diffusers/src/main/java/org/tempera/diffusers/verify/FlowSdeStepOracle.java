package org.tempera.diffusers.verify;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tempera.diffusers.flow.FlowNoise;
import org.tempera.nn.diffusion.GaussianLogProb;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Serves cases of kind {@code flow-sde-step}: mean, deviation and log-probability of noisy steps of a flow. */
public final class FlowSdeStepOracle implements OracleKind {
    private static final String LOG_PROB = "log_prob";

    @Override
    public String kind() {
        return "flow-sde-step";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        FlowCase flow = FlowCase.of(c, noise(c), c.number("noise_level"));
        return flow.run(runner, (in, step) -> {
            Ops tf = in.scope().tf();
            Map<String, Operand<TFloat32>> all = new LinkedHashMap<>();
            all.put("mean", step.mean());
            all.put("std", tf.reshape(step.standardDeviation(), tf.constant(new int[] {
                flow.sample().size(0)
            })));
            if (c.outputs().contains(LOG_PROB)) {
                requireNoise(flow);
                HostTensor next = TensorCase.image(c, "next", flow.sample());
                all.put(LOG_PROB, logProb(c, tf, in.input("next", next), step.mean(), step.standardDeviation()));
            }
            return all;
        });
    }

    private static FlowNoise noise(OracleCase c) {
        try {
            return FlowNoise.parse(c.word("sde"));
        } catch (IllegalArgumentException e) {
            throw new UserException("case '" + c.name() + "', input 'sde': " + e.getMessage() + ".", e);
        }
    }

    /** The density of a step without noise is at one place, and nothing elsewhere. */
    private static void requireNoise(FlowCase flow) {
        OracleCase c = flow.oracle();
        if (flow.isDeterministicSomewhere() && !c.word(LOG_PROB).equals("distance")) {
            throw new UserException(
                    "case '" + c.name() + "', input 'index': a step without noise has no log_prob; leave it out.");
        }
    }

    private static Operand<TFloat32> logProb(
            OracleCase c, Ops tf, Operand<TFloat32> next, Operand<TFloat32> mean, Operand<TFloat32> deviation) {
        String over = c.word(LOG_PROB);
        return switch (over) {
            case "sum" -> GaussianLogProb.sum(tf, next, mean, deviation);
            case "mean" -> GaussianLogProb.mean(tf, next, mean, deviation);
            case "distance" -> GaussianLogProb.distance(tf, next, mean);
            default ->
                throw new UserException("case '" + c.name() + "', input '" + LOG_PROB
                        + "': expected sum, mean or distance, found '" + over + "'.");
        };
    }
}
