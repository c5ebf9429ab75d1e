package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tempera.base.json.PlainJson;
import org.tempera.runtime.config.ConfigBlock;
import org.tempera.runtime.config.ConfigKey;
import org.tempera.runtime.plugin.Plugin;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.runtime.plugin.PluginKind;
import org.tempera.spi.Doc;
import org.testng.annotations.AfterClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What the command says of keys: `init`, `config --docs`, `plugins NAME`. */
public class InitAndDocsTest {
    private static final String MODEL = CommandRunner.MODELS.resolve("mini-sd").toString();

    private final CommandRunner command = new CommandRunner();

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @DataProvider
    public Object[][] plugins() {
        return PluginCatalog.load(InitAndDocsTest.class.getClassLoader()).plugins().stream()
                .map(p -> new Object[] {p})
                .toArray(Object[][]::new);
    }

    @Test(dataProvider = "plugins")
    public void theExampleOfEveryPluginIsAcceptedInAConfig(Plugin plugin) throws IOException {
        StringBuilder conf = new StringBuilder();
        ConfigBlock.of(plugin).example().forEach(line -> conf.append(line).append('\n'));
        Map<PluginKind, String> others = Map.of(
                PluginKind.POLICY, "policy { use = stable-diffusion, stable-diffusion { weights = w } }\n",
                PluginKind.ALGORITHM, "algorithm { use = ddpo }\n",
                PluginKind.REWARD, "rewards { random { role = train } }\n");
        others.forEach((kind, block) -> conf.append(kind == plugin.kind() ? "" : block));
        Path file = Files.writeString(command.file("example.conf"), conf);
        command.succeed("config", file.toString());
        command.succeed("plugins", plugin.name());
        assertThat(command.out())
                .startsWith(plugin.kind().label() + " plugin " + plugin.name() + ", from ")
                .contains("Example:\n");
    }

    record Lists(
            @Doc(value = "A program.", example = "[python3, score.py]") List<String> command,
            List<String> words,
            List<Integer> sizes) {}

    @Test
    public void aListThatMustBeGivenHasAnItemInItsExample() {
        assertThat(ConfigKey.of(Lists.class, null))
                .extracting(ConfigKey::anyValue)
                .containsExactly("[python3, score.py]", "[\"WORDS\"]", "[]");
    }

    @Test
    public void initWritesAConfigThatIsAcceptedAndKeepsWhatIsThere() throws IOException {
        Path file = command.file("new.conf");
        command.succeed("init", file.toString(), "--weights", MODEL);
        assertThat(command.out()).contains("wrote ", "tempera plan ", "tempera train ");
        String text = Files.readString(file);
        assertThat(text)
                .contains("weights = \"" + MODEL + "\"", "use = tdpo-r", "#epochs = ", "# Denoising steps of an image.")
                .contains("aesthetic {\n    role = train", "clip-score {\n    role = held-out");
        command.succeed("config", file.toString());

        assertThat(command.run("init", file.toString(), "--weights", MODEL)).isEqualTo(2);
        assertThat(command.err()).contains("is there already, and is left as it is");
        assertThat(Files.readString(file)).isEqualTo(text);
    }

    /** An update on large pictures is to have room, where all else is left as it is. */
    @Test
    public void initHasTheLayersOfALargeModelComputedAgain() throws IOException {
        Path model = command.file("large");
        CommandRunner.copy(Path.of(MODEL), model);
        Path unet = model.resolve("unet/config.json");
        Files.writeString(unet, Files.readString(unet).replaceFirst("(\"sample_size\": *)8\\b", "$164"));
        Path file = command.file("large.conf");
        command.succeed("init", file.toString(), "--weights", model.toString());
        assertThat(Files.readString(file)).contains("\n    gradient-checkpointing = true\n");
        command.succeed("config", file.toString());
        Path small = command.file("of-small-pictures.conf");
        command.succeed("init", small.toString(), "--weights", MODEL);
        assertThat(Files.readString(small)).contains("\n    #gradient-checkpointing = false\n");
    }

    @Test
    public void everyCommentedKeyOfInitHoldsWhenItIsUncommented() throws IOException {
        Path file = command.file("small.conf");
        command.succeed(
                "init", file.toString(), "--weights", MODEL, "--reward", "jpeg-compressibility", "--algorithm", "ddpo");
        String text = Files.readString(file);
        assertThat(text).doesNotContain("critic", "aesthetic");
        Path all = Files.writeString(command.file("all.conf"), text.replaceAll("(?m)^( *)#(?! )", "$1"));
        command.succeed("config", all.toString(), "--json");
        String withAll = command.out().replaceAll("\"origin\" : .*", "");
        command.succeed("config", file.toString(), "--json");
        assertThat(command.out().replaceAll("\"origin\" : .*", "")).isEqualTo(withAll);
    }

    @Test
    public void whatConfigPrintsIsAConfig() throws IOException {
        Path file = command.file("first.conf");
        command.succeed("init", file.toString(), "--weights", MODEL);
        command.succeed("config", file.toString(), "sampling.negative-prompt=\"a \u202e sign: \\\"{x}\\\"\\n\"");
        String printed = command.out();
        assertThat(printed.lines()).hasSizeGreaterThan(40);
        Path again = Files.writeString(command.file("second.conf"), printed);
        command.succeed("config", again.toString());
        assertThat(command.out().replaceAll(" *# .*", "")).isEqualTo(printed.replaceAll(" *# .*", ""));
    }

    @Test
    public void initNamesWhatIsNotThere() {
        String file = command.file("none.conf").toString();
        assertThat(command.run("init", file, "--weights", "no-such")).isEqualTo(2);
        assertThat(command.err()).contains("--weights no-such: no such folder");
        assertThat(command.run("init", file, "--weights", MODEL, "--reward", "esthetic"))
                .isEqualTo(2);
        assertThat(command.err()).contains("no reward plugin is named 'esthetic'. Did you mean 'aesthetic'?");
        assertThat(command.file("none.conf")).doesNotExist();
    }

    @Test
    public void docsNameEveryKeyForPeopleAndForPrograms() throws PlainJson.MalformedException {
        command.succeed("config", "--docs");
        assertThat(command.out())
                .contains("run: How long, from which seed, and where to.\n")
                .contains("  clip  (path, must be given)\n", "  steps = 50  (whole number)\n")
                .contains("policy.stable-diffusion: ");
        assertThat(command.out().lines()).allMatch(line -> line.length() < 250);
        command.succeed("config", "--docs", "--json");
        assertThat(PlainJson.readObject(command.out()).get("blocks"))
                .isInstanceOfSatisfying(List.class, blocks -> assertThat(blocks).hasSizeGreaterThan(20));
        assertThat(command.run("config")).isEqualTo(2);
        assertThat(command.err()).contains("expected a config file");
        assertThat(command.run("plugins", "jpeg")).isEqualTo(2);
        assertThat(command.err()).contains("no plugin is named 'jpeg'");
        command.succeed("plugins", "--json");
        assertThat(PlainJson.readObject(command.out())).containsKeys("plugins", "problems");
    }
}
