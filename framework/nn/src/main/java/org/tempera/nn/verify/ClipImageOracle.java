package org.tempera.nn.verify;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Map;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;

/** Kind {@code clip-image}: preprocessed pixels to CLIP's image embeddings. */
public final class ClipImageOracle implements OracleKind {
    @Override
    public String kind() {
        return "clip-image";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        PretrainedClip clip = PretrainedClip.open(c.weights(), false);
        HostTensor pixels = c.tensor("pixels");
        int size = clip.imageSize();
        if (pixels.rank() != 4 || pixels.size(1) != 3 || pixels.size(2) != size || pixels.size(3) != size) {
            throw new UserException("case '" + c.name() + "', input 'pixels': expected [n, 3, " + size + ", " + size
                    + "] for this model, found shape " + Arrays.toString(pixels.shape()) + ".");
        }
        HostTensor nhwc = pixels.transpose(0, 2, 3, 1);
        return Map.of(
                "embedding",
                new OracleValue.Floats(requireNonNull(runner.run(inputs ->
                                Map.of("embedding", clip.embedPixels(inputs.scope(), inputs.input("pixels", nhwc))))
                        .get("embedding"))));
    }
}
