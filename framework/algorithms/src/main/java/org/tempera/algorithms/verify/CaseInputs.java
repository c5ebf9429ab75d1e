package org.tempera.algorithms.verify;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.tempera.spi.ConfigException;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Inputs of oracle cases, checked. */
final class CaseInputs {
    private CaseInputs() {}

    /** Beginning of a message about an input. */
    static String at(OracleCase c, String key) {
        return "case '" + c.name() + "', input '" + key + "': ";
    }

    /** Latents {@code [n, c, h, w]} as {@code [n, h, w, c]}. */
    static HostTensor latents(OracleCase c, String key) {
        HostTensor t = c.tensor(key);
        if (t.rank() != 4) {
            throw new UserException(at(c, key) + "expected [n, c, h, w], found " + Arrays.toString(t.shape()));
        }
        return t.transpose(0, 2, 3, 1);
    }

    /** Latents of a shape that another input has, {@code [n, h, w, c]}. */
    static HostTensor latents(OracleCase c, String key, HostTensor like) {
        HostTensor t = latents(c, key);
        if (!Arrays.equals(t.shape(), like.shape())) {
            throw new UserException(at(c, key) + "expected " + Arrays.toString(pytorch(like)) + ", found "
                    + Arrays.toString(pytorch(t)));
        }
        return t;
    }

    /** Several latents {@code [k, n, c, h, w]}, each {@code [n, h, w, c]}. */
    static List<HostTensor> severalLatents(OracleCase c, String key, HostTensor like) {
        HostTensor t = c.tensor(key);
        int[] one = pytorch(like);
        if (t.rank() != 5 || !Arrays.equals(Arrays.copyOfRange(t.shape(), 1, 5), one)) {
            throw new UserException(at(c, key) + "expected several of " + Arrays.toString(one) + ", found "
                    + Arrays.toString(t.shape()));
        }
        return IntStream.range(0, t.size(0))
                .mapToObj(i -> t.rows(i, i + 1).reshape(one).transpose(0, 2, 3, 1))
                .toList();
    }

    private static int[] pytorch(HostTensor channelsLast) {
        return channelsLast.transpose(0, 3, 1, 2).shape();
    }

    /**
     * What a policy's network is conditioned on, each tensor from an input of its own: {@code text} for the text
     * states, {@code pooled_text} and so on for the others.
     *
     * @param beginning of the inputs' names, such as {@code negative_}
     */
    static Map<String, HostTensor> text(OracleCase c, DiffusionPolicy policy, String beginning) {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        for (String name : policy.text().shapes().keySet()) {
            String key = name.equals(Conditioning.TEXT_STATES) ? "text" : name.replace('-', '_');
            tensors.put(name, c.tensor(beginning + key));
        }
        return tensors;
    }

    /** The same as inputs of a graph. */
    static Conditioning conditioning(OracleRunner.Inputs in, Map<String, HostTensor> tensors) {
        Map<String, Operand<TFloat32>> inputs = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> inputs.put(name, in.input(name, tensor)));
        return new Conditioning(inputs);
    }

    /** One number for each of {@code n} rows. */
    static HostTensor rows(OracleCase c, String key, int n) {
        HostTensor t = c.tensor(key);
        if (t.rank() != 1 || t.size(0) != n) {
            throw new UserException(at(c, key) + "expected [" + n + "], found " + Arrays.toString(t.shape()));
        }
        return t;
    }

    /** One string for each of {@code n} rows. */
    static List<String> texts(OracleCase c, String key, int n) {
        List<String> texts = c.texts(key);
        if (texts.size() != n) {
            throw new UserException(at(c, key) + "expected " + n + " strings, found " + texts.size());
        }
        return texts;
    }

    /** One training timestep for each of {@code n} rows. */
    static int[] timesteps(OracleCase c, int n, NoiseProcess process) {
        int first = process.firstTrainTimestep();
        int last = first + process.trainTimesteps() - 1;
        OracleValue.Integers t = c.integers("timestep");
        if (t.data().length != n) {
            throw new UserException(at(c, "timestep") + "expected [" + n + "], found " + Arrays.toString(t.shape()));
        }
        for (long step : t.data()) {
            if (step < first || step > last) {
                throw new UserException(at(c, "timestep") + "expected " + first + " to " + last + ", found " + step);
            }
        }
        return Arrays.stream(t.data()).mapToInt(Math::toIntExact).toArray();
    }

    /** A whole number that is at least {@code least}. */
    static int whole(OracleCase c, String key, int least) {
        double number = c.number(key);
        if (number < least || number != Math.rint(number) || number > Integer.MAX_VALUE) {
            throw new UserException(at(c, key) + "expected a whole number, at least " + least + ", found " + number);
        }
        return (int) number;
    }

    /** A number, or what it is where the case leaves it out. */
    static double number(OracleCase c, String key, double otherwise) {
        return c.hasInput(key) ? c.number(key) : otherwise;
    }

    /** A word, read by a parser that says what it expects. */
    static <T> T word(OracleCase c, String key, Function<String, T> parser) {
        try {
            return parser.apply(c.word(key));
        } catch (IllegalArgumentException e) {
            throw new UserException(at(c, key) + e.getMessage(), e);
        }
    }

    /** What a constructor makes of inputs, its objections said of a key. */
    static <T> T checked(OracleCase c, String key, Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw new UserException(at(c, key) + e.getMessage(), e);
        }
    }

    /** What a constructor that names the key it refuses makes of inputs. */
    static <T> T checked(OracleCase c, Supplier<T> made) {
        try {
            return made.get();
        } catch (ConfigException e) {
            throw new UserException(at(c, e.key()) + e.complaint(), e);
        }
    }

    /** Whole numbers as floats. */
    static HostTensor floats(int[] numbers) {
        float[] all = new float[numbers.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = numbers[i];
        }
        return HostTensor.of(all, all.length);
    }
}
