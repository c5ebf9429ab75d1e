package org.tempera.diffusers.verify;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tempera.diffusers.vae.ImageEncoder;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The Gaussian over latents of an image, or the one latent where that is what the encoder gives. */
public final class VaeEncodeOracle implements OracleKind {
    @Override
    public String kind() {
        return "vae-encode";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        try (CaseAutoencoder autoencoder = CaseAutoencoder.of(c, runner)) {
            return TensorCase.floats(runner.run(in -> {
                ImageEncoder.Encoded encoded = autoencoder
                        .build(in.scope())
                        .encodeRaw(in.scope(), in.input("image", TensorCase.image(c, "image")));
                Map<String, Operand<TFloat32>> outputs = new LinkedHashMap<>(Map.of("mean", encoded.mean()));
                encoded.logVariance().ifPresent(v -> outputs.put("logvar", v));
                return outputs;
            }));
        }
    }
}
