package org.tempera.core.learn;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.tempera.base.random.StatelessRandom;
import org.tempera.core.prompt.StepText;
import org.tempera.core.rollout.Schedule;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.Minibatch;

/**
 * The rows of a micro-batch, gathered from an epoch's data: what inputs of its graph are fed with.
 *
 * @param minibatch which (sample, step) pairs
 * @param index its place in the plan
 */
record MinibatchRows(EpochData epoch, Minibatch minibatch, int index) {
    private static final long NOISE_STREAM = 0x6e6f697365L;

    int size() {
        return minibatch.samples().length;
    }

    int[] steps() {
        return minibatch.steps();
    }

    Schedule schedule() {
        return epoch.schedule();
    }

    List<String> prompts() {
        return Arrays.stream(minibatch.samples())
                .mapToObj(epoch.rollout().prompts()::get)
                .toList();
    }

    StepText text() {
        return epoch.text().ofStep(prompts());
    }

    /** Two numbers that decide dropout. */
    int[] dropoutSeed() {
        return dropoutSeed(epoch.seed(), index);
    }

    /** Two numbers that decide dropout, by the epoch's seed and a micro-batch's place in its plan. */
    static int[] dropoutSeed(long seed, int index) {
        return new int[] {(int) seed, (int) (seed >>> 32) ^ index};
    }

    /** Latents before the pairs' steps. */
    HostTensor latents() {
        return latents(minibatch.steps());
    }

    /** Latents that the pairs' steps led to. */
    HostTensor next() {
        return latents(Arrays.stream(minibatch.steps()).map(t -> t + 1).toArray());
    }

    /** Latents of all samples before one step; the final ones at the number of steps. */
    HostTensor latentsAt(int step) {
        return latents(all(step));
    }

    /** An array that has the same step for every row. */
    int[] all(int step) {
        int[] steps = new int[size()];
        Arrays.fill(steps, step);
        return steps;
    }

    private HostTensor latents(int[] at) {
        return gather(epoch.rollout().latents(), at);
    }

    /** The noise that a step of the samples was drawn with. */
    HostTensor noise(int step) {
        return epoch.noise().apply(minibatch.samples()).step(step);
    }

    /** What random numbers of a micro-batch's own are for. */
    enum Purpose {
        NOISE,
        TIMESTEP,
        AGAIN
    }

    /** A generator of this micro-batch's own, by what it is for, which draw of that it is, and the row. */
    StatelessRandom random(Purpose purpose, int draw, int row) {
        return StatelessRandom.of(epoch.seed(), NOISE_STREAM, index, purpose.ordinal(), draw, row);
    }

    /** Standard normal latents of this micro-batch's own; rows that are alike share theirs. */
    HostTensor freshNoise(Purpose purpose, int draw, int rowsAlike) {
        int[] s = epoch.rollout().latents().shape();
        int row = s[2] * s[3] * s[4];
        float[] noise = new float[size() * row];
        for (int i = 0; i < size(); i++) {
            random(purpose, draw, i / rowsAlike).fillGaussian(noise, i * row, (i + 1) * row);
        }
        return HostTensor.of(noise, size(), s[2], s[3], s[4]);
    }

    /** The critic's features. */
    HostTensor features() {
        return gather(
                epoch.rollout()
                        .features()
                        .orElseThrow(() -> new IllegalStateException("the rollout holds no critic features")),
                minibatch.steps());
    }

    /** A column of the targets, or else of the rollout. */
    HostTensor column(String name) {
        float[][] ofTargets = epoch.targets().columns().get(name);
        if (ofTargets != null) {
            float[] rows = new float[size()];
            for (int i = 0; i < rows.length; i++) {
                float[] ofSample = ofTargets[minibatch.samples()[i]];
                rows[i] = ofSample[ofSample.length == 1 ? 0 : minibatch.steps()[i]];
            }
            return HostTensor.of(rows, rows.length);
        }
        return gather(Objects.requireNonNull(epoch.rollout().columns().get(name)), minibatch.steps());
    }

    /** 1 for rows that are learnt from, 0 for those that are skipped. */
    HostTensor learnt() {
        float[] rows = new float[size()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = epoch.skipped()[minibatch.samples()[i]] ? 0 : 1;
        }
        return HostTensor.of(rows, rows.length);
    }

    /** Rows {@code [batch, ...]} of {@code [sample, step, ...]}. */
    private HostTensor gather(HostTensor all, int[] at) {
        int[] shape = all.shape();
        int size = all.size() / (shape[0] * shape[1]);
        float[] rows = new float[size() * size];
        for (int i = 0; i < size(); i++) {
            System.arraycopy(all.data(), (minibatch.samples()[i] * shape[1] + at[i]) * size, rows, i * size, size);
        }
        int[] gathered = Arrays.copyOfRange(shape, 1, shape.length);
        gathered[0] = size();
        return HostTensor.of(rows, gathered);
    }
}
