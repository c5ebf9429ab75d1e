package org.tempera.runtime.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tempera.base.text.Printable;
import org.tempera.base.text.Secrets;
import org.tempera.spi.ConfigException;
import org.tempera.spi.Required;

/**
 * Binds blocks of a configuration to records, strictly.
 *
 * <p>The keys of a block are the record's components in kebab-case; a key that is none is a problem, a key that is left
 * out takes the value of the defaults record. The record's compact constructor checks ranges: its {@link
 * IllegalArgumentException} becomes a problem at the block, a {@link ConfigException} one at the key that it names. All
 * problems are collected.
 *
 * <p>Components may be {@code int}, {@code long}, {@code float}, {@code double}, {@code boolean}, {@link String},
 * {@link Path}, enums, records, and {@code Optional}, {@code List} and {@code Map<String, ...>} of these.
 */
public final class RecordBinder {
    private final Problems problems;
    private final ScalarBinder scalars;
    private final Map<String, String> origins = new LinkedHashMap<>();
    private final Set<String> lost = new HashSet<>();

    RecordBinder(Problems problems, Path base) {
        this.problems = problems;
        this.scalars = new ScalarBinder(problems, base);
    }

    /**
     * Binds plain data, such as a parsed JSON object.
     *
     * @param origin what the data is, for messages
     * @param base the folder that relative paths start from
     * @throws ConfigProblems if anything does not fit
     */
    public static <C extends Record> C bind(
            Map<String, ?> data, String origin, Path base, Class<C> type, C defaults, String path) {
        Problems problems = new Problems();
        Optional<C> bound =
                new RecordBinder(problems, base).bind(type, defaults, ConfigValueFactory.fromMap(data, origin), path);
        problems.throwIfAny();
        return bound.orElseThrow();
    }

    /** Binds a block that holds the record's keys only; empty if there was a problem. */
    <C extends Record> Optional<C> bind(
            Class<C> type, @Nullable C defaults, @Nullable ConfigObject block, String path) {
        return Optional.ofNullable(type.cast(whole(type, defaults, block, path)));
    }

    /** Binds the record's keys of a block that may hold others too; empty if there was a problem. */
    <C extends Record> Optional<C> bindKnown(
            Class<C> type, @Nullable C defaults, @Nullable ConfigObject block, String path) {
        return Optional.ofNullable(type.cast(record(type, defaults, block, path)));
    }

    /** Notes every key of a block that is not known. */
    void refuseUnknown(@Nullable ConfigObject block, String path, Set<String> known) {
        if (block == null) {
            return;
        }
        for (Map.Entry<String, ConfigValue> e : new TreeMap<>(block).entrySet()) {
            if (!known.contains(e.getKey())) {
                problems.add(
                        Origins.describe(e.getValue()),
                        join(path, e.getKey()),
                        "unknown key. " + Names.suggest(e.getKey(), known));
            }
        }
    }

    /** The block at a key; null if there is none, or (with a problem noted) something else. */
    @Nullable
    ConfigObject block(@Nullable ConfigObject parent, String key, String path) {
        ConfigValue value = parent == null ? null : parent.get(key);
        if (value == null) {
            return null;
        }
        return asBlock(value, path);
    }

    @Nullable
    ConfigObject asBlock(ConfigValue value, String path) {
        if (value instanceof ConfigObject object) {
            return object;
        }
        scalars.problem(
                value,
                path,
                "a block { ... }",
                Origins.mayBeUnquoted(value) ? ". In a shell, quote braces: '" + path + "={...}'" : "");
        return null;
    }

    /** The text at a key; null if there is none, or (with a problem noted) something else. */
    @Nullable
    String text(@Nullable ConfigObject parent, String key, String path) {
        ConfigValue value = parent == null ? null : parent.get(key);
        return value == null ? null : (String) scalars.bind(String.class, value, path);
    }

    /** Where each bound key came from. */
    Map<String, String> origins() {
        return origins;
    }

    /**
     * Keys that are no text, and whose secrets were left out when the configuration was written; they have their
     * defaults.
     */
    Set<String> lost() {
        return lost;
    }

    void origin(String path, String origin) {
        origins.put(path, origin);
    }

    static String join(String path, String key) {
        String element = key.matches("[A-Za-z0-9_-]+") ? key : '"' + key + '"';
        return path.isEmpty() ? element : path + "." + element;
    }

    /** The block with every value at the name that its key has now. */
    ConfigObject renamed(Class<? extends Record> type, ConfigObject block, String path) {
        return FormerKeys.renamed(type, block, path, problems);
    }

