package org.tempera.base.json;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts the entries of maps in an order that is the same in every process, so that equal data gives equal bytes in a
 * file. {@link Map#of} and hash maps have another order in another process, or with other entries before.
 */
public final class StableOrder {
    private StableOrder() {}

    /** The same entries: as they are where the map keeps an order, else sorted by key. */
    public static <K, V> Map<K, V> of(Map<K, V> map) {
        return map instanceof LinkedHashMap || map instanceof SortedMap ? map : new TreeMap<>(map);
    }
}
