package org.tempera.policies.stablediffusion.verify;

import java.util.Map;
import org.tempera.policies.stablediffusion.StableDiffusionNetwork;
import org.tempera.policies.stablediffusion.StableDiffusionPolicy;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;

/** The image of a latent. */
public final class VaeDecodeOracle implements OracleKind {
    @Override
    public String kind() {
        return "vae-decode";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        StableDiffusionPolicy policy = Cases.policy(c, runner);
        return Cases.floats(runner.run(in -> {
            StableDiffusionNetwork network = Cases.build(policy, in.scope());
            return Map.of(
                    "image",
                    network.autoencoder().decodeRaw(in.scope(), in.input("latent", Cases.image(c, "latent", 4))));
        }));
    }
}
