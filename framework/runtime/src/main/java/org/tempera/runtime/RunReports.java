package org.tempera.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.record.review.RunReview;
import org.tempera.record.run.RunFacts;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.AtEqualReward;
import org.tempera.record.verdict.Ruler;
import org.tempera.record.verdict.RunsBeside;
import org.tempera.spi.UserException;

/** Judges runs by their folders, alone and beside each other, and writes their reports. */
final class RunReports {
    private final Tempera tempera;

    RunReports(Tempera tempera) {
        this.tempera = tempera;
    }

    private record Reviewed(RunFacts facts, RunReview review) {}

    private Reviewed reviewed(RunFolder folder) {
        RunFacts facts = RunDescription.of(folder, tempera);
        RunReview review = RunReview.of(folder, RunDescription.roles(facts), () -> keys(folder.config()));
        return new Reviewed(facts, review.requireScores());
    }

    Judged write(Path run, Optional<Path> control, List<Path> others) {
        try (RunFolder folder = RunFolder.view(run)) {
            Reviewed own = reviewed(folder);
            RunReview review = control.map(c -> own.review().against(c, () -> keys(c.resolve("config.conf"))))
                    .orElse(own.review());
            Optional<RunsBeside> beside = others.isEmpty()
                    ? Optional.empty()
                    : Optional.of(beside(run, new Reviewed(own.facts(), review), others));
            Map<String, String> facts = own.facts().forReport();
            control.ifPresent(c -> facts.put("control", c.toString()));
            review.writeReport(facts, own.facts().pictured(), beside);
            return new Judged(review.verdict(), beside, review.notes());
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

    private static RunsBeside.Run run(Path path, Reviewed run, Optional<AtEqualReward> like) {
        List<Integer> epochs = run.review().evaluations().epochs();
        return new RunsBeside.Run(
                path.toString(),
                run.facts().algorithms(),
                run.facts().seed(),
                run.facts().settings(),
                epochs.get(epochs.size() - 1),
                run.review().verdict().orElseThrow(),
                like);
    }

    /**
     * What a config says of its run's ruler; nothing where it cannot be read, as its plugins or its model may not be
     * there.
     */
    private Optional<Ruler> keys(Path config) {
        try {
            return Optional.of(RunRuler.ofKeys(tempera.config(config, List.of())));
        } catch (UserException e) {
            return Optional.empty();
        }
    }

    AtEqualReward compare(Path run, Path other) {
        try (RunFolder one = RunFolder.view(run);
                RunFolder two = RunFolder.view(other)) {
            return reviewed(one).review().beside(reviewed(two).review());
        }
    }
}
