package org.tempera.record.page;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.tempera.record.compare.Matched;
import org.tempera.record.compare.RewardMatrix;
import org.tempera.record.compare.Summary;
import org.tempera.record.verdict.Estimate;

/** What groups keep of the truth where they have come equally far, as a chart and tables. */
final class MatchedTables {
    private MatchedTables() {}

    /** @param members the groups that are compared */
    static List<Block> of(Matched matched, List<Cast.Member> members) {
        List<Block> blocks = new ArrayList<>();
        String by = Labels.of(matched.by());
        blocks.add(new Plots("", List.of(chart(matched, members))));
        matched.without().ifPresent(why -> blocks.add(new Notes(List.of(why))));
        blocks.add(levels(matched, by));
        blocks.add(new Folded(
                "Every two groups",
                List.of(pairs(
                        "First less second at the highest " + by
                                + " that both reach, and at the highest of all groups; the probability that a seed of the"
                                + " first keeps more; how probable so much is by chance, and the same corrected for "
                                + (matched.family() == 1 ? "the one pair" : "all " + matched.family() + " pairs")
                                + " (Holm), those that cannot be tested among them",
                        matched.pairs(),
                        by))));
        blocks.add(new Notes(matched.notes()));
        return blocks;
    }

    private static Chart chart(Matched matched, List<Cast.Member> members) {
        Map<String, List<Series.Point>> points = new LinkedHashMap<>();
        for (Matched.Level level : matched.levels()) {
            for (Matched.AtLevel at : level.groups()) {
                Summary truth = at.truth();
                points.computeIfAbsent(at.group(), g -> new ArrayList<>())
                        .add(new Series.Point(
                                level.value(),
                                truth.value(),
                                truth.mean().lower(),
                                truth.mean().upper(),
                                OptionalInt.empty()));
            }
        }
        List<Series> series = new ArrayList<>();
        for (Cast.Member member : members) {
            List<Series.Point> its = points.getOrDefault(member.group().name(), List.of());
            series.add(new Series(member.shortName(), member.look(), Series.Kind.LINE, its));
        }
        String by = Labels.of(matched.by());
        return new Chart(
                Labels.capital(Labels.truth(matched.truth())) + " at the same " + by,
                by,
                Labels.truth(matched.truth()),
                series);
    }

    private static Block levels(Matched matched, String by) {
        List<List<Table.Cell>> rows = new ArrayList<>();
        for (Matched.Level level : matched.levels()) {
            for (Matched.AtLevel at : level.groups()) {
                rows.add(List.of(
                        Table.Cell.of(at.group()),
                        Table.Cell.of(level.value()),
                        Labels.cell(at.truth()),
                        Labels.cell(at.truth().interquartileMean()),
                        new Table.Cell(at.read().toString(), at.read().read()),
                        Labels.cell(at.queries()),
                        Labels.cell(at.seconds()),
                        Labels.cell(at.cpuSeconds())));
            }
        }
        return new Table(
                Labels.capital(Labels.truth(matched.truth())) + " where each group first reaches the same " + by
                        + ", 95 % intervals; " + pictures(matched) + ", and how many seeds of how many are read",
                List.of(
                        "group",
                        by,
                        Labels.truth(matched.truth()),
                        "interquartile mean",
                        "seeds",
                        "queries",
                        "seconds",
                        "CPU seconds"),
                rows);
    }

    /** Of how many pictures a number of a seed is. */
    static String pictures(Matched matched) {
        return matched.pictures() + (matched.pictures() == 1 ? " picture" : " pictures") + " a seed";
    }

    private static Block pairs(String caption, List<Matched.Pair> pairs, String by) {
        List<List<Table.Cell>> rows = new ArrayList<>();
        for (Matched.Pair pair : pairs) {
            pair.shared().stream()
                    .max(Comparator.comparingDouble(Matched.Difference::level))
                    .ifPresent(d -> rows.add(row(pair, d, "all groups")));
            pair.highest().ifPresent(d -> rows.add(row(pair, d, "these two")));
        }
        return new Table(
                caption,
                List.of(
                        "first",
                        "second",
                        "level of",
                        by,
                        "difference",
                        "first keeps more",
                        "chance",
                        "corrected",
                        "clear"),
                rows);
    }

    private static List<Table.Cell> row(Matched.Pair pair, Matched.Difference d, String levelOf) {
        return List.of(
                Table.Cell.of(pair.first()),
                Table.Cell.of(pair.second()),
                Table.Cell.of(levelOf),
                Table.Cell.of(d.level()),
                Labels.cell(d.difference()),
                Labels.cell(d.improvement()),
                Labels.chance(d.chance()),
                Labels.chance(d.corrected()),
                Table.Cell.of(
                        Double.isFinite(d.corrected())
                                ? d.isClear() ? "yes" : "no"
                                : pair.why().orElse("not known")));
    }

    /** What training on each reward did to every reward. */
    static List<Block> of(RewardMatrix matrix) {
        boolean several =
                matrix.rows().stream().map(RewardMatrix.Row::proxy).distinct().count() > 1;
        HeatTable table = new HeatTable(
                "Change of every reward since before training, in deviations between pictures then, where all groups on a"
                        + " training reward have come equally far",
                several ? "trained on, by" : "trained by",
                matrix.scores().stream().map(PictureWall::label).toList(),
                matrix.rows().stream()
                        .map(r -> new HeatTable.Row(
                                (several ? r.proxy() + ", " : "") + r.group() + " at " + Estimate.number(r.level()),
                                r.changes().stream()
                                        .map(c -> new HeatTable.Cell(c.value(), signed(c)))
                                        .toList()))
                        .toList());
        return List.of(table, new Notes(matrix.notes()));
    }

    private static String signed(Summary s) {
        if (!Double.isFinite(s.value())) {
            return "not scored";
        }
        return new Estimate(s.value(), s.mean().lower(), s.mean().upper(), s.seeds()).signed();
    }
}
