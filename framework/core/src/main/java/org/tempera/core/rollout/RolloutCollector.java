package org.tempera.core.rollout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyShape;

/** Collects an epoch's rollout batch by batch. */
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

    /** Called with the final latents and prompts of each batch as soon as it is drawn. */
    @FunctionalInterface
    public interface BatchListener {
        void drawn(int firstSample, List<String> prompts, HostTensor latents);
    }

    /**
     * Samples one epoch; what it draws is a function of (seed, epoch, sample).
     *
     * @param prompts one for each sample
     */
    public Rollout collect(TrainingSession session, int epoch, List<String> prompts, BatchListener listener) {
        PolicyShape shape = policy.shape();
        int n = prompts.size();
        int steps = schedule.length();
        int size = shape.latentSize();
        float[] latents = new float[n * (steps + 1) * size];
        Map<String, float[][]> columns = new LinkedHashMap<>();
        float[] features = new float[0];
        int width = 0;
        int batch = sampler.batch();
        HostTensor negative = text.of(session, Collections.nCopies(batch, settings.negativePrompt()));
        for (int first = 0; first < n; first += batch) {
            List<String> part = prompts.subList(first, first + batch);
            int[] samples = new int[batch];
            for (int i = 0; i < batch; i++) {
                samples[i] = first + i;
            }
            Sampler.Batch drawn = sampler.draw(
                    session,
                    schedule,
                    text.of(session, part),
                    negative,
                    new SampleNoise(shape, seed, epoch, samples),
                    policy.noiseProcess().initialStandardDeviation());
            for (int t = 0; t <= steps; t++) {
                float[] from = drawn.latents()[t].data();
                for (int i = 0; i < batch; i++) {
                    System.arraycopy(from, i * size, latents, ((first + i) * (steps + 1) + t) * size, size);
                }
            }
            for (Map.Entry<String, HostTensor[]> column : drawn.columns().entrySet()) {
                float[][] to = columns.computeIfAbsent(column.getKey(), k -> new float[n][steps]);
                for (int t = 0; t < steps; t++) {
                    for (int i = 0; i < batch; i++) {
                        to[first + i][t] = column.getValue()[t].get(i);
                    }
                }
            }
            if (drawn.features().length > 0) {
                width = drawn.features()[0].size(1);
                if (features.length == 0) {
                    features = new float[n * steps * width];
                }
                for (int t = 0; t < steps; t++) {
                    float[] from = drawn.features()[t].data();
                    for (int i = 0; i < batch; i++) {
                        System.arraycopy(from, i * width, features, ((first + i) * steps + t) * width, width);
                    }
                }
            }
            listener.drawn(first, part, drawn.last());
        }
        return new Rollout(
                new ArrayList<>(prompts),
                schedule.timesteps(),
                HostTensor.of(latents, n, steps + 1, shape.latentHeight(), shape.latentWidth(), shape.latentChannels()),
                columns,
                width == 0 ? Optional.empty() : Optional.of(HostTensor.of(features, n, steps, width)));
    }
}
