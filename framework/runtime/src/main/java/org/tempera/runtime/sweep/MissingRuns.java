package org.tempera.runtime.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tempera.base.text.Printable;
import org.tempera.runtime.config.SweepConfig;
import org.tempera.runtime.config.SweepConfig.Choice;
import org.tempera.spi.UserException;

/** Says which runs of a sweep a comparison is without: a group whose seeds failed looks better than it is. */
public final class MissingRuns {
    /** How many runs are named. */
    private static final int NAMED = 8;

    /** The longest reason that is shown; {@code child.json} has the whole of it. */
    private static final int LONGEST = 120;

    private MissingRuns() {}

    /**
     * What is missing, for people, a sentence or two each; empty where all runs are compared.
     *
     * @param file the name of the sweep's file
     * @param recorded names of the runs that have left a record
     * @param compared names of those whose records can be read
     */
    public static List<String> notes(String file, SweepConfig config, Set<String> recorded, Set<String> compared) {
        List<Combination> all = Combination.of(config);
        List<String> notes = new ArrayList<>();
        // A failure may be of what the group does, and is told before what has not come to its end yet.
        Map<Boolean, List<String>> missing = all.stream()
                .map(Combination::name)
                .filter(run -> !recorded.contains(run))
                .map(run -> new Missing(run, ChildFolder.of(config.settings().output(), run)))
                .collect(Collectors.partitioningBy(
                        Missing::failed, Collectors.mapping(Missing::shown, Collectors.toList())));
        List<String> named = Stream.concat(
                        missing.getOrDefault(true, List.of()).stream(), missing.getOrDefault(false, List.of()).stream())
                .toList();
        if (!named.isEmpty()) {
            notes.add((all.size() - named.size()) + " of the " + all.size() + " runs of " + file
                    + " have left a record; missing: "
                    + named.stream().limit(NAMED).collect(Collectors.joining(", "))
                    + (named.size() > NAMED ? " and " + (named.size() - NAMED) + " more" : "") + ".");
        }
        List<String> thinned = new ArrayList<>();
        seeds(all).forEach((group, runs) -> {
            long there = runs.stream().filter(compared::contains).count();
            if (there > 0 && there < runs.size()) {
                thinned.add(group + " (" + there + " of " + runs.size() + " seeds)");
            }
        });
        if (!thinned.isEmpty()) {
            notes.add("Not all seeds that " + file + " asks for are compared of " + String.join("; ", thinned)
                    + ": what is said of such a group is of the seeds that are there, and where others failed, of those"
                    + " that survived.");
        }
        return notes;
    }

    /** The names of runs that differ in their seeds only, without controls, by what was chosen. */
    private static Map<String, List<String>> seeds(List<Combination> all) {
        Map<String, List<String>> seeds = new LinkedHashMap<>();
        all.stream().filter(c -> !c.control()).forEach(c -> {
            String choices = c.choices().values().stream().map(Choice::name).collect(Collectors.joining(", "));
            seeds.computeIfAbsent(choices.isEmpty() ? "the only group" : choices, n -> new ArrayList<>())
                    .add(c.name());
        });
        return seeds;
    }

    /** A run without a record. */
    private record Missing(String shown, boolean failed) {
        Missing(String run, ChildFolder folder) {
            this(run, state(folder));
        }

        private Missing(String run, State state) {
            this(run + " (" + state.words() + ")", state.failed());
        }

        private static State state(ChildFolder folder) {
            try {
                Optional<ChildState> kept = ChildState.read(folder.state());
                return kept.map(k -> k.failure()
                                .map(why -> new State("failed: " + beginning(why), true))
                                .orElse(new State("not finished", false)))
                        .orElse(new State("not begun", false));
            } catch (UserException e) {
                return new State("how far it is cannot be read", false); // the sweep itself says what is wrong
            }
        }

        /** The first sentence. */
        private static String beginning(String why) {
            String line = why.lines().findFirst().orElse("");
            String sentence = line.contains(". ") ? line.substring(0, line.indexOf(". ")) : line;
            return Printable.shortened(sentence.replaceFirst("\\.$", ""), LONGEST);
        }
    }

    /** How far a run without a record is. */
    private record State(String words, boolean failed) {}
}
