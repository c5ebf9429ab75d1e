package org.tempera.policies.stablediffusion.verify;

import java.util.Arrays;
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
    private static final String GUIDANCE = "guidance";

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
            Conditioning text = Conditioning.ofTextStates(in.input("text", c.tensor("text")));
            return Map.of(
                    "noise",
                    network.predict(
                            in.scope(),
                            in.input("sample", sample),
                            in.input("timestep", HostTensor.of(t, t.length)),
                            c.hasInput(GUIDANCE)
                                    ? text.with(Conditioning.GUIDANCE_SCALE, in.input(GUIDANCE, scales(c, t.length)))
                                    : text,
                            Weights.POLICY));
        }));
    }

    /** What a denoiser that is told the guidance scale is told in every row; without it, it is told none. */
    private static HostTensor scales(OracleCase c, int rows) {
        float[] scales = new float[rows];
        Arrays.fill(scales, (float) c.number(GUIDANCE));
        return HostTensor.of(scales, rows);
    }
}
