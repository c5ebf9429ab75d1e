package org.tempera.diffusers.verify;

import java.util.Map;
import org.tempera.diffusers.vae.VaeEncoder;
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
        OpenedCase model = OpenedCase.of(c, runner);
        return TensorCase.floats(runner.run(in -> {
            VaeEncoder.Posterior p = model.autoencoder(in.scope())
                    .posterior(in.scope(), in.input("image", TensorCase.image(c, "image")));
            return Map.of("mean", p.mean(), "logvar", p.logVariance());
        }));
    }
}
