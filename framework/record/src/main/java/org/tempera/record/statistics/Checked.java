package org.tempera.record.statistics;

import java.util.Locale;

/** What statistics demand of their numbers; each method fails with an {@link IllegalArgumentException}. */
final class Checked {
    private Checked() {}

    /** At least {@code least} numbers, all of them finite. */
    static void finite(String name, double[] numbers, int least) {
        if (numbers.length < least) {
            throw new IllegalArgumentException(
                    name + ": expected " + least + " or more numbers, found " + numbers.length);
        }
        for (double x : numbers) {
            if (!Double.isFinite(x)) {
                throw new IllegalArgumentException(name + ": expected finite numbers, found " + x);
            }
        }
    }

    /** Two rows of one length. */
    static void alike(String name, double[] first, String other, double[] second) {
        if (first.length != second.length) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%s and %s: expected as many numbers in each, found %d and %d",
                    name,
                    other,
                    first.length,
                    second.length));
        }
    }

    /** Rows of one length, at least one of at least one number, all of them finite; gives that length. */
    static int matrix(String name, double[][] rows) {
        if (rows.length == 0) {
            throw new IllegalArgumentException(name + ": expected one or more rows, found none");
        }
        for (double[] row : rows) {
            finite(name, row, 1);
            if (row.length != rows[0].length) {
                throw new IllegalArgumentException(name + ": expected rows of one length, found " + rows[0].length
                        + " and " + row.length + " numbers");
            }
        }
        return rows[0].length;
    }
}
