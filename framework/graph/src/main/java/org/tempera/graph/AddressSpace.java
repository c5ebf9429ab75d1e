package org.tempera.graph;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.base.files.SystemFile;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;

/**
 * The addresses that a process may have ({@code ulimit -v}), on Linux; elsewhere nothing is known of them. Where they
 * run out native code ends the process without a word, so that they are counted before.
 */
final class AddressSpace {
    /**
     * What TensorFlow takes at least, in MB, from its library to the small world's first epoch. With 750 that run ended
     * within oneDNN or by a {@code bad_alloc}, with 1000 it did not.
     */
    static final long NEEDED = 950;

    private static final String LIBRARY = "libtensorflow_cc";

    /** Of {@code /proc/self/limits}, where there is a number: 18 digits at most. */
    private static final Pattern LIMIT = Pattern.compile("(?m)^Max address space +(\\d{1,18}) ");

    /** Of {@code /proc/self/status}. */
    private static final Pattern TAKEN = Pattern.compile("(?m)^VmSize:\\s+(\\d{1,15}) kB");

    private AddressSpace() {}

    /** The limit of this process, in MB; empty where there is none or it is not told. */
    static Optional<Long> limit() {
        return number("limits", LIMIT).map(bytes -> bytes >> 20);
    }

    /**
     * Fails if TensorFlow, where it is not loaded yet, would not find the addresses that it takes.
     *
     * @throws UserException that says how many there are, how many are needed, and how to have more
     */
    static void require() {
        Optional<Long> limit = limit();
        if (limit.isPresent() && !read("maps").contains(LIBRARY)) {
            number("status", TAKEN).ifPresent(taken -> require(limit.get(), taken >> 10));
        }
    }

    static void require(long limit, long taken) {
        if (limit - taken < NEEDED) {
            throw new UserException(
                    "the process may have " + limit + " MB of addresses (ulimit -v), and Java has taken " + taken
                            + " of them: TensorFlow takes " + NEEDED + " more at least, and with a model of the usual"
                            + " size some thousands. Lift the limit (ulimit -v unlimited), or give Java a smaller heap.",
                    List.of(Remedy.jvmOption("-Xmx1g")));
        }
    }

    private static Optional<Long> number(String file, Pattern pattern) {
        Matcher number = pattern.matcher(read(file));
        return number.find() ? Optional.of(Long.parseLong(number.group(1))) : Optional.empty();
    }

    /** A file of this process's own; nothing where there is none. */
    private static String read(String file) {
        return SystemFile.text(Path.of("/proc/self").resolve(file));
    }
}
