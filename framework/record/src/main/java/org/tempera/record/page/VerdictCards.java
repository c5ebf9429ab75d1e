package org.tempera.record.page;

import java.util.ArrayList;
import java.util.List;
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
                    case NO -> "is not shown to over-optimise";
                    case CANNOT_SAY -> "cannot be said to over-optimise or not";
                };
        Cards.Tone tone =
                switch (v.answer()) {
                    case YES -> Cards.Tone.YES;
                    case NO -> Cards.Tone.NO;
                    case CANNOT_SAY -> Cards.Tone.UNKNOWN;
                };
        List<String> points = new ArrayList<>(v.thin());
        v.advice().forEach(a -> points.add("Try: " + a));
        return new Cards.Card(tone, member.name() + " " + answer, v.explanation(), points);
    }
}
