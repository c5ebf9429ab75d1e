package org.tempera.runtime.config;

import java.nio.file.Path;
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
        SortedMap<String, String> values = new TreeMap<>();
        SortedMap<String, Path> paths = new TreeMap<>();
        RecordLeaves.visit(block, record, MeasuringKeys::measures, (key, value) -> {
            if (value instanceof Path path) {
                paths.put(key, path);
            } else {
                values.put(key, EffectiveConfig.hocon(ShownValue.marked(value)));
            }
        });
        return new MeasuringKeys(values, paths);
    }

    private static boolean measures(RecordKey key, Object value) {
        if (key.doc().map(Doc::onlyIfGiven).orElse(false) && value.equals(Optional.empty())) {
            return false;
        }
        return key.doc().map(Doc::measures).orElse(true) && !ShownValue.isSecret(key.component());
    }
}
