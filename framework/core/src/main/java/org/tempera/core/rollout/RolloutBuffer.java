package org.tempera.core.rollout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.spi.HostTensor;
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
    @SuppressWarnings("ArrayRecordComponent")
    private record Column(int[] row, int size, float[] data) {}

    /** @param prompts one for each sample */
    RolloutBuffer(List<String> prompts, Schedule schedule, PolicyShape shape) {
        this.prompts = List.copyOf(prompts);
        this.schedule = schedule;
        this.shape = shape;
        latents = new float[prompts.size() * (schedule.length() + 1) * shape.latentSize()];
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
        int[] shape = values[0].shape();
        Column to = column(name, Arrays.copyOfRange(shape, 1, shape.length));
        for (int t = 0; t < steps; t++) {
            for (int i = 0; i < shape[0]; i++) {
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
        columns.forEach((name, c) -> whole.put(name, HostTensor.of(c.data(), columnShape(c))));
        Optional<HostTensor> features = Optional.ofNullable(whole.remove(FEATURES));
        Map<String, HostTensor> named = new LinkedHashMap<>();
        whole.forEach((name, values) -> named.put(name.substring(COLUMN.length()), values));
        return new Rollout(
                new ArrayList<>(prompts),
                schedule.timesteps(),
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
        columns.forEach((name, c) -> tensors.put(name, HostTensor.of(first(c.data()), columnShape(c))));
        return tensors;
    }

    /**
     * Takes back what {@link #tensors} gave.
     *
     * @throws IllegalArgumentException if it is of another shape, as of a run with other settings
     */
    void restore(Map<String, HostTensor> tensors) {
        HostTensor stored = tensors.get(LATENTS);
        if (stored == null) {
            return;
        }
        int n = stored.rank() == 0 ? 0 : stored.size(0);
        int steps = schedule.length();
        if (n > prompts.size()) {
            throw new IllegalArgumentException("at most " + prompts.size() + " samples expected, found " + n);
        }
        tensors.forEach((name, t) -> {
            int[] found = t.shape();
            if (name.equals(LATENTS)) {
                require(name, t, latentShape(n));
                System.arraycopy(t.data(), 0, latents, 0, t.size());
            } else if (found.length < 2 || found[0] != n || found[1] != steps) {
                require(name, t, n, steps);
            } else {
                Column to = column(name, Arrays.copyOfRange(found, 2, found.length));
                System.arraycopy(t.data(), 0, to.data(), 0, t.size());
            }
        });
        collected = n;
    }

    private static void require(String name, HostTensor found, int... expected) {
        if (!Arrays.equals(found.shape(), expected)) {
            throw new IllegalArgumentException(
                    name + ": expected " + Arrays.toString(expected) + ", found " + Arrays.toString(found.shape()));
        }
    }

    private Column column(String name, int[] row) {
        return columns.computeIfAbsent(name, k -> {
            int size = 1;
            for (int d : row) {
                size *= d;
            }
            return new Column(row, size, new float[prompts.size() * schedule.length() * size]);
        });
    }

    private int[] columnShape(Column column) {
        int[] shape = new int[2 + column.row().length];
        shape[0] = collected;
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
