package org.tempera.runtime.sweep;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Estimates how long a sweep still takes, from what its finished and its running runs took. */
final class TimeLeft {
    private TimeLeft() {}

    /**
     * A run that is done.
     *
     * @param kind what runs have in common that take alike
     */
    record Done(Object kind, double seconds) {}

    /**
     * A run that goes on or is to be done.
     *
     * @param seconds that it has taken so far
     * @param share of its epochs that are complete
     */
    record Ahead(Object kind, double seconds, double share) {
        /** Seconds of all of it at its own pace. */
        double whole() {
            return seconds / share;
        }
    }

    /**
     * Seconds; empty as long as nothing is known.
     *
     * @param parallel runs at a time
     */
    static OptionalDouble of(List<Done> done, List<Ahead> ahead, int parallel) {
        List<Ahead> begun = ahead.stream().filter(a -> a.share() > 0).toList();
        Map<Object, Double> seen =
                done.stream().collect(Collectors.groupingBy(Done::kind, Collectors.averagingDouble(Done::seconds)));
        Map<Object, Double> foreseen =
                begun.stream().collect(Collectors.groupingBy(Ahead::kind, Collectors.averagingDouble(Ahead::whole)));
        OptionalDouble others = done.isEmpty()
                ? begun.stream().mapToDouble(Ahead::whole).average()
                : done.stream().mapToDouble(Done::seconds).average();
        double sum = 0;
        double longest = 0;
        for (Ahead run : ahead) {
            // Its like tell best, then its own pace, then the pace of its like, then whatever is known of others.
            OptionalDouble whole = seen.containsKey(run.kind())
                    ? OptionalDouble.of(seen.get(run.kind()))
                    : run.share() > 0
                            ? OptionalDouble.of(run.whole())
                            : foreseen.containsKey(run.kind()) ? OptionalDouble.of(foreseen.get(run.kind())) : others;
            if (whole.isEmpty()) {
                return OptionalDouble.empty();
            }
            double left = Math.max(0, whole.getAsDouble() - run.seconds());
            sum += left;
            longest = Math.max(longest, left);
        }
        return OptionalDouble.of(Math.max(longest, sum / Math.max(1, Math.min(parallel, ahead.size()))));
    }
}
