package org.tempera.graph.workers;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Locale;
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
        if (!name.contains(":") && !IPV4.matcher(name).matches()) {
            return name;
        }
        try {
            InetAddress address = InetAddress.getByName(name.contains(":") ? "[" + name + "]" : name);
            return address.isLoopbackAddress() ? LOCALHOST : address.getHostAddress();
        } catch (UnknownHostException e) {
            return name; // a number that is none, which will be said where it is connected to
        }
    }

    /** Whether an address is one of this machine's; so, too, where the system does not tell. */
    static boolean isOfThisMachine(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true;
        }
    }
}
