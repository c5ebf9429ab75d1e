package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tempera.base.json.PlainJson;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** The experiment of the examples: its configuration holds, and it is as large as it says. */
public class ExperimentPlanTest {
    private static final Path SWEEP = Path.of("../../examples/over-optimisation/sweep.conf");

    private final CommandRunner command = new CommandRunner();

    @AfterClass(alwaysRun = true)
    public void removeFolder() {
        command.close();
    }

    @Test
    public void everyAlgorithmHasFiveSeedsOnBothRewardsAndThreeControls() throws PlainJson.MalformedException {
        command.succeed(
                "sweep",
                SWEEP.toString(),
                "--dry-run",
                "--json",
                "sweep.output=" + command.file("out"),
                "sweep.records=" + command.file("records"));
        assertThat(command.err()).as("keys that are given in vain").isEmpty();
        List<String> names = new ArrayList<>();
        for (Object run : (List<?>) PlainJson.readObject(command.out()).get("runs")) {
            names.add(String.valueOf(((Map<?, ?>) run).get("name")));
        }
        for (String algorithm : List.of(
                "ddpo",
                "ddpo-kl",
                "tdpo",
                "tdpo-r",
                "tdpo-r-reference",
                "grpo",
                "grpo-guard",
                "nft",
                "draft",
                "rwr",
                "constrained")) {
            for (int seed = 1; seed <= 5; seed++) {
                assertThat(names)
                        .contains(
                                "aesthetic/" + algorithm + "/seed-" + seed,
                                "preference/" + algorithm + "/seed-" + seed);
            }
        }
        for (String controlled : List.of("ddpo", "tdpo", "tdpo-r", "grpo", "nft")) {
            assertThat(names).contains("control/" + controlled + "/seed-1", "control/" + controlled + "/seed-3");
        }
    }
}
