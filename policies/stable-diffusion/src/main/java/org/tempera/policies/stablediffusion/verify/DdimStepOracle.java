package org.tempera.policies.stablediffusion.verify;

import java.util.Map;
import org.tempera.nn.diffusion.GaussianLogProb;
import org.tempera.policies.stablediffusion.StableDiffusionPolicy;
import org.tempera.spi.HostTensor;
import org.tempera.spi.policy.NoiseProcess.Transition;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Mean, deviation and log-probability of one step of the sampler. */
public final class DdimStepOracle implements OracleKind {
    @Override
    public String kind() {
        return "ddim-step";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        StableDiffusionPolicy policy = Cases.policy(c, runner);
        HostTensor sample = Cases.image(c, "sample", 4);
        float[] t = Cases.timesteps(c, sample.size(0));
        HostTensor rows = Cases.coefficients(policy, t, (int) c.number("steps"), c.number("eta"));
        return Cases.floats(runner.run(in -> {
            Ops tf = in.scope().tf();
            Transition step = policy.noiseProcess()
                    .transition(
                            in.scope(),
                            in.input("sample", sample),
                            in.input("noise", Cases.image(c, "noise", 4)),
                            in.input("coefficients", rows));
            Operand<TFloat32> logProb = GaussianLogProb.sum(
                    tf, in.input("next", Cases.image(c, "next", 4)), step.mean(), step.standardDeviation());
            Operand<TFloat32> std = tf.slice(
                    tf.reshape(step.standardDeviation(), tf.constant(new int[] {t.length})),
                    tf.constant(new int[] {0}),
                    tf.constant(new int[] {1}));
            return Map.of("mean", step.mean(), "std", std, "log_prob", logProb);
        }));
    }
}
