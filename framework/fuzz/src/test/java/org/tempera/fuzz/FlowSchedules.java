package org.tempera.fuzz;

import org.tempera.diffusers.flow.FlowProcess;
import org.tempera.spi.policy.Trajectory;

/** Makes what a run makes of a flow model's scheduler. */
final class FlowSchedules {
    private static final double[] ETAS = {0, 0.7, 1};

    private FlowSchedules() {}

    /**
     * Makes trajectories and noises to each of their timesteps.
     *
     * @throws IllegalStateException if the first step, which starts from noise alone, scatters by another deviation
     *     than eta
     */
    static void make(FlowProcess process) {
        for (double eta : ETAS) {
            Trajectory path = process.trajectory(10, eta);
            float scatter = path.coefficients()[0][2];
            if (Math.abs(scatter - eta) > 1e-5) {
                throw new IllegalStateException("the first step scatters by " + scatter + " with eta " + eta);
            }
            for (float timestep : path.timesteps()) {
                process.forwardCoefficients(timestep);
            }
        }
        process.forwardCoefficients(process.firstTrainTimestep());
        process.forwardCoefficients(process.firstTrainTimestep() + process.trainTimesteps() - 1.0);
    }
}
