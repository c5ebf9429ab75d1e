package org.tempera.record.compare;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.tempera.record.verdict.LevelReached;

/**
 * What one seed has of the truth as it goes on.
 *
 * @param run its name
 * @param reached what is to be equal, at its places
 * @param truth at the same places
 */
record Seed(String run, List<ComparedRun.Spent> places, double[] reached, double[] truth) {
    /** Without what was before training; empty where a single place is left, between which and no other is a level. */
    Optional<Seed> trained() {
        int first = places.stream().mapToInt(ComparedRun.Spent::epoch).allMatch(e -> e > 0) ? 0 : 1;
        return places.size() - first < 2
                ? Optional.empty()
                : Optional.of(new Seed(
                        run,
                        places.subList(first, places.size()),
                        Arrays.copyOfRange(reached, first, reached.length),
                        Arrays.copyOfRange(truth, first, truth.length)));
    }

    /** Whether it has a truth wherever it was measured. */
    boolean isJudged() {
        return DoubleStream.of(truth).allMatch(Double::isFinite);
    }

    /** Whether a level is reached before the first evaluation in training. */
    boolean isBeforeAnyEvaluation(double level) {
        return places.stream()
                        .mapToInt(ComparedRun.Spent::epoch)
                        .filter(e -> e > 0)
                        .min()
                        .orElse(0)
                > at(level).epoch();
    }

    private double first() {
        return DoubleStream.of(reached).filter(Double::isFinite).findFirst().orElse(Double.NaN);
    }

    private double highest() {
        return DoubleStream.of(reached).filter(Double::isFinite).max().orElse(Double.NaN);
    }

    /** Levels between where all seeds begin and the highest that all of them reach, ascending. */
    static List<Double> levels(Collection<Seed> seeds) {
        double from = seeds.stream().mapToDouble(Seed::first).max().orElse(Double.NaN);
        double to = seeds.stream().mapToDouble(Seed::highest).min().orElse(Double.NaN);
        return LevelReached.levels(from, to);
    }

    /** Where it first reaches a level. */
    Matched.Crossing at(double level) {
        LevelReached at = LevelReached.of(reached, level).orElseThrow();
        return new Matched.Crossing(
                run,
                at.of(numbers(ComparedRun.Spent::epoch)),
                at.of(numbers(ComparedRun.Spent::queries)),
                at.of(numbers(ComparedRun.Spent::seconds)),
                at.of(numbers(ComparedRun.Spent::cpuSeconds)),
                at.of(truth));
    }

    private double[] numbers(ToDoubleFunction<ComparedRun.Spent> of) {
        return places.stream().mapToDouble(of).toArray();
    }
}
