package org.tempera.runtime.config;

import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The paths that a configuration names by key, wherever they stand: in records within records, options, lists and maps.
 */
public final class ReadPaths {
    private final SortedMap<String, Path> paths = new TreeMap<>();

    private ReadPaths() {}

    /** All that a run may read, which are all but the folder that it writes to. */
    public static SortedMap<String, Path> of(RunConfig config) {
        ReadPaths read = new ReadPaths();
        read.add("sampling", config.sampling());
        read.add("evaluation", config.evaluation());
        read.add("policy", config.policy());
        read.add("algorithm", config.algorithm());
        config.wrapped().ifPresent(a -> read.add("algorithm", a));
        config.critic().ifPresent(c -> read.add("critic", c));
        config.rewards().forEach(r -> read.add("rewards." + r.name(), r.plugin().config()));
        config.gold().ifPresent(g -> read.add("gold", g));
        return read.paths;
    }

    /** The paths of a record under the key of its block. */
    static SortedMap<String, Path> of(String block, Record record) {
        ReadPaths read = new ReadPaths();
        read.add(block, record);
        return read.paths;
    }

    private void add(String kind, Selection<?> plugin) {
        add(kind + "." + plugin.name(), plugin.config());
    }

    private void add(String block, Record record) {
        RecordLeaves.visit(block, record, (key, value) -> true, (key, value) -> {
            if (value instanceof Path path) {
                paths.put(key, path);
            }
        });
    }
}
