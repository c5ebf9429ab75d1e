package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.tempera.core.config.ClusterSettings;
import org.tempera.core.train.Evaluation;
import org.tempera.core.train.Evaluator;
import org.tempera.core.train.Progress;
import org.tempera.core.train.RunListener;
import org.tempera.core.workers.GradientSums;
import org.tempera.record.metrics.MetricSink;
import org.tempera.runtime.OpenRun;
import org.tempera.runtime.Tempera;
import org.tempera.runtime.config.RunConfig;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

/** A program binds who follows the facade's runs, what measures them, and their clock. */
public class FollowersTest {
    private static final Path MODEL = CommandRunner.MODELS.resolve("mini-sd");

    @Test
    public void listenersAndSinksOfAModuleFollowEveryRun() throws IOException {
        List<String> heard = new ArrayList<>();
        MetricSink sink = new MetricSink() {
            @Override
            public void epoch(int epoch, SortedMap<String, Double> values) {
                heard.add("sink " + epoch);
            }

            @Override
            public void close() {
                heard.add("closed");
            }
        };
        RunListener listener = new RunListener() {
            @Override
            public void epochDone(Progress progress) {
                heard.add("listener " + progress.epoch());
            }
        };
        try (CommandRunner command = new CommandRunner()) {
            Tempera tempera = Tempera.load(FollowersTest.class.getClassLoader()).with(binder -> {
                Multibinder.newSetBinder(binder, MetricSink.class).addBinding().toInstance(sink);
                Multibinder.newSetBinder(binder, RunListener.class).addBinding().toInstance(listener);
            });
            try (OpenRun run = tempera.start(config(tempera, command.folder(), 0))) {
                run.run(progress -> heard.add("own " + progress.epoch()));
            }
        }
        assertThat(heard).containsExactly("sink 1", "listener 1", "own 1", "closed");
    }

    /** As where another worker's port is wrong, which is found before there is a run that could be closed. */
    @Test(timeOut = 60_000)
    public void sinksAreClosedWhereTheWorkersDoNotComeTogether() throws IOException {
        List<String> heard = new ArrayList<>();
        MetricSink failing = sink(() -> {
            throw new IllegalStateException("no line");
        });
        MetricSink closing = sink(() -> heard.add("closed"));
        try (CommandRunner command = new CommandRunner();
                ServerSocket taken = new ServerSocket(0)) {
            Tempera tempera = Tempera.load(FollowersTest.class.getClassLoader()).with(binder -> {
                Multibinder<MetricSink> sinks = Multibinder.newSetBinder(binder, MetricSink.class);
                sinks.addBinding().toInstance(failing);
                sinks.addBinding().toInstance(closing);
            });
            ClusterSettings two = new ClusterSettings(
                    List.of("127.0.0.1:" + taken.getLocalPort(), "127.0.0.1:1"), 0, GradientSums.IN_ORDER, 1);
            RunConfig config = config(tempera, command.folder(), 0).trainedBy(two);
            assertThatThrownBy(() -> tempera.start(config).close())
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("cannot listen at port " + taken.getLocalPort())
                    .satisfies(e -> assertThat(e.getSuppressed())
                            .singleElement()
                            .asString()
                            .contains("no line"));
        }
        assertThat(heard).containsExactly("closed");
    }

    private static MetricSink sink(Runnable close) {
        return new MetricSink() {
            @Override
            public void epoch(int epoch, SortedMap<String, Double> values) {}

            @Override
            public void close() {
                close.run();
            }
        };
    }

