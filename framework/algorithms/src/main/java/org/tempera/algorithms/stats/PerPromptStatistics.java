package org.tempera.algorithms.stats;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.spi.Checkpointable;
import org.tempera.spi.PlainFields;

/**
 * Mean and deviation of each prompt's most recent rewards.
 *
 * <p>A prompt's buffer takes the epoch's rewards first and is read afterwards, so a reward is part of its own baseline.
 * Where the buffer then holds fewer than {@code minCount} rewards, the whole epoch's moments stand in. Deviations have
 * divisor n. This is the rule of DDPO (Black et al. 2024, per-prompt statistic tracking) and TDPO.
 */
public final class PerPromptStatistics implements Checkpointable {
    /** Mean and deviation (divisor n) that a sample is measured against. */
    public record Moments(double mean, double deviation) {}

    private final int bufferSize;
    private final int minCount;
    private final Map<String, ArrayDeque<Double>> buffers = new LinkedHashMap<>();

    /**
     * @param bufferSize how many of a prompt's latest rewards are kept, at least 1
     * @param minCount how many a buffer must hold to be used; it always holds one; above {@code bufferSize} none ever
     *     is
     */
    public PerPromptStatistics(int bufferSize, int minCount) {
        if (bufferSize < 1 || minCount < 0) {
            throw new IllegalArgumentException("buffer size must be at least 1 and min count not negative, found "
                    + bufferSize + " and " + minCount);
        }
        this.bufferSize = bufferSize;
        this.minCount = minCount;
    }

    /**
     * Takes in an epoch's rewards and gives the moments that each sample is measured against.
     *
     * @param prompts the text of each sample's prompt, {@code [sample]}
     * @param rewards {@code [sample]}, finite
     */
    public Moments[] update(List<String> prompts, double[] rewards) {
        Axes.requireLength("rewards", rewards.length, prompts.size());
        Axes.requireFinite("rewards", rewards);
        for (int i = 0; i < rewards.length; i++) {
            ArrayDeque<Double> buffer = buffers.computeIfAbsent(prompts.get(i), p -> new ArrayDeque<>());
            if (buffer.size() == bufferSize) {
                buffer.removeFirst();
            }
            buffer.addLast(rewards[i]);
        }
        Moments epoch = moments(rewards);
        Map<String, Moments> byPrompt = new LinkedHashMap<>();
        for (String prompt : prompts) {
            byPrompt.computeIfAbsent(prompt, p -> {
                ArrayDeque<Double> buffer = buffers.getOrDefault(p, new ArrayDeque<>());
                return buffer.size() < minCount
                        ? epoch
                        : moments(
                                buffer.stream().mapToDouble(Double::doubleValue).toArray());
            });
        }
        return prompts.stream().map(byPrompt::get).toArray(Moments[]::new);
    }

    /** How many rewards a prompt's buffer holds. */
    public int count(String prompt) {
        ArrayDeque<Double> buffer = buffers.get(prompt);
        return buffer == null ? 0 : buffer.size();
    }

    /**
     * Of equal values exactly theirs and 0: a rounding error in their mean would else be divided by nothing but an
     * epsilon.
     */
    static Moments moments(double[] values) {
        if (values.length > 0 && Arrays.stream(values).allMatch(v -> v == values[0])) {
            return new Moments(values[0], 0);
        }
        double mean = Arrays.stream(values).average().orElse(0);
        double squares = Arrays.stream(values)
                .map(v -> (v - mean) * (v - mean))
                .average()
                .orElse(0);
        return new Moments(mean, Math.sqrt(squares));
    }

    /** Every prompt with its rewards, oldest first. */
    @Override
    public Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        buffers.forEach((prompt, buffer) -> state.put(prompt, List.copyOf(buffer)));
        return state;
    }

    @Override
    public void restore(Map<String, Object> state) {
        Map<String, ArrayDeque<Double>> restored = new LinkedHashMap<>();
        PlainFields fields = PlainFields.of(state);
        fields.names().forEach(prompt -> {
            ArrayDeque<Double> buffer = new ArrayDeque<>();
            for (double v : fields.finiteDoubles(prompt)) {
                if (buffer.size() == bufferSize) {
                    buffer.removeFirst();
                }
                buffer.addLast(v);
            }
            restored.put(prompt, buffer);
        });
        buffers.clear();
        buffers.putAll(restored);
    }
}
