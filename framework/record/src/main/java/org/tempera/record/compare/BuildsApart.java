package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tempera.record.archive.RunRecord;

/** Says where the seeds of one group were trained by code that differs, as their provenance has it. */
final class BuildsApart {
    private static final String TEMPERA = "tempera";
    private static final String CODE = "code_sha256";
    private static final String BUILD = "build";
    private static final String RESUMED = "resumed";
    private static final String UNKNOWN = "unknown";

    /** Digits of a hash that are shown. */
    private static final int SHOWN = 12;

    private BuildsApart() {}

    /** A note for each way in which groups' seeds are of several builds; none where all are of one, or not known. */
    static List<String> notes(List<Group> groups) {
        Map<String, List<String>> byDivision = new LinkedHashMap<>();
        groups.forEach(g -> division(g.runs())
                .ifPresent(d ->
                        byDivision.computeIfAbsent(d, k -> new ArrayList<>()).add(g.name())));
        List<String> notes = new ArrayList<>();
        byDivision.forEach((division, names) -> notes.add("Not all seeds of " + String.join("; ", names)
                + " were trained by the same build: " + division
                + ". What is said over seeds holds as far as these builds do the same."));
        return notes;
    }

    /** Which seeds are of which builds, for people; empty where they are of one. */
    private static Optional<String> division(List<ComparedRun> runs) {
        Map<String, Set<String>> builds = new LinkedHashMap<>();
        Map<String, Set<Long>> seeds = new LinkedHashMap<>();
        for (ComparedRun run : runs) {
            codes(run.record()).forEach((code, build) -> {
                builds.computeIfAbsent(code, c -> new LinkedHashSet<>()).add(build);
                seeds.computeIfAbsent(code, c -> new LinkedHashSet<>()).add(run.seed());
            });
        }
        return seeds.size() < 2
                ? Optional.empty()
                : Optional.of(seeds.entrySet().stream()
                        .map(of -> (of.getValue().size() == 1 ? "seed " : "seeds ")
                                + of.getValue().stream().map(String::valueOf).collect(Collectors.joining(", ")) + " by "
                                + "build " + String.join(" or ", builds.getOrDefault(of.getKey(), Set.of())) + " (code "
                                + of.getKey()
                                        .substring(
                                                0, Math.min(SHOWN, of.getKey().length())) + ")")
                        .collect(Collectors.joining("; ")));
    }

    /** The names of the builds that a run was begun and went on by, by the hash of their code. */
    private static Map<String, String> codes(RunRecord run) {
        Map<String, String> codes = new LinkedHashMap<>();
        Stream<?> later = run.provenance().get(RESUMED) instanceof List<?> entries ? entries.stream() : Stream.of();
        Stream.concat(Stream.of(run.provenance()), later).forEach(entry -> {
            if (entry instanceof Map<?, ?> fields
                    && fields.get(TEMPERA) instanceof Map<?, ?> build
                    && build.get(CODE) instanceof String code
                    && !code.equals(UNKNOWN)) {
                codes.putIfAbsent(code, build.get(BUILD) instanceof String name ? name : UNKNOWN);
            }
        });
        return codes;
    }
}
