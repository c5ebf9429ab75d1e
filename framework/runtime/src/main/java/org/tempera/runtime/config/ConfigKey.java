package org.tempera.runtime.config;

import com.typesafe.config.ConfigUtil;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tempera.spi.Doc;

/**
 * A key of a block, as its record describes it.
 *
 * @param name within the block, with dots where blocks are nested
 * @param genericType what it is bound to
 * @param byDefault its value where it is left out; empty if it must be given
 * @param text what it does, and where it is read; empty where nobody says
 * @param example a value for one that has no default; empty where there is none
 */
public record ConfigKey(String name, Type genericType, Optional<Object> byDefault, String text, String example) {
    /** The keys that a record gives, in order, those of records within by dotted names. */
    public static List<ConfigKey> of(Class<? extends Record> type, @Nullable Record defaults) {
        List<ConfigKey> keys = new ArrayList<>();
        add("", type, defaults, ReadCondition.of(type), keys);
        return keys;
    }

    private static void add(
            String prefix,
            Class<? extends Record> type,
            @Nullable Record defaults,
            Map<String, List<ReadCondition>> conditions,
            List<ConfigKey> keys) {
        for (RecordKey key : RecordKey.of(type)) {
            String name = prefix + key.name();
            @Nullable Object value = key.in(defaults);
            Optional<Class<? extends Record>> block = key.block();
            if (block.isPresent()) {
                Class<? extends Record> inner = block.get();
                add(
                        name + ".",
                        inner,
                        value == null ? RecordTypes.declaredDefaults(inner) : (Record) value,
                        conditions,
                        keys);
                continue;
            }
            Class<?> raw = key.component().getType();
            keys.add(new ConfigKey(
                    name,
                    key.component().getGenericType(),
                    key.isRequired()
                            ? Optional.empty()
                            : Optional.ofNullable(value == null && raw == Optional.class ? Optional.empty() : value),
                    text(key, conditions.getOrDefault(name, List.of())),
                    key.doc().map(Doc::example).orElse("")));
        }
    }

    private static String text(RecordKey key, List<ReadCondition> conditions) {
        String text = key.doc().map(Doc::value).orElse("");
        return conditions.isEmpty()
                ? text
                : conditions.stream()
                        .map(c -> c.words(c.key()))
                        .collect(Collectors.joining(
                                " and ", text.isBlank() ? "Read where " : text + " Read where ", "."));
    }

    RecordTypes.Shape shape() {
        return new RecordTypes.Shape(genericType);
    }

    /** Its type in words, such as {@code whole number}. */
    public String type() {
        return ConfigReference.typeName(shape()).replace("`", "");
    }

    /** Whether a config must give it. */
    public boolean isRequired() {
        return byDefault.isEmpty();
    }

    /** Its default as HOCON; empty if it is required. */
    public Optional<String> defaultValue() {
        return byDefault.map(EffectiveConfig::hocon);
    }

    /** A value as HOCON that it might have: its default, else its example, else a stand-in. */
    public String anyValue() {
        return defaultValue().orElseGet(() -> {
            Class<?> raw = shape().raw();
            if (raw == Path.class || raw == String.class) {
                String text = example.isEmpty() ? name.toUpperCase(Locale.ROOT) : example;
                return EffectiveConfig.hocon(raw == Path.class ? Path.of(text) : text);
            }
            if (!example.isEmpty()) {
                return example;
            }
            if (raw.isEnum()) {
                return EffectiveConfig.hocon(raw.getEnumConstants()[0]);
            }
            return raw == boolean.class ? "false" : raw == List.class ? anyItem() : raw == Map.class ? "{}" : "1";
        });
    }

    /** A list of one stand-in, for an empty one may be refused; empty where its items are neither text nor paths. */
    private String anyItem() {
        Class<?> item = shape().argument(0).raw();
        return item == String.class || item == Path.class
                ? "[" + ConfigUtil.quoteString(name.toUpperCase(Locale.ROOT)) + "]"
                : "[]";
    }
}
