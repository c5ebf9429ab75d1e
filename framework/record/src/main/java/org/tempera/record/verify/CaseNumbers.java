package org.tempera.record.verify;

import java.util.Arrays;
import java.util.function.Supplier;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleValue;

/** Inputs and outputs of cases as the statistics have them: double precision, rows and matrices. */
final class CaseNumbers {
    private CaseNumbers() {}

    /** Beginning of a message about an input. */
    static String at(OracleCase c, String key) {
        return "case '" + c.name() + "', input '" + key + "': ";
    }

    /** A tensor of one axis. */
    static double[] row(OracleCase c, String key) {
        HostTensor t = c.tensor(key);
        if (t.rank() != 1) {
            throw new UserException(at(c, key) + "expected one axis, found " + Arrays.toString(t.shape()) + ".");
        }
        return widen(t.data());
    }

    /** A tensor of two axes, row by row. */
    static double[][] matrix(OracleCase c, String key) {
        HostTensor t = c.tensor(key);
        if (t.rank() != 2) {
            throw new UserException(at(c, key) + "expected two axes, found " + Arrays.toString(t.shape()) + ".");
        }
        double[][] rows = new double[t.size(0)][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = widen(t.rows(i, i + 1).data());
        }
        return rows;
    }

    /** What a statistic makes of the inputs, its objections said of the case. */
    static <T> T checked(OracleCase c, Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw new UserException("case '" + c.name() + "': " + e.getMessage() + ".", e);
        }
    }

    /** An output of one axis. */
    static OracleValue output(double... numbers) {
        float[] narrow = new float[numbers.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) numbers[i];
        }
        return new OracleValue.Floats(HostTensor.of(narrow, narrow.length));
    }

    private static double[] widen(float[] numbers) {
        double[] wide = new double[numbers.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = numbers[i];
        }
        return wide;
    }
}
