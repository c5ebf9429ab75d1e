package org.tempera.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tempera.spi.UserException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ConfigSourceTest {
    @Test
    public void aBlockOfSeveralOverridesIsNamedByEach() {
        ConfigObject root =
                ConfigSource.of(List.of("rewards.gold.use=random", "rewards.gold.role=a: 1,b", "run.seed=1"));
        assertThat(Origins.describe(root.toConfig().getValue("rewards.gold")))
                .isEqualTo("override 'rewards.gold.role=a: 1,b' and override 'rewards.gold.use=random'");
        assertThat(Origins.describe(root.toConfig().getValue("rewards.gold.use")))
                .isEqualTo("override 'rewards.gold.use=random'");
        assertThat(Origins.describe(root)).isEqualTo("the overrides");
    }

    @Test
    public void aBlockOfAFileAndAnOverrideIsNamedByBoth() throws IOException {
        Path file = Files.createTempFile("run, one", ".conf");
        file.toFile().deleteOnExit();
        Files.writeString(file, "rewards {\n  a { use = random }\n}\n");
        ConfigObject root = ConfigSource.read(file, List.of("rewards.a.role=held-out"));
        assertThat(Origins.describe(root.toConfig().getValue("rewards.a")))
                .isEqualTo("override 'rewards.a.role=held-out' and " + file + ": 2");
        assertThat(Origins.describe(root)).isEqualTo(file + ": 1");
    }

    @DataProvider
    public Object[][] open() {
        return new Object[][] {
            {"run {", "1: expected a key, or the '}' that closes a block (in an include its ')'), found end of file"},
            {"run {\n  seed = 1, , x = 2\n}", "2: expected a key, or the '}' that closes a block"},
            {"run { seed = 1", "1: Expecting close brace } or a comma, got end of file"},
        };
    }

    @Test(dataProvider = "open")
    public void namesTheBracketThatIsMissing(String text, String message) {
        assertThatThrownBy(() -> ConfigSource.text(text))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("the configuration cannot be parsed: the configuration's text: " + message)
                .hasMessageNotContaining("parentheses");
    }
}
