package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tempera.runtime.config.RunConfig;
import org.tempera.spi.UserException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Who trains a run, by config and environment: one message for each contradiction, before anything is built. */
public class GivenWorkersTest {
    private static final String TWO = "run.cluster.workers=[\"a:1\", \"b:1\"]";
    private static final String SECOND =
            "{\"cluster\": {\"worker\": [\"a:1\", \"b:1\"]}, \"task\": {\"type\": \"worker\", \"index\": 1}}";

    private final CommandRunner command = new CommandRunner();

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void theEnvironmentSaysItWhereTheConfigDoesNot() {
        RunConfig run = given(SECOND).training(config());
        assertThat(run.run().cluster().workers()).containsExactly("a:1", "b:1");
        assertThat(run.run().cluster().index()).isEqualTo(1);
        assertThat(given(SECOND).training(config(TWO, "run.cluster.index=1"))).isNotNull();
    }

    @Test
    public void anEnvironmentOfOneWorkerSaysNothing() {
        String one = "{\"cluster\": {\"chief\": [\"a:1\"]}, \"task\": {\"type\": \"chief\", \"index\": 0}}";
        assertThat(given(one).environment()).isEmpty();
        assertThat(given(" ").environment()).isEmpty();
    }

    @Test
    public void theyMayNotContradictEachOther() {
        for (RunConfig config :
                List.of(config(TWO), config("run.cluster.workers=[\"b:1\", \"a:1\"]", "run.cluster.index=1"))) {
            assertThatThrownBy(() -> given(SECOND).training(config))
                    .isInstanceOf(UserException.class)
                    .hasMessageContainingAll(
                            "TF_CONFIG says that this is worker 1 of [a:1, b:1]", "Leave one of them out");
        }
    }

    @Test
    public void aProgramOpensTheRunOfTheFirstWorkerAlone() {
        RunConfig second = config(TWO, "run.cluster.index=1");
        assertThatThrownBy(() -> Main.tempera().start(second))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("run.cluster.index: expected 0 for who opens the run, found 1");
        assertThat(second.run().output()).doesNotExist();
    }

    @Test
    public void oneProcessAloneIsTimed() {
        assertThat(command.run("bench", file(), TWO)).isEqualTo(Failure.USER_ERROR);
        assertThat(command.err()).contains("bench: times one process, and run.cluster.workers names 2");
    }

    @Test
    public void onlyTheFirstWorkerGoesOnWithARunFolder() {
        assertThatThrownBy(given(SECOND)::requireFirst)
                .isInstanceOf(UserException.class)
                .hasMessageContaining(
                        "--resume: expected the first worker, which has the run folder, found worker 1 of 2");
        assertThatThrownBy(() -> given("").resuming(config(TWO, "run.cluster.index=1")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("found worker 1 of 2");
        assertThat(given("").resuming(config(TWO))).isNotNull();
    }

    @Test
    public void whoeverStartsWorkersMayNotNameOthers() {
        assertThatThrownBy(() -> given(SECOND).requireNone(config()))
                .isInstanceOf(UserException.class)
                .hasMessageContainingAll("--local-workers", "TF_CONFIG");
        assertThatThrownBy(() -> given("").requireNone(config(TWO)))
                .isInstanceOf(UserException.class)
                .hasMessageContainingAll("--local-workers", "run.cluster.workers=[]");
    }

    @DataProvider
    public Object[][] mistakes() {
        return new Object[][] {
            {"run.cluster.index=1", "", "must be 0 where run.cluster.workers names nobody, was 1"},
            {"run.cluster.index=2", TWO, "must be 0 to 1 for 2 workers, was 2"},
            {"run.cluster.index=$(JOB_COMPLETION_INDEX)", TWO, "expected a whole number"},
            {"run.cluster.index=", TWO, "expected a whole number"},
            {"run.cluster.workers=\"a:1,b:1\"", "", "run.cluster.workers: expected a list"},
            {"run.cluster.workers=[\"a\", \"b:1\"]", "", "expected worker 0 as host:port, found 'a'"},
            {"run.cluster.workers=[\"a:1\", \"a:1\"]", "", "a:1 is there twice"},
            {"run.cluster.workers=[\"a:1\", \"b:99999\"]", "", "expected a port from 1 to 65535"},
            {"sampling.batches-per-epoch=3", TWO, "sampling.batches-per-epoch: expected a multiple of the 2 workers"},
            {"run.cluster.start-seconds=0", TWO, "must be at least 1"},
        };
    }

    @Test(dataProvider = "mistakes")
    public void aMistakeIsOneMessageBeforeAnybodyIsWaitedFor(String override, String more, String message) {
        List<String> arguments = new ArrayList<>(List.of("train", file(), override));
        if (!more.isEmpty()) {
            arguments.add(more);
        }
        arguments.add("run.output=" + command.file("run"));
        assertThat(command.run(arguments.toArray(String[]::new))).isEqualTo(Failure.USER_ERROR);
        assertThat(command.err()).contains(message).doesNotContain("\tat ");
        assertThat(command.file("run/config.conf")).doesNotExist();
    }

    private static GivenWorkers given(String tfConfig) {
        return GivenWorkers.of(Map.of("TF_CONFIG", tfConfig));
    }

    private RunConfig config(String... overrides) {
        return Main.tempera().config(Path.of(file()), List.of(overrides));
    }

    private String file() {
        return command.smallRun(
                        """
                        algorithm { use = ddpo, ddpo { batch-size = 4, accumulation = 1 } }
                        rewards { jpeg-compressibility { role = train } }
                        """)
                .toString();
    }
}
