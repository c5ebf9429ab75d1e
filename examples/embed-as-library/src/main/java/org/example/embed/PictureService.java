package org.example.embed;

import java.nio.file.Path;
import org.tempera.record.image.RgbImage;
import org.tempera.core.reward.OpenScorer;
import org.tempera.runtime.Tempera;

/** Scores pictures as they come: the reward's graph is built with the first of a size, and kept. */
public final class PictureService implements AutoCloseable {
    /** A configuration that stands in no file, such as a document of a database. */
    static final String CONFIGURATION =
            """
            policy { use = stable-diffusion, stable-diffusion { weights = models/mini-sd } }
            algorithm { use = ddpo }
            rewards { clip-score { role = train, clip = models/mini-clip } }
            sampling { prompts = prompts/quickstart.txt }
            """;

    private final OpenScorer scorer;

    /** Opens a reward of a configuration; relative paths in its text start at a folder. */
    public PictureService(String configuration, Path folder, String reward) {
        Tempera tempera = Tempera.load(PictureService.class.getClassLoader());
        scorer = tempera.openScorer(reward, tempera.config(configuration, folder));
    }

    /** Scores a picture; may be called from several threads. */
    public float score(RgbImage image, String prompt) {
        return scorer.score(image, prompt);
    }

    @Override
    public void close() {
        scorer.close();
    }
}
