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

    /** The same, of a shape that another input has. */
    static HostTensor image(OracleCase c, String key, HostTensor like) {
        HostTensor t = image(c, key);
        if (!Arrays.equals(t.shape(), like.shape())) {
            throw new UserException("input '" + key + "': expected "
                    + Arrays.toString(ImageLayout.toNchw(like).shape()) + ", found "
                    + Arrays.toString(ImageLayout.toNchw(t).shape()) + ".");
        }
        return t;
    }

    /** A timestep for each row. */
    public static float[] timesteps(OracleCase c, int rows) {
        double[] numbers = numbers(c, "timestep", rows);
        float[] t = new float[rows];
        for (int i = 0; i < rows; i++) {
            t[i] = (float) numbers[i];
        }
        return t;
    }

    /** A whole number from {@code least} to {@code most} for each row. */
    static int[] wholes(OracleCase c, String key, int rows, int least, int most) {
        return Arrays.stream(numbers(c, key, rows))
                .mapToInt(number -> whole(key, number, least, most))
                .toArray();
    }

    /** A whole number from {@code least} to {@code most}. */
    static int whole(OracleCase c, String key, int least, int most) {
        return whole(key, c.number(key), least, most);
    }

    private static int whole(String key, double number, int least, int most) {
        if (!(number >= least && number <= most) || number != Math.rint(number)) {
            throw new UserException("input '" + key + "': expected a whole number from " + least + " to " + most
                    + ", found " + number + ".");
        }
        return (int) number;
    }

    /** A number for each row: an input is one for all, or one for each. */
    private static double[] numbers(OracleCase c, String key, int rows) {
        double[] numbers = new double[rows];
        try {
            Arrays.fill(numbers, c.number(key));
            return numbers;
        } catch (UserException notOneNumber) {
            long[] each = c.integers(key).data();
            if (each.length != rows) {
                throw new UserException(
                        "input '" + key + "': expected a number for each of the " + rows + " rows, found " + each.length
                                + ".",
                        notOneNumber);
            }
            Arrays.setAll(numbers, i -> each[i]);
            return numbers;
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
