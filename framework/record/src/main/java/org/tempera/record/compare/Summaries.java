package org.tempera.record.compare;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.tempera.record.statistics.StratifiedBootstrap;

/** Summarises numbers over seeds, equal ones once: over epochs and queries the same come again. */
final class Summaries {
    private final StratifiedBootstrap bootstrap;
    private final Map<List<Double>, Summary> known = new HashMap<>();

    Summaries(StratifiedBootstrap bootstrap) {
        this.bootstrap = bootstrap;
    }

    /** Of the seeds whose number is finite. */
    Summary of(double[] bySeed) {
        return known.computeIfAbsent(
                DoubleStream.of(bySeed).boxed().toList(), k -> Summary.overSeeds(bySeed, bootstrap));
    }

    StratifiedBootstrap bootstrap() {
        return bootstrap;
    }
}
