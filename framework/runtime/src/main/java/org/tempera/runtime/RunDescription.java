package org.tempera.runtime;

import java.util.List;
import org.tempera.base.files.FileHashes;
import org.tempera.base.text.Words;
import org.tempera.record.review.RunReview;
import org.tempera.record.run.RunFacts;
import org.tempera.record.run.RunFolder;
import org.tempera.runtime.config.DecidingKeys;
import org.tempera.runtime.config.RunConfig;

/** Says what a run is: by its configuration, or by what its folder keeps of it. */
final class RunDescription {
    private RunDescription() {}

    /** What a configuration makes of a run. */
    static RunFacts of(RunConfig config) {
        return new RunFacts(
                config.algorithmName(),
                config.policy().name(),
                config.run().seed(),
                config.rewards().stream()
                        .map(r -> new RunFacts.ScoredBy(
                                r.name(),
                                Words.of(r.settings().role()),
                                r.plugin().name()))
                        .toList(),
                config.gold().isPresent(),
                config.evaluation().gridSamples(),
                FileHashes.sha256(DecidingKeys.of(config).toString()));
    }

    /**
     * What a run's folder keeps of it; in the folders of earlier versions, which kept nothing, its configuration is
     * asked.
     */
    static RunFacts of(RunFolder folder, Tempera tempera) {
        return RunFacts.read(folder).orElseGet(() -> of(tempera.config(folder.config(), List.of())));
    }

    /** Which of a run's scores were held out, and whether it knows the truth. */
    static RunReview.Roles roles(RunFacts facts) {
        return new RunReview.Roles(facts.heldOut(), facts.shown(), facts.gold());
    }
}
