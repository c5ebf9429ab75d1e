package org.tempera.examples.animals.painter;

import java.util.Locale;

/** How the colours of a whole picture are treated. */
public enum Style {
    PLAIN,
    PASTEL,
    VIVID,
    SEPIA;

    /** The word for this style in captions. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The colour in this style; sepia is left as it is, for it is toned after painting. */
    Hsv tint(Hsv c) {
        return switch (this) {
            case PLAIN, SEPIA -> c;
            case PASTEL -> new Hsv(c.hue(), c.saturation() * .55, c.value() + (1 - c.value()) * .35);
            case VIVID -> new Hsv(c.hue(), c.saturation() * 1.25 + .05, c.value());
        };
    }
}
