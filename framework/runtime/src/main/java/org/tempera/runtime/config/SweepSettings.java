package org.tempera.runtime.config;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.spi.Doc;
import org.tempera.spi.Require;
import org.tempera.spi.Required;

/** Block {@code sweep} of a sweep's file, but for its trees of other configurations' keys. */
public record SweepSettings(
        @Required @Doc("The config that all runs share.") Path config,
        @Required @Doc("The folder for the run folders, a run's at the path of its name, such as ddpo/seed-1.")
                Path output,
        @Doc("The folder for the records of finished runs, which are small; records in the output if left out.")
                Optional<Path> records,
        @Doc("Runs at a time, as far as memory goes. Each has the threads that run.threads says.") int parallel,
        @Doc("Seeds: each combination is run once with each.") List<Long> seeds,
        @Doc("Combinations that are left out, such as {reward = clip-score, algorithm = draft}: those that have each of"
                        + " these choices.")
                List<Map<String, String>> skip,
        @Doc("What the runs are to answer, by name, such as resets-help: compare then tests the pairs of each by"
                        + " themselves, corrected for those of the question alone.")
                Map<String, SweepQuestion> questions,
        @Doc("What stays of a finished run's folder: nothing, best (all but the checkpoints other than the best, or the"
                        + " last where none is the best) or run.")
                Keep keep) {
    /** What stays of a finished run's folder. */
    public enum Keep {
        NOTHING,
        BEST,
        RUN
    }

    public SweepSettings {
        seeds = List.copyOf(seeds);
        skip = List.copyOf(skip);
        Require.that(parallel >= 1, "parallel", "at least 1", parallel);
        Require.that(
                !seeds.isEmpty() && new HashSet<>(seeds).size() == seeds.size(),
                "seeds",
                "one seed or more, each once",
                seeds);
    }

    public static SweepSettings defaults() {
        return new SweepSettings(
                Path.of("run.conf"),
                Path.of("runs/sweep"),
                Optional.empty(),
                1,
                List.of(1L),
                List.of(),
                Map.of(),
                Keep.NOTHING);
    }

    /** The folder of the records. */
    public Path recordsFolder() {
        return records.orElse(output.resolve("records"));
    }
}
