package org.tempera.diffusers.verify;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tempera.nn.layers.ImageLayout;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleValue;

/** Inputs and outputs of cases that hold images or latents in PyTorch's order of axes. */
public final class TensorCase {
    private TensorCase() {}

    /** A tensor of images or latents, in the graph's order of axes. */
    public static HostTensor image(OracleCase c, String key) {
        HostTensor t = c.tensor(key);
        if (t.rank() != 4) {
            throw new UserException(
                    "input '" + key + "': expected 4 axes, found shape " + Arrays.toString(t.shape()) + ".");
        }
        if (t.size() == 0) {
            throw new UserException("input '" + key + "': expected at least one number, found shape "
                    + Arrays.toString(t.shape()) + ".");
        }
        return ImageLayout.toNhwc(t);
    }

    /** A timestep for each row: an input is one number or one for each row. */
    public static float[] timesteps(OracleCase c, int rows) {
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

    /** Outputs whose tensors with four axes go back to PyTorch's order. */
    public static Map<String, OracleValue> floats(Map<String, HostTensor> outputs) {
        Map<String, OracleValue> result = new LinkedHashMap<>();
        outputs.forEach(
                (name, t) -> result.put(name, new OracleValue.Floats(t.rank() == 4 ? ImageLayout.toNchw(t) : t)));
        return result;
    }
}
