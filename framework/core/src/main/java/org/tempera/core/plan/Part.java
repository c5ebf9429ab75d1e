package org.tempera.core.plan;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.tempera.base.text.ByteSize;

/**
 * A named number of bytes.
 *
 * @param keys of a config that say how much of it there is, where it is plain which
 */
public record Part(String name, long bytes, List<String> keys) {
    private static final int MOST_NAMED = 3;

    public Part {
        keys = List.copyOf(keys);
    }

    /** One of which no key in particular decides how much there is. */
    public Part(String name, long bytes) {
        this(name, bytes, List.of());
    }

    /** What parts take together. */
    public static long sum(List<Part> parts) {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    /** The largest of some for a sentence, such as {@code policy/unet 4.0 GiB, rollout of an epoch 1.0 GiB}. */
    public static String largest(List<Part> parts) {
        return parts.stream()
                .sorted(Comparator.comparingLong(Part::bytes).reversed())
                .limit(MOST_NAMED)
                .map(p -> p.name() + " " + ByteSize.text(p.bytes()))
                .collect(Collectors.joining(", "));
    }

    /** The largest of some; empty where there are none. */
    public static Optional<Part> largestOf(List<Part> parts) {
        return parts.stream().max(Comparator.comparingLong(Part::bytes));
    }

    /** As plain data. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("bytes", bytes);
        return map;
    }
}
