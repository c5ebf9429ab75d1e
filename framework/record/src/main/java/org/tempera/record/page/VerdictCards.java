package org.tempera.record.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.tempera.record.compare.GroupVerdict;

/** What was found of each group, in words. */
final class VerdictCards {
    private VerdictCards() {}

    static Cards of(List<Cast.Member> members) {
        return new Cards(members.stream()
                .filter(m -> !m.group().control())
                .map(VerdictCards::card)
                .toList());
    }

    private static Cards.Card card(Cast.Member member) {
        GroupVerdict v = member.group().verdict();
        String answer =
                switch (v.answer()) {
                    case YES -> "over-optimises";
                    case NO -> "does not over-optimise";
                    case CANNOT_SAY -> "cannot be said to over-optimise or not";
                };
        Cards.Tone tone =
                switch (v.answer()) {
                    case YES -> Cards.Tone.YES;
                    case NO -> Cards.Tone.NO;
                    case CANNOT_SAY -> Cards.Tone.UNKNOWN;
                };
        List<String> points = new ArrayList<>(v.thin());
        v.share()
                .ifPresent(s -> points.add("Of its seeds over-optimise: " + v.overOptimised() + "; do not: " + v.not()
                        + "; cannot be said: " + v.unsaid() + ". Share " + Words.of(s) + "."));
        v.since()
                .ifPresent(s -> points.add("Since " + epochs(s.epoch(), s.earliest(), s.latest())
                        + (Double.isFinite(s.queries())
                                ? ", after about " + String.format(Locale.ROOT, "%,.0f", s.queries())
                                        + " reward queries."
                                : ".")));
        v.best()
                .ifPresent(b -> points.add("Best checkpoint by the held-out score: "
                        + epochs(b.epoch(), b.earliest(), b.latest())
                        + (b.noise() > 0
                                ? "; in " + b.noise() + " of "
                                        + member.group().runs().size() + " runs the choice is within the noise."
                                : ".")));
        points.addAll(v.advice());
        return new Cards.Card(tone, member.name() + " " + answer, v.explanation(), points);
    }

    private static String epochs(double median, int earliest, int latest) {
        String middle = median == Math.rint(median)
                ? String.format(Locale.ROOT, "%.0f", median)
                : String.format(Locale.ROOT, "%.1f", median);
        return "epoch " + middle + (earliest == latest ? "" : " (" + earliest + " to " + latest + " over the runs)");
    }
}
