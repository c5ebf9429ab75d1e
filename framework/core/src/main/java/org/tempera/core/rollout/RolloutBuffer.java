package org.tempera.core.rollout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.policy.PolicyShape;

/**
 * An epoch's rollout while it is collected: batches in order, put together. As much of it as there is can be kept as
 * tensors and taken back.
 */
public final class RolloutBuffer {
    private static final String LATENTS = "latents";
    private static final String FEATURES = "features";
    private static final String COLUMN = "column/";

    /** Of an array in Java; some virtual machines allow a few less. */
    private static final long MOST_NUMBERS = Integer.MAX_VALUE - 8;

    private final List<String> prompts;
    private final Schedule schedule;
    private final PolicyShape shape;
    private final float[] latents;
    private final Map<String, Column> columns = new LinkedHashMap<>();
    private int collected;

    /**
     * Numbers of every step.
     *
     * @param row shape of a step's numbers; of no axis for a single one
     * @param size how many these are
     * @param data {@code [sample, step, row]}
     */
    @SuppressWarnings("ArrayRecordComponent") // the buffer's own, compared with none
    private record Column(int[] row, int size, float[] data) {}

    /**
     * A buffer that holds nothing yet.
     *
     * @param prompts one for each sample
     * @param columnShapes of the columns that each batch has, {@code [batch]} or {@code [batch, ...]}
     * @param featureWidth of the critic's features; 0 without a critic
     * @throws UserException if it were larger than an array of Java's
     */
    RolloutBuffer(
            List<String> prompts,
            Schedule schedule,
            PolicyShape shape,
            Map<String, int[]> columnShapes,
            int featureWidth) {
        this.prompts = List.copyOf(prompts);
        this.schedule = schedule;
        this.shape = shape;
        latents = new float[size("latents", schedule.length() + 1, shape.latentSize())];
        columnShapes.forEach((name, s) -> declare(COLUMN + name, Arrays.copyOfRange(s, 1, s.length)));
        if (featureWidth > 0) {
            declare(FEATURES, featureWidth);
        }
    }

    private void declare(String name, int... row) {
        int size = 1;
        for (int d : row) {
            size = Math.multiplyExact(size, d);
        }
        columns.put(name, new Column(row, size, new float[size(name, schedule.length(), size)]));
    }

    private int size(String what, int steps, int row) {
        long size = Math.multiplyExact((long) prompts.size() * steps, row);
        if (size > MOST_NUMBERS) {
            throw new UserException(String.format(
                    Locale.ROOT,
                    "too large an epoch: its %s are %,d numbers, and at most %,d can be kept. Use fewer samples or steps"
                            + " in an epoch.",
                    what.replace(COLUMN, "column "),
                    size,
                    MOST_NUMBERS));
        }
        return (int) size;
    }

    /** The steps that its samples take. */
    public Schedule schedule() {
        return schedule;
    }

    /** One for each sample, collected or not. */
    public List<String> prompts() {
        return prompts;
    }

    /** Samples that are collected: the first ones. */
    public int collected() {
        return collected;
    }

    public boolean complete() {
        return collected == prompts.size();
    }

    /** Takes in the next batch. */
    void add(Sampler.Batch drawn) {
        int steps = schedule.length();
        int size = shape.latentSize();
        int batch = drawn.last().size(0);
        int first = collected;
        for (int t = 0; t <= steps; t++) {
            float[] from = drawn.latents()[t].data();
            for (int i = 0; i < batch; i++) {
                System.arraycopy(from, i * size, latents, ((first + i) * (steps + 1) + t) * size, size);
            }
        }
        drawn.columns().forEach((name, values) -> add(COLUMN + name, values));
        if (drawn.features().length > 0) {
            add(FEATURES, drawn.features());
        }
        collected += batch;
    }

    private void add(String name, HostTensor[] values) {
        int steps = schedule.length();
        Column to = Objects.requireNonNull(columns.get(name), name);
        for (int t = 0; t < steps; t++) {
            for (int i = 0; i < values[t].size(0); i++) {
                System.arraycopy(
                        values[t].data(),
                        i * to.size(),
                        to.data(),
                        ((collected + i) * steps + t) * to.size(),
                        to.size());
            }
        }
    }

    /** The whole, once it is {@link #complete}. */
    public Rollout rollout() {
        if (!complete()) {
            throw new IllegalStateException(collected + " of " + prompts.size() + " samples are collected");
        }
        Map<String, HostTensor> whole = new LinkedHashMap<>();
        columns.forEach((name, c) -> whole.put(name, HostTensor.of(c.data(), columnShape(c, collected))));
        Optional<HostTensor> features = Optional.ofNullable(whole.remove(FEATURES));
        Map<String, HostTensor> named = new LinkedHashMap<>();
        whole.forEach((name, values) -> named.put(name.substring(COLUMN.length()), values));
        return new Rollout(
                new ArrayList<>(prompts),
                schedule.trajectory().timesteps(),
                schedule.trajectory().stochasticSteps(),
                HostTensor.of(latents, latentShape(collected)),
                named,
                features);
    }

    /** What is collected, by name; nothing if nothing is. */
    public Map<String, HostTensor> tensors() {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        if (collected == 0) {
            return tensors;
        }
        tensors.put(LATENTS, HostTensor.of(first(latents), latentShape(collected)));
        columns.forEach((name, c) -> tensors.put(name, HostTensor.of(first(c.data()), columnShape(c, collected))));
        return tensors;
    }

    /**
     * Takes back what {@link #tensors} gave.
     *
     * @throws IllegalArgumentException if it has other columns or another shape, as of a run with other settings
     */
    void restore(Map<String, HostTensor> tensors) {
        if (tensors.isEmpty()) {
            return;
        }
        Set<String> expected = new TreeSet<>(columns.keySet());
        expected.add(LATENTS);
        HostTensor stored = tensors.get(LATENTS);
        if (stored == null || !tensors.keySet().equals(expected)) {
            throw new IllegalArgumentException(
                    "its rollout has " + new TreeSet<>(tensors.keySet()) + ", expected " + expected);
        }
        int n = stored.rank() == 0 ? 0 : stored.size(0);
        if (n > prompts.size()) {
            throw new IllegalArgumentException("at most " + prompts.size() + " samples expected, found " + n);
        }
        require(LATENTS, stored, latentShape(n));
        System.arraycopy(stored.data(), 0, latents, 0, stored.size());
        columns.forEach((name, c) -> {
            HostTensor t = Objects.requireNonNull(tensors.get(name));
            require(name, t, columnShape(c, n));
            System.arraycopy(t.data(), 0, c.data(), 0, t.size());
        });
        collected = n;
    }

    private static void require(String name, HostTensor found, int... expected) {
        if (!Arrays.equals(found.shape(), expected)) {
            throw new IllegalArgumentException(
                    name + ": expected " + Arrays.toString(expected) + ", found " + Arrays.toString(found.shape()));
        }
    }

    private int[] columnShape(Column column, int samples) {
        int[] shape = new int[2 + column.row().length];
        shape[0] = samples;
        shape[1] = schedule.length();
        System.arraycopy(column.row(), 0, shape, 2, column.row().length);
        return shape;
    }

    /** The part of a row-major array that belongs to the collected samples. */
    private float[] first(float[] all) {
        return Arrays.copyOf(all, all.length / prompts.size() * collected);
    }

    private int[] latentShape(int samples) {
        return new int[] {
            samples, schedule.length() + 1, shape.latentHeight(), shape.latentWidth(), shape.latentChannels()
        };
    }
}
