package org.tempera.cli;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.base.files.IoReason;
import org.tempera.base.files.SystemFile;
import org.tempera.spi.UserException;

/**
 * Ports that the system gives to nobody who does not ask for them by number: between the look at one and a worker's
 * listening there, seconds later, no connection that another program makes can take it.
 *
 * @param from the first of them
 * @param to the last; before the first where there are none, or the system does not tell
 */
record WorkerPorts(int from, int to) {
    private static final Path GIVEN_OUT = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    private static final Pattern RANGE = Pattern.compile("\\s*(\\d{1,5})\\s+(\\d{1,5})\\s*");

    /** Below it there are more services that have a number by custom. */
    private static final int LEAST = 10_000;

    private static final int MOST = 65_535;

    /** Ports that are looked at before any that is free is taken. */
    private static final int TRIES = 1_000;

    /** Those of this machine. */
    static WorkerPorts ofThisMachine() {
        return outside(SystemFile.text(GIVEN_OUT));
    }

    /** The longer of the ranges below and above that of the ports that are given out, in Linux's words. */
    static WorkerPorts outside(String givenOut) {
        Matcher range = RANGE.matcher(givenOut);
        if (!range.matches()) {
            return new WorkerPorts(LEAST, LEAST - 1);
        }
        WorkerPorts below = new WorkerPorts(LEAST, Math.min(MOST, Integer.parseInt(range.group(1)) - 1));
        WorkerPorts above = new WorkerPorts(Math.max(LEAST, Integer.parseInt(range.group(2)) + 1), MOST);
        return below.to - below.from >= above.to - above.from ? below : above;
    }

    /**
     * Different ports that are free on all addresses, for a worker's server listens on all; any that are free where
     * this range has not so many.
     *
     * @param random by which two runs that begin at a time take different ones
     * @throws UserException if the system has none
     */
    List<Integer> free(int count, RandomGenerator random) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; from <= to && held.size() < count && i < TRIES + count; i++) {
                try {
                    held.add(new ServerSocket(random.nextInt(from, to + 1), 1));
                } catch (BindException e) {
                    // Another one may be free.
                }
            }
            while (held.size() < count) {
                held.add(new ServerSocket(0, 1));
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } catch (IOException e) {
            throw new UserException(LocalWorkersOption.NAME + ": no free port was found (" + IoReason.of(e) + ").", e);
        } finally {
            for (ServerSocket s : held) {
                try {
                    s.close();
                } catch (IOException e) {
                    // It is free again, or soon.
                }
            }
        }
    }
}
