package org.tempera.runtime.config;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where values come from, as messages say it, and the folder that a relative path of theirs starts from. */
final class Origins {
    /** The origin of a value that nothing sets. */
    static final String DEFAULT = "default";

    private static final String COMMAND_LINE = "command line '";

    private Origins() {}

    /** How an override is named in messages. */
    static String ofOverride(String override) {
        return COMMAND_LINE + override + "'";
    }

    /** {@code run.conf: 5}, or {@code command line 'run.seed=7'}; empty for no value. */
    static String describe(@Nullable ConfigValue value) {
        if (value == null) {
            return "";
        }
        String text = value.origin().description();
        if (text.startsWith(COMMAND_LINE)) {
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
