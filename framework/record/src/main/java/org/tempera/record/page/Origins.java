package org.tempera.record.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tempera.record.compare.ComparedRun;
import org.tempera.record.verdict.Ruler;
import org.tempera.record.verdict.RunVerdict;

/** Where the runs came from and what measured them: a table of the runs, and what their provenance says. */
final class Origins {
    private static final int HASH = 12;
    /** A provenance of someone else's may have any number of entries. */
    private static final int MOST_KEYS = 200;

    private static final int LONGEST = 200;

    private Origins() {}

    static List<Block> of(Cast cast) {
        List<ComparedRun> runs = cast.runs().toList();
        List<Block> blocks = new ArrayList<>();
        blocks.add(runs(cast));
        blocks.add(new Folded("What measured them", rulers(runs)));
        blocks.add(new Folded("Versions, machines and files", provenance(runs)));
        return blocks;
    }

    private static Table runs(Cast cast) {
        List<List<Table.Cell>> rows = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (Cast.Member member : cast.members()) {
            for (ComparedRun run : member.group().runs()) {
                if (seen.add(run.name())) {
                    rows.add(row(member, run));
                }
            }
        }
        return new Table(
                "The runs. Fingerprints are equal where evaluations were measured alike; settings are equal where runs"
                        + " differ in their seeds only.",
                List.of("run", "group", "seed", "epochs", "fingerprint", "settings", "control", "by itself"),
                rows);
    }

    private static List<Table.Cell> row(Cast.Member member, ComparedRun run) {
        String settings = run.record().facts().settings();
        return List.of(
                Table.Cell.of(run.name()),
                Table.Cell.of(member.name()),
                new Table.Cell(Long.toString(run.seed()), run.seed()),
                new Table.Cell(
                        Integer.toString(run.record().epochs()), run.record().epochs()),
                Table.Cell.of(run.record().ruler().map(Ruler::fingerprint).orElse("not known")),
                Table.Cell.of(settings.substring(0, Math.min(HASH, settings.length()))),
                Table.Cell.of(run.record().control() ? "is one" : run.control().orElse("none")),
                Table.Cell.of(
                        member.group().control()
                                ? "-"
                                : run.verdict().map(Origins::answer).orElse("not evaluated")));
    }

    private static String answer(RunVerdict verdict) {
        return switch (verdict.overOptimised()) {
            case YES -> "over-optimised since epoch " + verdict.since().orElse(0);
            case NO -> verdict.nothingOptimised() ? "nothing optimised" : "not over-optimised";
            case CANNOT_SAY -> "cannot say";
        };
    }

    /** Each ruler once. */
    private static List<Block> rulers(List<ComparedRun> runs) {
        Map<String, Ruler> rulers = new LinkedHashMap<>();
        runs.forEach(r -> r.record().ruler().ifPresent(ruler -> rulers.putIfAbsent(ruler.fingerprint(), ruler)));
        List<Block> tables = new ArrayList<>();
        rulers.forEach((fingerprint, ruler) -> {
            List<List<Table.Cell>> rows = new ArrayList<>();
            ruler.scopes()
                    .forEach((scope, parts) -> parts.forEach((key, value) -> {
                        if (rows.size() < MOST_KEYS) {
                            rows.add(
                                    List.of(Table.Cell.of(key), Table.Cell.of(scope), Table.Cell.of(shortened(value))));
                        }
                    }));
            tables.add(new Table("Fingerprint " + fingerprint, List.of("part", "of", "value"), rows));
        });
        return tables;
    }

    /** What is equal in all runs once, and of what differs a row for each value. */
    private static List<Block> provenance(List<ComparedRun> runs) {
        SortedMap<String, SortedMap<String, List<String>>> byKey = new TreeMap<>();
        for (ComparedRun run : runs) {
            SortedMap<String, String> flat = new TreeMap<>();
            flat.put("rewards", shortened(run.record().facts().rewardsAndRoles()));
            flat.put("policy", shortened(run.record().facts().policy()));
            flatten("", run.record().provenance(), flat);
            flat.forEach((key, value) -> byKey.computeIfAbsent(key, k -> new TreeMap<>())
                    .computeIfAbsent(value, v -> new ArrayList<>())
                    .add(run.name()));
        }
        List<List<Table.Cell>> same = new ArrayList<>();
        List<List<Table.Cell>> different = new ArrayList<>();
        byKey.forEach((key, values) -> values.forEach((value, names) -> {
            if (names.size() == runs.size()) {
                same.add(List.of(Table.Cell.of(key), Table.Cell.of(value)));
            } else if (different.size() < MOST_KEYS) {
                different.add(List.of(
                        Table.Cell.of(key),
                        Table.Cell.of(value),
                        new Table.Cell(
                                names.size() == 1
                                        ? names.get(0)
                                        : names.get(0) + " and " + (names.size() - 1) + " more",
                                Double.NaN)));
            }
        }));
        return List.of(
                new Table("Equal in all runs", List.of("key", "value"), same),
                new Table("Different", List.of("key", "value", "runs"), different));
    }

    private static void flatten(String key, Object plain, SortedMap<String, String> flat) {
        if (flat.size() >= MOST_KEYS) {
            return;
        }
        if (plain instanceof Map<?, ?> map) {
            map.forEach((name, value) -> flatten(key.isEmpty() ? name + "" : key + "." + name, value, flat));
        } else if (plain instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                flatten(key + "[" + i + "]", list.get(i), flat);
            }
        } else {
            flat.put(key, shortened(String.valueOf(plain)));
        }
    }

    private static String shortened(String value) {
        return value.codePointCount(0, value.length()) <= LONGEST
                ? value
                : value.substring(0, value.offsetByCodePoints(0, LONGEST)) + "...";
    }
}
