package org.tempera.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.runtime.plugin.PluginKind;
import org.tempera.runtime.plugin.TestPlugins;
import org.tempera.spi.Doc;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.spi.algorithm.AlgorithmWrapper;
import org.tempera.spi.algorithm.ForwardingAlgorithm;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** An algorithm that is made around another, whichever that is. */
public class WrappedAlgorithmTest {
    private static final Path WHOLE = Path.of("src/test/resources/org/tempera/runtime/config/whole.conf");

    private Path folder;
    private PluginCatalog catalog;

    /** Adds nothing to what it wraps. */
    public static final class Around implements AlgorithmWrapper<Around.Config> {
        /** Its keys. */
        public record Config(@Doc("Which.") String of) {}

        @Override
        public String name() {
            return "around";
        }

        @Override
        public String description() {
            return "a wrapper for tests";
        }

        @Override
        public Class<Config> configType() {
            return Config.class;
        }

        @Override
        public Config defaults() {
            return new Config("ddpo");
        }

        @Override
        public String wraps(Config config) {
            return config.of();
        }

        @Override
        public Algorithm create(Config config, Algorithm wrapped) {
            return new ForwardingAlgorithm(wrapped) {};
        }
    }

    /** An algorithm that the config has no block of. */
    public static final class Plain extends TestPlugins.Ddpo {
        @Override
        public String name() {
            return "plain";
        }
    }

    @BeforeClass
    public void loadPlugins() throws IOException {
        folder = Files.createTempDirectory("wrapped");
        folder.toFile().deleteOnExit();
        ClassLoader loader = TestPlugins.all(folder);
        TestPlugins.service(
                folder,
                AlgorithmProvider.class,
                TestPlugins.Ddpo.class,
                TestPlugins.TdpoR.class,
                Plain.class,
                Around.class);
        catalog = PluginCatalog.load(loader);
    }

    private RunConfig load(String... overrides) {
        return RunConfig.load(WHOLE, List.of(overrides), catalog);
    }

    @Test
    public void theWrappedOneHasItsOwnBlockAndBringsTheRate() throws IOException {
        RunConfig config = load("algorithm.use=around", "algorithm.ddpo.clip-range=3e-4");
        assertThat(config.algorithmName()).isEqualTo("around ddpo");
        assertThat(config.wrapped().orElseThrow().config())
                .isEqualTo(new TestPlugins.ClipConfig(3e-4, new TestPlugins.Batch(4)));
        assertThat(config.optimizer().policyRate()).isEqualTo(3e-4);
        assertThat(config.effective().settings())
                .filteredOn(s -> s.key().equals("optimizer.learning-rate"))
                .singleElement()
                .returns("what suits ddpo: 3 times optimizer.base-learning-rate", EffectiveConfig.Setting::origin);
        Path again = Files.writeString(
                folder.resolve("config.conf"), config.effective().renderWithOrigins());
        RunConfig reloaded = RunConfig.load(again, List.of(), catalog);
        assertThat(reloaded.wrapped().orElseThrow().config())
                .isEqualTo(config.wrapped().get().config());
        assertThat(DecidingKeys.of(reloaded)).isEqualTo(DecidingKeys.of(config));
    }

    @Test
    public void aBlockThatIsLeftOutIsWrittenWithItsDefaults() {
        RunConfig config = load("algorithm.use=around", "algorithm.around.of=plain");
        assertThat(config.effective().values())
                .containsEntry("algorithm.around.of", "plain")
                .containsEntry("algorithm.plain.clip-range", "1.0E-4");
    }

    @Test
    public void withoutAWrapperNothingIsWrapped() {
        assertThat(load().wrapped()).isEmpty();
        assertThat(load("algorithm.around.of=nothing").algorithmName())
                .as("a block that is not used")
                .isEqualTo("tdpo-r");
    }

    @Test
    public void whatCannotBeWrappedIsRefusedAtItsKey() {
        assertThatThrownBy(() -> load("algorithm.use=around", "algorithm.around.of=dpo"))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining("algorithm.around.of")
                .hasMessageContaining("no algorithm plugin is named 'dpo'")
                .hasMessageContaining("ddpo");
        assertThatThrownBy(() -> load("algorithm.use=around", "algorithm.around.of=around"))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining(
                        "algorithm.around.of: expected an algorithm that is made around no other, found" + " 'around'");
    }

    @Test
    public void noRateOfItsOwnIsTold() {
        assertThat(ConfigBlock.of(catalog.plugin(PluginKind.ALGORITHM, "around").orElseThrow())
                        .about())
                .isEqualTo("a wrapper for tests.");
    }
}
