package org.tempera.record.page;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tempera.record.compare.GroupVerdict;
import org.tempera.record.compare.ProxyComparison;
import org.tempera.record.compare.SeedAlarm;
import org.tempera.record.verdict.Estimate;

/** What was found of each group: in a table, and in words. */
final class Verdicts {
    /** Of more groups, the words are shown when they are asked for. */
    private static final int READ_AT_ONCE = 4;

    /** Columns of an alarm against the truth. */
    private static final int JUDGED = 5;

    private final List<Cast.Member> members;
    private final Set<String> shared;

    private Verdicts(List<Cast.Member> members) {
        this.members = members;
        shared = new LinkedHashSet<>();
        if (members.size() > 1) {
            shared.addAll(points(members.get(0)));
            members.forEach(m -> shared.retainAll(points(m)));
        }
    }

    /** A table for each training reward, then the words. */
    static List<Block> of(Cast cast, List<ProxyComparison> proxies) {
        Verdicts all = new Verdicts(
                cast.members().stream().filter(m -> !m.group().control()).toList());
        List<Block> blocks = new ArrayList<>();
        for (int p = 0; p < proxies.size(); p++) {
            blocks.add(table(proxies.get(p), cast.trainedOn(p)));
            alarms(proxies.get(p)).ifPresent(blocks::add);
        }
        Cards cards = new Cards(all.members.stream().map(all::card).toList());
        blocks.add(all.members.size() > READ_AT_ONCE ? new Folded("Of each group in words", List.of(cards)) : cards);
        blocks.add(new Notes(
                all.shared.stream().map(point -> "Of all groups: " + point).toList()));
        return blocks;
    }

    private static Block table(ProxyComparison proxy, List<Cast.Member> members) {
        String truth = proxy.truth().map(Labels::truth).orElse("truth");
        List<List<Table.Cell>> rows =
                members.stream().map(m -> row(m, m.group().verdict())).toList();
        return new Table(
                "Trained on " + proxy.proxy()
                        + ": what was found of each group, with Student's 95 % intervals over its seeds. The change of "
                        + truth
                        + " is from the evaluation at which it was best to the last one, and its interval allows"
                        + " for that choice. What is less the controls' is over the seeds that have a control, whose"
                        + " number stands there where others have none",
                List.of(
                        "group",
                        "over-optimises",
                        "seeds that did, since epoch",
                        "change of the training reward",
                        truth + " from its best",
                        truth + " less the controls'",
                        "best checkpoint"),
                rows);
    }

    /** What rang in the runs, and in their controls; empty where nothing was watched. */
    private static Optional<Block> alarms(ProxyComparison proxy) {
        String truth = proxy.truth().map(Labels::truth).orElse("truth");
        List<List<Table.Cell>> rows = new ArrayList<>();
        proxy.watched().forEach(w -> w.alarms().forEach(a -> rows.add(row(w.in(), a))));
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.of(new Table(
                        "Trained on " + proxy.proxy()
                                + ": alarms in the runs, each by what it holds out itself, against "
                                + truth + ". In time is no later than the evaluation at which " + truth
                                + " had lost 5 % of its gain; runs that lost it without a clear gain have a column of"
                                + " their own, and count in no other. An alarm in a control, on random rewards, tells of"
                                + " wear and not of over-optimisation",
                        List.of(
                                "alarm",
                                "in",
                                "raised",
                                "first at epoch",
                                "in time",
                                "late",
                                "missed",
                                "falsely, where " + truth + " was kept",
                                "lost without a gain"),
                        rows));
    }

    private static List<Table.Cell> row(String in, SeedAlarm alarm) {
        List<Table.Cell> row = new ArrayList<>(List.of(
                Table.Cell.of(alarm.name().replace('_', ' ')),
                Table.Cell.of(in),
                share(alarm.runs(), alarm.watched()),
                alarm.first().map(f -> new Table.Cell(f.epochs(), f.epoch())).orElse(Table.Cell.of("-"))));
        row.addAll(alarm.against()
                .map(a -> List.of(
                        share(a.inTime(), a.lost()),
                        share(a.late(), a.lost()),
                        share(a.missed(), a.lost()),
                        share(a.falsely(), a.kept()),
                        new Table.Cell(Integer.toString(a.undated()), a.undated())))
                .orElse(Collections.nCopies(JUDGED, Table.Cell.of("-"))));
        return row;
    }

    private static Table.Cell share(int some, int all) {
        return all == 0 ? Table.Cell.of("-") : new Table.Cell(some + " of " + all, some);
    }

    private static List<Table.Cell> row(Cast.Member member, GroupVerdict v) {
        return List.of(
                Table.Cell.of(member.shortName()),
                Table.Cell.of(v.shownAnswer()),
                new Table.Cell(
                        v.shownSeeds() + v.since().map(o -> ", " + o.epochs()).orElse(""), v.overOptimised()),
                cell(v.rise()),
                cell(v.fall()),
                againstControl(v, member.group().runs().size()),
                v.best().map(b -> new Table.Cell(b.epochs(), b.epoch())).orElse(Table.Cell.of("-")));
    }

    private static Table.Cell againstControl(GroupVerdict v, int seeds) {
        return v.againstControl()
                .filter(e -> e.samples() < seeds)
                .map(e -> new Table.Cell(e.signed() + " (" + e.samples() + " seeds)", e.mean()))
                .orElseGet(() -> cell(v.againstControl()));
    }

    private static Table.Cell cell(Optional<Estimate> change) {
        return change.map(e -> new Table.Cell(e.signed(), e.mean())).orElse(Table.Cell.of("-"));
    }

    private Cards.Card card(Cast.Member member) {
        GroupVerdict v = member.group().verdict();
        String answer =
                switch (v.answer()) {
                    case YES -> "over-optimises";
                    case NO -> v.nothingOptimised() ? "optimised nothing" : "is not shown to over-optimise";
                    case CANNOT_SAY -> "cannot be said to over-optimise or not";
                };
        Cards.Tone tone =
                switch (v.answer()) {
                    case YES -> Cards.Tone.YES;
                    case NO -> v.nothingOptimised() ? Cards.Tone.UNKNOWN : Cards.Tone.NO;
                    case CANNOT_SAY -> Cards.Tone.UNKNOWN;
                };
        List<String> points =
                points(member).stream().filter(p -> !shared.contains(p)).toList();
        return new Cards.Card(tone, member.name() + " " + answer, v.explanation(), points);
    }

    /** What is too thin, and what to try. */
    private static List<String> points(Cast.Member member) {
        GroupVerdict v = member.group().verdict();
        return Stream.concat(v.thin().stream(), v.advice().stream().map(a -> "Try: " + a))
                .toList();
    }
}
