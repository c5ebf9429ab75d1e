package org.tempera.record.compare;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tempera.record.archive.RunRecord;

/**
 * Runs beside each other.
 *
 * @param proxies the runs by what they were trained on
 * @param matrix what training on each reward did to every reward; empty where no runs can be read at an equal reward
 * @param notes what a reader must know, a sentence each
 */
public record Comparison(List<ProxyComparison> proxies, Optional<RewardMatrix> matrix, List<String> notes) {
    public Comparison {
        proxies = List.copyOf(proxies);
        notes = List.copyOf(notes);
    }

    /** The number of runs, controls among them. */
    public long runs() {
        return proxies.stream()
                .flatMap(p -> Stream.concat(p.groups().stream(), p.controls().stream()))
                .flatMap(g -> g.runs().stream())
                .map(ComparedRun::record)
                .map(RunRecord::name)
                .distinct()
                .count();
    }
}
