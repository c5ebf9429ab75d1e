package org.example.embed;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tempera.record.image.RgbImage;
import org.tempera.core.reward.PictureScorer.Picture;
import org.tempera.core.train.RunOutcome;
import org.tempera.runtime.OpenRun;
import org.tempera.runtime.OpenSampler;
import org.tempera.runtime.SampleOptions;
import org.tempera.runtime.Tempera;
import org.tempera.runtime.config.RunConfig;

/** Trains, draws and scores through the facade. */
public final class FineTuning {
    private final Tempera tempera = Tempera.load(FineTuning.class.getClassLoader());

    /** Trains as a config file says, into a folder that does not exist yet. */
    public RunOutcome train(Path file, Path output) {
        RunConfig config = tempera.config(file, List.of("run.output=\"" + output + "\""));
        try (OpenRun run = tempera.start(config)) {
            return run.run(p -> System.out.printf(
                    "epoch %d of %d: reward %.3f%n", p.epoch(), p.epochs(), p.reward().orElse(Double.NaN)));
        }
    }

    /** Draws in 20 steps, with a run's best checkpoint, or its last where its held-out rewards name no best. */
    public RgbImage draw(Path run, String prompt, long seed) {
        SampleOptions options = SampleOptions.builder().steps(20).build();
        try (OpenSampler sampler = tempera.sampler(run, options)) {
            return sampler.sampler().draw(prompt, seed);
        }
    }

    /** Scores a picture as the config's training would. */
    public float score(Path config, String reward, String prompt, RgbImage image) {
        Picture picture = new Picture("picture", image, Optional.of(prompt));
        return tempera.scorer(reward, tempera.config(config, List.of())).score(List.of(picture))[0];
    }
}
