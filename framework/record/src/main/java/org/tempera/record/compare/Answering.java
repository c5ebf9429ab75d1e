package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tempera.record.archive.RunRecord;

/** Answers questions by the runs of their own sweeps, once the runs on every training reward are compared. */
final class Answering {
    private final List<Comparer.Compared> compared;
    private final PairTests tests;

    Answering(List<Comparer.Compared> compared, Summaries summaries) {
        this.compared = compared;
        tests = new PairTests(summaries);
    }

    Answer answer(Question question) {
        Set<Question.Side> sides = new LinkedHashSet<>();
        question.pairs().forEach(p -> sides.addAll(List.of(p.first(), p.second())));
        int there = sides.stream().mapToInt(s -> s.runs().size()).sum();
        int asked = sides.stream().mapToInt(Question.Side::asked).sum();
        List<Answer.Asked> pairs = question.pairs().stream().map(this::asked).toList();
        Answer open = new Answer(question.name(), pairs, there, asked);
        return open.isOpen() ? open : new Answer(question.name(), corrected(pairs), there, asked);
    }

    private static List<Answer.Asked> corrected(List<Answer.Asked> pairs) {
        List<Matched.Pair> corrected = PairTests.correctedAtHighest(
                pairs.stream().map(Answer.Asked::atReward).toList());
        List<Answer.Asked> all = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            Answer.Asked pair = pairs.get(i);
            all.add(new Answer.Asked(pair.proxy(), pair.truth(), corrected.get(i), pair.atDivergence(), pair.unlike()));
        }
        return all;
    }

    /** A run of a question, and where it stands. */
    private record Placed(Comparer.Compared on, Group group, RunRecord record) {}

    private List<Placed> placed(Question.Side side) {
        return compared.stream()
                .flatMap(on -> on.proxy().groups().stream().flatMap(group -> group.runs().stream()
                        .filter(run -> side.runs().contains(run.name()))
                        .map(run -> new Placed(on, group, run.record()))))
                .toList();
    }

    private Answer.Asked asked(Question.Pair pair) {
        List<Placed> first = placed(pair.first());
        List<Placed> second = placed(pair.second());
        List<Placed> both = Stream.concat(first.stream(), second.stream()).toList();
        Optional<Comparer.Compared> on = both.stream().map(Placed::on).findFirst();
        Optional<String> unlike = unlike(pair, first, second);
        Optional<Matching> atReward = on.filter(c -> unlike.isEmpty()).flatMap(Comparer.Compared::atReward);
        Optional<Matching> atDivergence = on.filter(c -> unlike.isEmpty()).flatMap(Comparer.Compared::atDivergence);
        return new Answer.Asked(
                on.map(c -> c.proxy().proxy()),
                on.flatMap(c -> c.proxy().truth()).orElse("truth"),
                tested(atReward, pair, first, second),
                atDivergence
                        .map(m -> tested(Optional.of(m), pair, first, second))
                        .filter(p -> p.highest().isPresent()),
                unlike);
    }

    private Matched.Pair tested(
            Optional<Matching> matching, Question.Pair pair, List<Placed> first, List<Placed> second) {
        return tests.pair(
                side(matching, pair.first(), first),
                side(matching, pair.second(), second),
                matching.map(Matching::levels).orElse(List.of()));
    }

    private static PairTests.Side side(Optional<Matching> matching, Question.Side side, List<Placed> placed) {
        List<String> groups =
                placed.stream().map(p -> p.group().name()).distinct().toList();
        return new PairTests.Side(
                groups.size() == 1 ? groups.get(0) : side.name(),
                matching.map(m -> m.seeds(side.runs())).orElse(List.of()),
                side.asked());
    }

    private static Optional<String> unlike(Question.Pair pair, List<Placed> first, List<Placed> second) {
        List<String> rewards = Stream.concat(first.stream(), second.stream())
                .map(p -> p.on().proxy().proxy())
                .distinct()
                .toList();
        if (rewards.size() > 1) {
            return Optional.of("they were trained on different rewards (" + String.join(", ", rewards)
                    + "), and such groups are never compared");
        }
        if (Stream.concat(first.stream(), second.stream())
                .anyMatch(p -> p.on().atReward().isEmpty())) {
            return Optional.of("there is no training reward, or no truth, to compare them by");
        }
        return unlike(pair.first(), first)
                .or(() -> unlike(pair.second(), second))
                .or(() -> first.isEmpty() || second.isEmpty()
                        ? Optional.empty()
                        : KeysApart.differing(
                                        first.get(0).record(), second.get(0).record(), pair.free())
                                .map(keys -> "they differ by more than is asked: " + keys));
    }

    /** Runs of one choice that sweeps told apart, for the file was changed in between. */
    private static Optional<String> unlike(Question.Side side, List<Placed> placed) {
        Set<String> groups = new LinkedHashSet<>();
        placed.forEach(p -> groups.add(p.group().name()));
        return groups.size() < 2
                ? Optional.empty()
                : Optional.of("the runs of " + side.name() + " were not all made with the same keys: they are of "
                        + String.join(" and ", groups));
    }
}
