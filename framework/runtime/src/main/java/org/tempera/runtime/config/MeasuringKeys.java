package org.tempera.runtime.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tempera.spi.Doc;

/**
 * The keys of a configuration record that may change what is measured, which are all but those whose {@link Doc} says
 * otherwise, and secrets.
 *
 * @param values by key, as HOCON and without secrets, whatever is no path; values of addresses' parameters are told
 *     apart by a mark
 * @param paths by key, those that are given; what lies there measures, and not where it lies
 */
public record MeasuringKeys(SortedMap<String, String> values, SortedMap<String, Path> paths) {
    /** The keys of a record under the key of its block. */
    public static MeasuringKeys of(String block, Record record) {
        MeasuringKeys keys = new MeasuringKeys(new TreeMap<>(), new TreeMap<>());
        keys.addAll(block, record);
        return keys;
    }

    private void addAll(String block, Record record) {
        for (RecordKey key : RecordKey.of(record.getClass())) {
            if (key.doc().map(Doc::measures).orElse(true) && !ShownValue.isSecret(key.component())) {
                add(RecordBinder.join(block, key.name()), key.of(record));
            }
        }
    }

    private void add(String key, Object value) {
        if (value instanceof Record inner) {
            addAll(key, inner);
        } else if (value instanceof Optional<?> o && o.isPresent()) {
            add(key, o.get());
        } else if (value instanceof Path path) {
            paths.put(key, path);
        } else if (value instanceof List<?> list && list.stream().anyMatch(Path.class::isInstance)) {
            for (int i = 0; i < list.size(); i++) {
                add(key + "[" + i + "]", list.get(i));
            }
        } else if (value instanceof Map<?, ?> map && map.values().stream().anyMatch(Path.class::isInstance)) {
            map.forEach((name, path) -> add(RecordBinder.join(key, String.valueOf(name)), path));
        } else {
            values.put(key, EffectiveConfig.hocon(ShownValue.marked(value)));
        }
    }
}
