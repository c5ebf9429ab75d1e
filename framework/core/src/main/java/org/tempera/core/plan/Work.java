package org.tempera.core.plan;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * One thing that TensorFlow computes in a run again and again, and what it takes by its graph.
 *
 * @param phase what a run's seconds count it to: {@code sampling}, {@code reward}, {@code training} or
 *     {@code evaluation}
 * @param name such as {@code gradients of a micro-batch}
 * @param rows samples that it computes together
 * @param atATime how many of it run side by side
 * @param perEpoch how often an epoch does it; empty where that cannot be told before there are scores
 * @param perEvaluation how often an evaluation does it
 * @param bytes that the tensors of one take at its fullest moment, weights not included; about
 */
public record Work(
        String phase, String name, int rows, int atATime, OptionalLong perEpoch, long perEvaluation, long bytes) {
    /** What all that run side by side take. */
    public long allBytes() {
        return atATime * bytes;
    }

    /** What one row alone takes at least: what does not grow with the rows is shared out among them. */
    long rowBytes() {
        return bytes / rows;
    }

    /** As plain data. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("phase", phase);
        map.put("name", name);
        map.put("rows", rows);
        map.put("at_a_time", atATime);
        perEpoch.ifPresent(n -> map.put("per_epoch", n));
        map.put("per_evaluation", perEvaluation);
        map.put("bytes", allBytes());
        return map;
    }
}
