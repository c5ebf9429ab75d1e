package org.tempera.graph.workers;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.base.files.FileHashes;
import org.tempera.base.text.Printable;
import org.tempera.spi.UserException;

/**
 * The workers of a run and which of them this process is.
 *
 * @param addresses of each worker, {@code host:port}; the first leads
 * @param index of this one
 */
public record Cluster(List<String> addresses, int index) {
    /** What to do where another program has a worker's port. */
    static final String OTHER_PORT =
            "choose another port (a run that starts its own workers chooses new ports each time:" + " start it again)";

    /** The variable of the environment that schedulers of TensorFlow's jobs name the workers by. */
    public static final String VARIABLE = "TF_CONFIG";

    /** What all bring of a large piece lies in one buffer of Java's, whose size is an int. */
    public static final int MOST = Integer.MAX_VALUE / Bucket.LARGE.bytes();

    private static final int LONGEST = 300;
    private static final int LAST_PORT = 65535;

    /** A name, an IPv4 address, or an IPv6 address in brackets. */
    private static final Pattern ADDRESS = Pattern.compile(
            "((?![^:]*\\.\\.)[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9_])?\\.?|\\[[0-9A-Fa-f:.]{2,45}]):(\\d{1,6})");

    /**
     * Checks them.
     *
     * @throws UserException if there are none or more than 511, one is no address, or none that others can reach, or
     *     given twice, be it by two names of which no look-up need be made, or the index is none of them
     */
    public Cluster {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty() || addresses.size() > MOST) {
            throw new UserException("The run's workers: expected 1 to " + MOST + " addresses, found " + addresses.size()
                    + ". List each worker as host:port, on all workers alike.");
        }
        Map<String, String> seen = new HashMap<>();
        for (int i = 0; i < addresses.size(); i++) {
            String address = addresses.get(i);
            require(i, address);
            if (HostName.isWildcard(host(address))) {
                throw new UserException("The run's workers: expected for worker " + i
                        + " an address that the others reach it at, found '" + address
                        + "', which leads each to itself. Give its host: a worker listens at all addresses of that.");
            }
            String host = HostName.withoutLookUp(host(address));
            String before = seen.put(host + " " + port(address), address);
            if (before != null) {
                throw one(before, address);
            }
        }
        if (index < 0 || index >= addresses.size()) {
            throw new UserException("The run's workers: expected this worker's index from 0 to "
                    + (addresses.size() - 1) + ", found " + index + ". The first worker of the list is 0.");
        }
    }

    /**
     * Those that the environment names; empty where {@link #VARIABLE} is missing or blank.
     *
     * @throws UserException if it names none in a way that can be understood
     */
    public static Optional<Cluster> of(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(VARIABLE))
                .filter(json -> !json.isBlank())
                .map(Cluster::fromTfConfig);
    }

    /**
     * Reads what schedulers of TensorFlow's jobs put into the environment variable {@code TF_CONFIG}:
     * {@code {"cluster": {"worker": ["host:port", ...]}, "task": {"type": "worker", "index": 0}}}. A {@code chief} is
     * the first worker, before those of the list.
     *
     * @throws UserException if it is no such text
     */
    public static Cluster fromTfConfig(String json) {
        return TfConfig.read(json);
    }

    /** A number by which workers of these addresses know each other before they have joined. */
    long fingerprint() {
        return Long.parseUnsignedLong(
                FileHashes.sha256(String.join(",", addresses)).substring(0, 16), 16);
    }

    /** What a worker is called in messages. */
    public String name(int worker) {
        return "worker " + worker + " (" + addresses.get(worker) + ")";
    }

    /** What is said of workers that would listen at one port of one machine. */
    static UserException one(String address, String other) {
        return new UserException("The run's workers: "
                + (address.equals(other)
                        ? address + " is there twice"
                        : address + " and " + other + " are one address of two names")
                + ". Give each worker a host or a port of its own.");
    }

    /** The host of a worker, without brackets. */
    String host(int worker) {
        return host(addresses.get(worker));
    }

    private static String host(String address) {
        String host = address.substring(0, address.lastIndexOf(':'));
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** The port of a worker. */
    int port(int worker) {
        return port(addresses.get(worker));
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private static void require(int worker, String address) {
        Matcher matcher = ADDRESS.matcher(address);
        if (!matcher.matches()) {
            throw new UserException("The run's workers: expected worker " + worker + " as host:port, found '"
                    + shown(address) + "'. Such as node-1:2222, or [fd00::1]:2222.");
        }
        int port = Integer.parseInt(matcher.group(2));
        if (port < 1 || port > LAST_PORT) {
            throw new UserException("The run's workers: expected a port from 1 to " + LAST_PORT + " for worker "
                    + worker + ", found '" + address + "'. Choose a free one above 1023.");
        }
    }

    private static String shown(String address) {
        String line = Printable.line(address);
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }
}
