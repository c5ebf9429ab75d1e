package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.metrics.Sample;
import org.tempera.spi.UserException;

/** Keeps those samples of evaluations that all runs have: small records of large runs have some of them only. */
final class CommonSamples {
    private CommonSamples() {}

    /**
     * The runs with the samples that are common to all of them.
     *
     * @param notes takes what is left out
     * @throws UserException if they have none in common
     */
    static List<RunRecord> of(List<RunRecord> runs, Collection<String> notes) {
        Set<Integer> common = new TreeSet<>(places(runs.get(0)));
        int most = 0;
        for (RunRecord run : runs) {
            Set<Integer> its = places(run);
            common.retainAll(its);
            most = Math.max(most, its.size());
            if (common.isEmpty()) {
                throw new UserException(run.name() + ": cannot be compared with "
                        + runs.get(0).name() + ": their evaluations have no sample in common. Evaluate both alike.");
            }
        }
        if (common.size() == most) {
            return runs;
        }
        notes.add("Of each evaluation " + common.size() + " of up to " + most
                + " samples are compared, those that are kept of every run.");
        List<RunRecord> kept = new ArrayList<>();
        runs.forEach(run -> kept.add(run.with(
                run.evaluated().stream().filter(s -> common.contains(s.index())).toList())));
        return kept;
    }

    /**
     * The samples with their places counted anew: places that a record does not have are no samples without a score.
     */
    static List<Sample> withoutGaps(List<Sample> samples) {
        List<Integer> places =
                samples.stream().map(Sample::index).distinct().sorted().toList();
        return samples.stream()
                .map(s -> s.at(Collections.binarySearch(places, s.index())))
                .toList();
    }

    private static Set<Integer> places(RunRecord run) {
        return run.evaluated().stream().map(Sample::index).collect(Collectors.toCollection(HashSet::new));
    }
}
