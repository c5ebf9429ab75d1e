package org.tempera.remote;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whom an address names. Java's {@link URI} knows no host with an underscore, as services of a container network often
 * have; connections are made to them all the same.
 *
 * @param rawUser what stands before the {@code @}, as it was written
 * @param port -1 where none is given
 */
record ServerAddress(Optional<String> rawUser, String host, int port) {
    private static final Pattern AUTHORITY = Pattern.compile("(?:([^@]*)@)?([A-Za-z0-9._-]+)(?::(\\d{0,9}))?");

    /** The server of an address; empty if it names none. */
    static Optional<ServerAddress> of(URI uri) {
        if (uri.getHost() != null) {
            return Optional.of(
                    new ServerAddress(Optional.ofNullable(uri.getRawUserInfo()), uri.getHost(), uri.getPort()));
        }
        if (uri.getRawAuthority() == null) {
            return Optional.empty();
        }
        Matcher parts = AUTHORITY.matcher(uri.getRawAuthority());
        if (!parts.matches() || !parts.group(2).contains("_")) {
            return Optional.empty();
        }
        @Nullable String port = parts.group(3);
        return Optional.of(new ServerAddress(
                Optional.ofNullable(parts.group(1)),
                parts.group(2),
                port == null || port.isEmpty() ? -1 : Integer.parseInt(port)));
    }

    /** An address as messages name it: without user, password and parameters. */
    static String shown(String url) {
        return url.replaceFirst("(?<=://)[^/?#]*@", "").replaceFirst("[?#].*", "");
    }

    /** The user and password, decoded. */
    Optional<String> user() {
        return rawUser.map(user -> URI.create("http://" + user + "@host/").getUserInfo());
    }
}
