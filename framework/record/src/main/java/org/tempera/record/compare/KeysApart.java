package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.run.SteeringKeys;

/**
 * Tells runs of one choice apart by the keys that sweeps made them with: they may come of several sweeps.
 *
 * @param groups the runs that were made alike, by the keys that tell them from the others
 * @param notes on keys that only some of a group have
 */
record KeysApart(Map<Map<String, String>, List<RunRecord>> groups, List<String> notes) {
    /** Keys in which the runs of a group may differ. */
    private static final Set<String> LENGTH = Set.of("run.seed", "run.epochs", "checkpoint.every");

    /** What is measured of the checkpoints of a run once it has been trained. */
    private static final String AFTERWARDS = "evaluate.";

    /** Of these count those that steer a run; what measures is the business of the rulers. */
    private static final String EVALUATION = "evaluation.";

    /** The key that says which plugin a block is of; where it is not there, there is no such plugin. */
    private static final String USE = ".use";

    private static final String REWARDS = "rewards.";
    private static final String ROLE = ".role";
    private static final String NONE = "none";
    private static final String UNKNOWN = "not known";

    /** Keys that are said at most. */
    private static final int MOST_NAMED = 2;

    /**
     * What a run was made with.
     *
     * @param all its keys; empty where they are not known
     * @param deciding those that decide what it comes to, apart from seed and length
     */
    private record Made(RunRecord run, Map<String, String> all, Map<String, String> deciding) {
        static Made of(RunRecord run) {
            Map<String, String> all = run.sweepKeys();
            Set<String> steering = SteeringKeys.of(all);
            Map<String, String> deciding = new TreeMap<>();
            all.forEach((key, value) -> {
                boolean evaluates = key.startsWith(EVALUATION);
                if (evaluates && SteeringKeys.ON_ALARM.contains(key)) {
                    deciding.put(key, steering.contains(key) ? value : SteeringKeys.NO_STEERING);
                } else if (evaluates ? steering.contains(key) : !LENGTH.contains(key) && !key.startsWith(AFTERWARDS)) {
                    deciding.put(key, value);
                }
            });
            return new Made(run, all, deciding);
        }

        /** For people. */
        String valueOf(String key, Set<String> ofAny) {
            return deciding.getOrDefault(key, isWithout(key, ofAny) ? NONE : UNKNOWN);
        }

        /** Whether a key that others have means nothing here: it does not steer, or its plugin is not there. */
        boolean isWithout(String key, Set<String> ofAny) {
            if (deciding.containsKey(key) || all.isEmpty()) {
                return false;
            }
            if (all.containsKey(key) || key.endsWith(USE)) {
                return true;
            }
            for (int dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
                String use = key.substring(0, dot) + USE;
                if (ofAny.contains(use) && !deciding.containsKey(use)) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * Tells runs apart. A key that some do not have is one that another version has, and tells none apart, unless it is
     * of a plugin that these do not have.
     */
    static KeysApart of(List<RunRecord> runs) {
        List<Made> made = runs.stream().map(Made::of).toList();
        Set<String> ofAny = new TreeSet<>();
        made.forEach(m -> ofAny.addAll(m.deciding().keySet()));
        Set<String> telling = new TreeSet<>(ofAny);
        telling.removeIf(key ->
                values(key, made) == 1 && !(key.endsWith(USE) && made.stream().anyMatch(m -> m.isWithout(key, ofAny))));
        Map<Map<String, String>, List<Made>> apart = new LinkedHashMap<>();
        for (Made its : made) {
            Map<String, String> told = new TreeMap<>();
            for (String key : telling) {
                if (key.endsWith(USE) || !its.isWithout(key, ofAny)) {
                    told.put(key, its.valueOf(key, ofAny));
                }
            }
            apart.computeIfAbsent(told, k -> new ArrayList<>()).add(its);
        }
        Map<Map<String, String>, List<RunRecord>> groups = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>();
        apart.forEach((told, group) -> {
            groups.put(told, group.stream().map(Made::run).toList());
            note(group).ifPresent(notes::add);
        });
        return new KeysApart(groups, notes);
    }

    private static long values(String key, List<Made> made) {
        return made.stream()
                .flatMap(m -> Optional.ofNullable(m.deciding().get(key)).stream())
                .distinct()
                .count();
    }

    /** Names the keys that only some of a group have, unless its runs are known to be alike. */
    private static Optional<String> note(List<Made> group) {
        if (group.stream().map(m -> m.run().facts().settings()).distinct().count() == 1) {
            return Optional.empty();
        }
        Set<String> some = new TreeSet<>();
        group.forEach(m -> some.addAll(m.deciding().keySet()));
        some.removeIf(key -> group.stream().allMatch(m -> m.deciding().containsKey(key)));
        return some.isEmpty()
                ? Optional.empty()
                : Optional.of("Of " + group.stream().map(m -> m.run().name()).collect(Collectors.joining(", "))
                        + " not all say what " + some.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
                        + (some.size() > MOST_NAMED ? ", ..." : "")
                        + " was, as runs of different versions: they are taken to be alike in that.");
    }

    /**
     * What a control has otherwise than a group, of the keys that tell that from others; the roles of its rewards are
     * others by nature.
     */
    static Map<String, String> unlike(Map<String, String> group, RunRecord control) {
        Made made = Made.of(control);
        Map<String, String> unlike = new TreeMap<>();
        group.forEach((key, value) -> {
            String its = made.valueOf(key, group.keySet());
            boolean known = !value.equals(UNKNOWN) && !its.equals(UNKNOWN);
            if (known && !its.equals(value) && !(key.startsWith(REWARDS) && key.endsWith(ROLE))) {
                unlike.put(key, its);
            }
        });
        return unlike;
    }

    /**
     * The keys in which two runs that should differ in some blocks alone differ besides, for people; empty if there are
     * none. A key that one of them does not have is of another version.
     *
     * @param free outermost blocks of keys, such as {@code algorithm}
     */
    static Optional<String> differing(RunRecord one, RunRecord other, Set<String> free) {
        Map<String, String> others = Made.of(other).deciding();
        List<String> differing = new ArrayList<>();
        Made.of(one).deciding().forEach((key, value) -> {
            String its = others.getOrDefault(key, value);
            int dot = key.indexOf('.');
            if (!its.equals(value) && !free.contains(dot < 0 ? key : key.substring(0, dot))) {
                differing.add(key + " = " + value + " and " + its);
            }
        });
        return differing.isEmpty()
                ? Optional.empty()
                : Optional.of(differing.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
                        + (differing.size() > MOST_NAMED ? ", ..." : ""));
    }

    /** What tells a group from others, to stand behind its name: {@code optimizer.learning-rate = 1e-4} in brackets. */
    static String shown(Map<String, String> keys) {
        if (keys.isEmpty()) {
            return "";
        }
        String more = keys.size() > MOST_NAMED ? ", ..." : "";
        return keys.entrySet().stream()
                .limit(MOST_NAMED)
                .map(e -> e.getKey() + " = " + e.getValue())
                .collect(Collectors.joining(", ", " (", more + ")"));
    }
}
