package org.tempera.examples.animals.painter;

/**
 * The four factors of a picture's true quality, each in [0,1], 1 being best.
 *
 * @param composition the animal is near the centre and of a sensible size
 * @param harmony the hues of sky and ground belong together
 * @param light neither dark nor washed out
 * @param cleanness no stray shapes
 */
public record Quality(double composition, double harmony, double light, double cleanness) {
    /** The least quality, which as a minimum asks for nothing. */
    public static final Quality NONE = new Quality(0, 0, 0, 0);

    public Quality {
        check("composition", composition);
        check("harmony", harmony);
        check("light", light);
        check("cleanness", cleanness);
    }

    /** The true quality q = 0.25 composition + 0.30 harmony + 0.20 light + 0.25 cleanness, in [0,1]. */
    public double overall() {
        return .25 * composition + .30 * harmony + .20 * light + .25 * cleanness;
    }

    /** Whether no factor is below that of {@code minimum}. */
    public boolean atLeast(Quality minimum) {
        return composition >= minimum.composition
                && harmony >= minimum.harmony
                && light >= minimum.light
                && cleanness >= minimum.cleanness;
    }

    /** Composition, harmony, light and cleanness, in this order. */
    public float[] toArray() {
        return new float[] {(float) composition, (float) harmony, (float) light, (float) cleanness};
    }

    private static void check(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in [0,1], found " + value);
        }
    }
}
