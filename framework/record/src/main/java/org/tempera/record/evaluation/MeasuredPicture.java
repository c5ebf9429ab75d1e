package org.tempera.record.evaluation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A picture and what was measured of it.
 *
 * @param seed of the noise that it began with
 * @param numbers by name: rewards, {@code kl}, and {@link org.tempera.record.image.statistics.ImageStatistics}; NaN
 *     where a reward gave none
 */
public record MeasuredPicture(String prompt, long seed, Map<String, Double> numbers) {
    public MeasuredPicture {
        numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
    }
}
