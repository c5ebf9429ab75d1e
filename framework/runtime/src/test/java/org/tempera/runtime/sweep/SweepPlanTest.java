package org.tempera.runtime.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tempera.core.config.RewardRole;
import org.tempera.runtime.config.ConfigProblems;
import org.tempera.runtime.config.RewardSelection;
import org.tempera.runtime.config.RunConfig;
import org.tempera.spi.UserException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class SweepPlanTest {
    private static final String TWO_AXES =
            """
            seeds = [1, 2]
            axes {
              reward {
                bright {}
                sharp { rewards.brightness.role = held-out, rewards.sharpness.role = train }
              }
              algorithm = [ddpo, tdpo-r]
            }
            """;

    private SweepFiles files;

    @BeforeClass
    public void makeFiles() throws IOException {
        files = new SweepFiles();
    }

    @BeforeMethod
    public void begin() throws IOException {
        files.begin();
    }

    @AfterClass
    public void removeFiles() {
        files.close();
    }

    private static List<String> names(SweepPlan plan) {
        return plan.children().stream().map(SweepChild::name).toList();
    }

    @Test
    public void everyCombinationIsThereOnceForEachSeed() {
        SweepPlan plan = files.plan(TWO_AXES);
        assertThat(names(plan))
                .containsExactly(
                        "bright/ddpo/seed-1",
                        "bright/tdpo-r/seed-1",
                        "sharp/ddpo/seed-1",
                        "sharp/tdpo-r/seed-1",
                        "bright/ddpo/seed-2",
                        "bright/tdpo-r/seed-2",
                        "sharp/ddpo/seed-2",
                        "sharp/tdpo-r/seed-2");
        SweepChild child = plan.children().get(7);
        assertThat(child.choices()).isEqualTo(Map.of("reward", "sharp", "algorithm", "tdpo-r"));
        RunConfig config = child.config().config();
        assertThat(config.algorithmName()).isEqualTo("tdpo-r");
        assertThat(config.run().seed()).isEqualTo(2);
        assertThat(config.run().output()).isEqualTo(files.file("runs/sharp/tdpo-r/seed-2/run"));
        assertThat(role(config, "sharpness")).isEqualTo(RewardRole.TRAIN);
    }

    private static RewardRole role(RunConfig config, String reward) {
        return config.rewards().stream()
                .filter(r -> r.name().equals(reward))
                .map(RewardSelection::settings)
                .findFirst()
                .orElseThrow()
                .role();
    }

    @Test
    public void aRunOfSeveralWorkersIsRefused() {
        assertThatThrownBy(() -> files.plan("seeds = [3, 1]\nsettings { run.cluster.workers = [\"a:1\", \"b:1\"] }"))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining("run.cluster.workers: expected none")
                .hasMessageContaining("in seed-3, seed-1");
    }

    @Test
    public void aSweepOfSeedsAloneHasNoAxes() {
        assertThat(names(files.plan("seeds = [3, 1]"))).containsExactly("seed-3", "seed-1");
    }

    @Test
    public void combinationsAreLeftOut() {
        assertThat(names(files.plan("skip = [{reward = sharp, algorithm = ddpo}]\n" + TWO_AXES, "sweep.seeds=[1]")))
                .containsExactly("bright/ddpo/seed-1", "bright/tdpo-r/seed-1", "sharp/tdpo-r/seed-1");
    }

    /** The reward that was trained on judges, and the others are as they were. */
    @Test
    public void aControlIsTrainedOnRandomNumbers() {
        SweepPlan plan = files.plan(
                TWO_AXES
                        + """
                settings { evaluation.steepness.radius = 0.02 }
                control { seeds = [1], axes = [algorithm], settings { rewards.random.use = brightness } }
                """);
        List<SweepChild> controls =
                plan.children().stream().filter(SweepChild::control).toList();
        assertThat(controls)
                .extracting(SweepChild::name)
                .containsExactly("control/ddpo/seed-1", "control/tdpo-r/seed-1");
        assertThat(plan.children().indexOf(controls.get(0)))
                .as("beside the runs of its seed")
                .isEqualTo(4);
        RunConfig config = controls.get(0).config().config();
        assertThat(role(config, "random")).isEqualTo(RewardRole.TRAIN);
        assertThat(role(config, "brightness")).isEqualTo(RewardRole.HELD_OUT);
        assertThat(role(config, "sharpness")).isEqualTo(RewardRole.HELD_OUT);
        assertThat(config.evaluation().steepness().radius())
                .as("random numbers have no gradient")
                .isZero();
        assertThat(plan.children()
                        .get(0)
                        .config()
                        .config()
                        .evaluation()
                        .steepness()
                        .radius())
                .isEqualTo(0.02);
    }

    /** What a process is told is what was checked: paths are whole, and start where they stand. */
    @Test
    public void aProcessIsToldTheSame() {
        files.write("deep/prompts.txt", "a fox\n");
        files.write("deep/common.conf", "sampling.prompts = prompts.txt");
        SweepPlan plan = files.plan(
                """
                settings { include "deep/common.conf", run.threads = 1 }
                axes { rate { low { optimizer.learning-rate = 1e-5 }, none { rewards.sharpness = null } } }
                """);
        SweepChild low = plan.children().get(0);
        assertThat(low.config().file()).isEqualTo(files.file("run.conf"));
        assertThat(low.config().overrides())
                .contains(
                        "sampling.prompts=\"" + files.file("deep/prompts.txt") + "\"",
                        "run.threads=1",
                        "run.seed=1",
                        "run.output=\"" + low.config().config().run().output() + "\"")
                .anyMatch(o -> o.matches("optimizer.learning-rate=1e-5|optimizer.learning-rate=1.0E-5"));
        assertThat(plan.children().get(1).config().overrides()).contains("rewards.sharpness=null");
        for (SweepChild child : plan.children()) {
            assertThat(RunConfig.load(child.config().file(), child.config().overrides(), files.catalog())
                            .effective()
                            .values())
                    .isEqualTo(child.config().config().effective().values());
        }
    }

    @Test
    public void allCheckpointsAreKeptWhereAllAreMeasured() {
        assertThat(files.plan("evaluate { kl = false }")
                        .children()
                        .get(0)
                        .config()
                        .config()
                        .checkpoint()
                        .keepLast())
                .isEqualTo(4);
        assertThat(files.plan("evaluate { checkpoints = last }")
                        .children()
                        .get(0)
                        .config()
                        .config()
                        .checkpoint()
                        .keepLast())
                .isEqualTo(2);
    }

    @Test
    public void partsHaveEveryRunOnce() {
        SweepPlan plan = files.plan(TWO_AXES);
        List<String> all = Stream.of("1/3", "2/3", "3/3")
                .flatMap(part -> names(plan.part(SweepPart.of(part))).stream())
                .toList();
        assertThat(all).containsExactlyInAnyOrderElementsOf(names(plan));
        assertThat(names(plan.part(SweepPart.of("2/3"))))
                .containsExactly("bright/tdpo-r/seed-1", "bright/ddpo/seed-2", "sharp/tdpo-r/seed-2");
        for (String wrong : List.of("0/3", "4/3", "3", "a/b", "1/0")) {
            assertThatThrownBy(() -> SweepPart.of(wrong))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("expected a part");
        }
    }

    @DataProvider
    public Object[][] mistakes() {
        return new Object[][] {
            {"sead = [1]", "sweep.sead: unknown key. Known: [axes, config"},
            {"seeds = []", "sweep.seeds: must be one seed or more, each once, was []"},
            {"seeds = [1, 1]", "each once, was [1, 1]"},
            {"output = \"\"", "sweep.output: expected a path, found the text \"\""},
            {"records = \"\"", "sweep.records: expected a path, found the text \"\""},
            {"parallel = 0", "sweep.parallel: must be at least 1, was 0"},
            {"axes { reward {} }", "sweep.conf: 4: sweep.axes.reward: expected a choice or more"},
            {"axes { algorithm = [] }", "sweep.axes.algorithm: expected a choice or more"},
            {"axes { rate = [1, 2] }", "sweep.axes.rate: expected a block of choices, found a list"},
            {"axes { rate { 1e-4 {} } }", "expected lower-case words"},
            {"axes { rate { low = 3 } }", "sweep.axes.rate.low: expected a block { ... }, found 3"},
            {"axes { rate { low { run.seed = 3 } } }", "cannot be set here, for sweep.seeds says it."},
            {"settings { run.output = x }", "cannot be set here, for sweep.output says it."},
            {
                "axes { rate { low { optimizer.lerning-rate = 1 }, high {} } }",
                "optimizer.lerning-rate: unknown key. Did you mean 'learning-rate'?"
            },
            {"axes { rate { low { run.epochs = 0 }, high {} } }", "(in low/seed-1)"},
            {"axes { algorithm = [ddpo, nosuch] }", "algorithm.use: no algorithm plugin is named 'nosuch'"},
            {"axes { rate { a {}, b {} } }", "the same settings as those of a/seed-1"},
            {"skip = [{rate = low}]", "sweep.skip: there is no axis 'rate'"},
            {"axes { rate { a {}, b { run.epochs = 2 } } }, skip = [{rate = c}]", "axis 'rate' has no choice 'c'"},
            {"skip = [{}]", "found {}, which means all"},
            {"questions { q { compare { rate = low }, with = [{ rate = high }] } }", "questions.q.compare: there is no"
            },
            {"axes { algorithm = [ddpo, tdpo] }, questions { q { compare { algorithm = tdpo } } }", "q.with: missing"},
            {
                "axes { algorithm = [ddpo, tdpo] }, questions { q { compare { algorithm = tdpo }, with = [] } }",
                "sweep.questions.q.with: must be a choice or more, each once"
            },
            {
                "axes { algorithm = [ddpo, tdpo] }\n"
                        + "questions { q { compare { algorithm = tdpo }, with = [{algorithm = ddpo}, {algorithm = ddpo}] } }",
                "questions.q.with: must be a choice or more, each once"
            },
            {
                TWO_AXES
                        + "questions {\n q { compare { algorithm = tdpo-r, reward = sharp }, with = [{ reward = sharp }] }\n}",
                "sweep.conf: 13: sweep.questions.q.with: {reward=sharp}: no run has these choices, and otherwise those of a"
            },
            {
                TWO_AXES + "skip = [{ reward = sharp, algorithm = ddpo }, { reward = bright, algorithm = ddpo }]\n"
                        + "questions { q { compare { algorithm = tdpo-r }, with = [{ algorithm = ddpo }] } }",
                "sweep.questions.q.with: {algorithm=ddpo}: no run has these choices"
            },
            {
                TWO_AXES + "questions { q { compare { reward = sharp }, with = [{ reward = bright }] } }",
                "q.with: {reward=bright}: its runs are trained on other rewards than those of 'compare'"
            },
            {
                "axes { algorithm = [ddpo, tdpo] }\n"
                        + "questions { q { compare { algorithm = tdpo }, with = [{ algorithm = tdpo }] } }",
                "questions.q.with: must be others than what is compared"
            },
            {
                "axes { algorithm = [ddpo, tdpo] }\n"
                        + "questions { q { compare { algorithm = tdpo }, with = [{ algorithm = grpo }] } }",
                "questions.q.with: axis 'algorithm' has no choice 'grpo'"
            },
            {"axes { algorithm = [ddpo] }, skip = [{algorithm = ddpo}]", "leaves out every combination"},
            {"control { axes = [nosuch] }", "there is no axis 'nosuch'"},
            {"settings { sampling.prompts = nosuch.txt }", "nosuch.txt: no such file or folder (in seed-1)"},
            {"evaluate { prompts { seen = nosuch.txt } }", "nosuch.txt"},
            {"evaluate { pictures = 1, embeddings = models/toy }", "sweep.evaluate.pictures: must be 2 or more"},
            {"evaluate { embeddings = nosuch }", "expected the folder of a CLIP model, found none"},
            {
                "evaluate { embeddings = models/toy }",
                "models/toy: expected the folder of a CLIP model, found one without config.json"
            },
            {
                "evaluate { rewards = [sharpness, sharp] }",
                "sweep.evaluate.rewards: expected names of the run's rewards (brightness, sharpness), found 'sharp' (in seed-1)"
            },
            {
                "evaluate { pictures = 1000000, prompts { seen = prompts.txt } }",
                "sweep.evaluate: expected at most 1,000,000 pictures at a time, found 2,000,000"
            },
            {
                "axes { seed { short { run.epochs = 2 }, long { run.epochs = 3 } } }",
                "sweep.axes.seed: is what runs of one choice differ in: name the axis otherwise, and give seeds in"
                        + " sweep.seeds"
            },
            {"keep = everything", "expected one of [nothing, best, run]"},
        };
    }

    @Test(dataProvider = "mistakes")
    public void mistakesAreToldBeforeAnythingRuns(String keys, String message) {
        assertThatThrownBy(() -> files.plan(keys))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message);
    }

    @Test
    public void aProblemOfManyRunsIsToldOnce() {
        assertThatThrownBy(() -> files.plan("settings { run.epochs = 0 }\nseeds = [1, 2, 3, 4, 5]"))
                .isInstanceOfSatisfying(ConfigProblems.class, e -> assertThat(e.problems())
                        .singleElement()
                        .asString()
                        .endsWith("(in seed-1, seed-2, seed-3 and 2 more runs)"));
    }

    @Test
    public void aChoiceNamedControlCannotHaveControls() {
        assertThatThrownBy(
                        () -> files.plan(
                                """
                        axes { kind { control {}, x { run.epochs = 3 } } }
                        control { axes = [], settings { rewards.random.use = brightness } }
                        """))
                .hasMessageContaining("two runs have this name");
    }
}
