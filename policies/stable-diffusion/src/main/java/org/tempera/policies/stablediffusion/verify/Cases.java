package org.tempera.policies.stablediffusion.verify;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tempera.nn.layers.ImageLayout;
import org.tempera.policies.stablediffusion.StableDiffusionNetwork;
import org.tempera.policies.stablediffusion.StableDiffusionPolicy;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;

/** What the kinds of this package have in common. */
final class Cases {
    private Cases() {}

    /** Opens the case's model, with its adapter if it names one. */
    static StableDiffusionPolicy policy(OracleCase c, OracleRunner runner) {
        DiffusionPolicy policy = runner.openPolicy(c.weights(), c.adapter());
        if (policy instanceof StableDiffusionPolicy stable) {
            return stable;
        }
        throw new UserException("kind '" + c.kind() + "' needs a Stable Diffusion folder, found "
                + policy.getClass().getSimpleName() + " in " + c.weights());
    }

    static StableDiffusionNetwork build(StableDiffusionPolicy policy, GraphScope scope) {
        return policy.build(scope.child("policy"));
    }

    /** A tensor of images or latents, in the graph's order of axes. */
    static HostTensor image(OracleCase c, String key, int rank) {
        HostTensor t = c.tensor(key);
        if (t.rank() != rank) {
            throw new UserException(
                    "input '" + key + "': expected " + rank + " axes, found shape " + Arrays.toString(t.shape()) + ".");
        }
        if (t.size() == 0) {
            throw new UserException("input '" + key + "': expected at least one number, found shape "
                    + Arrays.toString(t.shape()) + ".");
        }
        return ImageLayout.toNhwc(t);
    }

    /** A timestep for each row: an input is one number or one for each row. */
    static float[] timesteps(OracleCase c, int rows) {
        float[] t = new float[rows];
        try {
            Arrays.fill(t, (float) c.number("timestep"));
            return t;
        } catch (UserException notOneNumber) {
            long[] each = c.integers("timestep").data();
            if (each.length != rows) {
                throw new UserException(
                        "input 'timestep': expected a number for each of the " + rows + " rows, found " + each.length
                                + ".",
                        notOneNumber);
            }
            for (int i = 0; i < rows; i++) {
                t[i] = each[i];
            }
            return t;
        }
    }

    /** Rows of coefficients, one for each timestep. */
    static HostTensor coefficients(StableDiffusionPolicy policy, float[] timesteps, int steps, double eta) {
        int count = policy.noiseProcess().coefficientCount();
        float[] rows = new float[timesteps.length * count];
        for (int i = 0; i < timesteps.length; i++) {
            System.arraycopy(
                    policy.noiseProcess().coefficients((int) timesteps[i], steps, eta), 0, rows, i * count, count);
        }
        return HostTensor.of(rows, timesteps.length, count);
    }

    /** Outputs whose tensors with four axes go back to PyTorch's order. */
    static Map<String, OracleValue> floats(Map<String, HostTensor> outputs) {
        Map<String, OracleValue> result = new LinkedHashMap<>();
        outputs.forEach(
                (name, t) -> result.put(name, new OracleValue.Floats(t.rank() == 4 ? ImageLayout.toNchw(t) : t)));
        return result;
    }
}
