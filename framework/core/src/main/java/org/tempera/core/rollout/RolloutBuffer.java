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
    private final Map<String, float[][]> columns = new LinkedHashMap<>();
    private float[] features = new float[0];
    private int width;
    private int collected;

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
        drawn.columns().forEach((name, values) -> {
            float[][] to = column(name);
            for (int t = 0; t < steps; t++) {
                for (int i = 0; i < batch; i++) {
                    to[first + i][t] = values[t].get(i);
                }
            }
        });
        if (drawn.features().length > 0) {
            makeFeatures(drawn.features()[0].size(1));
            for (int t = 0; t < steps; t++) {
                float[] from = drawn.features()[t].data();
                for (int i = 0; i < batch; i++) {
                    System.arraycopy(from, i * width, features, ((first + i) * steps + t) * width, width);
                }
            }
        }
        collected += batch;
    }

    /** The whole, once it is {@link #complete}. */
    public Rollout rollout() {
        if (!complete()) {
            throw new IllegalStateException(collected + " of " + prompts.size() + " samples are collected");
        }
        return new Rollout(
                new ArrayList<>(prompts),
                schedule.timesteps(),
                HostTensor.of(latents, latentShape(collected)),
                columns,
                width == 0
                        ? Optional.empty()
                        : Optional.of(HostTensor.of(features, collected, schedule.length(), width)));
    }

    /** What is collected, by name; nothing if nothing is. */
    public Map<String, HostTensor> tensors() {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        if (collected == 0) {
            return tensors;
        }
        int steps = schedule.length();
        tensors.put(LATENTS, HostTensor.of(first(latents), latentShape(collected)));
        columns.forEach((name, values) -> {
            float[] all = new float[collected * steps];
            for (int i = 0; i < collected; i++) {
                System.arraycopy(values[i], 0, all, i * steps, steps);
            }
            tensors.put(COLUMN + name, HostTensor.of(all, collected, steps));
        });
        if (width > 0) {
            tensors.put(FEATURES, HostTensor.of(first(features), collected, steps, width));
        }
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
            if (name.equals(LATENTS)) {
                require(name, t, latentShape(n));
                System.arraycopy(t.data(), 0, latents, 0, t.size());
            } else if (name.equals(FEATURES)) {
                int stride = t.rank() == 3 ? t.size(2) : 0;
                require(name, t, n, steps, stride);
                makeFeatures(stride);
                System.arraycopy(t.data(), 0, features, 0, t.size());
            } else {
                require(name, t, n, steps);
                float[][] to = column(name.substring(COLUMN.length()));
                for (int i = 0; i < n; i++) {
                    System.arraycopy(t.data(), i * steps, to[i], 0, steps);
                }
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

    private float[][] column(String name) {
        return columns.computeIfAbsent(name, k -> new float[prompts.size()][schedule.length()]);
    }

    private void makeFeatures(int stride) {
        if (features.length == 0) {
            width = stride;
            features = new float[prompts.size() * schedule.length() * stride];
        }
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
