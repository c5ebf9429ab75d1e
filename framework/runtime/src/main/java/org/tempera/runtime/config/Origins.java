package org.tempera.runtime.config;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tempera.base.text.Addresses;
import org.tempera.base.text.Secrets;

/** Where values come from, as messages say it, and the folder that a relative path of theirs starts from. */
final class Origins {
    /** The origin of a value that nothing sets. */
    static final String DEFAULT = "default";

    /** How the origin of a value begins that the choice of an algorithm gives. */
    static final String SUITING = "what suits ";

    /** The origin of what overrides alone make. */
    static final String OVERRIDES = "the overrides";

    private static final String OVERRIDE = "override '";
    /** How the library names a block that several places make. */
    private static final String MERGED = "merge of ";
    /** The end of a place: a file's line or lines, or an override, which has but one line. */
    private static final Pattern PLACE =
            Pattern.compile("(?s)override '.*'(: \\d+)?|(?!override ').*: \\d+(-\\d+)?|atKey\\([^)]*\\)");
    /** The outermost block that an override stands in, which is all of the configuration. */
    private static final String OUTERMOST = "atKey(";

    private Origins() {}

    /** Whether somebody has given a value. */
    static boolean isGiven(String origin) {
        return !origin.equals(DEFAULT) && !origin.startsWith(SUITING);
    }

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

    /** {@code run.conf: 5}, or {@code override 'run.seed=7'}, several joined by "and"; empty for no value. */
    static String describe(@Nullable ConfigValue value) {
        if (value == null) {
            return "";
        }
        String text = value.origin().description();
        if (!text.startsWith(MERGED) && !text.startsWith(OUTERMOST)) {
            return place(text);
        }
        Set<String> places = places(text.startsWith(MERGED) ? text.substring(MERGED.length()) : text);
        places.removeIf(place -> place.startsWith(OUTERMOST));
        return places.isEmpty() ? OVERRIDES : String.join(" and ", places);
    }

    /** Whether an override may be one of several that a shell has made of braces, such as {@code key={a=1,b=2}}. */
    static boolean mayBeUnquoted(ConfigValue value) {
        return value.valueType() == ConfigValueType.STRING
                && value.origin().description().startsWith(OVERRIDE)
                && String.valueOf(value.unwrapped()).contains("=");
    }

    /** An override has but one line. */
    private static String place(String text) {
        return text.startsWith(OVERRIDE) ? text.replaceFirst("'(: \\d+)?$", "'") : text;
    }

    /** The library joins places by commas, which the values of overrides and the names of files may have, too. */
    private static Set<String> places(String merged) {
        Set<String> places = new LinkedHashSet<>();
        int start = 0;
        for (int comma = merged.indexOf(','); comma >= 0; comma = merged.indexOf(',', comma + 1)) {
            String before = merged.substring(start, comma);
            if (PLACE.matcher(before).matches()) {
                places.add(place(before));
                start = comma + 1;
            }
        }
        places.add(place(merged.substring(start)));
        return places;
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
