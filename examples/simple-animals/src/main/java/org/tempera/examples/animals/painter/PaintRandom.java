package org.tempera.examples.animals.painter;

import java.util.List;
import java.util.SplittableRandom;

/**
 * The painter's only source of chance: the same seed gives the same numbers on every machine.
 *
 * <p>Not thread-safe; {@link #split()} gives an independent source, so that drawing more numbers for one part of a
 * picture does not disturb the others.
 */
public final class PaintRandom {
    private final SplittableRandom source;

    public PaintRandom(long seed) {
        this(new SplittableRandom(seed));
    }

    private PaintRandom(SplittableRandom source) {
        this.source = source;
    }

    /** An independent source, determined by this one's state. */
    public PaintRandom split() {
        return new PaintRandom(source.split());
    }

    /** Uniform in [0,1). */
    public double uniform() {
        return source.nextDouble();
    }

    /** Uniform in [low, high). */
    public double uniform(double low, double high) {
        return low + (high - low) * source.nextDouble();
    }

    /** True with the given probability. */
    public boolean chance(double probability) {
        return source.nextDouble() < probability;
    }

    /** -1 or 1. */
    public int sign() {
        return source.nextBoolean() ? 1 : -1;
    }

    /** Uniform in 0 .. bound - 1. */
    public int index(int bound) {
        return source.nextInt(bound);
    }

    /** One of the choices, all equally likely. */
    public <T> T pick(List<T> choices) {
        return choices.get(source.nextInt(choices.size()));
    }

    /** Normal with mean 0 (Box and Muller). */
    public double normal(double deviation) {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - source.nextDouble()));
        return deviation * radius * StrictMath.cos(2 * Math.PI * source.nextDouble());
    }

    /** Beta(a, b), for a and b of at least 1: a ratio of two gamma variates. */
    public double beta(double a, double b) {
        double x = gamma(a);
        return x / (x + gamma(b));
    }

    /** Gamma with the given shape, at least 1 (Marsaglia and Tsang 2000). */
    private double gamma(double shape) {
        if (!(shape >= 1)) {
            throw new IllegalArgumentException("shape must be at least 1, found " + shape);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / StrictMath.sqrt(9 * d);
        while (true) {
            double x = normal(1);
            double root = 1 + c * x;
            if (root > 0) {
                double v = root * root * root;
                if (StrictMath.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
                    return d * v;
                }
            }
        }
    }
}
