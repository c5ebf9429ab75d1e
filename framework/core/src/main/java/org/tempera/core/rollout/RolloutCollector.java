package org.tempera.core.rollout;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.tempera.graph.Lanes;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.policy.PolicyShape;

/** Collects an epoch's rollout, several batches side by side. */
public final class RolloutCollector {
    private final Drawer drawer;
    private final PolicyShape shape;
    private final long seed;
    private final int alike;

    /** @param seed the run's */
    public RolloutCollector(Drawer drawer, PolicyShape shape, long seed) {
        this(drawer, shape, seed, 1);
    }

    /**
     * @param seed the run's
     * @param alike samples that follow one another and begin from the same noise
     */
    public RolloutCollector(Drawer drawer, PolicyShape shape, long seed, int alike) {
        this.drawer = drawer;
        this.shape = shape;
        this.seed = seed;
        this.alike = alike;
    }

    /**
     * What is done with a batch.
     *
     * @param <T> what {@link #drawn} finds out about it
     */
    public interface BatchListener<T> {
        /** Called with the final latents as soon as they are drawn, in a lane's thread. */
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
     * A rollout to be collected.
     *
     * @param prompts one for each sample
     * @param schedule the steps that they take
     * @param before what {@link RolloutBuffer#tensors} gave of it; empty for a new one
     * @throws IllegalArgumentException if that is of a rollout with other settings
     */
    public RolloutBuffer begin(List<String> prompts, Schedule schedule, Map<String, HostTensor> before) {
        RolloutBuffer rollout = new RolloutBuffer(
                prompts,
                schedule,
                shape,
                drawer.sampler().columns(),
                drawer.sampler().featureWidth());
        rollout.restore(before);
        if (rollout.collected() % drawer.batch() != 0) {
            throw new IllegalArgumentException(
                    rollout.collected() + " samples are no whole number of batches of " + drawer.batch());
        }
        return rollout;
    }

    /** The noise that an epoch's samples are drawn with, by their indices. */
    public Function<int[], Noise> noise(int epoch) {
        return samples -> new SampleNoise(shape, seed, epoch, samples, alike);
    }

    /**
     * Samples what an epoch's rollout still lacks, as many batches at a time as there are lanes; what it draws is a
     * function of (seed, epoch, sample).
     *
     * @throws org.tempera.graph.StopSignal.StoppedException if the lanes were asked to stop; batches that were
     *     drawn are in the rollout, and the listener has had them
     */
    public <T> void collect(
            TrainingSession session, Lanes lanes, int epoch, RolloutBuffer rollout, BatchListener<T> listener) {
        int batch = drawer.batch();
        int done = rollout.collected() / batch;
        List<String> prompts = rollout.prompts();
        lanes.<Drawn<T>>inOrder(
                prompts.size() / batch - done,
                piece -> {
                    int first = (done + piece) * batch;
                    List<String> part = prompts.subList(first, first + batch);
                    int[] samples = new int[batch];
                    Arrays.setAll(samples, i -> first + i);
                    Sampler.Batch drawn = drawer.draw(
                            session, rollout.schedule(), part, noise(epoch).apply(samples), lanes.stop());
                    return new Drawn<>(drawn, listener.drawn(first, part, drawn.last()));
                },
                (piece, drawn) -> {
                    int first = rollout.collected();
                    // First, for it may be stopped while it waits: the batch is then drawn again.
                    listener.taken(first, prompts.subList(first, first + batch), drawn.found());
                    rollout.add(drawn.batch());
                });
    }
}
