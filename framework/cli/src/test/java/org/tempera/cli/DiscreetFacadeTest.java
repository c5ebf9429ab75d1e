package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.text.Secrets;
import org.tempera.runtime.EvaluateOptions;
import org.tempera.runtime.SampleOptions;
import org.tempera.runtime.Tempera;
import org.tempera.runtime.config.RunConfig;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.PolicyProvider.AdapterLayout;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Whatever a program asks for: what is thrown at it tells no secret. Here the name of each file that is missing is
 * one.
 */
public class DiscreetFacadeTest {
    private static final String SECRET = "correct-horse";

    private final CommandRunner command = new CommandRunner();
    private final Secrets secrets = new Secrets();
    private final Tempera tempera = Tempera.load(getClass().getClassLoader(), Optional.empty(), secrets);
    private Path gone = Path.of("");

    @BeforeClass
    public void learn() {
        secrets.add(SECRET);
        gone = command.file(SECRET);
    }

    private interface Door {
        void call(Tempera tempera) throws IOException;
    }

    private static Object[] door(String name, Door door) {
        return new Object[] {name, door};
    }

    @DataProvider
    public Object[][] doors() {
        return new Object[][] {
            door("config", t -> t.config(gone, List.of())),
            door("config of text", t -> t.config(SECRET + " = 1", command.folder())),
            door("config of values", t -> t.config(Map.of(SECRET, 1), command.folder())),
            door("config in a free folder", t -> t.configInFreeFolder(gone, List.of())),
            door("report", t -> t.report(gone, Optional.empty())),
            door("compare", t -> t.compare(gone, gone)),
            door("compare", t -> t.compare(List.of(gone))),
            door("resume", t -> t.resume(gone, List.of())),
            door("sampler", t -> t.sampler(gone, SampleOptions.defaults())),
            door(
                    "evaluate",
                    t -> t.evaluate(
                            gone,
                            new EvaluateOptions(
                                    SampleOptions.defaults(), Map.of(), List.of(), 1, 0, Optional.empty(), true),
                            (what, pictures, all) -> {})),
            door("export", t -> t.exportAdapter(gone, command.file("out"), AdapterLayout.values()[0])),
            door("reward", t -> t.reward("remote", Map.of(SECRET, 1), "a map", command.folder())),
            door("no reward", t -> t.reward(SECRET, Map.of(), "a map", command.folder())),
            door("scorer", t -> t.scorer(SECRET, List.of())),
            door("open scorer", t -> t.openScorer(SECRET, List.of())),
            door("scorer of a config", t -> t.scorer(SECRET, prepared())),
            door("start", t -> t.start(prepared())),
            door("replace", t -> t.replace(prepared())),
            door("plan", t -> t.plan(gone, List.of())),
            door("benchmark", t -> t.benchmark(prepared(), 1, false)),
        };
    }

    @Test(dataProvider = "doors")
    public void tellsNothing(String name, Door door) {
        assertThatThrownBy(() -> door.call(tempera))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(Secrets.MASK)
                .hasMessageNotContaining(SECRET);
    }

    /** A config whose file of prompts is gone since. */
    private RunConfig prepared() throws IOException {
        Files.writeString(gone, "a cat\n");
        RunConfig config = tempera.config(
                Map.of(
                        "run", Map.of("output", command.file("run").toString()),
                        "policy",
                                Map.of(
                                        "use",
                                        "stable-diffusion",
                                        "stable-diffusion",
                                        Map.of(
                                                "weights",
                                                CommandRunner.MODELS
                                                        .resolve("mini-sd")
                                                        .toString())),
                        "algorithm", Map.of("use", "ddpo", "ddpo", Map.of("batch-size", 2, "accumulation", 1)),
                        "rewards", Map.of("remote", Map.of("role", "train", "url", "http://127.0.0.1:1/")),
                        "sampling",
                                Map.of(
                                        "prompts", gone.toString(),
                                        "batch-size", 2,
                                        "batches-per-epoch", 1,
                                        "steps", 1),
                        "evaluation", Map.of("every", 1, "samples", 2, "grid-samples", 2)),
                command.folder());
        Files.delete(gone);
        return config;
    }
}
