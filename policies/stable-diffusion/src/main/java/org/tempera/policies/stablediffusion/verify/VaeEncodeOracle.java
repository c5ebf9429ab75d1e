package org.tempera.policies.stablediffusion.verify;

import java.util.Map;
import org.tempera.diffusers.vae.VaeEncoder;
import org.tempera.policies.stablediffusion.StableDiffusionNetwork;
import org.tempera.policies.stablediffusion.StableDiffusionPolicy;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;

/** The Gaussian over latents of an image. */
public final class VaeEncodeOracle implements OracleKind {
    @Override
    public String kind() {
        return "vae-encode";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        StableDiffusionPolicy policy = Cases.policy(c, runner);
        return Cases.floats(runner.run(in -> {
            StableDiffusionNetwork network = Cases.build(policy, in.scope());
            VaeEncoder.Posterior p =
                    network.autoencoder().posterior(in.scope(), in.input("image", Cases.image(c, "image", 4)));
            return Map.of("mean", p.mean(), "logvar", p.logVariance());
        }));
    }
}
