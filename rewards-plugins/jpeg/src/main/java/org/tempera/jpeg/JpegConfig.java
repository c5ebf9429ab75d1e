package org.tempera.jpeg;

import org.tempera.spi.Doc;
import org.tempera.spi.Require;

/** Keys of the rewards {@code jpeg-compressibility} and {@code jpeg-incompressibility}. */
public record JpegConfig(@Doc("JPEG quality, 1 to 100, on libjpeg's scale.") int quality) {
    /** What DDPO and TDPO use. */
    static final JpegConfig PUBLISHED = new JpegConfig(95);

    public JpegConfig {
        Require.that(quality >= 1 && quality <= 100, "quality", "1 to 100", quality);
    }
}
