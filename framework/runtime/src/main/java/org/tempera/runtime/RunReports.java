package org.tempera.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.tempera.record.review.RunReview;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.LikeReward;
import org.tempera.record.verdict.Ruler;
import org.tempera.record.verdict.RunsBeside;
import org.tempera.runtime.config.DecidingKeys;
import org.tempera.runtime.config.RunConfig;
import org.tempera.spi.UserException;

/** Judges runs by their folders, alone and beside each other, and writes their reports. */
final class RunReports {
    private final Tempera tempera;

    RunReports(Tempera tempera) {
        this.tempera = tempera;
    }

    private record Reviewed(RunConfig config, RunReview review) {}

    private Reviewed reviewed(RunFolder folder) {
        RunConfig config = tempera.config(folder.config(), List.of());
        return new Reviewed(config, RunReview.of(folder, OpenRun.roles(config), () -> keys(() -> config)));
    }

    Judged write(Path run, Optional<Path> control, List<Path> others) {
        try (RunFolder folder = RunFolder.view(run)) {
            Reviewed own = reviewed(folder);
            RunConfig config = own.config();
            RunReview review = control.map(c -> own.review()
                            .against(c, () -> keys(() -> tempera.config(c.resolve("config.conf"), List.of()))))
                    .orElse(own.review());
            Optional<RunsBeside> beside = others.isEmpty()
                    ? Optional.empty()
                    : Optional.of(beside(run, new Reviewed(config, review), others));
            Map<String, String> facts = OpenRun.facts(config);
            control.ifPresent(c -> facts.put("control", c.toString()));
            review.writeReport(facts, config.evaluation().gridSamples(), beside);
            return new Judged(review.verdict(), beside);
        }
    }

    private RunsBeside beside(Path path, Reviewed own, List<Path> others) {
        List<RunsBeside.Run> runs = new ArrayList<>();
        for (Path other : others) {
            try (RunFolder folder = RunFolder.view(other)) {
                Reviewed its = reviewed(folder);
                runs.add(run(other, its, Optional.of(own.review().beside(its.review()))));
            }
        }
        runs.add(0, run(path, own, Optional.empty()));
        return new RunsBeside(runs);
    }

    private static RunsBeside.Run run(Path path, Reviewed run, Optional<LikeReward> like) {
        List<Integer> epochs = run.review().evaluations().epochs();
        return new RunsBeside.Run(
                path.toString(),
                run.config().algorithm().name(),
                run.config().run().seed(),
                DecidingKeys.of(run.config()).toString(),
                epochs.get(epochs.size() - 1),
                run.review().verdict().orElseThrow(),
                like);
    }

    /**
     * What a config says of its run's ruler; nothing where it cannot be read, as its plugins or its model may not be
     * there.
     */
    private static Optional<Ruler> keys(Supplier<RunConfig> config) {
        try {
            return Optional.of(RunRuler.ofKeys(config.get()));
        } catch (UserException e) {
            return Optional.empty();
        }
    }

    LikeReward compare(Path run, Path other) {
        try (RunFolder one = RunFolder.view(run);
                RunFolder two = RunFolder.view(other)) {
            return reviewed(one).review().beside(reviewed(two).review());
        }
    }
}
