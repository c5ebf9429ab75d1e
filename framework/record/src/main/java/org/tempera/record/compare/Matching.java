package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.verdict.Estimate;
import org.tempera.record.verdict.Rise;
import org.tempera.record.verdict.ScoreSeries;

/** Reads groups where they have come equally far. */
final class Matching {
    private final Measure by;
    private final String truth;
    private final int pictures;
    private final Summaries summaries;
    private final List<String> notes;
    private final List<Double> levels;

    /** Those that are read of each group that is compared. */
    private final Map<String, List<Seed>> seeds = new LinkedHashMap<>();

    private final Map<String, Integer> runs = new LinkedHashMap<>();

    /**
     * @param pictures that a seed's truth at a place is the mean of
     * @param read what is read of the groups that are compared, some of which may have no seed
     * @param notes of what is not read
     */
    private Matching(
            Measure by,
            String truth,
            int pictures,
            List<Group> groups,
            Map<String, List<Seed>> read,
            Summaries summaries,
            List<String> notes) {
        this.by = by;
        this.truth = truth;
        this.pictures = pictures;
        this.summaries = summaries;
        this.notes = new ArrayList<>(notes);
        for (Group group : groups) {
            Optional.ofNullable(read.get(group.name())).ifPresent(all -> {
                seeds.put(group.name(), judged(group.name(), all));
                runs.put(group.name(), group.runs().size());
            });
        }
        levels = Seed.levels(seeds.values().stream().flatMap(List::stream).toList());
    }

    /**
     * At the same training reward; only runs are read whose training reward clearly rose at some evaluation. Where it
     * ended decides nothing: a level is read where it is first reached, and those that collapse are no others.
     */
    static Matching atReward(List<Group> groups, String truth, Summaries summaries) {
        List<String> notes = new ArrayList<>();
        Map<String, List<Seed>> seeds = new LinkedHashMap<>();
        for (Group group : groups) {
            List<Seed> risen = new ArrayList<>();
            for (ComparedRun run : group.runs()) {
                ScoreSeries proxy = run.evaluations().proxy().orElseThrow();
                if (Rise.of(proxy).isClear()) {
                    risen.add(new Seed(run.name(), run.costs(), proxy.means(), its(run).means()));
                }
            }
            int left = group.runs().size() - risen.size();
            if (left > 0) {
                notes.add("The training reward of " + left + " of "
                        + group.runs().size() + " runs of "
                        + group.name()
                        + " rose clearly at none of its evaluations: there is no rise to compare them at, and they"
                        + " are left out.");
            }
            seeds.put(group.name(), risen);
        }
        int pictures = groups.stream()
                .flatMap(g -> g.runs().stream())
                .mapToInt(run -> its(run).scores().get(0).length)
                .max()
                .orElse(0);
        return new Matching(
                Measure.of(Measure.Kind.PROXY, "training reward"), truth, pictures, groups, seeds, summaries, notes);
    }

    private static ScoreSeries its(ComparedRun run) {
        return run.evaluations().truth().orElseThrow();
    }

    /**
     * What was measured of a set of prompts.
     *
     * @param seeds by group, of each that it was measured of
     */
    private record OfSet(String name, int pictures, Map<String, List<Seed>> seeds) {
        long groups() {
            return seeds.values().stream().filter(s -> !s.isEmpty()).count();
        }

        long runs() {
            return seeds.values().stream().mapToLong(List::size).sum();
        }

        /** The training reward is of prompts that are seen, and so is the truth where that is equal. */
        boolean isSeen() {
            return name.equals(GroupLines.SEEN);
        }
    }

    /**
     * At the same KL divergence from the base, between checkpoints in training: a run's first may have gone far, and on
     * the way there from the base nothing was measured. Of several sets of prompts it is that which is trained on, else
     * the one with the most runs, and of equal ones that with the most pictures.
     */
    static Optional<Matching> atDivergence(
            List<Group> groups, Map<String, SetsOfRun> sets, String truth, Summaries summaries) {
        return sets.values().stream()
                .flatMap(s -> s.sets().keySet().stream())
                .distinct()
                .map(set -> ofSet(set, groups, sets))
                .filter(of -> of.groups() > 1)
                .max(Comparator.comparing(OfSet::isSeen)
                        .thenComparing(OfSet::runs)
                        .thenComparing(OfSet::pictures))
                .map(of -> new Matching(
                        Measure.of(Measure.Kind.DIVERGENCE, ScoreNames.KL, of.name()),
                        truth,
                        of.pictures(),
                        groups,
                        of.seeds(),
                        summaries,
                        List.of()));
    }

