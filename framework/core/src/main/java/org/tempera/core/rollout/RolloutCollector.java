package org.tempera.core.rollout;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.tempera.core.workers.Parcel;
import org.tempera.core.workers.Piecework;
import org.tempera.core.workers.Workers;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.PlainFields;
import org.tempera.spi.policy.PolicyShape;

/** Collects an epoch's rollout, several batches side by side, on one worker or on many. */
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
     * @param <S> what all workers learn of it besides its samples
     */
    public interface BatchListener<T, S> {
        /**
         * Called with the final latents as soon as they are drawn, in a lane's thread, on the worker that drew them.
         */
        T drawn(int firstSample, List<String> prompts, HostTensor latents);

        /**
         * Called batch after batch, in the collector's thread of the same worker, beside the drawing of later batches.
         */
        S finished(int firstSample, List<String> prompts, T found);

        /** Called for batch after batch, in the collector's thread of every worker. */
        void taken(int firstSample, List<String> prompts, S found);

        /** As plain data, to be handed on. */
        Map<String, Object> plain(S found);

        /** What {@link #plain} gave. */
        S of(PlainFields plain);

        /** Does nothing. */
        static BatchListener<Boolean, Boolean> none() {
            return new BatchListener<>() {
                @Override
                public Boolean drawn(int firstSample, List<String> prompts, HostTensor latents) {
                    return true;
                }

                @Override
                public Boolean finished(int firstSample, List<String> prompts, Boolean found) {
                    return true;
                }

                @Override
                public void taken(int firstSample, List<String> prompts, Boolean found) {}

                @Override
                public Map<String, Object> plain(Boolean found) {
                    return Map.of();
                }

                @Override
                public Boolean of(PlainFields plain) {
                    return true;
                }
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
     * function of (seed, epoch, sample), and the same on all workers, whichever of them draws it.
     *
     * @throws org.tempera.graph.StopSignal.StoppedException if the lanes were asked to stop; batches that were
     *     drawn are in the rollout, and the listener has had them
     */
    public <T, S> void collect(
            TrainingSession session, Workers workers, int epoch, RolloutBuffer rollout, BatchListener<T, S> listener) {
        int batch = drawer.batch();
        int done = rollout.collected();
        List<String> prompts = rollout.prompts();
        workers.inOrder((prompts.size() - done) / batch, new Piecework<Drawn<T>, Drawn<S>>() {
            @Override
            public Drawn<T> work(int piece) {
                int first = first(piece);
                int[] samples = new int[batch];
                Arrays.setAll(samples, i -> first + i);
                Sampler.Batch drawn = drawer.draw(
                        session,
                        rollout.schedule(),
                        prompts(piece),
                        noise(epoch).apply(samples),
                        workers.lanes().stop());
                return new Drawn<>(drawn, listener.drawn(first, prompts(piece), drawn.last()));
            }

            @Override
            public Drawn<S> finish(int piece, Drawn<T> drawn) {
                return new Drawn<>(drawn.batch(), listener.finished(first(piece), prompts(piece), drawn.found()));
            }

            @Override
            public Parcel pack(Drawn<S> drawn) {
                return new Parcel(listener.plain(drawn.found()), drawn.batch().tensors());
            }

            @Override
            public Drawn<S> unpack(Parcel parcel) {
                return new Drawn<>(Sampler.Batch.of(parcel.tensors()), listener.of(parcel.fields()));
            }

            @Override
            public void take(int piece, Drawn<S> drawn) {
                listener.taken(first(piece), prompts(piece), drawn.found());
                rollout.add(drawn.batch());
            }

            private int first(int piece) {
                return done + piece * batch;
            }

            private List<String> prompts(int piece) {
                return prompts.subList(first(piece), first(piece) + batch);
            }
        });
    }
}
