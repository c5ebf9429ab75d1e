package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.tempera.core.config.FailurePolicy;
import org.tempera.record.image.RgbImage;
import org.tempera.record.metrics.MetricSink;
import org.tempera.record.run.RunFolder;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** A program follows a run at the grain of batches, updates, evaluations and saves, and may end it. */
public class RunListenerTest {
    private Path folder = Path.of("");

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("listener");
    }

    @AfterMethod
    public void removeFolder() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    @Test
    public void hearsOfEverythingInItsOrder() {
        Heard heard = new Heard();
        follow(heard, List.of(), folder.resolve("run"));
        // Two batches of four samples an epoch, an update for each of three steps, an evaluation every second epoch.
        List<String> epoch = List.of("drawn 4/8", "drawn 8/8", "updated 2/6", "updated 4/6", "updated 6/6");
        List<String> expected = new ArrayList<>(List.of("evaluated 0"));
        for (int i = 1; i <= 2; i++) {
            for (String what : epoch) {
                expected.add(i + " " + what);
            }
            if (i == 2) {
                expected.add("evaluated 2");
            }
            expected.add("saved epoch-000" + i);
            expected.add("done " + i);
        }
        assertThat(heard.events).containsExactlyElementsOf(expected);
    }

    @Test
    public void endsTheRunFromWithin() {
        Heard heard = new Heard() {
            @Override
            public void updated(int epoch, int done, int minibatches) {
                super.updated(epoch, done, minibatches);
                if (epoch == 1 && done == 4) {
                    run().requestStop();
                }
            }
        };
        RunOutcome outcome = follow(heard, List.of(), folder.resolve("run"));
        assertThat(outcome.stoppedAt()).hasValue("within epoch 1");
        assertThat(heard.events).endsWith("1 updated 2/6", "1 updated 4/6", "saved epoch-0001-begun");
    }

    @Test
    public void sinksOfTheProgramsOwnTakeWhatTheFolderTakes() {
        List<String> taken = new ArrayList<>();
        MetricSink own = new MetricSink() {
            @Override
            public void epoch(int epoch, SortedMap<String, Double> values) {
                taken.add("epoch " + epoch + " " + values.containsKey("reward/bright/mean"));
            }

            @Override
            public void image(int epoch, String name, RgbImage image) {
                taken.add("image " + epoch);
            }

            @Override
            public void close() {
                taken.add("closed");
            }
        };
        follow(new Heard(), List.of(own), folder.resolve("run"));
        assertThat(taken)
                .containsSubsequence("image 0", "epoch 1 true", "epoch 2 true", "closed")
                .endsWith("closed");
    }

    private static RunOutcome follow(Heard heard, List<MetricSink> sinks, Path path) {
        TrainingSpec spec = TinyRuns.spec(2, TinyRuns.brightness(), FailurePolicy.FAIL);
        try (RunFolder run = RunFolder.create(path)) {
            RunFolder.writeText(run.config(), "# test");
            try (TrainingRun training = TrainingRun.start(spec, run, Optional.empty(), sinks)) {
                heard.run = Optional.of(training);
                return training.run(Map.of(), heard);
            }
        }
    }

    private static class Heard implements RunListener {
        final List<String> events = new ArrayList<>();
        private Optional<TrainingRun> run = Optional.empty();

        TrainingRun run() {
            return run.orElseThrow();
        }

        @Override
        public void batchDrawn(int epoch, int drawn, int samples) {
            events.add(epoch + " drawn " + drawn + "/" + samples);
        }

        @Override
        public void updated(int epoch, int done, int minibatches) {
            events.add(epoch + " updated " + done + "/" + minibatches);
        }

        @Override
        public void evaluated(Evaluation evaluation) {
            events.add("evaluated " + evaluation.epoch());
        }

        @Override
        public void saved(Path checkpoint) {
            events.add("saved " + checkpoint.getFileName());
        }

        @Override
        public void epochDone(Progress progress) {
            events.add("done " + progress.epoch());
        }
    }
}