    /** The record of a block that holds its keys only. */
    private @Nullable Record whole(
            Class<? extends Record> type, @Nullable Record defaults, @Nullable ConfigObject block, String path) {
        ConfigObject renamed = block == null ? null : renamed(type, block, path);
        refuseUnknown(renamed, path, RecordKey.names(type));
        return record(type, defaults, renamed, path);
    }

    private @Nullable Record record(
            Class<? extends Record> type, @Nullable Record defaults, @Nullable ConfigObject block, String path) {
        return record(type, defaults, block, path, new HashSet<>());
    }

    /** @param failed learns the keys of the block that had a problem */
    private @Nullable Record record(
            Class<? extends Record> type,
            @Nullable Record defaults,
            @Nullable ConfigObject block,
            String path,
            Set<String> failed) {
        Record fallback = defaults != null ? defaults : RecordTypes.declaredDefaults(type);
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        boolean good = true;
        for (int i = 0; i < components.length; i++) {
            RecordComponent c = components[i];
            Object byDefault = fallback == null ? null : RecordKey.get(c, fallback);
            Object bound = RecordKey.isInlined(c)
                    ? record(c.getType().asSubclass(Record.class), (Record) byDefault, block, path, failed)
                    : value(c, byDefault, block, path, failed);
            good &= bound != null;
            values[i] = bound != null ? bound : byDefault;
        }
        return construct(type, values, good, fallback, failed, block, path);
    }

    private @Nullable Object value(
            RecordComponent c,
            @Nullable Object byDefault,
            @Nullable ConfigObject block,
            String path,
            Set<String> failed) {
        String key = Names.kebab(c.getName());
        String at = join(path, key);
        ConfigValue value = block == null ? null : block.get(key);
        Object bound = value == null ? missing(c, byDefault, block, at) : component(c, byDefault, value, at);
        if (bound == null) {
            failed.add(key);
        }
        return bound;
    }

    private @Nullable Object component(RecordComponent c, @Nullable Object byDefault, ConfigValue value, String at) {
        if (c.getType().isRecord() && value instanceof ConfigObject inner) {
            return whole(c.getType().asSubclass(Record.class), (Record) byDefault, inner, at);
        }
        if (value.valueType() != ConfigValueType.NULL) {
            ShownValue.of(value.unwrapped(), ShownValue.isSecret(c), problems.secrets());
        }
        String origin = Origins.describe(value);
        origins.put(at, ShownValue.isSecret(c) ? Origins.withoutValue(origin) : origin);
        RecordTypes.Shape shape = new RecordTypes.Shape(c.getGenericType());
        if (ShownValue.isSecret(c) && !isText(shape) && hasMask(value.unwrapped())) {
            return leftOut(byDefault, value, at);
        }
        return convert(shape, value, at);
    }

    private static boolean isText(RecordTypes.Shape shape) {
        Class<?> raw = shape.raw();
        if (raw == Optional.class || raw == List.class) {
            return isText(shape.argument(0));
        }
        return raw == String.class || (raw == Map.class && isText(shape.argument(1)));
    }

    private static boolean hasMask(@Nullable Object plain) {
        if (plain instanceof Map<?, ?> map) {
            return map.values().stream().anyMatch(RecordBinder::hasMask);
        }
        return plain instanceof List<?> items
                ? items.stream().anyMatch(RecordBinder::hasMask)
                : Secrets.MASK.equals(plain);
    }

    /** A stand-in for a secret that is not there, so that whatever needs none can go on. */
    private @Nullable Object leftOut(@Nullable Object byDefault, ConfigValue value, String at) {
        lost.add(at);
        if (byDefault == null) {
            problems.add(Origins.describe(value), at, "its secret was left out when this was written. Give it again.");
        }
        return byDefault;
    }

    private @Nullable Object missing(
            RecordComponent c, @Nullable Object byDefault, @Nullable ConfigObject block, String at) {
        if (c.getType().isRecord()) {
            return record(c.getType().asSubclass(Record.class), (Record) byDefault, null, at);
        }
        origins.put(at, Origins.DEFAULT);
        if (byDefault != null && !c.isAnnotationPresent(Required.class)) {
            return ScalarBinder.absolute(byDefault);
        }
        if (c.getType() == Optional.class && !c.isAnnotationPresent(Required.class)) {
            return Optional.empty();
        }
        problems.add(Origins.describe(block), at, "missing; it has no default. Set it.");
        return null;
    }

