package org.tempera.runtime.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

/**
 * The values of a configuration record by key, wherever they stand: in records within records, options, lists and maps.
 * A list or map is one value where it holds neither paths nor records.
 */
final class RecordLeaves {
    private final BiPredicate<RecordKey, Object> wanted;
    private final BiConsumer<String, Object> leaf;

    private RecordLeaves(BiPredicate<RecordKey, Object> wanted, BiConsumer<String, Object> leaf) {
        this.wanted = wanted;
        this.leaf = leaf;
    }

    /**
     * Visits each value.
     *
     * @param block key of the record
     * @param wanted which keys with which values are looked at, with all that is below them
     * @param leaf takes a key and its value; an option that is empty is a value, too
     */
    static void visit(
            String block, Record record, BiPredicate<RecordKey, Object> wanted, BiConsumer<String, Object> leaf) {
        new RecordLeaves(wanted, leaf).visit(block, record);
    }

    private void visit(String key, Object value) {
        if (value instanceof Record record) {
            for (RecordKey k : RecordKey.of(record.getClass())) {
                Object inner = k.of(record);
                if (wanted.test(k, inner)) {
                    visit(RecordBinder.join(key, k.name()), inner);
                }
            }
        } else if (value instanceof Optional<?> o && o.isPresent()) {
            visit(key, o.get());
        } else if (value instanceof List<?> list && list.stream().anyMatch(RecordLeaves::isNoPlainValue)) {
            for (int i = 0; i < list.size(); i++) {
                visit(key + "[" + i + "]", list.get(i));
            }
        } else if (value instanceof Map<?, ?> map && map.values().stream().anyMatch(RecordLeaves::isNoPlainValue)) {
            map.forEach((name, inner) -> visit(RecordBinder.join(key, String.valueOf(name)), inner));
        } else {
            leaf.accept(key, value);
        }
    }

    private static boolean isNoPlainValue(Object value) {
        return value instanceof Path
                || value instanceof Record
                || (value instanceof Optional<?> o
                        && o.filter(RecordLeaves::isNoPlainValue).isPresent())
                || (value instanceof List<?> list && list.stream().anyMatch(RecordLeaves::isNoPlainValue))
                || (value instanceof Map<?, ?> map && map.values().stream().anyMatch(RecordLeaves::isNoPlainValue));
    }
}
