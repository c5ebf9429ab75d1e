package org.tempera.record.metrics;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.tempera.base.text.Words;
import org.tempera.spi.UserException;

/**
 * Writes every sample as one line of JSON:
 * {@code {"epoch":3,"phase":"train","index":0,"prompt":"a cat","seed":42,"rewards":{"aesthetic":0.4}}}; those of
 * evaluations have the fingerprint of what measured them besides, as {@code "ruler"}, and as {@code "signs"} what may
 * betray over-optimisation and is no score.
 */
public final class SamplesLog implements AutoCloseable {
    /** Places of samples that are missing in some evaluation. */
    private static final long FREE_PLACES = 1 << 18;

    private final JsonLines lines;

    /** Opens the file at its end; makes it where there is none. */
    public SamplesLog(Path file) {
        lines = new JsonLines(file);
    }

    /** Appends samples; they are on the disk when this returns. */
    public void append(List<Sample> samples) {
        lines.append(samples.stream().map(SamplesLog::fields).toList());
    }

    private static Map<String, Object> fields(Sample sample) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("epoch", sample.epoch());
        line.put("phase", Words.of(sample.phase()));
        line.put("index", sample.index());
        line.put("prompt", sample.prompt());
        line.put("seed", sample.seed());
        line.put("rewards", encoded(sample.rewards()));
        sample.ruler().ifPresent(fingerprint -> line.put("ruler", fingerprint));
        if (!sample.signs().isEmpty()) {
            line.put("signs", encoded(sample.signs()));
        }
        return line;
    }

    private static Map<String, Object> encoded(Map<String, Double> numbers) {
        Map<String, Object> encoded = new LinkedHashMap<>();
        numbers.forEach((name, x) -> encoded.put(name, JsonLines.encode(x)));
        return encoded;
    }

    /**
     * Reads such a file; a last line that was cut short is left out.
     *
     * @throws org.tempera.spi.UserException if it cannot be read or a line is damaged
     */
    public static List<Sample> read(Path file) {
        return read(file, sample -> true);
    }

    /**
     * Reads the samples that are wanted; the others take no memory.
     *
     * @throws org.tempera.spi.UserException if the file cannot be read or a line is damaged
     */
    public static List<Sample> read(Path file, Predicate<Sample> wanted) {
        List<Sample> samples = new ArrayList<>();
        JsonLines.read(file, line -> {
            Sample sample = sample(file, line);
            if (wanted.test(sample)) {
                samples.add(sample);
            }
            return true;
        });
        requireDense(file, samples);
        return samples;
    }

    /**
     * The samples of the first evaluation; what stands after them is not read.
     *
     * @throws org.tempera.spi.UserException if the file cannot be read or a line is damaged
     */
    public static List<Sample> firstEvaluation(Path file) {
        List<Sample> samples = new ArrayList<>();
        JsonLines.read(file, line -> {
            Sample sample = sample(file, line);
            boolean over = !samples.isEmpty() && samples.get(0).epoch() != sample.epoch();
            if (!over && sample.phase() == Sample.Phase.EVALUATION) {
                samples.add(sample);
            }
            return !over;
        });
        requireDense(file, samples);
        return samples;
    }

    private static void requireDense(Path file, List<Sample> samples) {
        List<Sample> evaluated = samples.stream()
                .filter(s -> s.phase() == Sample.Phase.EVALUATION)
                .toList();
        sparse(evaluated).ifPresent(how -> {
            throw new UserException(file + ": is damaged: " + how + ". Remove or mend these lines.");
        });
    }

    /**
     * How the samples of evaluations are numbered too far apart. Who compares evaluations has a place for every sample
     * in each of them: few samples with large numbers would take all memory. Empty if they are not.
     */
    public static Optional<String> sparse(List<Sample> evaluated) {
        int last = evaluated.stream().mapToInt(Sample::index).max().orElse(0);
        long evaluations = evaluated.stream().mapToInt(Sample::epoch).distinct().count();
        return evaluations * (last + 1L) > FREE_PLACES + 4L * evaluated.size()
                ? Optional.of(evaluated.size() + " sample(s) of " + evaluations
                        + " evaluation(s) cannot be numbered up to " + last)
                : Optional.empty();
    }

    private static Sample sample(Path file, JsonLines.Line line) {
        try {
            return sample(line.fields());
        } catch (RuntimeException e) {
            throw JsonLines.damaged(file, line.number(), "expected epoch, phase, index, prompt, seed, rewards", e);
        }
    }

    private static Sample sample(Map<String, Object> fields) {
        return new Sample(
                count(fields, "epoch"),
                phase((String) required(fields, "phase")),
                count(fields, "index"),
                (String) required(fields, "prompt"),
                (Long) required(fields, "seed"),
                decoded(required(fields, "rewards")),
                Optional.ofNullable((String) fields.get("ruler")),
                decoded(fields.getOrDefault("signs", Map.of())));
    }

    private static SortedMap<String, Double> decoded(Object encoded) {
        SortedMap<String, Double> numbers = new TreeMap<>();
        ((Map<?, ?>) encoded).forEach((name, x) -> numbers.put((String) name, JsonLines.decode((Object) x)));
        return numbers;
    }

    private static Sample.Phase phase(String name) {
        return Arrays.stream(Sample.Phase.values())
                .filter(phase -> phase.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow();
    }

    private static int count(Map<String, Object> fields, String key) {
        int count = Math.toIntExact((Long) required(fields, key));
        if (count < 0) {
            throw new IllegalArgumentException(key + " is " + count);
        }
        return count;
    }

    private static Object required(Map<String, Object> fields, String key) {
        Object value = fields.get(key);
        if (value == null) {
            throw new IllegalArgumentException(key);
        }
        return value;
    }

    @Override
    public void close() {
        lines.close();
    }
}
