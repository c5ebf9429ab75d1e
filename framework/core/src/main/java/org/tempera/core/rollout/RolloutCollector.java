package org.tempera.core.rollout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.graph.TrainingSession;
import org.tempera.core.graph.Workers;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyShape;

/** Collects an epoch's rollout, several batches side by side. */
public final class RolloutCollector {
    private final DiffusionPolicy policy;
    private final Sampler sampler;
    private final TextEmbeddings text;
    private final Schedule schedule;
    private final SamplingSettings settings;
    private final long seed;

    public RolloutCollector(
            DiffusionPolicy policy,
            Sampler sampler,
            TextEmbeddings text,
            Schedule schedule,
            SamplingSettings settings,
            long seed) {
        this.policy = policy;
        this.sampler = sampler;
        this.text = text;
        this.schedule = schedule;
        this.settings = settings;
        this.seed = seed;
    }

    /**
     * What is done with a batch.
     *
     * @param <T> what {@link #drawn} finds out about it
     */
    public interface BatchListener<T> {
        /** Called with the final latents as soon as they are drawn, in a worker's thread. */
        T drawn(int firstSample, List<String> prompts, HostTensor latents);

        /** Called batch after batch, in the collector's thread, beside the drawing of later batches. */
        void taken(int firstSample, List<String> prompts, T found);

        /** Does nothing. */
        static BatchListener<Boolean> none() {
            return new BatchListener<>() {
                @Override
                public Boolean drawn(int firstSample, List<String> prompts, HostTensor latents) {
                    return true;
                }

                @Override
                public void taken(int firstSample, List<String> prompts, Boolean found) {}
            };
        }
    }

    private record Drawn<T>(Sampler.Batch batch, T found) {}

    /**
     * Samples one epoch, as many batches at a time as there are workers; what it draws is a function of (seed, epoch, sample).
     *
     * @param prompts one for each sample
     */
    public <T> Rollout collect(
            TrainingSession session, Workers workers, int epoch, List<String> prompts, BatchListener<T> listener) {
        int batch = sampler.batch();
        HostTensor negative = text.of(session, Collections.nCopies(batch, settings.negativePrompt()));
        Collected collected = new Collected(prompts);
        workers.<Drawn<T>>inOrder(
                prompts.size() / batch,
                b -> {
                    List<String> part = prompts.subList(b * batch, (b + 1) * batch);
                    int[] samples = new int[batch];
                    Arrays.setAll(samples, i -> b * batch + i);
                    Sampler.Batch drawn = sampler.draw(
                            session,
                            schedule,
                            text.of(session, part),
                            negative,
                            new SampleNoise(policy.shape(), seed, epoch, samples),
                            policy.noiseProcess().initialStandardDeviation());
                    return new Drawn<>(drawn, listener.drawn(b * batch, part, drawn.last()));
                },
                (b, drawn) -> {
                    collected.add(b * batch, drawn.batch());
                    listener.taken(b * batch, prompts.subList(b * batch, (b + 1) * batch), drawn.found());
                });
        return collected.rollout();
    }

    /** An epoch's batches, put together. */
    private final class Collected {
        private final List<String> prompts;
        private final int steps = schedule.length();
        private final PolicyShape shape = policy.shape();
        private final float[] latents;
        private final Map<String, float[][]> columns = new LinkedHashMap<>();
        private float[] features = new float[0];
        private int width;

        Collected(List<String> prompts) {
            this.prompts = prompts;
            latents = new float[prompts.size() * (steps + 1) * shape.latentSize()];
        }

        void add(int first, Sampler.Batch drawn) {
            int batch = sampler.batch();
            int size = shape.latentSize();
            for (int t = 0; t <= steps; t++) {
                float[] from = drawn.latents()[t].data();
                for (int i = 0; i < batch; i++) {
                    System.arraycopy(from, i * size, latents, ((first + i) * (steps + 1) + t) * size, size);
                }
            }
            drawn.columns().forEach((name, values) -> {
                float[][] to = columns.computeIfAbsent(name, k -> new float[prompts.size()][steps]);
                for (int t = 0; t < steps; t++) {
                    for (int i = 0; i < batch; i++) {
                        to[first + i][t] = values[t].get(i);
                    }
                }
            });
            if (drawn.features().length > 0) {
                width = drawn.features()[0].size(1);
                if (features.length == 0) {
                    features = new float[prompts.size() * steps * width];
                }
                for (int t = 0; t < steps; t++) {
                    float[] from = drawn.features()[t].data();
                    for (int i = 0; i < batch; i++) {
                        System.arraycopy(from, i * width, features, ((first + i) * steps + t) * width, width);
                    }
                }
            }
        }

        Rollout rollout() {
            int[] latentShape = {
                prompts.size(), steps + 1, shape.latentHeight(), shape.latentWidth(), shape.latentChannels()
            };
            return new Rollout(
                    new ArrayList<>(prompts),
                    schedule.timesteps(),
                    HostTensor.of(latents, latentShape),
                    columns,
                    width == 0 ? Optional.empty() : Optional.of(HostTensor.of(features, prompts.size(), steps, width)));
        }
    }
}
