package org.tempera.remote;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a server says, as messages quote it: on one line, and cut where it is long. Never within what the address has
 * before its {@code @} or as a parameter, which a server may repeat: secrets are left out of messages where they stand
 * whole.
 */
final class ServerWords {
    private static final int SHOWN = 300;
    private static final String MASK = "***";

    /** A value may hold another. */
    private static final Comparator<String> LONGEST_FIRST =
            Comparator.comparing(String::length).reversed();

    private final Set<String> whole = new LinkedHashSet<>();
    private final int longest;

    /** @param url what is asked, with its secrets */
    ServerWords(String url) {
        URI uri = URI.create(url);
        ServerAddress.of(uri).flatMap(ServerAddress::rawUser).ifPresent(user -> {
            String plain = decoded(user.replace("+", "%2B"));
            whole.add(Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8)));
            add(user);
            add(user.substring(user.indexOf(':') + 1));
        });
        Optional.ofNullable(uri.getRawQuery()).ifPresent(query -> {
            for (String parameter : query.split("[&;?]")) {
                add(parameter.substring(parameter.indexOf('=') + 1));
            }
        });
        whole.remove("");
        longest = whole.stream().mapToInt(String::length).max().orElse(0);
    }

    /** A value as it stands in the address, what it is, and what it is in JSON. */
    private void add(String raw) {
        for (String plain : List.of(decoded(raw.replace("+", "%2B")), decoded(raw))) {
            whole.add(plain);
            whole.add(plain.replace("\\", "\\\\").replace("\"", "\\\""));
        }
        whole.add(raw);
    }

    private static String decoded(String part) {
        try {
            return URLDecoder.decode(part, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return part; // a lone percent sign
        }
    }

    /** The beginning of an answer, after a colon; empty if it says nothing. */
    String said(byte[] body) {
        String text =
                new String(body, StandardCharsets.UTF_8).replaceAll("\\s+", " ").strip();
        return text.isEmpty() ? "" : ": " + shortened(text).replaceAll("\\.$", "");
    }

    /** Text without the values, for a log that nobody looks through for secrets. */
    String masked(String text) {
        String masked = text;
        for (String value : whole.stream().sorted(LONGEST_FIRST).toList()) {
            masked = masked.replace(value, MASK);
        }
        return masked;
    }

    /** Text of others, which may have any length. */
    String shortened(String text) {
        return text.length() > SHOWN ? text.substring(0, end(text)) + "..." : text;
    }

    /** Where a text ends that is cut through none of the values. */
    private int end(String text) {
        String near = text.substring(0, Math.min(text.length(), SHOWN + longest));
        int end = SHOWN;
        for (int before = end + 1; end < before; ) {
            before = end;
            for (String value : whole) {
                int at = near.indexOf(value, Math.max(0, end - value.length() + 1));
                end = at >= 0 && at < end ? at : end;
            }
        }
        return end;
    }
}
