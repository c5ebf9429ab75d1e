package org.tempera.graph.workers;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the hosts of addresses lead to. */
public final class HostName {
    /** Java looks up what is no number; such a number it does not. */
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");

    private static final String LOCALHOST = "localhost";

    private HostName() {}

    /**
     * A host by one of its names, without asking anybody: numbers in one writing, and {@code localhost} for all by
     * which a machine calls itself (RFC 6761), for a worker listens at all of them.
     *
     * @param host a name or a number, which may stand in brackets
     */
    public static String withoutLookUp(String host) {
        String name = host.toLowerCase(Locale.ROOT).replaceAll("^\\[|]$", "");
        if (name.equals(LOCALHOST + ".")) {
            return LOCALHOST;
        }
        return number(name)
                .map(address -> address.isLoopbackAddress() ? LOCALHOST : address.getHostAddress())
                .orElse(name); // a number that is none, too, which will be said where it is connected to
    }

    /** Whether a host is a number that no machine is reached by: a server listens at it, to be reached by any. */
    static boolean isWildcard(String host) {
        return number(host).filter(InetAddress::isAnyLocalAddress).isPresent();
    }

    /** The address that a number is; empty for a name. */
    private static Optional<InetAddress> number(String name) {
        if (!name.contains(":") && !IPV4.matcher(name).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(name.contains(":") ? "[" + name + "]" : name));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** Whether an address is one of this machine's. @throws SocketException if the system does not tell */
    static boolean isOfThisMachine(InetAddress address) throws SocketException {
        return address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || NetworkInterface.getByInetAddress(address) != null;
    }
}