    private static OfSet ofSet(String set, List<Group> groups, Map<String, SetsOfRun> sets) {
        Map<String, List<Seed>> seeds = new LinkedHashMap<>();
        int pictures = 0;
        for (Group group : groups) {
            for (ComparedRun run : group.runs()) {
                SetsOfRun its = sets.getOrDefault(run.name(), SetsOfRun.NONE);
                SetsOfRun.OneSet numbers = its.sets().get(set);
                if (numbers != null
                        && numbers.divergence().isPresent()
                        && numbers.truth().isPresent()) {
                    pictures = Math.max(pictures, numbers.pictures());
                    List<Seed> ofGroup = seeds.computeIfAbsent(group.name(), g -> new ArrayList<>());
                    new Seed(
                                    run.name(),
                                    GroupLines.spent(run.record(), its.epochs()),
                                    means(numbers.divergence().get()),
                                    means(numbers.truth().get()))
                            .trained()
                            .ifPresent(ofGroup::add);
                }
            }
        }
        return new OfSet(set, pictures, seeds);
    }

    private static double[] means(List<Estimate> estimates) {
        return estimates.stream().mapToDouble(Estimate::mean).toArray();
    }

    /** The seeds that have a truth wherever they were measured. */
    private List<Seed> judged(String group, List<Seed> all) {
        List<Seed> kept = all.stream().filter(Seed::isJudged).toList();
        if (kept.size() < all.size()) {
            notes.add(all.size() - kept.size() + " of " + all.size() + " runs of " + group
                    + " have evaluations without any " + truth + " score, and are left out where runs are compared.");
        }
        return kept;
    }

    /** Levels that all seeds reach. */
    List<Double> levels() {
        return levels;
    }

    /** Those of some runs that are read. */
    List<Seed> seeds(Collection<String> ofRuns) {
        return seeds.values().stream()
                .flatMap(List::stream)
                .filter(s -> ofRuns.contains(s.run()))
                .toList();
    }

    /** The groups at the levels of all, and every two of them. */
    Matched matched() {
        List<Matched.Level> shared = levels.stream()
                .map(level -> new Matched.Level(
                        level, read().map(group -> atLevel(group, level)).toList()))
                .toList();
        List<String> all = new ArrayList<>(notes);
        if (!levels.isEmpty()) {
            double highest = levels.get(levels.size() - 1);
            seeds.forEach((group, its) -> {
                if (its.stream().anyMatch(s -> s.isBeforeAnyEvaluation(highest))) {
                    all.add(group + " had come to " + Estimate.number(highest)
                            + " by its first evaluation: what it keeps there is read between that one and the base.");
                }
            });
        }
        return new Matched(by, truth, pictures, shared, pairs(), without(), all);
    }

    private Stream<String> read() {
        return seeds.keySet().stream().filter(group -> !of(group).isEmpty());
    }

    private List<Seed> of(String group) {
        return seeds.getOrDefault(group, List.of());
    }

    private Optional<String> without() {
        return !levels.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        read().findAny().isEmpty()
                                ? "no run has a clear rise to compare at"
                                : "there is no " + by + " that all runs reached between two of their measurements");
    }

    private Matched.AtLevel atLevel(String group, double level) {
        List<Matched.Crossing> crossings =
                of(group).stream().map(s -> s.at(level)).toList();
        return new Matched.AtLevel(
                group,
                runs.getOrDefault(group, 0),
                crossings,
                over(crossings, Matched.Crossing::truth),
                over(crossings, Matched.Crossing::queries),
                over(crossings, Matched.Crossing::seconds),
                over(crossings, Matched.Crossing::cpuSeconds));
    }

    private Summary over(List<Matched.Crossing> crossings, ToDoubleFunction<Matched.Crossing> number) {
        return summaries.of(crossings.stream().mapToDouble(number).toArray());
    }

    private List<Matched.Pair> pairs() {
        PairTests tests = new PairTests(summaries);
        List<PairTests.Side> sides = seeds.keySet().stream()
                .map(group -> new PairTests.Side(group, of(group), runs.getOrDefault(group, 0)))
                .toList();
        List<Matched.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < sides.size(); i++) {
            for (int j = i + 1; j < sides.size(); j++) {
                pairs.add(tests.pair(sides.get(i), sides.get(j), levels));
            }
        }
        return PairTests.corrected(pairs);
    }
}
