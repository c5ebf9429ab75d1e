package org.tempera.base.text;

import java.util.Locale;

/** A number of bytes for people, be it of memory or of a disk. */
public final class ByteSize {
    private static final String[] UNITS = {"KiB", "MiB", "GiB"};
    private static final double STEP = 1024;

    /** With its one decimal such a number is the next unit's first. */
    private static final double ROUNDED_TO_STEP = STEP - 0.05;

    private ByteSize() {}

    /** In the largest unit of which there is one, up to GiB, such as {@code 1.5 GiB}. */
    public static String text(long bytes) {
        if (Math.abs(bytes) < STEP) {
            return bytes + " bytes";
        }
        double size = bytes / STEP;
        int unit = 0;
        for (; unit + 1 < UNITS.length && Math.abs(size) >= ROUNDED_TO_STEP; unit++) {
            size /= STEP;
        }
        return String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
    }
}
