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
        OpenedCase model = OpenedCase.of(c, runner);
        return TensorCase.floats(runner.run(in -> {
            return Map.of(
                    "image",
                    model.autoencoder(in.scope())
                            .decodeRaw(in.scope(), in.input("latent", TensorCase.image(c, "latent"))));
        }));
    }
}
