package org.tempera.nn.verify;

import java.util.Arrays;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleValue;

/** Reads images of oracle cases. */
final class OracleImages {
    private OracleImages() {}

    /**
     * Levels 0..255 {@code [n, H, W, 3]} as RGB in [0,1].
     *
     * @throws UserException with the case and the key if they are none
     */
    static HostTensor read(OracleCase c, String key) {
        OracleValue.Integers levels = c.integers(key);
        int[] shape = levels.shape();
        if (shape.length != 4 || shape[3] != 3 || levels.data().length == 0) {
            throw new UserException("case '" + c.name() + "', input '" + key
                    + "': expected images [n, height, width, 3], found shape " + Arrays.toString(shape) + ".");
        }
        float[] rgb = new float[levels.data().length];
        for (int i = 0; i < rgb.length; i++) {
            long level = levels.data()[i];
            if (level < 0 || level > 255) {
                throw new UserException(
                        "case '" + c.name() + "', input '" + key + "': expected levels 0 to 255, found " + level + ".");
            }
            rgb[i] = level / 255f;
        }
        return HostTensor.of(rgb, shape);
    }
}
