package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.inference.TTest;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.statistics.Aggregate;
import org.tempera.record.statistics.HolmCorrection;
import org.tempera.record.statistics.Interval;
import org.tempera.record.verdict.Estimate;
import org.tempera.record.verdict.LevelReached;
import org.tempera.record.verdict.ScoreSeries;
import org.tempera.record.verdict.SeriesSummary;

/** Reads groups where they have come equally far. */
final class Matching {
    private final Measure by;
    private final String truth;
    private final List<Question> questions;
    private final Summaries summaries;
    private final List<String> notes = new ArrayList<>();

    /**
     * One seed.
     *
     * @param reached what is to be equal, at its places
     * @param truth at the same places
     */
    record Seed(String run, List<ComparedRun.Spent> places, double[] reached, double[] truth) {
        /**
         * Without what was before training; empty where a single place is left, between which and no other is a level.
         */
        Optional<Seed> trained() {
            int first = places.stream().mapToInt(ComparedRun.Spent::epoch).allMatch(e -> e > 0) ? 0 : 1;
            return places.size() - first < 2
                    ? Optional.empty()
                    : Optional.of(new Seed(
                            run,
                            places.subList(first, places.size()),
                            Arrays.copyOfRange(reached, first, reached.length),
                            Arrays.copyOfRange(truth, first, truth.length)));
        }

        /** Whether a level is reached before the first evaluation in training. */
        boolean isBeforeAnyEvaluation(double level) {
            return places.stream()
                            .mapToInt(ComparedRun.Spent::epoch)
                            .filter(e -> e > 0)
                            .min()
                            .orElse(0)
                    > at(level).epoch();
        }

        double first() {
            return DoubleStream.of(reached).filter(Double::isFinite).findFirst().orElse(Double.NaN);
        }

        double highest() {
            return DoubleStream.of(reached).filter(Double::isFinite).max().orElse(Double.NaN);
        }

        Matched.Crossing at(double level) {
            LevelReached at = LevelReached.of(reached, level).orElseThrow();
            return new Matched.Crossing(
                    run,
                    at.of(numbers(ComparedRun.Spent::epoch)),
                    at.of(numbers(ComparedRun.Spent::queries)),
                    at.of(numbers(ComparedRun.Spent::seconds)),
                    at.of(numbers(ComparedRun.Spent::cpuSeconds)),
                    at.of(truth));
        }

        private double[] numbers(ToDoubleFunction<ComparedRun.Spent> of) {
            return places.stream().mapToDouble(of).toArray();
        }
    }

    private Matching(Measure by, String truth, List<Question> questions, Summaries summaries) {
        this.by = by;
        this.truth = truth;
        this.questions = questions;
        this.summaries = summaries;
    }

    /** At the same training reward; only runs whose training reward clearly rose are read. */
    static Matched atReward(List<Group> groups, String truth, List<Question> questions, Summaries summaries) {
        Matching matching =
                new Matching(Measure.of(Measure.Kind.PROXY, "training reward"), truth, questions, summaries);
        Map<String, List<Seed>> seeds = new LinkedHashMap<>();
        for (Group group : groups) {
            List<Seed> risen = new ArrayList<>();
            for (ComparedRun run : group.runs()) {
                ScoreSeries proxy = run.evaluations().proxy().orElseThrow();
                ScoreSeries its = run.evaluations().truth().orElseThrow();
                if (SeriesSummary.of(proxy).change().isAbove0()) {
                    risen.add(new Seed(run.name(), run.costs(), proxy.means(), its.means()));
                }
            }
            int left = group.runs().size() - risen.size();
            if (left > 0) {
                matching.notes.add("The training reward of " + left + " of "
                        + group.runs().size() + " runs of "
                        + group.name() + " did not clearly rise: there is no rise to compare them at, and they are"
                        + " left out.");
            }
            if (!risen.isEmpty()) {
                seeds.put(group.name(), risen);
            }
        }
        return matching.matched(groups, seeds);
    }

