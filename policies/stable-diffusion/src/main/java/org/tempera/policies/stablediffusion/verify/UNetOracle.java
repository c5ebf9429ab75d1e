package org.tempera.policies.stablediffusion.verify;

import java.util.Map;
import org.tempera.diffusers.verify.TensorCase;
import org.tempera.policies.stablediffusion.StableDiffusionNetwork;
import org.tempera.policies.stablediffusion.StableDiffusionPolicy;
import org.tempera.spi.HostTensor;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.Weights;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;

/** The output of the denoiser. */
public final class UNetOracle implements OracleKind {
    @Override
    public String kind() {
        return "unet";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        StableDiffusionPolicy policy = Cases.policy(c, runner);
        HostTensor sample = TensorCase.image(c, "sample");
        float[] t = TensorCase.timesteps(c, sample.size(0));
        return TensorCase.floats(runner.run(in -> {
            StableDiffusionNetwork network = Cases.build(policy, in.scope());
            return Map.of(
                    "noise",
                    network.predict(
                            in.scope(),
                            in.input("sample", sample),
                            in.input("timestep", HostTensor.of(t, t.length)),
                            Conditioning.ofTextStates(in.input("text", c.tensor("text"))),
                            Weights.POLICY));
        }));
    }
}
