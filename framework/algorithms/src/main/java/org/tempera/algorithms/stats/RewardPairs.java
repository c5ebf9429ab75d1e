package org.tempera.algorithms.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Targets;

/**
 * Pairs of an epoch's samples of the same prompt, of which one has the higher reward. A sample is in one pair at most.
 * A sample without a score is in none, and a pair of equal rewards is a tie, which prefers neither.
 *
 * @param decided the pairs that are no tie
 * @param ties how many pairs are
 * @param samples in the epoch
 */
public record RewardPairs(List<Pair> decided, int ties, int samples) {
    /** Column of the targets, a number a sample: 1 if it is chosen, -1 if rejected, 0 if it is in no decided pair. */
    public static final String PREFERENCE = "preference";

    /** Share of an epoch's pairs that are ties. */
    public static final String TIED_SHARE = "train/tied_pairs";

    /** Which samples of a prompt make pairs. */
    public enum Rule {
        /** The best and the worst one: a pair a prompt, the plainest there is. */
        BEST_AND_WORST,
        /** Each two that follow one another as they were drawn, whatever their rewards. */
        NEIGHBOURS
    }

    /** Two samples, by their indices. */
    public record Pair(int chosen, int rejected) {
        Stream<Integer> rows() {
            return Stream.of(chosen, rejected);
        }
    }

    public RewardPairs {
        decided = List.copyOf(decided);
    }

    /**
     * The pairs of an epoch.
     *
     * @param prompts {@code [sample]}; equal where their strings are
     * @param rewards {@code [sample]}
     * @param skipped samples without a score, {@code [sample]}
     */
    public static RewardPairs of(List<String> prompts, float[] rewards, boolean[] skipped, Rule rule) {
        Axes.requireLength("rewards", rewards.length, prompts.size());
        Axes.requireLength("flags of samples", skipped.length, prompts.size());
        List<Pair> pairs = new ArrayList<>();
        for (List<Integer> group : GroupAdvantages.groups(prompts).values()) {
            List<Integer> scored = group.stream().filter(i -> !skipped[i]).toList();
            for (int i = 0; i + 1 < scored.size(); i += rule == Rule.NEIGHBOURS ? 2 : scored.size()) {
                List<Integer> among = rule == Rule.NEIGHBOURS ? scored.subList(i, i + 2) : scored;
                Comparator<Integer> byReward = Comparator.comparingDouble(k -> rewards[k]);
                pairs.add(new Pair(
                        among.stream().max(byReward).orElseThrow(),
                        among.stream().min(byReward).orElseThrow()));
            }
        }
        List<Pair> decided = pairs.stream()
                .filter(p -> rewards[p.chosen()] != rewards[p.rejected()])
                .toList();
        return new RewardPairs(decided, pairs.size() - decided.size(), rewards.length);
    }

    /** What a loss of pairs is computed against: {@link #PREFERENCE}, and how many pairs tell nothing. */
    public Targets targets() {
        float[][] preference = new float[samples][1];
        for (Pair pair : decided) {
            preference[pair.chosen()][0] = 1;
            preference[pair.rejected()][0] = -1;
        }
        int all = decided.size() + ties;
        return new Targets(
                Map.of(PREFERENCE, preference), all == 0 ? Map.of() : Map.of(TIED_SHARE, (double) ties / all));
    }

    /**
     * The order in which the decided pairs are learnt from: micro-batch by micro-batch of whole pairs, rows 2i and 2i +
     * 1 the chosen and the rejected sample of a pair at the same step; all slots of a micro-batch, and an optimiser
     * step after every {@code accumulation} micro-batches with all their slots, and after the last one of a pass. The
     * last micro-batch of a pass is filled up with samples of no pair.
     *
     * @param update batch size in rows, even, a divisor of the samples
     * @param steps that are learnt from; {@code 0} alone for a loss that reads no steps
     * @param timestepFraction share of the steps, drawn at random for each pair
     * @return empty where no pair is decided
     */
    public List<Minibatch> plan(UpdateConfig update, List<Integer> steps, double timestepFraction, long seed) {
        int ofBatch = update.batchSize() / 2;
        int places = (decided.size() + ofBatch - 1) / ofBatch * ofBatch;
        List<Pair> others = others();
        UpdatePlan order = new UpdatePlan(ofBatch, update.accumulation(), 1, false, true, timestepFraction);
        List<Minibatch> plan = new ArrayList<>();
        Random random = Seeds.random(seed);
        for (int pass = 0; pass < update.innerEpochs() && places > 0; pass++) {
            int[] shuffled = Seeds.permutation(decided.size(), random);
            plan.addAll(ofRows(
                    order.sampleBySample(places, steps, random.nextLong()),
                    place -> place < shuffled.length
                            ? decided.get(shuffled[place])
                            : others.get(place - shuffled.length)));
        }
        return plan;
    }

    /** Samples of no decided pair, two by two. They are enough, as whole micro-batches hold all samples. */
    private List<Pair> others() {
        boolean[] paired = new boolean[samples];
        decided.stream().flatMap(Pair::rows).forEach(i -> paired[i] = true);
        int[] left = IntStream.range(0, samples).filter(i -> !paired[i]).toArray();
        return IntStream.range(0, left.length / 2)
                .mapToObj(i -> new Pair(left[2 * i], left[2 * i + 1]))
                .toList();
    }

    /** A plan of pairs as a plan of their rows, the chosen one first. */
    public static List<Minibatch> ofRows(List<Minibatch> ofPairs, IntFunction<Pair> pair) {
        return ofPairs.stream()
                .map(m -> new Minibatch(
                        Arrays.stream(m.samples())
                                .mapToObj(pair)
                                .flatMap(Pair::rows)
                                .mapToInt(Integer::intValue)
                                .toArray(),
                        Arrays.stream(m.steps())
                                .flatMap(step -> IntStream.of(step, step))
                                .toArray(),
                        m.apply()))
                .toList();
    }
}