    /**
     * At the same KL divergence from the base, of the set that most runs have, between checkpoints in training: a run's
     * first may have gone far, and on the way there from the base nothing was measured.
     */
    static Optional<Matched> atDivergence(
            List<Group> groups,
            Map<String, SetsOfRun> sets,
            String truth,
            List<Question> questions,
            Summaries summaries) {
        Map<String, Map<String, List<Seed>>> bySet = new LinkedHashMap<>();
        for (Group group : groups) {
            for (ComparedRun run : group.runs()) {
                SetsOfRun its = sets.getOrDefault(run.name(), SetsOfRun.NONE);
                its.sets().forEach((set, numbers) -> {
                    if (numbers.divergence().isPresent() && numbers.truth().isPresent()) {
                        new Seed(
                                        run.name(),
                                        GroupLines.spent(run.record(), its.epochs()),
                                        means(numbers.divergence().get()),
                                        means(numbers.truth().get()))
                                .trained()
                                .ifPresent(seed -> bySet.computeIfAbsent(set, s -> new LinkedHashMap<>())
                                        .computeIfAbsent(group.name(), g -> new ArrayList<>())
                                        .add(seed));
                    }
                });
            }
        }
        return bySet.entrySet().stream()
                .filter(of -> of.getValue().size() > 1)
                .reduce((one, other) -> size(other.getValue()) > size(one.getValue()) ? other : one)
                .map(of -> new Matching(
                                Measure.of(Measure.Kind.DIVERGENCE, ScoreNames.KL, of.getKey()),
                                truth,
                                questions,
                                summaries)
                        .matched(groups, of.getValue()));
    }

    private static int size(Map<String, List<Seed>> seeds) {
        return seeds.values().stream().mapToInt(List::size).sum();
    }

    private static double[] means(List<Estimate> estimates) {
        return estimates.stream().mapToDouble(Estimate::mean).toArray();
    }

    /** The seeds that have a truth wherever they were measured. */
    private Map<String, List<Seed>> judged(Map<String, List<Seed>> seeds) {
        Map<String, List<Seed>> judged = new LinkedHashMap<>();
        seeds.forEach((group, all) -> {
            List<Seed> kept = all.stream()
                    .filter(s -> DoubleStream.of(s.truth()).allMatch(Double::isFinite))
                    .toList();
            if (kept.size() < all.size()) {
                notes.add(all.size() - kept.size() + " of " + all.size() + " runs of " + group
                        + " have evaluations without any " + truth
                        + " score, and are left out where runs are compared.");
            }
            if (!kept.isEmpty()) {
                judged.put(group, kept);
            }
        });
        return judged;
    }

