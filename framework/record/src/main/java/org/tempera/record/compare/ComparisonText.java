package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.verdict.Estimate;

/** A comparison for people: a short table, and the verdicts. */
final class ComparisonText {
    /** Groups that are named at most. */
    private static final int MOST_NAMED = 4;

    /** Columns of an alarm against the truth. */
    private static final int JUDGED = 5;

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
            head.add("SEEDS THERE");
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
            row.add(
                    group.control()
                            ? "-"
                            : at.map(Matched.AtLevel::read)
                                    .orElse(new Matched.Seeds(0, group.runs().size()))
                                    .toString());
            row.add(at.map(a -> a.queries().value())
                    .filter(Double::isFinite)
                    .map(q -> String.format(Locale.ROOT, "%,.0f", q))
                    .orElse("-"));
        });
        row.add(group.control() ? "-" : v.shownAnswer());
        row.add(group.control() ? "-" : v.shownSeeds());
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
        String middle = String.valueOf((long) median);
        return earliest == latest ? middle : middle + " (" + earliest + " to " + latest + ")";
    }

    /** What follows the table, a paragraph each; what is of one kind stands together, apart from the others. */
    static List<String> lines(ProxyComparison proxy) {
        List<String> verdicts = new ArrayList<>();
        Map<String, List<String>> thin = new LinkedHashMap<>();
        Map<String, List<String>> advice = new LinkedHashMap<>();
        for (Group group : proxy.groups()) {
            verdicts.add(group.verdict().explanation());
            group.verdict().thin().forEach(t -> of(thin, t).add(group.name()));
            group.verdict().advice().forEach(a -> of(advice, a).add(group.name()));
        }
        List<String> hints = new ArrayList<>();
        thin.forEach((why, groups) -> hints.add("too thin         " + named(proxy, groups) + why));
        advice.forEach((what, groups) -> hints.add("try              " + named(proxy, groups) + what));
        List<String> pairs = proxy.atReward().map(m -> pairs(proxy, m)).orElse(List.of());
        List<String> notes = new ArrayList<>(proxy.notes());
        Stream.concat(proxy.groups().stream(), proxy.controls().stream()).forEach(g -> notes.addAll(g.notes()));
        List<String> lines = new ArrayList<>();
        for (List<String> part : List.of(pairs, verdicts, hints, notes)) {
            if (!part.isEmpty()) {
                lines.add("");
                lines.addAll(part);
            }
        }
        return lines;
    }

    /**
     * What all runs and the controls were watched for, a row for each alarm that was raised, or was silent though the
     * truth was lost, below a row of headings; empty where there is none. Those of each of several groups are on the
     * page.
     */
    static List<List<String>> alarms(ProxyComparison proxy) {
        List<List<String>> rows = new ArrayList<>();
        for (ProxyComparison.Watched watched : proxy.watchedTogether()) {
            watched.alarms().stream().filter(SeedAlarm::isTold).forEach(alarm -> rows.add(row(watched.in(), alarm)));
        }
        if (!rows.isEmpty()) {
            rows.add(
                    0,
                    List.of(
                            "ALARM",
                            "IN",
                            "RAISED",
                            "FIRST AT EPOCH",
                            "IN TIME",
                            "LATE",
                            "MISSED",
                            "FALSELY",
                            "WITHOUT GAIN"));
        }
        return rows;
    }

    private static List<String> row(String in, SeedAlarm alarm) {
        List<String> row = new ArrayList<>(List.of(
                alarm.name().replace('_', ' '),
                in,
                share(alarm.runs(), alarm.watched()),
                alarm.first().map(SeedAlarm.First::epochs).orElse("-")));
        row.addAll(alarm.against()
                .map(a -> List.of(
                        share(a.inTime(), a.lost()),
                        share(a.late(), a.lost()),
                        share(a.missed(), a.lost()),
                        share(a.falsely(), a.kept()),
                        Integer.toString(a.undated())))
                .orElse(Collections.nCopies(JUDGED, "-")));
        return row;
    }

    /** Of none nothing can be said. */
    private static String share(int some, int all) {
        return all == 0 ? "-" : some + " of " + all;
    }

    /** What the columns of {@link #alarms} count. */
    static String alarmColumns(ProxyComparison proxy) {
        String truth = proxy.truth().map(ComparisonText::judge).orElse("the truth");
        return "In time, late, missed: of the runs that lost " + truth
                + ", in time being no later than the evaluation at which 5 % of its gain were lost; falsely: of those that"
                + " kept it; without gain: runs that lost it without a clear gain before, and count in none of these."
                + (proxy.controls().isEmpty()
                        ? ""
                        : " In controls, on random rewards, an alarm tells of wear and not of over-optimisation.");
    }

    private static List<String> of(Map<String, List<String>> groups, String text) {
        return groups.computeIfAbsent(text, t -> new ArrayList<>());
    }

    /** Which groups a sentence is of, if not of all. */
    private static String named(ProxyComparison proxy, List<String> groups) {
        return groups.size() == proxy.groups().size() ? "" : "(" + String.join("; ", groups) + ") ";
    }

    /** Which of every two are told apart, and of how many others that cannot be said. */
    private static List<String> pairs(ProxyComparison proxy, Matched matched) {
        List<String> lines = new ArrayList<>();
        matched.without().ifPresent(w -> lines.add("No common level of the training reward: " + w + "."));
        Map<Matched.Untested, List<Matched.Pair>> untested = new EnumMap<>(Matched.Untested.class);
        int unclear = 0;
        for (Matched.Pair pair : matched.pairs()) {
            pair.untested().ifPresent(why -> untested.computeIfAbsent(why, w -> new ArrayList<>())
                    .add(pair));
            if (pair.highest().filter(Matched.Difference::isClear).isPresent()) {
                Matched.Difference d = pair.highest().get();
                lines.add("At the training reward " + Estimate.number(d.level()) + " "
                        + keepsMore(pair, d, matched.truth(), ", corrected for " + number(matched.family(), "pair"))
                        + ".");
            } else if (pair.untested().isEmpty()) {
                unclear++;
            }
        }
        String of = " of " + number(matched.family(), "pair") + " of groups on " + proxy.proxy();
        if (unclear > 0) {
            lines.add(unclear + of + (unclear == 1 ? " is" : " are")
                    + " not told apart at the highest training reward that both reach.");
        }
        untested.forEach((why, pairs) -> lines.add(pairs.size() + of + (pairs.size() == 1 ? " is" : " are")
                + " not tested, and corrected for all the same: "
                + (why == Matched.Untested.FEW_SEEDS
                        ? Matched.Pair.fewest() + ", and " + few(pairs) + " are read"
                        : pairs.get(0).why().orElseThrow())
                + "."));
        lines.addAll(matched.notes());
        return lines;
    }

    /** The groups of pairs that have too few seeds, each once. */
    private static String few(List<Matched.Pair> pairs) {
        List<String> few =
                pairs.stream().flatMap(p -> p.few().stream()).distinct().toList();
        return few.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
                + (few.size() > MOST_NAMED ? " and so on" : "");
    }

    private static String number(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /** A line for each pair of a question, and what holds of all of them. */
    static List<String> lines(Answer answer) {
        List<String> lines = new ArrayList<>();
        answer.pairs().forEach(pair -> lines.add(answer.question() + ": " + line(pair, answer.isOpen())));
        answer.whyOpen().ifPresent(lines::add);
        if (!answer.isOpen() && answer.family() > 1) {
            lines.add(answer.question() + ": corrected for its " + answer.family() + " pairs (Holm).");
        }
        return lines;
    }

    private static String line(Answer.Asked asked, boolean open) {
        Matched.Pair pair = asked.atReward();
        String both = pair.first() + " and " + pair.second();
        String on = asked.proxy().map(p -> "on " + p + " ").orElse("");
        if (pair.highest().isEmpty()) {
            return on + both + " are not tested: " + asked.why().orElseThrow() + ".";
        }
        Matched.Difference d = pair.highest().get();
        String at = on + "at " + Estimate.number(d.level()) + " ";
        if (!open && asked.isClear()) {
            return at + keepsMore(pair, d, asked.truth(), "") + otherwise(asked, d) + ".";
        }
        String estimates = pair.first() + " keeps " + d.firstTruth() + " and " + pair.second() + " " + d.secondTruth()
                + " of " + judge(asked.truth()) + " (difference " + Summary.shown(d.difference());
        return at
                + asked.why()
                        .map(why -> estimates + "); not tested: " + why + ".")
                        .orElse(
                                open
                                        ? estimates + ")."
                                        : both + " are not told apart: " + estimates + "; p "
                                                + Matched.Difference.shown(d.corrected()) + ").");
    }

    /** Where the same KL tells them apart the other way round: who reads one line must not miss it. */
    private static String otherwise(Answer.Asked asked, Matched.Difference atReward) {
        return asked.atDivergence()
                .flatMap(Matched.Pair::highest)
                .filter(d -> d.chance() < Matched.Difference.ALPHA
                        && d.difference().value() * atReward.difference().value() < 0)
                .map(d -> "; at the same KL, which is exploration, "
                        + (d.difference().value() > 0
                                ? asked.atReward().first()
                                : asked.atReward().second())
                        + " keeps more (difference "
                        + Summary.shown(
                                d.difference().value() > 0
                                        ? d.difference()
                                        : d.difference().negated())
                        + "; p " + Matched.Difference.shown(d.chance()) + ", not corrected)")
                .orElse("");
    }

    private static String judge(String truth) {
        return truth.equals(ScoreNames.HELD_OUT) ? "the held-out score" : truth;
    }

    private static String keepsMore(Matched.Pair pair, Matched.Difference d, String truth, String corrected) {
        boolean first = d.difference().value() > 0;
        return String.format(
                Locale.ROOT,
                "%s keeps more %s than %s: %s against %s (difference %s; p %s%s)",
                first ? pair.first() : pair.second(),
                truth.equals(ScoreNames.HELD_OUT) ? "of " + judge(truth) : truth,
                first ? pair.second() : pair.first(),
                first ? d.firstTruth() : d.secondTruth(),
                first ? d.secondTruth() : d.firstTruth(),
                Summary.shown(first ? d.difference() : d.difference().negated()),
                Matched.Difference.shown(d.corrected()),
                corrected);
    }
}
