package org.tempera.runtime.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.tempera.spi.FormerKey;

/** Reads values under the names that keys had before, see {@link FormerKey}. */
final class FormerKeys {
    private FormerKeys() {}

    /**
     * The block with every value at the name that its key has now; warns of each that stood at another, and was not
     * told of before.
     *
     * @param problems learns of values that stand at both
     */
    static ConfigObject renamed(Class<? extends Record> type, ConfigObject block, String path, Problems problems) {
        ConfigObject renamed = block;
        for (RecordKey key : RecordKey.of(type)) {
            FormerKey former = key.component().getAnnotation(FormerKey.class);
            for (String name : former == null ? new String[0] : former.value()) {
                ConfigValue value = value(renamed, name);
                if (value != null) {
                    renamed = moved(renamed, name, value, key, path, RecordKey.names(type), problems);
                }
            }
        }
        return renamed;
    }

    /** What stands at a dotted name; null where nothing does. */
    private static @Nullable ConfigValue value(ConfigObject block, String name) {
        ConfigValue value = block;
        for (String element : name.split("\\.")) {
            value = value instanceof ConfigObject inner ? inner.get(element) : null;
        }
        return value;
    }

    private static ConfigObject moved(
            ConfigObject block,
            String name,
            ConfigValue value,
            RecordKey key,
            String path,
            Set<String> known,
            Problems problems) {
        String origin = Origins.describe(value);
        if (ShownValue.isSecret(key.component())) {
            origin = Origins.withoutValue(origin);
        }
        String before = path + "." + name;
        String now = RecordBinder.join(path, key.name());
        ConfigObject without = without(block, List.of(name.split("\\.")), known);
        if (block.containsKey(key.name())) {
            problems.add(origin, before, "is called '" + now + "' now, which is given as well. Leave this one out.");
            return without;
        }
        if (problems.isFirstTold(before)) {
            LoggerFactory.getLogger(FormerKeys.class)
                    .warn("{}: {}: is called '{}' now; the former name is still read", origin, before, now);
        }
        return without.withValue(key.name(), value);
    }

    /** The block without a value, and without the blocks that held nothing else, unless they are keys of now. */
    private static ConfigObject without(ConfigObject block, List<String> elements, Set<String> known) {
        String first = elements.get(0);
        if (elements.size() == 1 || !(block.get(first) instanceof ConfigObject inner)) {
            return block.withoutKey(first);
        }
        ConfigObject rest = without(inner, elements.subList(1, elements.size()), Set.of());
        return rest.isEmpty() && !known.contains(first) ? block.withoutKey(first) : block.withValue(first, rest);
    }
}
