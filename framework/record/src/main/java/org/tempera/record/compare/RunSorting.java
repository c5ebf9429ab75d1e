package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.run.RunFacts;
import org.tempera.record.verdict.Ruler;
import org.tempera.spi.UserException;

/**
 * Sorts runs by what they were trained on, and these by their settings.
 *
 * @param proxies the runs that were trained on one training reward each
 * @param controls the runs on random rewards, where there are others
 * @param notes what a reader must know, a sentence each
 */
record RunSorting(List<OnProxy> proxies, List<RunRecord> controls, List<String> notes) {
    private static final String ALGORITHM = "algorithm";

    /**
     * Runs on one training reward.
     *
     * @param name of the reward
     * @param groups runs that differ in their seeds only
     */
    record OnProxy(String name, List<Members> groups) {
        List<RunRecord> runs() {
            return groups.stream().flatMap(g -> g.runs().stream()).toList();
        }
    }

    /**
     * Runs that differ in their seeds only.
     *
     * @param settings by axis, without the seed's
     * @param keys those that tell them from others of the same settings
     */
    record Members(String name, Map<String, String> settings, Map<String, String> keys, List<RunRecord> runs) {
        /** The same with what is left of the runs, by name. */
        Members of(Map<String, RunRecord> left) {
            return new Members(
                    name,
                    settings,
                    keys,
                    runs.stream().map(r -> left.getOrDefault(r.name(), r)).toList());
        }
    }

    /**
     * Sorts runs.
     *
     * @throws UserException if two are the same, or were trained on the same reward, measured otherwise
     */
    static RunSorting of(List<RunRecord> runs) {
        List<String> notes = new ArrayList<>();
        List<RunRecord> evaluated = new ArrayList<>();
        for (RunRecord run : runs) {
            if (run.evaluated().isEmpty()) {
                notes.add(run.name() + " was not evaluated, and is left out.");
            } else {
                evaluated.add(run);
            }
        }
        if (evaluated.isEmpty()) {
            throw new UserException("compare: none of the runs was evaluated ("
                    + runs.stream().map(RunRecord::name).collect(Collectors.joining(", "))
                    + "). Train with evaluation.every above 0.");
        }
        List<RunRecord> controls =
                evaluated.stream().filter(RunSorting::isControl).toList();
        List<RunRecord> others = evaluated.stream().filter(r -> !isControl(r)).toList();
        if (others.isEmpty()) {
            others = controls;
            controls = List.of();
        }
        List<OnProxy> proxies = new ArrayList<>();
        byReward(others).forEach((name, on) -> proxies.add(new OnProxy(name, groups(on, notes))));
        return new RunSorting(proxies, controls, notes);
    }

    private static boolean isControl(RunRecord run) {
        return run.control() || run.facts().isControl();
    }

    private static Map<String, List<RunRecord>> byReward(List<RunRecord> runs) {
        Map<List<RunFacts.ScoredBy>, List<RunRecord>> byNames = new LinkedHashMap<>();
        runs.forEach(r -> byNames.computeIfAbsent(r.facts().trained(), t -> new ArrayList<>())
                .add(r));
        Map<String, List<RunRecord>> sorted = new LinkedHashMap<>();
        byNames.forEach((trained, on) -> {
            String name = trained.isEmpty()
                    ? "choices"
                    : trained.stream().map(RunFacts.ScoredBy::name).collect(Collectors.joining(" + "));
            // Rewards of one name from plugins of different names.
            String free = sorted.containsKey(name)
                    ? name
                            + trained.stream()
                                    .map(RunFacts.ScoredBy::plugin)
                                    .collect(Collectors.joining(", ", " (", ")"))
                    : name;
            sorted.putAll(byMeasure(free, on));
        });
        return sorted;
    }

