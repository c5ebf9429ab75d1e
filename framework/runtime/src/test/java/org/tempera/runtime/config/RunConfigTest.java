package org.tempera.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.config.RewardRole;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.runtime.plugin.TestPlugins;
import org.tempera.spi.UserException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What is bound, and what is said of mistakes; the messages are golden files (again with -Dgolden.update=true). */
public class RunConfigTest {
    private static final Path RESOURCES =
            Path.of("src/test/resources/org/tempera/runtime/config").toAbsolutePath();

    private final TestConfigs configs = new TestConfigs();
    private final Path folder = configs.folder();
    private final PluginCatalog catalog = configs.catalog();

    @AfterClass
    public void deleteFolder() {
        configs.close();
    }

    @DataProvider
    public Object[][] mistakes() {
        return new Object[][] {
            {"unknown-keys", List.of("run.sed=7", "epochs=3", "rewards.brightnes.scale=3")},
            {"types", List.of("run.epochs=1.5", "run.seed=007", "gold.truth.strict=yes")},
            {"ranges", List.of("run.epochs=0")},
            {"plugins", List.of("algorithm.use=ddppo")},
            {"misplaced", List.of("algorithm.clip-range=1e-4")},
            {"missing", List.of()},
            {"no-training-reward", List.of()},
            {"reserved-names", List.of()},
        };
    }

    @Test(dataProvider = "mistakes")
    public void saysEveryMistakeAtOnce(String name, List<String> overrides) throws IOException {
        Path file = RESOURCES.resolve("golden/" + name + ".conf");
        assertThatThrownBy(() -> RunConfig.load(file, overrides, catalog))
                .isInstanceOf(ConfigProblems.class)
                .satisfies(e -> assertGolden(name, e.getMessage()));
    }

