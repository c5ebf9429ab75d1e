package org.tempera.runtime.config;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.spi.Doc;
import org.tempera.spi.Require;

/** Block {@code sweep.control}, but for its tree of settings. */
public record SweepControl(
        @Doc("Seeds of the controls; those of the sweep if left out.") List<Long> seeds,
        @Doc("The axes that controls vary over; all if left out.") Optional<List<String>> axes,
        @Doc("Combinations of which there is no control.") List<Map<String, String>> skip) {
    public SweepControl {
        seeds = List.copyOf(seeds);
        axes = axes.map(List::copyOf);
        skip = List.copyOf(skip);
        Require.that(new HashSet<>(seeds).size() == seeds.size(), "seeds", "each once", seeds);
    }

    public static SweepControl defaults() {
        return new SweepControl(List.of(), Optional.empty(), List.of());
    }
}