    /** What measures is a part of the ruler: pictures of two prompts are not compared with those of one. */
    @Test
    public void anEvaluatorOfAModuleMeasuresInPlaceOfTheFrameworks() throws IOException {
        Evaluator evaluator = new Evaluator() {
            @Override
            public Evaluation evaluate(int epoch, Pictures pictures) {
                return pictures.draw(epoch, pictures.prompts(), 99);
            }

            @Override
            public List<String> prompts(List<String> configured) {
                return List.of("a bird");
            }

            @Override
            public Map<String, String> ruler() {
                return Map.of("evaluator", "birds");
            }
        };
        try (CommandRunner command = new CommandRunner()) {
            Tempera own = Tempera.load(FollowersTest.class.getClassLoader());
            Tempera bound = own.with(binder -> OptionalBinder.newOptionalBinder(binder, Evaluator.class)
                    .setBinding()
                    .toInstance(evaluator));
            try (OpenRun run = bound.start(config(bound, command.folder(), 1))) {
                run.run(progress -> {});
                assertThat(Files.readAllLines(run.folder().resolve("samples.jsonl")))
                        .filteredOn(line -> line.contains("\"evaluation\""))
                        .hasSize(2)
                        .allMatch(line -> line.contains("\"a bird\"") && line.contains("\"seed\":99"));
                assertThat(run.folder().resolve("rulers.json")).content().contains("\"birds\"");
            }
            assertThatThrownBy(() -> own.resume(command.folder().resolve("run"), List.of("run.epochs=2"))
                            .close())
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("evaluator");
        }
    }

    @Test
    public void aClockOfAModuleTellsTheTimes() throws IOException {
        try (CommandRunner command = new CommandRunner()) {
            Tempera tempera = Tempera.load(FollowersTest.class.getClassLoader())
                    .with(binder -> OptionalBinder.newOptionalBinder(binder, InstantSource.class)
                            .setBinding()
                            .toInstance(InstantSource.fixed(Instant.parse("2001-02-03T04:05:06Z"))));
            try (OpenRun run = tempera.start(config(tempera, command.folder(), 0))) {
                run.run(progress -> {});
                assertThat(run.folder().resolve("provenance.json")).content().contains("2001-02-03T04:05:06Z");
                assertThat(run.folder().resolve("metrics.jsonl")).content().contains("\"time/epoch\":0.0");
            }
        }
    }

    @Test
    public void aBindingThatFailsIsNamedBeforeAnythingIsOpened() throws IOException {
        List<String> heard = new ArrayList<>();
        try (CommandRunner command = new CommandRunner()) {
            Tempera tempera = Tempera.load(FollowersTest.class.getClassLoader()).with(binder -> {
                Multibinder.newSetBinder(binder, RunListener.class).addBinding().toProvider(() -> {
                    throw new IllegalStateException("no line");
                });
                Multibinder.newSetBinder(binder, MetricSink.class).addBinding().toProvider(() -> {
                    heard.add("sink");
                    throw new IllegalStateException("never");
                });
            });
            RunConfig config = config(tempera, command.folder(), 0);
            assertThatThrownBy(() -> tempera.start(config).close())
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("RunListener")
                    .hasMessageContaining("java.lang.IllegalStateException: no line, bound at ");
            assertThat(heard).isEmpty();
            assertThat(command.folder().resolve("run")).doesNotExist();
        }
    }

    private static RunConfig config(Tempera tempera, Path folder, int evaluated) throws IOException {
        Files.writeString(folder.resolve("prompts.txt"), "a cat\na dog\n");
        return tempera.config(
                Map.of(
                        "run", Map.of("epochs", 1, "seed", 3, "output", "run"),
                        "policy",
                                Map.of(
                                        "use",
                                        "stable-diffusion",
                                        "stable-diffusion",
                                        Map.of("weights", MODEL.toString())),
                        "algorithm", Map.of("use", "ddpo", "ddpo", Map.of("batch-size", 2, "accumulation", 1)),
                        "rewards", Map.of("jpeg-compressibility", Map.of("role", "train")),
                        "sampling",
                                Map.of("prompts", "prompts.txt", "batch-size", 2, "batches-per-epoch", 2, "steps", 2),
                        "evaluation", Map.of("every", evaluated, "samples", 2)),
                folder);
    }
}