    private Matched matched(List<Group> groups, Map<String, List<Seed>> all) {
        Map<String, List<Seed>> seeds = judged(all);
        List<Double> levels =
                levels(seeds.values().stream().flatMap(List::stream).toList());
        List<Matched.Level> shared = levels.stream()
                .map(level -> new Matched.Level(
                        level,
                        seeds.entrySet().stream()
                                .map(of -> atLevel(of.getKey(), of.getValue(), level))
                                .toList()))
                .toList();
        if (!levels.isEmpty()) {
            double highest = levels.get(levels.size() - 1);
            seeds.forEach((group, its) -> {
                if (its.stream().anyMatch(s -> s.isBeforeAnyEvaluation(highest))) {
                    notes.add(group + " had come to " + Estimate.number(highest)
                            + " by its first evaluation: what it keeps there is read between that one and the base.");
                }
            });
        }
        Optional<String> without = !levels.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        seeds.isEmpty()
                                ? "no run has a clear rise to compare at"
                                : "there is no " + by + " that all runs reached between two of their measurements");
        return new Matched(by, truth, shared, pairs(seeds, levels), answers(groups, seeds, levels), without, notes);
    }

    private static List<Double> levels(Collection<Seed> seeds) {
        double from = seeds.stream().mapToDouble(Seed::first).max().orElse(Double.NaN);
        double to = seeds.stream().mapToDouble(Seed::highest).min().orElse(Double.NaN);
        return LevelReached.levels(from, to);
    }

    private Matched.AtLevel atLevel(String group, List<Seed> seeds, double level) {
        List<Matched.Crossing> crossings = seeds.stream().map(s -> s.at(level)).toList();
        return new Matched.AtLevel(
                group,
                crossings,
                over(crossings, Matched.Crossing::truth),
                over(crossings, Matched.Crossing::queries),
                over(crossings, Matched.Crossing::seconds),
                over(crossings, Matched.Crossing::cpuSeconds));
    }

    private Summary over(List<Matched.Crossing> crossings, ToDoubleFunction<Matched.Crossing> number) {
        return summaries.of(crossings.stream().mapToDouble(number).toArray());
    }

    private List<Matched.Pair> pairs(Map<String, List<Seed>> seeds, List<Double> levels) {
        List<String> names = List.copyOf(seeds.keySet());
        List<Matched.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            for (int j = i + 1; j < names.size(); j++) {
                pairs.add(pair(names.get(i), names.get(j), seeds, levels));
            }
        }
        return corrected(pairs, levels.size());
    }

    /** Of the questions of whose groups there are two to compare. */
    private List<Matched.Answer> answers(List<Group> groups, Map<String, List<Seed>> seeds, List<Double> levels) {
        List<Matched.Answer> answers = new ArrayList<>();
        for (Question question : questions) {
            List<Matched.Pair> pairs = question.pairs(groups).stream()
                    .filter(p -> seeds.containsKey(p.first()) && seeds.containsKey(p.second()))
                    .map(p -> pair(p.first(), p.second(), seeds, levels))
                    .toList();
            if (!pairs.isEmpty()) {
                answers.add(new Matched.Answer(question.name(), corrected(pairs, levels.size())));
            }
        }
        return answers;
    }

    private Matched.Pair pair(String first, String second, Map<String, List<Seed>> seeds, List<Double> levels) {
        List<Seed> its = seeds.getOrDefault(first, List.of());
        List<Seed> others = seeds.getOrDefault(second, List.of());
        List<Seed> both = new ArrayList<>(its);
        both.addAll(others);
        List<Double> own = levels(both);
        return new Matched.Pair(
                first,
                second,
                levels.stream().map(level -> difference(its, others, level)).toList(),
                own.isEmpty() ? Optional.empty() : Optional.of(difference(its, others, own.get(own.size() - 1))));
    }

    private Matched.Difference difference(List<Seed> first, List<Seed> second, double level) {
        double[] x = first.stream().mapToDouble(s -> s.at(level).truth()).toArray();
        double[] y = second.stream().mapToDouble(s -> s.at(level).truth()).toArray();
        boolean spread = x.length > 1 && y.length > 1;
        double[][] xs = column(x);
        double[][] ys = column(y);
        Interval difference = spread
                ? summaries.bootstrap().ofDifference(xs, ys, Aggregate.mean())
                : new Interval(StatUtils.mean(x) - StatUtils.mean(y), Double.NaN, Double.NaN);
        Interval improvement = summaries.bootstrap().ofImprovement(xs, ys);
        boolean enough = Math.min(x.length, y.length) >= Judgement.FEWEST_SEEDS;
        double chance = enough ? welch(x, y) : Double.NaN;
        return new Matched.Difference(
                level,
                summaries.of(x),
                summaries.of(y),
                difference,
                spread ? improvement : new Interval(Double.NaN, Double.NaN, Double.NaN),
                chance,
                chance);
    }

    /** The chance of so large a difference; NaN where no seed differs from another of its group. */
    private static double welch(double[] x, double[] y) {
        return StatUtils.variance(x) + StatUtils.variance(y) > 0 ? new TTest().tTest(x, y) : Double.NaN;
    }

    private static double[][] column(double[] numbers) {
        return Arrays.stream(numbers).mapToObj(v -> new double[] {v}).toArray(double[][]::new);
    }

    /** The pairs with the chances of each level, and those at the pairs' own highest ones, corrected. */
    private static List<Matched.Pair> corrected(List<Matched.Pair> pairs, int levels) {
        List<List<Matched.Difference>> shared = new ArrayList<>();
        for (int level = 0; level < levels; level++) {
            int at = level;
            shared.add(holm(pairs.stream().map(p -> p.shared().get(at)).toList()));
        }
        List<Matched.Difference> highest =
                holm(pairs.stream().flatMap(p -> p.highest().stream()).toList());
        List<Matched.Pair> all = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < pairs.size(); i++) {
            int at = i;
            Matched.Pair pair = pairs.get(i);
            all.add(new Matched.Pair(
                    pair.first(),
                    pair.second(),
                    shared.stream().map(of -> of.get(at)).toList(),
                    pair.highest().isPresent() ? Optional.of(highest.get(next++)) : Optional.empty()));
        }
        return all;
    }

    private static List<Matched.Difference> holm(List<Matched.Difference> differences) {
        int[] known = IntStream.range(0, differences.size())
                .filter(i -> Double.isFinite(differences.get(i).chance()))
                .toArray();
        double[] corrected = HolmCorrection.of(Arrays.stream(known)
                .mapToDouble(i -> differences.get(i).chance())
                .toArray());
        List<Matched.Difference> all = new ArrayList<>(differences);
        for (int k = 0; k < known.length; k++) {
            Matched.Difference d = all.get(known[k]);
            all.set(
                    known[k],
                    new Matched.Difference(
                            d.level(),
                            d.firstTruth(),
                            d.secondTruth(),
                            d.difference(),
                            d.improvement(),
                            d.chance(),
                            corrected[k]));
        }
        return all;
    }
}
