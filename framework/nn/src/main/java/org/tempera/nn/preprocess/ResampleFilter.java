package org.tempera.nn.preprocess;

import java.util.Arrays;
import java.util.Optional;

/** Pillow's resampling filters. */
public enum ResampleFilter {
    NEAREST(0, 0),
    LANCZOS(1, 3),
    BILINEAR(2, 1),
    BICUBIC(3, 2),
    BOX(4, 0.5),
    HAMMING(5, 1);

    private final int code;
    private final double support;

    ResampleFilter(int code, double support) {
        this.code = code;
        this.support = support;
    }

    /** The filter of a number in {@code preprocessor_config.json}. */
    public static Optional<ResampleFilter> ofCode(int code) {
        return Arrays.stream(values()).filter(f -> f.code == code).findFirst();
    }

    /** How far it reaches to either side, in source pixels when enlarging. */
    double support() {
        return support;
    }

    /** Its weight at a distance from the centre; not normalised. */
    double weight(double distance) {
        double x = Math.abs(distance);
        return switch (this) {
            case NEAREST -> throw new IllegalStateException("nearest picks one pixel, it has no weights");
            case LANCZOS -> x < 3 ? sinc(x) * sinc(x / 3) : 0;
            case BILINEAR -> x < 1 ? 1 - x : 0;
            case BICUBIC -> bicubic(x);
            case BOX -> distance > -0.5 && distance <= 0.5 ? 1 : 0;
            case HAMMING -> hamming(x);
        };
    }

    /** Keys (1981), with a = -0.5. */
    private static double bicubic(double x) {
        double a = -0.5;
        if (x < 1) {
            return ((a + 2) * x - (a + 3)) * x * x + 1;
        }
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }

    private static double hamming(double x) {
        if (x == 0) {
            return 1;
        }
        if (x >= 1) {
            return 0;
        }
        // Pillow's factors are single precision.
        return sinc(x) * ((double) 0.54f + (double) 0.46f * Math.cos(x * Math.PI));
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
    }
}
