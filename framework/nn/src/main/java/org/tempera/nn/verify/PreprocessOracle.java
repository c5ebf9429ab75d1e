package org.tempera.nn.verify;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.tempera.nn.preprocess.ImagePreprocessing;
import org.tempera.nn.preprocess.ImagePreprocessor;
import org.tempera.spi.HostTensor;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;

/** Kind {@code preprocess}: images to the pixels that a CLIP reads. */
public final class PreprocessOracle implements OracleKind {
    @Override
    public String kind() {
        return "preprocess";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        HostTensor images = OracleImages.read(c, "images");
        ImagePreprocessing how = ImagePreprocessing.read(c.weights());
        HostTensor pixels = requireNonNull(runner.run(inputs ->
                        Map.of("pixels", ImagePreprocessor.apply(inputs.scope(), how, inputs.input("images", images))))
                .get("pixels"));
        return Map.of("pixels", new OracleValue.Floats(pixels.transpose(0, 3, 1, 2)));
    }
}