    /**
     * Runs whose training rewards have the same name and were measured otherwise were trained on different ones, where
     * a sweep chose so by one of its axes; otherwise they are a mistake.
     */
    private static Map<String, List<RunRecord>> byMeasure(String name, List<RunRecord> runs) {
        Set<SortedMap<String, String>> measures = new LinkedHashSet<>();
        runs.forEach(r -> measure(r).ifPresent(measures::add));
        if (measures.size() > 1) {
            for (String axis : axes(runs)) {
                Map<String, List<RunRecord>> byValue = new LinkedHashMap<>();
                runs.forEach(r -> byValue.computeIfAbsent(r.settings().getOrDefault(axis, ""), v -> new ArrayList<>())
                        .add(r));
                boolean decides = byValue.values().stream()
                        .allMatch(of -> of.stream()
                                        .flatMap(r -> measure(r).stream())
                                        .distinct()
                                        .count()
                                <= 1);
                if (decides) {
                    return byMeasure(name, axis, byValue);
                }
            }
            Fingerprints.require(
                    runs,
                    List.of(Ruler.TRAINING),
                    "their training rewards have one name and",
                    "Compare runs that were trained on the same reward, or give the rewards names of their own.");
        }
        return Map.of(name, runs);
    }

    /**
     * Values of an axis under which the training reward is the same stay together. The reward's own name is theirs
     * where no other values share one, and all else is named by the axis.
     */
    private static Map<String, List<RunRecord>> byMeasure(
            String name, String axis, Map<String, List<RunRecord>> byValue) {
        Map<Optional<SortedMap<String, String>>, Map<String, List<RunRecord>>> alike = new LinkedHashMap<>();
        byValue.forEach((value, of) -> alike.computeIfAbsent(
                        of.stream().flatMap(r -> measure(r).stream()).findFirst(), m -> new LinkedHashMap<>())
                .put(value, of));
        boolean alone = alike.values().stream().filter(of -> of.size() > 1).count() == 1;
        Map<String, List<RunRecord>> sorted = new LinkedHashMap<>();
        alike.values()
                .forEach(of -> sorted.put(
                        alone && of.size() > 1 ? name : name + " (" + axis + " " + String.join(", ", of.keySet()) + ")",
                        of.values().stream().flatMap(List::stream).toList()));
        return sorted;
    }

    private static Optional<SortedMap<String, String>> measure(RunRecord run) {
        return run.ruler().map(r -> r.scopes().getOrDefault(Ruler.TRAINING, Collections.emptySortedMap()));
    }

    private static Set<String> axes(List<RunRecord> runs) {
        Set<String> axes = new LinkedHashSet<>();
        runs.forEach(r -> axes.addAll(r.settings().keySet()));
        axes.removeAll(RunRecord.SEED_SETTINGS);
        return axes;
    }

    private static List<Members> groups(List<RunRecord> runs, Collection<String> notes) {
        Map<Object, List<RunRecord>> byChoice = new LinkedHashMap<>();
        runs.forEach(
                r -> byChoice.computeIfAbsent(choice(r), k -> new ArrayList<>()).add(r));
        Set<String> varying = new LinkedHashSet<>(axes(runs));
        varying.removeIf(axis -> byChoice.values().stream()
                        .map(of -> of.get(0).settings().getOrDefault(axis, ""))
                        .distinct()
                        .count()
                <= 1);
        List<Members> groups = new ArrayList<>();
        byChoice.values().forEach(of -> {
            KeysApart apart = KeysApart.of(of);
            apart.groups()
                    .forEach((keys, same) ->
                            groups.add(group(name(same.get(0), varying) + KeysApart.shown(keys), keys, same)));
            notes.addAll(apart.notes());
        });
        List<String> names = groups.stream().map(Members::name).toList();
        groups.replaceAll(g -> Collections.frequency(names, g.name()) == 1
                ? g
                : new Members(g.name() + " (" + g.runs().get(0).name() + ")", g.settings(), g.keys(), g.runs()));
        return groups;
    }

    /** What was chosen for a sweep's child; of another run, what it is. */
    private static Object choice(RunRecord run) {
        Map<String, String> settings = withoutSeed(run.settings());
        return settings.isEmpty()
                ? List.of(run.facts().algorithms(), run.facts().settings())
                : settings;
    }

