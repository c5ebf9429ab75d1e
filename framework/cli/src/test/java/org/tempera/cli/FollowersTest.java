package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.multibindings.Multibinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.tempera.core.train.Progress;
import org.tempera.core.train.RunListener;
import org.tempera.record.metrics.MetricSink;
import org.tempera.runtime.OpenRun;
import org.tempera.runtime.Tempera;
import org.testng.annotations.Test;

/** A program binds who follows the facade's runs. */
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
            Map<String, Object> config = Map.of(
                    "run", Map.of("epochs", 1, "seed", 3, "output", "run"),
                    "policy",
                            Map.of("use", "stable-diffusion", "stable-diffusion", Map.of("weights", MODEL.toString())),
                    "algorithm", Map.of("use", "ddpo", "ddpo", Map.of("batch-size", 2, "accumulation", 1)),
                    "rewards", Map.of("jpeg-compressibility", Map.of("role", "train")),
                    "sampling", Map.of("prompts", "prompts.txt", "batch-size", 2, "batches-per-epoch", 1, "steps", 2),
                    "evaluation", Map.of("every", 0));
            Files.writeString(command.folder().resolve("prompts.txt"), "a cat\na dog\n");
            try (OpenRun run = tempera.start(tempera.config(config, command.folder()))) {
                run.run(progress -> heard.add("own " + progress.epoch()));
            }
        }
        assertThat(heard).containsExactly("sink 1", "listener 1", "own 1", "closed");
    }
}
