package org.tempera.diffusers.verify;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tempera.diffusers.flow.FlowConfig;
import org.tempera.diffusers.flow.FlowConfig.Spacing;
import org.tempera.diffusers.flow.FlowNoise;
import org.tempera.diffusers.flow.FlowProcess;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.NoiseProcess.Transition;
import org.tempera.spi.policy.Trajectory;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A case about steps of a flow, of no model: each row takes a step of the same schedule, from its own latent with its
 * own velocity.
 *
 * @param rows coefficients of each row's step, {@code [row, coefficientCount]}
 * @param isDeterministicSomewhere whether a row's step has no noise
 */
record FlowCase(
        OracleCase oracle,
        FlowProcess process,
        int steps,
        HostTensor sample,
        HostTensor velocity,
        HostTensor rows,
        boolean isDeterministicSomewhere) {
    private static final int TRAIN_TIMESTEPS = 1000;

    /** What a case adds to the step in the graph. */
    @FunctionalInterface
    interface Outputs {
        /** Outputs by name, in the graph's layout. */
        Map<String, Operand<TFloat32>> of(OracleRunner.Inputs in, Transition step);
    }

    /** Reads the schedule, the rows and where they stand in it. */
    static FlowCase of(OracleCase c, FlowNoise noise, double eta) {
        double shift = c.number("shift");
        if (!(shift > 0)) {
            throw unfit(c, "shift", "a number above 0", shift);
        }
        if (!(eta >= 0)) {
            throw unfit(c, "noise_level", "0 or more", eta);
        }
        int steps = TensorCase.whole(c, "steps", 1, TRAIN_TIMESTEPS);
        HostTensor sample = TensorCase.image(c, "sample");
        HostTensor velocity = TensorCase.image(c, "velocity", sample);
        int[] index = TensorCase.wholes(c, "index", sample.size(0), 0, steps - 1);
        FlowConfig config = new FlowConfig(TRAIN_TIMESTEPS, Spacing.TO_LEAST_TRAINED, shift, Optional.empty());
        FlowProcess process = new FlowProcess(config, noise, sample.size(1), sample.size(2));
        Trajectory trajectory = process.trajectory(steps, eta);
        float[][] all = trajectory.coefficients();
        boolean[] stochastic = trajectory.stochastic();
        HostTensor rows = HostTensor.rows(index.length, process.coefficientCount(), i -> all[index[i]]);
        boolean still = Arrays.stream(index).anyMatch(i -> !stochastic[i]);
        return new FlowCase(c, process, steps, sample, velocity, rows, still);
    }

    private static UserException unfit(OracleCase c, String key, String expected, double found) {
        return new UserException(
                "case '" + c.name() + "', input '" + key + "': expected " + expected + ", found " + found + ".");
    }

    /** The outputs that the case names, {@code sigmas} among them. */
    Map<String, OracleValue> run(OracleRunner runner, Outputs outputs) {
        Map<String, OracleValue> values = new LinkedHashMap<>(TensorCase.floats(runner.run(in -> {
            Map<String, Operand<TFloat32>> all = new LinkedHashMap<>(outputs.of(
                    in,
                    process.transition(
                            in.scope(),
                            in.input("sample", sample),
                            in.input("velocity", velocity),
                            in.input("coefficients", rows))));
            all.keySet().retainAll(oracle.outputs());
            return all;
        })));
        if (oracle.outputs().contains("sigmas")) {
            values.put("sigmas", new OracleValue.Floats(sigmas()));
        }
        return values;
    }

    private HostTensor sigmas() {
        double[] levels = process.levels(steps);
        float[] sigmas = new float[levels.length];
        for (int i = 0; i < sigmas.length; i++) {
            sigmas[i] = (float) levels[i];
        }
        return HostTensor.of(sigmas, sigmas.length);
    }
}
