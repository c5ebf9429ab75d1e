package org.tempera.diffusers.verify;

import java.util.Map;
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
        try (CaseAutoencoder autoencoder = CaseAutoencoder.of(c, runner)) {
            return TensorCase.floats(runner.run(in -> Map.of(
                    "image",
                    autoencoder
                            .build(in.scope())
                            .decodeRaw(in.scope(), in.input("latent", TensorCase.image(c, "latent"))))));
        }
    }
}
