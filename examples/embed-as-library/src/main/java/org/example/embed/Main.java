package org.example.embed;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.MetricNames;
import org.tempera.core.train.EpochResult;
import org.tempera.core.train.RunOutcome;

/** {@code Main RUN.conf FOLDER}: two trainers side by side in one JVM, then pictures and a score. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Path config = Path.of(args[0]);
        Path output = Path.of(args[1]);
        FineTuning tuning = new FineTuning();

        CompletableFuture<EpochResult> injected = CompletableFuture.supplyAsync(() -> InjectedTraining.train(config));
        RunOutcome outcome = tuning.train(config, output);
        System.out.printf(
                "injected: reward %.3f%n", injected.join().metrics().get(MetricNames.TRAIN_REWARD));

        String prompt = "a photo of a fox";
        RgbImage fox = tuning.draw(outcome.folder(), prompt, 7);
        System.out.printf(
                "%s, %dx%d: clip-score %.3f%n",
                prompt, fox.width(), fox.height(), tuning.score(config, "clip-score", prompt, fox));

        Path world = config.toAbsolutePath().resolveSibling("../simple-animals");
        try (PictureService service = new PictureService(PictureService.CONFIGURATION, world, "clip-score")) {
            System.out.printf(
                    "once more, by the scorer that stays open: clip-score %.3f%n", service.score(fox, prompt));
        }
    }
}
