package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.tempera.record.verdict.Estimate;

/** A comparison for people: a short table, and the verdicts. */
final class ComparisonText {
    private ComparisonText() {}

    /** A row for each group, below a row of headings. */
    static List<List<String>> table(ProxyComparison proxy) {
        Optional<Matched.Level> level = proxy.atReward()
                .filter(m -> !m.levels().isEmpty())
                .map(m -> m.levels().get(m.levels().size() - 1));
        String truth = proxy.truth().orElse("truth");
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("GROUP", "SEEDS", "REWARD", truth.toUpperCase(Locale.ROOT)));
        level.ifPresent(l -> {
            head.add("AT REWARD " + Estimate.number(l.value()));
            head.add("QUERIES THERE");
        });
        head.addAll(List.of("OVER-OPTIMISED", "SEEDS THAT DID", "SINCE EPOCH", "BEST EPOCH"));
        rows.add(head);
        for (Group group : proxy.groups()) {
            rows.add(row(group, level));
        }
        for (Group group : proxy.controls()) {
            rows.add(row(group, level));
        }
        return rows;
    }

    private static List<String> row(Group group, Optional<Matched.Level> level) {
        GroupVerdict v = group.verdict();
        List<String> row = new ArrayList<>(List.of(
                group.name(),
                Integer.toString(group.runs().size()),
                fromTo(group, Measure.Kind.PROXY),
                fromTo(group, Measure.Kind.TRUTH)));
        level.ifPresent(l -> {
            Optional<Matched.AtLevel> at = l.groups().stream()
                    .filter(g -> !group.control() && g.group().equals(group.name()))
                    .findFirst();
            row.add(at.map(a -> a.truth().toString()).orElse("-"));
            row.add(at.map(a -> a.queries().value())
                    .filter(Double::isFinite)
                    .map(q -> String.format(Locale.ROOT, "%,.0f", q))
                    .orElse("-"));
        });
        row.add(group.control() ? "-" : v.answer().toString());
        row.add(
                group.control()
                        ? "-"
                        : v.overOptimised() + " of " + group.runs().size());
        row.add(v.since()
                .filter(s -> !group.control())
                .map(GroupVerdict.Onset::epochs)
                .orElse("-"));
        row.add(v.best()
                .filter(b -> !group.control())
                .map(GroupVerdict.Best::epochs)
                .orElse("-"));
        return row;
    }

    private static String fromTo(Group group, Measure.Kind kind) {
        return group.curves(kind, Axis.EPOCHS).stream()
                .filter(c -> c.measure().set().isEmpty())
                .findFirst()
                .map(c -> Estimate.number(c.points().get(0).y().value()) + " -> "
                        + c.points().get(c.points().size() - 1).y())
                .orElse("-");
    }

    /** A median and what it is of, such as {@code 16 (12 to 20)}. */
    static String range(double median, int earliest, int latest) {
        String middle = median == Math.rint(median)
                ? String.valueOf((long) median)
                : String.format(Locale.ROOT, "%.1f", median);
        return earliest == latest ? middle : middle + " (" + earliest + " to " + latest + ")";
    }

    /** What follows the table, a paragraph each. */
    static List<String> lines(ProxyComparison proxy) {
        List<String> lines = new ArrayList<>();
        Map<String, List<String>> thin = new LinkedHashMap<>();
        Map<String, List<String>> advice = new LinkedHashMap<>();
        for (Group group : proxy.groups()) {
            lines.add(group.verdict().explanation());
            group.verdict().thin().forEach(t -> of(thin, t).add(group.name()));
            group.verdict().advice().forEach(a -> of(advice, a).add(group.name()));
        }
        thin.forEach((why, groups) -> lines.add("too thin         " + named(proxy, groups) + why));
        advice.forEach((what, groups) -> lines.add("try              " + named(proxy, groups) + what));
        proxy.atReward().ifPresent(m -> pairs(proxy, m, lines));
        lines.addAll(proxy.notes());
        proxy.groups().forEach(g -> lines.addAll(g.notes()));
        return lines;
    }

    private static List<String> of(Map<String, List<String>> groups, String text) {
        return groups.computeIfAbsent(text, t -> new ArrayList<>());
    }

    /** Which groups a sentence is of, if not of all. */
    private static String named(ProxyComparison proxy, List<String> groups) {
        return groups.size() == proxy.groups().size() ? "" : "(" + String.join("; ", groups) + ") ";
    }

    private static void pairs(ProxyComparison proxy, Matched matched, List<String> lines) {
        matched.without().ifPresent(w -> lines.add("No common level of the training reward: " + w + "."));
        matched.answers().forEach(answer -> lines.add(answered(answer, matched)));
        int unclear = 0;
        int untested = 0;
        for (Matched.Pair pair : matched.pairs()) {
            if (pair.highest().isEmpty()) {
                continue;
            }
            Matched.Difference d = pair.highest().get();
            if (d.isClear()) {
                lines.add("At the training reward " + Estimate.number(d.level()) + " "
                        + keepsMore(pair, d, matched, ", corrected for " + matched.corrected() + " pairs") + ".");
            } else if (Double.isFinite(d.corrected())) {
                unclear++;
            } else {
                untested++;
            }
        }
        String of = " of " + matched.pairs().size() + (matched.pairs().size() == 1 ? " pair" : " pairs")
                + " of groups on " + proxy.proxy();
        if (unclear > 0) {
            lines.add(unclear + of + (unclear == 1 ? " is" : " are")
                    + " not told apart at the highest training reward that both reach.");
        }
        if (untested > 0) {
            lines.add(untested + of + " cannot be told apart: it takes " + Judgement.FEWEST_SEEDS
                    + " seeds of either to test them.");
        }
        lines.addAll(matched.notes());
    }

    /** A question's pairs, each at the highest training reward that both reach. */
    private static String answered(Matched.Answer answer, Matched matched) {
        StringJoiner pairs = new StringJoiner("; ", answer.question() + ": ", ".");
        for (Matched.Pair pair : answer.pairs()) {
            pairs.add(pair.highest()
                    .map(d -> !Double.isFinite(d.corrected())
                            ? pair.first() + " and " + pair.second() + " cannot be told apart: it takes "
                                    + Judgement.FEWEST_SEEDS + " seeds of either"
                            : "at " + Estimate.number(d.level()) + " "
                                    + (d.isClear()
                                            ? keepsMore(pair, d, matched, "")
                                            : pair.first() + " and " + pair.second()
                                                    + " are not told apart (difference " + Summary.shown(d.difference())
                                                    + "; p " + chance(d) + ")"))
                    .orElse(pair.first() + " and " + pair.second() + " reach no training reward in common"));
        }
        return pairs + (answer.corrected() > 1 ? " Corrected for these " + answer.corrected() + " pairs." : "");
    }

    private static String keepsMore(Matched.Pair pair, Matched.Difference d, Matched matched, String corrected) {
        boolean first = d.difference().value() > 0;
        return String.format(
                Locale.ROOT,
                "%s keeps more %s than %s: %s against %s (difference %s; p %s%s)",
                first ? pair.first() : pair.second(),
                matched.truth().equals("gold") ? matched.truth() : "of the held-out score",
                first ? pair.second() : pair.first(),
                first ? d.firstTruth() : d.secondTruth(),
                first ? d.secondTruth() : d.firstTruth(),
                Summary.shown(d.difference()),
                chance(d),
                corrected);
    }

    private static String chance(Matched.Difference d) {
        return d.corrected() < 1e-4 ? "below 0.0001" : String.format(Locale.ROOT, "%.2g", d.corrected());
    }
}
