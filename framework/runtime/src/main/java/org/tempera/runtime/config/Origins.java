package org.tempera.runtime.config;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tempera.core.text.Addresses;
import org.tempera.core.text.Secrets;

/** Where values come from, as messages say it, and the folder that a relative path of theirs starts from. */
final class Origins {
    /** The origin of a value that nothing sets. */
    static final String DEFAULT = "default";

    private static final String OVERRIDE = "override '";

    private Origins() {}

    /** How an override is named in messages; the value of a key with a secret's name is left out. */
    static String ofOverride(String override) {
        int equals = override.indexOf('=');
        String origin = OVERRIDE + override.substring(0, equals + 1)
                + Addresses.maskedValue(override.substring(equals + 1)) + "'";
        String key = equals < 0 ? "" : override.substring(0, equals).strip();
        return Secrets.isSecret(key.replaceAll("[\"']", "")) ? withoutValue(origin) : origin;
    }

    /** An origin without the value that an override gives; a file's stays as it is. */
    static String withoutValue(String origin) {
        return origin.startsWith(OVERRIDE) ? origin.replaceFirst("(?s)=.*", "=" + Secrets.MASK + "'") : origin;
    }

    /** {@code run.conf: 5}, or {@code override 'run.seed=7'}; empty for no value. */
    static String describe(@Nullable ConfigValue value) {
        if (value == null) {
            return "";
        }
        String text = value.origin().description();
        if (text.startsWith(OVERRIDE)) {
            // An override has but one line.
            return text.replaceFirst(": \\d+$", "");
        }
        return text;
    }

    /** The folder of the file that a value stands in; {@code base} for a value of no file. */
    static Path folder(ConfigValue value, Path base) {
        ConfigOrigin origin = value.origin();
        String file = origin.filename();
        if (file == null) {
            return base;
        }
        Path parent = Path.of(file).toAbsolutePath().getParent();
        return parent == null ? base : parent;
    }
}