    private @Nullable Object convert(RecordTypes.Shape shape, ConfigValue value, String path) {
        Class<?> raw = shape.raw();
        if (raw == Optional.class) {
            if (value.valueType() == ConfigValueType.NULL) {
                return Optional.empty();
            }
            Object inner = convert(shape.argument(0), value, path);
            return inner == null ? null : Optional.of(inner);
        }
        if (raw == List.class) {
            return list(shape.argument(0), value, path);
        }
        if (raw == Map.class) {
            return map(shape.argument(1), value, path);
        }
        if (raw.isRecord()) {
            ConfigObject block = asBlock(value, path);
            return block == null ? null : whole(raw.asSubclass(Record.class), null, block, path);
        }
        return scalars.bind(raw, value, path);
    }

    private @Nullable Object list(RecordTypes.Shape element, ConfigValue value, String path) {
        if (!(value instanceof List<?> items)) {
            scalars.problem(value, path, "a list [ ... ]");
            return null;
        }
        List<Object> bound = new ArrayList<>();
        boolean whole = true;
        for (int i = 0; i < items.size(); i++) {
            Object item = convert(element, (ConfigValue) items.get(i), path + "[" + i + "]");
            if (item == null) {
                whole = false;
            } else {
                bound.add(item);
            }
        }
        return whole ? List.copyOf(bound) : null;
    }

    private @Nullable Object map(RecordTypes.Shape element, ConfigValue value, String path) {
        ConfigObject block = asBlock(value, path);
        if (block == null) {
            return null;
        }
        Map<String, Object> bound = new TreeMap<>();
        boolean whole = true;
        for (Map.Entry<String, ConfigValue> e : new TreeMap<>(block).entrySet()) {
            String at = join(path, e.getKey());
            Object item = convert(element, e.getValue(), at);
            origins.put(at, Origins.describe(e.getValue()));
            if (item == null) {
                whole = false;
            } else {
                bound.put(e.getKey(), item);
            }
        }
        return whole ? Collections.unmodifiableMap(bound) : null;
    }

    /**
     * Makes the record. A constructor stops at its first complaint, so the key that it names is put back to its default
     * and the constructor asked again: each further complaint about another key is a problem of its own, unless it
     * mentions a key that had a problem before.
     */
    private @Nullable Record construct(
            Class<? extends Record> type,
            @Nullable Object[] values,
            boolean whole,
            @Nullable Record fallback,
            Set<String> failed,
            @Nullable ConfigObject block,
            String path) {
        RecordComponent[] components = type.getRecordComponents();
        boolean good = whole;
        for (int round = 0; round <= components.length; round++) {
            if (Arrays.asList(values).contains(null)) {
                return null;
            }
            String complaint;
            Optional<RecordKey> refused;
            try {
                Record made = RecordTypes.make(type, values);
                return good ? made : null;
            } catch (InvocationTargetException e) {
                if (!(e.getCause() instanceof IllegalArgumentException cause)) {
                    throw new IllegalStateException(type.getName() + " cannot be made from " + path, e.getCause());
                }
                complaint = cause.getMessage() == null ? "its values do not fit together" : cause.getMessage();
                refused = refused(type, cause);
                if (failed.stream().noneMatch(key -> mentions(complaint, key))) {
                    report(cause, complaint, refused, block, path);
                }
            }
            good = false;
            if (refused.isEmpty()
                    || fallback == null
                    || !failed.add(refused.get().name())) {
                return null;
            }
            RecordComponent outermost = refused.get().outermost();
            for (int i = 0; i < components.length; i++) {
                if (components[i].getName().equals(outermost.getName())) {
                    values[i] = RecordKey.get(components[i], fallback);
                }
            }
        }
        return null;
    }

    private void report(
            IllegalArgumentException cause,
            String complaint,
            Optional<RecordKey> refused,
            @Nullable ConfigObject block,
            String path) {
        if (refused.isPresent() && cause instanceof ConfigException e) {
            ConfigValue value = block == null ? null : block.get(e.key());
            problems.add(Origins.describe(value != null ? value : block), join(path, e.key()), shown(e.complaint()));
        } else {
            problems.add(Origins.describe(block), path, shown(complaint));
        }
    }

    /** On one line, without the secrets that it would no longer be known by. */
    private String shown(String complaint) {
        return Printable.line(problems.secrets().masked(complaint));
    }

    /** The key whose value a record's constructor refuses; empty where its values do not fit together. */
    private static Optional<RecordKey> refused(Class<? extends Record> type, IllegalArgumentException cause) {
        return cause instanceof ConfigException e
                ? RecordKey.of(type).stream()
                        .filter(key -> key.name().equals(e.key()))
                        .findFirst()
                : Optional.empty();
    }

    private static boolean mentions(String complaint, String key) {
        return (" " + complaint + " ").matches("(?s).*[^a-z0-9-]" + Pattern.quote(key) + "[^a-z0-9-].*");
    }
}