    private static void assertGolden(String name, String message) throws IOException {
        Path golden = RESOURCES.resolve("golden/" + name + ".txt");
        String text = message.replace(RESOURCES.resolve("golden") + "/", "") + "\n";
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(golden, text, StandardCharsets.UTF_8);
        }
        assertThat(text).isEqualTo(Files.readString(golden, StandardCharsets.UTF_8));
    }

    @Test
    public void tellsOfAFormerKeyOnce() throws IOException {
        PluginCatalog once = PluginCatalog.load(TestPlugins.all(folder));
        String key = "algorithm.ddpo.update.rows";
        for (int load = 0; load < 2; load++) {
            RunConfig config = RunConfig.load(RESOURCES.resolve("whole.conf"), List.of(key + "=4"), once);
            assertThat(config.effective().values()).containsEntry("algorithm.ddpo.batch-size", "4");
            assertThat(once.isFirstTold(key)).as("told by the first load").isFalse();
        }
    }

    @Test
    public void bindsEveryKindOfValue() {
        RunConfig config = RunConfig.load(RESOURCES.resolve("whole.conf"), List.of("run.seed=7"), catalog);
        assertThat(config.run().seed()).isEqualTo(7);
        assertThat(config.run().epochs()).isEqualTo(1000);
        assertThat(config.run().output()).isEqualTo(RESOURCES.resolve("runs/whole"));
        assertThat(config.policy().config())
                .isEqualTo(new TestPlugins.Toy.Config(
                        RESOURCES.getParent().resolve("model"),
                        new TestPlugins.Toy.Lora(8, List.of("to_q", "to_v")),
                        List.of(1, 2, 3),
                        Optional.of(Path.of("/tmp/cache"))));
        assertThat(config.algorithm().name()).isEqualTo("tdpo-r");
        assertThat(config.algorithm().config()).isEqualTo(new TestPlugins.ClipConfig(2e-4, new TestPlugins.Batch(4)));
        assertThat(config.critic().orElseThrow().config())
                .isEqualTo(new TestPlugins.Mlp.Config(List.of(64, 64), TestPlugins.Mlp.Mode.ALL_NEURONS, 0.5f));
        assertThat(config.rewards()).extracting(RewardSelection::name).containsExactly("brightness", "dim");
        assertThat(config.rewards().get(0).settings().weight()).isEqualTo(0.5);
        assertThat(config.rewards().get(1).settings().role()).isEqualTo(RewardRole.HELD_OUT);
        assertThat(config.rewards().get(1).plugin().config())
                .isEqualTo(new TestPlugins.Brightness.Config(2, Map.of("a black cat", 0.25)));
        assertThat(config.gold().orElseThrow().name()).isEqualTo("truth");
        assertThat(config.sampling().negativePrompt()).isEqualTo("007");
    }

    @Test
    public void whatIsSetToNullIsLeftOut() {
        RunConfig config = RunConfig.load(
                RESOURCES.resolve("whole.conf"), List.of("gold=null", "rewards.dim=null", "critic=null"), catalog);
        assertThat(config.gold()).isEmpty();
        assertThat(config.critic()).isEmpty();
        assertThat(config.rewards()).extracting(RewardSelection::name).containsExactly("brightness");
        assertThat(config.effective().render()).doesNotContain("gold", "dim");
        assertThatThrownBy(() -> RunConfig.load(RESOURCES.resolve("whole.conf"), List.of("policy=null"), catalog))
                .hasMessageContaining("policy");
    }

    @Test
    public void effectiveConfigReloadsUnchanged() throws IOException {
        RunConfig config = RunConfig.load(
                RESOURCES.resolve("whole.conf"), List.of("sampling.negative-prompt=blurry, #1: \"bad\""), catalog);
        for (String text :
                List.of(config.effective().render(), config.effective().renderWithOrigins())) {
            Path again = folder.resolve("effective.conf");
            Files.writeString(again, text);
            RunConfig reloaded = RunConfig.load(again, List.of(), catalog);
            assertThat(reloaded.effective().render())
                    .isEqualTo(config.effective().render());
            assertThat(reloaded.policy()).isEqualTo(config.policy());
            assertThat(reloaded.rewards()).isEqualTo(config.rewards());
            assertThat(reloaded.sampling()).isEqualTo(config.sampling());
            assertThat(reloaded.sampling().negativePrompt()).isEqualTo("blurry, #1: \"bad\"");
        }
    }

    @Test
    public void textAndDataAreAsGoodAsAFile() {
        String whole = RunConfig.load(RESOURCES.resolve("whole.conf"), List.of(), catalog)
                .effective()
                .render();
        assertThat(RunConfig.of(whole, folder, catalog).effective().render()).isEqualTo(whole);
        Map<String, Object> data = ConfigFactory.parseString(whole).root().unwrapped();
        assertThat(RunConfig.of(data, folder, catalog).effective().render()).isEqualTo(whole);
        data.put("run", Map.of("output", "runs/of-data", "epochs", 3));
        assertThat(RunConfig.of(data, folder, catalog).run().output()).isEqualTo(folder.resolve("runs/of-data"));
    }

    @Test
    public void mistakesOfTextAndDataSayWhere() {
        assertThatThrownBy(() -> RunConfig.of("run { epochs = 0 }", folder, catalog))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining("the configuration's text: 1: run.epochs")
                .hasMessageNotContaining("override");
        assertThatThrownBy(() -> RunConfig.of("run { epochs = ", folder, catalog))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("the configuration's text: 1");
        assertThatThrownBy(() -> RunConfig.of("include \"whole.conf\"", RESOURCES, catalog))
                .isInstanceOf(UserException.class);
        assertThatThrownBy(() -> RunConfig.of(Map.of("run", Map.of("epochs", 0)), folder, catalog))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining("the configuration's data: run.epochs");
        assertThatThrownBy(() -> RunConfig.of(Map.of("run", new Object()), folder, catalog))
                .isInstanceOf(UserException.class);
    }

    @Test
    public void effectiveConfigSaysWhereValuesComeFrom() {
        String text = RunConfig.load(RESOURCES.resolve("whole.conf"), List.of("run.seed=7"), catalog)
                .effective()
                .renderWithOrigins();
        assertThat(text)
                .contains("  seed = 7  # override 'run.seed=7'\n")
                .contains("  epochs = 1000  # " + RESOURCES.resolve("whole.conf") + ": 2\n")
                .contains("  eta = 1.0  # default\n");
    }

    @Test
    public void oneOverrideSwapsTheAlgorithm() {
        RunConfig config = RunConfig.load(RESOURCES.resolve("whole.conf"), List.of("algorithm.use=ddpo"), catalog);
        assertThat(config.algorithm().name()).isEqualTo("ddpo");
        assertThat(config.algorithm().config()).isEqualTo(new TestPlugins.ClipConfig(1e-4, new TestPlugins.Batch(4)));
        assertThat(config.effective().render()).contains("tdpo-r {");
    }

    @Test
    public void pathsOfOverridesStartAtTheWorkingDirectory() {
        RunConfig config = RunConfig.load(RESOURCES.resolve("whole.conf"), List.of("run.output=runs/here"), catalog);
        assertThat(config.run().output()).isEqualTo(Path.of("runs/here").toAbsolutePath());
    }

    @Test
    public void filesThatCannotBeReadAreSaid() throws IOException {
        assertThatThrownBy(() -> RunConfig.load(folder.resolve("no.conf"), List.of(), catalog))
                .isInstanceOf(UserException.class)
                .hasMessage(folder.resolve("no.conf") + ": no such file. Check the path.");
        assertThatThrownBy(() -> RunConfig.load(folder, List.of(), catalog)).hasMessageContaining("found a folder");
        Path broken = Files.writeString(folder.resolve("broken.conf"), "run { epochs = 3\n");
        assertThatThrownBy(() -> RunConfig.load(broken, List.of(), catalog))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("broken.conf: 2");
        Path dangling = Files.writeString(folder.resolve("dangling.conf"), "run { epochs = ${nowhere.at.all} }\n");
        assertThatThrownBy(() -> RunConfig.load(dangling, List.of(), catalog))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("dangling.conf: 1")
                .hasMessageContaining("nowhere.at.all");
    }

    @Test
    public void overridesThatAreNoneAreSaid() {
        Path whole = RESOURCES.resolve("whole.conf");
        assertThatThrownBy(() -> RunConfig.load(whole, List.of("run.epochs"), catalog))
                .hasMessageStartingWith("'run.epochs': expected KEY=VALUE");
        assertThatThrownBy(() -> RunConfig.load(whole, List.of("=3"), catalog))
                .hasMessageStartingWith("'=3': expected KEY=VALUE");
        assertThatThrownBy(() -> RunConfig.load(whole, List.of("run.threads=[1"), catalog))
                .hasMessageContaining("override 'run.threads=[1'");
        // What bash makes of policy.toy={lora=1,depth=2}.
        assertThatThrownBy(() -> RunConfig.load(whole, List.of("policy.toy=lora=1", "policy.toy=depth=2"), catalog))
                .hasMessageContaining(
                        "policy.toy: expected a block { ... }, found the text \"depth=2\". In a shell, quote"
                                + " braces: 'policy.toy={...}'");
    }
}
