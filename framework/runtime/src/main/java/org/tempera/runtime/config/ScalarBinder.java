package org.tempera.runtime.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tempera.base.text.Printable;

/** Converts single values: numbers, truth values, text, paths and enums. Nothing is converted silently. */
final class ScalarBinder {
    private static final int LONGEST_NUMBER = 400;
    private static final int SHOWN = 80;

    private static final Pattern BEYOND_LONG = Pattern.compile("[+-]?[1-9]\\d{18,}");

    /** A digit before the exponent that makes a number another than zero. */
    private static final Pattern NOT_ZERO = Pattern.compile("[+-]?[0.]*[1-9]");

    private final Problems problems;
    private final Path base;

    ScalarBinder(Problems problems, Path base) {
        this.problems = problems;
        this.base = base.toAbsolutePath();
    }

    /** The value as {@code type}; null, with a problem noted, if it is none. */
    @Nullable
    Object bind(Class<?> type, ConfigValue value, String path) {
        if (type == int.class || type == Integer.class) {
            Long whole = whole(value, path, Integer.MIN_VALUE, Integer.MAX_VALUE);
            return whole == null ? null : Math.toIntExact(whole);
        }
        if (type == long.class || type == Long.class) {
            return whole(value, path, Long.MIN_VALUE, Long.MAX_VALUE);
        }
        if (type == double.class || type == Double.class) {
            return number(value, path);
        }
        if (type == float.class || type == Float.class) {
            Double number = number(value, path);
            if (number == null) {
                return null;
            }
            float narrow = number.floatValue();
            if (isLost(number, narrow)) {
                problem(value, path, "a number that a 32-bit float can hold");
                return null;
            }
            return narrow;
        }
        if (type == boolean.class || type == Boolean.class) {
            if (value.valueType() == ConfigValueType.BOOLEAN) {
                return value.unwrapped();
            }
            problem(value, path, "true or false");
            return null;
        }
        if (type == String.class) {
            return string(value, path, "text");
        }
        if (type == Path.class) {
            return path(value, path);
        }
        if (type.isEnum()) {
            return enumConstant(type, value, path);
        }
        throw new IllegalArgumentException(type.getName() + " cannot be a configuration value, at " + path);
    }

    /** Notes that something else was expected. */
    void problem(ConfigValue value, String path, String expected) {
        problem(value, path, expected, "");
    }

    /** The same, with what may be done about it. */
    void problem(ConfigValue value, String path, String expected, String remedy) {
        problems.add(Origins.describe(value), path, "expected " + expected + ", found " + found(value) + remedy);
    }

    /** A default as it is bound: paths start at the working directory. */
    static Object absolute(Object byDefault) {
        if (byDefault instanceof Path p) {
            return p.toString().isEmpty() ? p : p.toAbsolutePath().normalize();
        }
        if (byDefault instanceof Optional<?> o && o.isPresent() && o.get() instanceof Path p) {
            return Optional.of(absolute(p));
        }
        if (byDefault instanceof List<?> items && items.stream().anyMatch(Path.class::isInstance)) {
            return items.stream().map(ScalarBinder::absolute).toList();
        }
        return byDefault;
    }

    private @Nullable Long whole(ConfigValue value, String path, long least, long most) {
        String expected = "a whole number";
        if (value.valueType() == ConfigValueType.STRING
                && BEYOND_LONG.matcher(text(value)).matches()) {
            // The parser takes for a text what has more than 64 bits.
            problem(value, path, within(value, least, most));
            return null;
        }
        if (value.valueType() != ConfigValueType.NUMBER || hasLeadingZero(value)) {
            problem(value, path, expected);
            return null;
        }
        String digits = text(value);
        BigDecimal exact;
        try {
            if (digits.length() > LONGEST_NUMBER) {
                throw new NumberFormatException("too many digits");
            }
            exact = new BigDecimal(digits);
        } catch (NumberFormatException e) {
            // An exponent that no number has, or more digits than any.
            problem(value, path, within(value, least, most));
            return null;
        }
        if (exact.stripTrailingZeros().scale() > 0) {
            problem(value, path, expected);
            return null;
        }
        if (exact.compareTo(BigDecimal.valueOf(least)) < 0 || exact.compareTo(BigDecimal.valueOf(most)) > 0) {
            problem(value, path, within(value, least, most));
            return null;
        }
        return exact.longValueExact();
    }

    /** What was expected of a number that is beyond its kind on one side: on the other a key has a bound of its own. */
    private static String within(ConfigValue value, long least, long most) {
        return "a whole number of " + (text(value).startsWith("-") ? "at least " + least : "at most " + most);
    }

    private @Nullable Double number(ConfigValue value, String path) {
        if (value.valueType() != ConfigValueType.NUMBER || hasLeadingZero(value)) {
            problem(value, path, "a number");
            return null;
        }
        String text = text(value);
        double number = Double.parseDouble(text);
        if (!Double.isFinite(number) || (number == 0 && NOT_ZERO.matcher(text).lookingAt())) {
            problem(value, path, "a number that a 64-bit float can hold");
            return null;
        }
        return number;
    }

    /** Whether a number is beyond the largest or the smallest of the narrower kind. */
    private static boolean isLost(double number, float narrow) {
        return Float.isInfinite(narrow) || (narrow == 0 && number != 0);
    }

    private @Nullable String string(ConfigValue value, String path, String expected) {
        return switch (value.valueType()) {
            case STRING, NUMBER, BOOLEAN -> text(value);
            default -> {
                problem(value, path, expected);
                yield null;
            }
        };
    }

    private @Nullable Path path(ConfigValue value, String path) {
        String text = string(value, path, "a path");
        if (text == null) {
            return null;
        }
        if (text.isEmpty()) { // it would be the folder of the config
            problem(value, path, "a path");
            return null;
        }
        try {
            return Origins.folder(value, base).resolve(Path.of(text)).normalize();
        } catch (InvalidPathException e) {
            problem(value, path, "a path");
            return null;
        }
    }

    private @Nullable Object enumConstant(Class<?> type, ConfigValue value, String path) {
        Map<String, Object> constants = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            constants.put(Names.kebab(((Enum<?>) constant).name()), constant);
        }
        String text = value.valueType() == ConfigValueType.STRING || value.valueType() == ConfigValueType.BOOLEAN
                ? text(value)
                : null;
        Object constant = text == null ? null : constants.get(text);
        if (constant == null) {
            String near = text == null
                    ? ""
                    : Names.nearest(text, constants.keySet())
                            .map(n -> ". Did you mean '" + n + "'?")
                            .orElse("");
            problems.add(
                    Origins.describe(value),
                    path,
                    "expected one of " + constants.keySet() + ", found " + found(value) + near);
        }
        return constant;
    }

    /** As it was written: the parser reads 007 as the number 7. */
    private static boolean hasLeadingZero(ConfigValue value) {
        return text(value).matches("[+-]?0\\d.*");
    }

    /** A scalar as it was written. */
    private static String text(ConfigValue value) {
        return value.atKey("x").getString("x");
    }

    private String shown(ConfigValue value) {
        // Before it is cut, for a part of a secret is one too.
        String text = Printable.line(problems.secrets().masked(text(value)));
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    private String found(ConfigValue value) {
        return switch (value.valueType()) {
            case STRING -> "the text \"" + shown(value) + "\"";
            case NUMBER -> hasLeadingZero(value) ? shown(value) + ", with a leading zero" : shown(value);
            case BOOLEAN -> text(value);
            case NULL -> "null";
            case LIST -> "a list";
            case OBJECT -> "a block";
        };
    }
}
