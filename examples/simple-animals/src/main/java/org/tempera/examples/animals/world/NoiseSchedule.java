package org.tempera.examples.animals.world;

/** Stable Diffusion 1's noise: beta rises from 0.00085 to 0.012, linearly in its root, over 1000 timesteps. */
final class NoiseSchedule {
    static final int TIMESTEPS = 1000;
    private static final double FIRST = .00085;
    private static final double LAST = .012;

    private final double[] kept = new double[TIMESTEPS];

    NoiseSchedule() {
        double product = 1;
        for (int t = 0; t < TIMESTEPS; t++) {
            double root = Math.sqrt(FIRST) + (Math.sqrt(LAST) - Math.sqrt(FIRST)) * t / (TIMESTEPS - 1);
            product *= 1 - root * root;
            kept[t] = product;
        }
    }

    /** Variance of the clean latent in that of timestep {@code t}; 1 before the first. */
    double kept(int t) {
        return t < 0 ? 1 : kept[t];
    }
}
