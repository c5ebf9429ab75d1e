package org.tempera.examples.animals.painter;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;

/**
 * Which scenes are wanted.
 *
 * @param animals those that may be drawn, each equally often; at least one
 * @param minimum the least value of each quality factor, each at most {@value #LARGEST_MINIMUM}
 * @param mirroring whether half of the animals look the other way; a small denoiser mixes both ways round
 */
public record PictureFilter(List<Animal> animals, Quality minimum, boolean mirroring) {
    static final double LARGEST_MINIMUM = .95;
    private static final double BETA_A = 1.6;
    private static final double BETA_B = 1.2;

    public PictureFilter {
        if (animals.isEmpty()) {
            throw new IllegalArgumentException("animals must name at least one animal");
        }
        animals = List.copyOf(EnumSet.copyOf(animals));
        for (float factor : minimum.toArray()) {
            if (factor > (float) LARGEST_MINIMUM) {
                throw new IllegalArgumentException(
                        "minimum quality must be at most " + LARGEST_MINIMUM + ", found " + factor);
            }
        }
    }

    /** All animals, of any quality. */
    public static PictureFilter all() {
        return new PictureFilter(List.of(Animal.values()), Quality.NONE, true);
    }

    /** The given animals, of any quality. */
    public static PictureFilter of(Collection<Animal> animals) {
        return new PictureFilter(List.copyOf(animals), Quality.NONE, true);
    }

    /** The same animals, with no quality factor below {@code least}. */
    public PictureFilter withMinimum(Quality least) {
        return new PictureFilter(animals, least, mirroring);
    }

    /** The same pictures, with all animals looking one way. */
    public PictureFilter withoutMirroring() {
        return new PictureFilter(animals, minimum, false);
    }

    /** A random scene: each quality factor is Beta(1.6, 1.2), given that it is not below the minimum. */
    public Scene draw(PaintRandom random) {
        Animal animal = random.pick(animals);
        Background background = Background.values()[random.index(Background.values().length)];
        Style style = Style.values()[random.index(Style.values().length)];
        Quality quality = new Quality(
                factor(minimum.composition(), random),
                factor(minimum.harmony(), random),
                factor(minimum.light(), random),
                factor(minimum.cleanness(), random));
        return new Scene(animal, background, style, quality, random.chance(.5) && mirroring);
    }

    private static double factor(double least, PaintRandom random) {
        while (true) {
            double value = random.beta(BETA_A, BETA_B);
            if (value >= least) {
                return value;
            }
        }
    }
}
