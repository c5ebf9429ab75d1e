package org.tempera.diffusers.ddim;

/**
 * The schedulers of the diffusers library that are steps of DDIM's kind (Song et al., 2020, eq. 12): a mean of the
 * clean latent and the noise that the network's output implies, and fresh noise. They differ in the timesteps that they
 * visit, in where a step leads, and in how much of the noise is fresh.
 */
public sealed interface Scheduler {
    /** DDIMScheduler: a step leads on by a fixed number of timesteps, to which no other step may begin. */
    record Ddim() implements Scheduler {}

    /**
     * EulerDiscreteScheduler, and at {@code eta} 1 EulerAncestralDiscreteScheduler: a step leads to where the next one
     * begins, the last to the clean latent, and sampling begins with the noise that is there at the first timestep.
     * In that library's own scale, where the signal keeps its size, they are Euler's steps (Karras et al., 2022).
     */
    record Euler() implements Scheduler {}

    /**
     * LCMScheduler (Luo et al., 2023, algorithm 1): a step predicts the clean latent, which is noised anew to the level
     * of the next timestep; the last step's is the result. With {@code eta} below 1 as much of the noise is the one
     * that the network predicts.
     *
     * @param originalSteps of the schedule that the model was distilled on, from which timesteps are picked
     * @param timestepScaling how fast the latent itself leaves the prediction, as the timestep rises
     */
    record Lcm(int originalSteps, double timestepScaling) implements Scheduler {
        private static final double DATA_DEVIATION = 0.5;

        /** The latent's own part in the prediction, which is all of it at timestep 0. */
        double skip(int timestep) {
            return square(DATA_DEVIATION) / (square(timestep * timestepScaling) + square(DATA_DEVIATION));
        }

        /** The part of the clean latent that the network's output implies. */
        double out(int timestep) {
            double scaled = timestep * timestepScaling;
            return scaled / Math.sqrt(square(scaled) + square(DATA_DEVIATION));
        }

        private static double square(double x) {
            return x * x;
        }
    }
}
