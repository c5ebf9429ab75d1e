package org.tempera.diffusers.verify;

import java.util.Map;
import org.tempera.diffusers.ddim.DdimProcess;
import org.tempera.nn.diffusion.GaussianLogProb;
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
        OpenedCase model = OpenedCase.of(c, runner);
        if (!(model.policy().noiseProcess() instanceof DdimProcess process)) {
            throw model.unfit("a model that is sampled by DDIM");
        }
        HostTensor sample = TensorCase.image(c, "sample");
        float[] t = TensorCase.timesteps(c, sample.size(0));
        HostTensor rows = coefficients(process, t, (int) c.number("steps"), c.number("eta"));
        return TensorCase.floats(runner.run(in -> {
            Ops tf = in.scope().tf();
            Transition step = process.transition(
                    in.scope(),
                    in.input("sample", sample),
                    in.input("noise", TensorCase.image(c, "noise")),
                    in.input("coefficients", rows));
            Operand<TFloat32> logProb = GaussianLogProb.sum(
                    tf, in.input("next", TensorCase.image(c, "next")), step.mean(), step.standardDeviation());
            Operand<TFloat32> std = tf.slice(
                    tf.reshape(step.standardDeviation(), tf.constant(new int[] {t.length})),
                    tf.constant(new int[] {0}),
                    tf.constant(new int[] {1}));
            return Map.of("mean", step.mean(), "std", std, "log_prob", logProb);
        }));
    }

    /** Rows of coefficients, one for each timestep. */
    private static HostTensor coefficients(DdimProcess process, float[] timesteps, int steps, double eta) {
        int count = process.coefficientCount();
        float[] rows = new float[timesteps.length * count];
        for (int i = 0; i < timesteps.length; i++) {
            System.arraycopy(process.coefficients((int) timesteps[i], steps, eta), 0, rows, i * count, count);
        }
        return HostTensor.of(rows, timesteps.length, count);
    }
}