    static Map<String, String> withoutSeed(Map<String, String> settings) {
        Map<String, String> others = new LinkedHashMap<>(settings);
        others.keySet().removeAll(RunRecord.SEED_SETTINGS);
        return others;
    }

    private static String name(RunRecord run, Set<String> varying) {
        String chosen = varying.stream()
                .filter(run.settings()::containsKey)
                .map(axis -> (axis.equals(ALGORITHM) ? "" : axis + " ")
                        + run.settings().get(axis))
                .collect(Collectors.joining(", "));
        return chosen.isEmpty() ? run.facts().algorithm() : chosen;
    }

    private static Members group(String name, Map<String, String> keys, List<RunRecord> runs) {
        Map<Long, RunRecord> bySeed = new LinkedHashMap<>();
        for (RunRecord run : runs) {
            RunRecord same = bySeed.putIfAbsent(run.facts().seed(), run);
            if (same != null) {
                throw new UserException(run.name() + ": has the settings and the seed, "
                        + run.facts().seed() + ", of " + same.name()
                        + ": it is one more copy of that run, and no seed of its own. Name one of them.");
            }
        }
        return new Members(
                name,
                withoutSeed(runs.get(0).settings()),
                keys,
                runs.stream()
                        .sorted(Comparator.comparingLong(r -> r.facts().seed()))
                        .toList());
    }

    /**
     * Runs on random rewards that are the controls of a group's runs, by name of the run: those that differ in nothing
     * else, else those of another variant of the algorithm.
     *
     * @param said takes a note on the latter
     */
    Map<String, RunRecord> controlsOf(Members group, Collection<String> said) {
        Map<String, RunRecord> found = new LinkedHashMap<>();
        Set<String> variants = new LinkedHashSet<>();
        for (RunRecord run : group.runs()) {
            List<RunRecord> alike = controls.stream()
                    .filter(c -> c.facts().seed() == run.facts().seed()
                            && c.facts().algorithm().equals(run.facts().algorithm()))
                    .toList();
            alike.stream()
                    .filter(c -> isControlOf(c, run)
                            && KeysApart.unlike(group.keys(), c).isEmpty())
                    .max(nearest(run))
                    .or(() -> {
                        Optional<RunRecord> variant = alike.stream().max(nearest(run));
                        variant.ifPresent(v -> variants.add(
                                String.join(", ", withoutSeed(v.settings()).values())
                                        + KeysApart.shown(KeysApart.unlike(group.keys(), v))));
                        return variant;
                    })
                    .ifPresent(c -> found.put(run.name(), c));
        }
        if (!variants.isEmpty()) {
            said.add("Runs of " + group.name()
                    + " have no control of their own settings, and are judged against those of "
                    + String.join("; ", variants) + ", the same algorithm.");
        }
        return found;
    }

    /** Whether all axes agree but those on which only runs on random rewards have the control's value. */
    private boolean isControlOf(RunRecord control, RunRecord run) {
        Map<String, String> others = withoutSeed(run.settings());
        return withoutSeed(control.settings()).entrySet().stream()
                .allMatch(axis -> axis.getValue().equals(others.getOrDefault(axis.getKey(), axis.getValue()))
                        || proxies.stream().flatMap(p -> p.runs().stream()).noneMatch(r -> axis.getValue()
                                .equals(r.settings().get(axis.getKey()))));
    }

    /** That with the most choices of a run, and of these that with the most keys. */
    private static Comparator<RunRecord> nearest(RunRecord run) {
        Map<String, String> keys = run.sweepKeys();
        return Comparator.<RunRecord>comparingInt(c -> inCommon(c.settings(), run.settings()))
                .thenComparingInt(c -> inCommon(c.sweepKeys(), keys));
    }

    private static int inCommon(Map<String, String> some, Map<String, String> others) {
        return (int) some.entrySet().stream()
                .filter(e -> e.getValue().equals(others.get(e.getKey())))
                .count();
    }
}
