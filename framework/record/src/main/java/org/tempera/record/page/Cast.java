package org.tempera.record.page;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.tempera.record.compare.Axis;
import org.tempera.record.compare.ComparedRun;
import org.tempera.record.compare.Comparison;
import org.tempera.record.compare.Group;
import org.tempera.record.compare.ProxyComparison;

/**
 * The groups of a comparison as its page shows them: numbered, named, and each with a look of its own that is the same
 * in every chart.
 *
 * @param members in their order, those on one training reward together, controls last
 * @param pictured whether pictures of any of them were kept, so that charts can lead to them
 */
record Cast(List<Member> members, boolean pictured) {
    /**
     * One group.
     *
     * @param number among all of the page
     * @param proxy number of the training reward that it is shown with
     * @param name for people; says the training reward too where there are several
     * @param shortName for people, where it is said otherwise which training reward is meant
     */
    record Member(int number, int proxy, String name, String shortName, Group group, Look look) {
        /** The epoch nearest to a place on an axis; empty where that is not known. */
        OptionalInt epoch(Axis axis, double x) {
            if (axis == Axis.EPOCHS) {
                return OptionalInt.of((int) Math.rint(x));
            }
            OptionalInt nearest = OptionalInt.empty();
            double least = Double.POSITIVE_INFINITY;
            for (ComparedRun.Spent spent : group.runs().isEmpty()
                    ? List.<ComparedRun.Spent>of()
                    : group.runs().get(0).costs()) {
                double away = Math.abs((axis == Axis.QUERIES ? spent.queries() : spent.seconds()) - x);
                if (away < least) {
                    least = away;
                    nearest = OptionalInt.of(spent.epoch());
                }
            }
            return nearest;
        }
    }

    Cast {
        members = List.copyOf(members);
    }

    static Cast of(Comparison comparison) {
        List<ProxyComparison> proxies = comparison.proxies();
        List<String> names = new ArrayList<>(proxies.stream()
                .flatMap(p -> p.groups().stream())
                .map(Group::name)
                .collect(LinkedHashSet::new, LinkedHashSet::add, LinkedHashSet::addAll));
        List<Member> members = new ArrayList<>();
        for (int p = 0; p < proxies.size(); p++) {
            String on = proxies.size() > 1 ? " on " + proxies.get(p).proxy() : "";
            for (Group g : proxies.get(p).groups()) {
                members.add(
                        new Member(members.size(), p, g.name() + on, g.name(), g, Look.of(names.indexOf(g.name()))));
            }
            int controls = 0;
            for (Group g : proxies.get(p).controls()) {
                String name = g.name() + on;
                members.add(new Member(members.size(), p, name, g.name(), g, Look.ofControl(controls++)));
            }
        }
        boolean pictured = members.stream()
                .flatMap(m -> m.group().runs().stream())
                .anyMatch(r -> r.record().pictures().isPresent());
        return new Cast(members, pictured);
    }

    /** The groups on a training reward, its controls last. */
    List<Member> on(int proxy) {
        return members.stream().filter(m -> m.proxy() == proxy).toList();
    }

    /** The same without controls. */
    List<Member> trainedOn(int proxy) {
        return on(proxy).stream().filter(m -> !m.group().control()).toList();
    }

    /** What a group's points lead to: its pictures, where there are any at all. */
    OptionalInt leads(Member member) {
        return pictured ? OptionalInt.of(member.number()) : OptionalInt.empty();
    }

    /** The runs whose pictures were kept, each once. */
    List<PicturedRun> pictures() {
        LinkedHashSet<String> seen = new LinkedHashSet<>();
        return members.stream()
                .flatMap(m -> m.group().runs().stream()
                        .filter(r -> r.record().pictures().isPresent() && seen.add(r.name()))
                        .flatMap(r -> r.record().pictures().stream()
                                .filter(sheet -> !sheet.epochs().isEmpty()
                                        && !sheet.prompts().isEmpty())
                                .map(sheet -> new PicturedRun(
                                        r.name(),
                                        m.number(),
                                        m.name(),
                                        sheet,
                                        r.record().evaluated()))))
                .toList();
    }

    /** All runs, each once. */
    Stream<ComparedRun> runs() {
        LinkedHashSet<String> seen = new LinkedHashSet<>();
        return members.stream().flatMap(m -> m.group().runs().stream()).filter(r -> seen.add(r.name()));
    }
}
