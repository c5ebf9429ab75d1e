package org.tempera.runtime.sweep;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tempera.runtime.config.SweepConfig;
import org.tempera.runtime.config.SweepConfig.Axis;
import org.tempera.runtime.config.SweepConfig.Choice;
import org.tempera.spi.UserException;

/**
 * A choice of each axis with a seed: a run that a sweep's file names, before its configuration is bound.
 *
 * @param choices by axis, in the order of the file
 * @param control whether it is trained on random rewards
 */
record Combination(Map<String, Choice> choices, boolean control, long seed) {
    private static final String CONTROL = "control";

    /** More runs than anybody waits for. */
    private static final int MOST = 10_000;

    Combination {
        choices = Collections.unmodifiableMap(new LinkedHashMap<>(choices));
    }

    /**
     * Those of a sweep, the first seed of all first, with its controls.
     *
     * @throws UserException if they are far too many
     */
    static List<Combination> of(SweepConfig config) {
        requireFew(config);
        Set<Long> seeds = new LinkedHashSet<>(config.settings().seeds());
        config.control().ifPresent(c -> seeds.addAll(c.settings().seeds()));
        List<Combination> all = new ArrayList<>();
        for (long seed : seeds) {
            if (config.settings().seeds().contains(seed)) {
                choices(config.axes(), config.settings().skip()).forEach(c -> all.add(new Combination(c, false, seed)));
            }
            config.control()
                    .filter(c -> c.settings().seeds().isEmpty()
                            || c.settings().seeds().contains(seed))
                    .ifPresent(c -> {
                        List<String> axes = c.axes(config.axes());
                        choices(
                                        config.axes().stream()
                                                .filter(a -> axes.contains(a.name()))
                                                .toList(),
                                        c.settings().skip())
                                .forEach(choices -> all.add(new Combination(choices, true, seed)));
                    });
        }
        return all;
    }

    private static void requireFew(SweepConfig config) {
        long all = config.settings().seeds().size();
        for (Axis axis : config.axes()) {
            all = Math.min(all * axis.choices().size(), Integer.MAX_VALUE);
        }
        if (all > MOST) {
            throw new UserException("sweep.axes: expected at most " + MOST + " runs, found " + all
                    + " combinations of choices and seeds. Leave out choices, or make several sweeps of it.");
        }
    }

    /** Every choice of each axis with every other, the last axis changing first. */
    private static List<Map<String, Choice>> choices(List<Axis> axes, List<Map<String, String>> skip) {
        List<Map<String, Choice>> combinations = new ArrayList<>(List.of(Map.of()));
        for (Axis axis : axes) {
            List<Map<String, Choice>> longer = new ArrayList<>();
            for (Map<String, Choice> combination : combinations) {
                for (Choice choice : axis.choices()) {
                    Map<String, Choice> with = new LinkedHashMap<>(combination);
                    with.put(axis.name(), choice);
                    longer.add(with);
                }
            }
            combinations = longer;
        }
        return combinations.stream()
                .filter(c -> skip.stream().noneMatch(s -> isPartOf(s, c)))
                .toList();
    }

    private static boolean isPartOf(Map<String, String> skipped, Map<String, Choice> combination) {
        return skipped.entrySet().stream().allMatch(e -> {
            Choice choice = combination.get(e.getKey());
            return choice != null && choice.name().equals(e.getValue());
        });
    }

    /** The path of the run's folder and of its record, such as {@code aesthetic/ddpo/seed-1}. */
    String name() {
        return Stream.of(
                        control ? Stream.of(CONTROL) : Stream.<String>empty(),
                        choices.values().stream().map(Choice::name),
                        Stream.of("seed-" + seed))
                .flatMap(part -> part)
                .collect(Collectors.joining("/"));
    }
}
