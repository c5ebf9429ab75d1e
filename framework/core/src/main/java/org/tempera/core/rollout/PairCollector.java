package org.tempera.core.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.tempera.core.workers.Parcel;
import org.tempera.core.workers.Piecework;
import org.tempera.core.workers.Workers;
import org.tempera.graph.TrainingSession;
import org.tempera.record.choice.Choice;
import org.tempera.spi.HostTensor;
import org.tempera.spi.policy.PolicyShape;

/**
 * Collects an epoch's rollout from choices: the chosen picture before the rejected one, and no steps that led to them.
 */
public final class PairCollector {
    private final EncodedPictures pictures;
    private final PolicyShape shape;
    private final Schedule noSteps;

    /** @param schedule of the run, of which no step is taken */
    public PairCollector(EncodedPictures pictures, PolicyShape shape, Schedule schedule) {
        this.pictures = pictures;
        this.shape = shape;
        this.noSteps = schedule.first(0);
    }

    /**
     * A rollout to be collected.
     *
     * @param pairs of the epoch
     * @param before what {@link RolloutBuffer#tensors} gave of it; empty for a new one
     * @throws IllegalArgumentException if that is of a rollout with other settings
     */
    public RolloutBuffer begin(List<Choice> pairs, Map<String, HostTensor> before) {
        List<String> prompts = new ArrayList<>();
        pairs.forEach(p -> prompts.addAll(List.of(p.prompt(), p.prompt())));
        RolloutBuffer rollout = new RolloutBuffer(prompts, noSteps, shape, Map.of(), 0);
        rollout.restore(before);
        if (rollout.collected() % 2 != 0) {
            throw new IllegalArgumentException(rollout.collected() + " pictures are no whole number of pairs");
        }
        return rollout;
    }

    /**
     * Encodes what an epoch's rollout still lacks, as many pairs at a time as there are lanes of all workers.
     *
     * @param taken is told how many pictures are in the rollout
     * @throws org.tempera.graph.StopSignal.StoppedException if the lanes were asked to stop; pairs that were encoded
     *     are in the rollout
     */
    public void collect(
            TrainingSession session, Workers workers, List<Choice> pairs, RolloutBuffer rollout, IntConsumer taken) {
        int done = rollout.collected() / 2;
        workers.inOrder(pairs.size() - done, new Piecework<HostTensor, HostTensor>() {
            @Override
            public HostTensor work(int piece) {
                workers.lanes().stop().check();
                return encoded(session, pairs.get(done + piece));
            }

            @Override
            public HostTensor finish(int piece, HostTensor latents) {
                return latents;
            }

            @Override
            public Parcel pack(HostTensor latents) {
                return new Parcel(Map.of(), batch(latents).tensors());
            }

            @Override
            public HostTensor unpack(Parcel parcel) {
                return Sampler.Batch.of(parcel.tensors()).last();
            }

            @Override
            public void take(int piece, HostTensor latents) {
                rollout.add(batch(latents));
                taken.accept(rollout.collected());
            }
        });
    }

    private static Sampler.Batch batch(HostTensor latents) {
        return new Sampler.Batch(new HostTensor[] {latents}, Map.of(), new HostTensor[0]);
    }

    private HostTensor encoded(TrainingSession session, Choice pair) {
        List<HostTensor> both = List.of(pictures.of(session, pair.chosen()), pictures.of(session, pair.rejected()));
        int size = shape.latentSize();
        float[] rows = new float[2 * size];
        for (int i = 0; i < 2; i++) {
            System.arraycopy(both.get(i).data(), 0, rows, i * size, size);
        }
        return HostTensor.of(rows, 2, shape.latentHeight(), shape.latentWidth(), shape.latentChannels());
    }
}
