package org.tempera.runtime.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.tempera.spi.ReadWhere;

/**
 * What must hold for a key to be read, see {@link ReadWhere}.
 *
 * @param block where the other key's name starts from: names of blocks within the record that is bound, each with a dot
 *     behind it; empty for the record's own
 * @param where what the key's component says
 */
record ReadCondition(String block, ReadWhere where) {
    /**
     * What must hold for the keys of a record, by key, with dots where it stands in a block within. Keys that are
     * always read are left out.
     */
    static Map<String, List<ReadCondition>> of(Class<? extends Record> type) {
        Map<String, List<ReadCondition>> all = new LinkedHashMap<>();
        add("", type, List.of(), List.of(), all);
        return all;
    }

    /**
     * Adds those of a block.
     *
     * @param outer what holds for all of it
     * @param said what its component says, of all of it or of some keys
     */
    private static void add(
            String block,
            Class<? extends Record> type,
            List<ReadCondition> outer,
            List<ReadCondition> said,
            Map<String, List<ReadCondition>> all) {
        for (RecordKey key : RecordKey.of(type)) {
            List<ReadCondition> conditions = new ArrayList<>(outer);
            Stream.concat(said.stream(), key.within().stream().flatMap(c -> on(c, block).stream()))
                    .filter(c -> c.means(key.name()))
                    .forEach(conditions::add);
            List<ReadCondition> own = on(key.component(), block);
            Optional<Class<? extends Record>> inner = key.block();
            if (inner.isPresent()) {
                add(block + key.name() + ".", inner.get(), conditions, own, all);
                continue;
            }
            conditions.addAll(own);
            if (!conditions.isEmpty()) {
                all.put(block + key.name(), List.copyOf(conditions));
            }
        }
    }

    private static List<ReadCondition> on(RecordComponent c, String block) {
        return Arrays.stream(c.getAnnotationsByType(ReadWhere.class))
                .map(where -> new ReadCondition(block, where))
                .toList();
    }

    /** Whether it is about a key of the component that says it, where that is a record. */
    private boolean means(String key) {
        return where.of().length == 0 || List.of(where.of()).contains(key);
    }

    /** The other key, from the record that is bound on; one in full is as it is. */
    String key() {
        return block + where.key();
    }

    /** Whether a value of the other key satisfies it. Where that key is left out, nobody knows what it comes to. */
    boolean holds(Object value) {
        boolean leftOut = value.equals(Optional.empty());
        if (where.is().length > 0) {
            Class<?> type = value instanceof Enum<?> e ? e.getDeclaringClass() : value.getClass();
            return leftOut
                    || Arrays.stream(where.is())
                            .anyMatch(text -> value(type, text).equals(Optional.of(value)));
        }
        if (!Double.isNaN(where.above())) {
            return leftOut || (value instanceof Number n && n.doubleValue() > where.above());
        }
        return where.given() != (leftOut || value.equals(List.of()) || value.equals(Map.of()));
    }

    /**
     * Why it is about no value that the other key may have, in words that follow its name; empty where it is about one.
     */
    Optional<String> fault(RecordTypes.Shape other) {
        Class<?> type = (other.raw() == Optional.class ? other.argument(0) : other).raw();
        if (where.is().length > 0) {
            return Arrays.stream(where.is())
                    .filter(text -> value(type, text).isEmpty())
                    .findFirst()
                    .map(text -> "has no value " + text);
        }
        boolean number = value(type, "1").filter(Number.class::isInstance).isPresent();
        return Double.isNaN(where.above()) || number ? Optional.empty() : Optional.of("is no number");
    }

    /** What a config that has this text for a value is bound to; empty where a key of that type does not take it. */
    private static Optional<Object> value(Class<?> type, String text) {
        if (type == String.class) {
            return Optional.of(text);
        }
        if (!RecordTypes.isOneValue(type) || type == Path.class) { // a path is one of the folder that it starts from
            return Optional.empty();
        }
        try {
            ConfigValue given = ConfigFactory.parseString("value = " + text).getValue("value");
            return Optional.ofNullable(new ScalarBinder(new Problems(), Path.of("")).bind(type, given, "value"));
        } catch (ConfigException e) {
            return Optional.empty(); // no value at all
        }
    }

    /** In words, such as {@code rule = pid}. @param key what the other key is called */
    String words(String key) {
        if (where.is().length > 0) {
            return key + " = " + String.join(" or ", where.is());
        }
        if (!Double.isNaN(where.above())) {
            return key + " is above "
                    + BigDecimal.valueOf(where.above()).stripTrailingZeros().toPlainString();
        }
        return key + (where.given() ? " is given" : " is left out");
    }
}
