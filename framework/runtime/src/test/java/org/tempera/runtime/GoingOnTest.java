package org.tempera.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.config.TestConfigs;
import org.tempera.spi.UserException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** Which keys make another run of a config, and which must be the same on all workers. */
public class GoingOnTest {
    private static final String TWO = "run.cluster.workers=[\"a:1\", \"b:1\"]";

    private final TestConfigs configs = new TestConfigs();

    @AfterClass
    public void deleteFolder() {
        configs.close();
    }

    @Test
    public void workersHaveAlikeWhatDecidesTheNumbers() {
        RunConfig first = config(TWO);
        RunConfig second =
                config(TWO, "run.cluster.index=1", "run.cluster.start-seconds=7", "run.output=\"elsewhere\"");
        assertThat(GoingOn.ofAllWorkers(second)).isEqualTo(GoingOn.ofAllWorkers(first));
        assertThat(GoingOn.ofAllWorkers(first)).containsEntry("run.cluster.gradients", "in-order");
        assertThat(GoingOn.ofAllWorkers(config(TWO, "run.cluster.gradients=ring")))
                .isNotEqualTo(GoingOn.ofAllWorkers(first));
    }

    @Test
    public void aRunMayGoOnWithOtherWorkers() {
        assertThatCode(() -> GoingOn.requireSame(config(TWO, "run.cluster.gradients=ring"), config()))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> GoingOn.requireSame(config(), config("run.seed=77")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("run.seed: ");
    }

    /** As many workers with other sums would come to other bits. */
    @Test
    public void workersGoOnWithSumsOfOneKind() {
        String four = "run.cluster.workers=[\"a:1\", \"b:1\", \"c:1\", \"d:1\"]";
        assertThatThrownBy(() -> GoingOn.requireSame(config(TWO), config(four, "run.cluster.gradients=ring")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("run.cluster.gradients: in-order there, ring here")
                .message()
                .doesNotContain("run.cluster.workers");
    }

    private RunConfig config(String... overrides) {
        return configs.whole(overrides);
    }
}
