package org.tempera.base.random;

/**
 * Random numbers as a function of a key: the same key gives the same numbers on every machine, whatever was drawn
 * before and whoever draws. The generator is SplitMix64 (Steele et al. 2014), normal numbers by Box and Muller in
 * double precision.
 */
public final class StatelessRandom {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;
    private double spare;
    private boolean hasSpare;

    private StatelessRandom(long state) {
        this.state = state;
    }

    /** The stream under a key, such as (seed, epoch, sample, step). */
    public static StatelessRandom of(long... key) {
        long h = 0x243F6A8885A308D3L;
        for (long k : key) {
            h = mix(h ^ mix(k + GOLDEN_GAMMA)) + GOLDEN_GAMMA;
        }
        return new StatelessRandom(mix(h));
    }

    /** The stream under a seed and a text, such as a parameter's name. */
    public static StatelessRandom of(long seed, String text) {
        long h = 1125899906842597L;
        for (int i = 0; i < text.length(); i++) {
            h = 31 * h + text.charAt(i);
        }
        return of(seed, h);
    }

    /** A derived seed, for handing on. */
    public static long seed(long... key) {
        return of(key).nextLong();
    }

    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** Uniform in [0,1). */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** Uniform in 0 (inclusive) to {@code bound} (exclusive). */
    public int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive, was " + bound);
        }
        return (int) Math.floorMod(nextLong() >>> 1, (long) bound);
    }

    /** Standard normal. */
    public double nextGaussian() {
        if (hasSpare) {
            hasSpare = false;
            return spare;
        }
        // StrictMath: the same bits on every JVM.
        double u = 1 - nextDouble();
        double angle = 2 * Math.PI * nextDouble();
        double radius = StrictMath.sqrt(-2 * StrictMath.log(u));
        spare = radius * StrictMath.sin(angle);
        hasSpare = true;
        return radius * StrictMath.cos(angle);
    }

    /** Fills {@code target[from..to)} with standard normal numbers. */
    public void fillGaussian(float[] target, int from, int to) {
        for (int i = from; i < to; i++) {
            target[i] = (float) nextGaussian();
        }
    }

    /** A permutation of 0 to n-1 (Fisher and Yates). */
    public int[] permutation(int n) {
        int[] p = new int[n];
        for (int i = 0; i < n; i++) {
            int j = nextInt(i + 1);
            p[i] = p[j];
            p[j] = i;
        }
        return p;
    }

    /** The finaliser of SplitMix64: neighbouring numbers become ones that have nothing in common. One-to-one. */
    public static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
