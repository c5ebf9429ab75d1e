package org.tempera.algorithms.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Minibatch;

/**
 * The order in which an epoch's (sample, timestep) pairs are learnt from. Timesteps are those of the steps that a plan
 * is made for, the stochastic ones as a rule.
 *
 * <p>Samples are permuted, then each sample's timesteps by a permutation of its own; slot j of a sample is the j-th
 * timestep of its permutation. Every inner epoch draws anew. The order depends on the seed alone.
 *
 * @param batchSize pairs in a micro-batch; divides the number of samples
 * @param accumulate micro-batches that an optimiser step averages over; for DDPO each counts with all its timesteps
 * @param innerEpochs passes over the rollout, at least 1
 * @param shuffleSamples whether samples are permuted
 * @param shuffleTimesteps whether each sample's timesteps are permuted
 * @param timestepFraction share of the timesteps that is learnt from, in (0, 1]: a random subset of each sample's own
 *     if timesteps are shuffled, else the noisiest ones. Rounded down, but at least one timestep
 */
public record UpdatePlan(
        int batchSize,
        int accumulate,
        int innerEpochs,
        boolean shuffleSamples,
        boolean shuffleTimesteps,
        double timestepFraction) {

    public UpdatePlan {
        requirePositive("batch size", batchSize);
        requirePositive("accumulated micro-batches", accumulate);
        requirePositive("inner epochs", innerEpochs);
        if (!(timestepFraction > 0 && timestepFraction <= 1)) {
            throw new IllegalArgumentException("the timestep fraction must be in (0, 1], found " + timestepFraction);
        }
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, found " + value);
        }
    }

    /** How many of {@code steps} timesteps of a sample are learnt from. */
    public int trainedSteps(int steps) {
        return Math.max(1, (int) (steps * timestepFraction));
    }

    /**
     * TDPO's order: slot by slot, all samples within a slot, an optimiser step after every {@link #accumulate}
     * micro-batches and after the last one of a slot. No step mixes slots, which is the "timestep-wise" update.
     */
    public List<Minibatch> slotBySlot(int samples, List<Integer> steps, long seed) {
        int batches = batches(samples);
        List<Minibatch> plan = new ArrayList<>();
        Random random = Seeds.random(seed);
        for (int inner = 0; inner < innerEpochs; inner++) {
            Order order = order(samples, steps, random);
            for (int slot = 0; slot < trainedSteps(steps.size()); slot++) {
                for (int batch = 0; batch < batches; batch++) {
                    boolean apply = (batch + 1) % accumulate == 0 || batch == batches - 1;
                    plan.add(order.minibatch(batch, batchSize, slot, apply));
                }
            }
        }
        return plan;
    }

    /**
     * DDPO's order: micro-batch by micro-batch, all slots of it, an optimiser step after every {@link #accumulate}
     * micro-batches of samples with all their slots, and after the last one of an inner epoch.
     */
    public List<Minibatch> sampleBySample(int samples, List<Integer> steps, long seed) {
        int batches = batches(samples);
        int slots = trainedSteps(steps.size());
        List<Minibatch> plan = new ArrayList<>();
        Random random = Seeds.random(seed);
        for (int inner = 0; inner < innerEpochs; inner++) {
            Order order = order(samples, steps, random);
            for (int batch = 0; batch < batches; batch++) {
                boolean last = (batch + 1) % accumulate == 0 || batch == batches - 1;
                for (int slot = 0; slot < slots; slot++) {
                    plan.add(order.minibatch(batch, batchSize, slot, last && slot == slots - 1));
                }
            }
        }
        return plan;
    }

    /**
     * All (sample, timestep) pairs in one shuffled order, as a regression is fitted: an optimiser step after every
     * {@link #accumulate} micro-batches and after the last one of a pass. Pairs that fill no micro-batch are left out
     * of a pass.
     *
     * @param passes times that every pair comes, but for those left out
     */
    public List<Minibatch> pairs(int samples, List<Integer> steps, int passes, long seed) {
        List<Minibatch> plan = new ArrayList<>();
        Random random = Seeds.random(seed);
        int batches = samples * steps.size() / batchSize;
        for (int pass = 0; pass < passes; pass++) {
            int[] order = Seeds.permutation(samples * steps.size(), random);
            for (int batch = 0; batch < batches; batch++) {
                int first = batch * batchSize;
                int[] rows = new int[batchSize];
                int[] columns = new int[batchSize];
                for (int k = 0; k < batchSize; k++) {
                    rows[k] = order[first + k] / steps.size();
                    columns[k] = steps.get(order[first + k] % steps.size());
                }
                plan.add(new Minibatch(rows, columns, (batch + 1) % accumulate == 0 || batch == batches - 1));
            }
        }
        return plan;
    }

    /**
     * Checks that an epoch's samples fill their micro-batches.
     *
     * @throws UserException if not
     */
    public void check(EpochShape epoch) {
        batches(epoch.samples());
    }

    /** Micro-batches of the first optimiser step of {@link #slotBySlot}. */
    public int slotAccumulation(EpochShape epoch) {
        return Math.min(accumulate, batches(epoch.samples()));
    }

    /** Micro-batches of the first optimiser step of {@link #sampleBySample}. */
    public int sampleAccumulation(EpochShape epoch) {
        return slotAccumulation(epoch) * trainedSteps(epoch.stochasticSteps().size());
    }

    private int batches(int samples) {
        if (samples % batchSize != 0) {
            throw new UserException("the " + samples + " samples of an epoch cannot be split into training batches of "
                    + batchSize + ": choose a batch-size in the algorithm's block that divides " + samples);
        }
        return samples / batchSize;
    }

    private Order order(int samples, List<Integer> steps, Random random) {
        int[] rows = shuffleSamples ? Seeds.permutation(samples, random) : identity(samples);
        int[][] columns = new int[samples][];
        for (int i = 0; i < samples; i++) {
            int[] places = shuffleTimesteps ? Seeds.permutation(steps.size(), random) : identity(steps.size());
            columns[i] = Arrays.stream(places).map(steps::get).toArray();
        }
        return new Order(rows, columns);
    }

    private static int[] identity(int size) {
        return IntStream.range(0, size).toArray();
    }

    /** Samples in order, and of the sample at each place its timesteps in order. */
    @SuppressWarnings("ArrayRecordComponent") // a plan's own, compared with none
    private record Order(int[] rows, int[][] columns) {
        Minibatch minibatch(int batch, int size, int slot, boolean apply) {
            int[] samples = Arrays.copyOfRange(rows, batch * size, (batch + 1) * size);
            int[] steps = new int[size];
            Arrays.setAll(steps, k -> columns[batch * size + k][slot]);
            return new Minibatch(samples, steps, apply);
        }
    }
}
