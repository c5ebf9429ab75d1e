package org.tempera.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.tempera.spi.Doc;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class PluginCatalogTest {
    private Path folder;

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("catalog");
    }

    @AfterMethod
    public void deleteFolder() throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path p : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    @Test
    public void listsEveryKindByName() throws IOException {
        PluginCatalog catalog = PluginCatalog.load(TestPlugins.all(folder));
        assertThat(catalog.plugins())
                .extracting(p -> p.kind().label() + " " + p.name())
                .containsSubsequence(
                        "policy toy",
                        "algorithm ddpo",
                        "algorithm tdpo-r",
                        "critic mlp",
                        "reward brightness",
                        "reward sharpness",
                        "gold truth");
        assertThat(catalog.reward("brightness")).isPresent();
        assertThat(catalog.reward("truth")).as("gold is no reward").isEmpty();
    }

    @Test
    public void twoPluginsOfOneNameNameBothPlaces() throws IOException {
        Path first = Files.createDirectories(folder.resolve("first"));
        Path second = Files.createDirectories(folder.resolve("second"));
        TestPlugins.service(first, RewardProvider.class, TestPlugins.Brightness.class);
        TestPlugins.service(second, RewardProvider.class, BrightAgain.class);
        assertThat(PluginCatalog.load(TestPlugins.loader(first, second)).unknown(PluginKind.REWARD, "brightness"))
                .startsWith("two reward plugins are named 'brightness': " + TestPlugins.Brightness.class.getName()
                        + " in " + first + " and " + BrightAgain.class.getName() + " in " + second);
    }

    @Test
    public void oneClassInTwoPlacesNamesBoth() throws IOException {
        Path first = Files.createDirectories(folder.resolve("first"));
        Path second = Files.createDirectories(folder.resolve("second"));
        TestPlugins.service(first, RewardProvider.class, TestPlugins.Brightness.class);
        TestPlugins.service(second, RewardProvider.class, TestPlugins.Brightness.class);
        assertThat(PluginCatalog.load(TestPlugins.loader(first, second)).unknown(PluginKind.REWARD, "brightness"))
                .endsWith("is in 2 jars: " + first + " and " + second + ". Keep one of them.");
    }

    @Test
    public void everyBrokenPluginIsReportedAtOnce() throws IOException {
        TestPlugins.service(
                folder,
                RewardProvider.class,
                ShoutingName.class,
                TakesWeight.class,
                Throwing.class,
                NoDefaults.class,
                BadComponent.class,
                PluginCatalogTest.class,
                BrightAgain.class);
        PluginCatalog catalog = PluginCatalog.load(TestPlugins.loader(folder));
        assertThat(catalog.problems()).hasSize(6);
        assertThat(String.join(
                        "\n",
                        catalog.problems().stream().map(PluginProblem::message).toList()))
                .contains("its name must be kebab-case, such as 'my-reward', was 'Shouting_Name'")
                .contains("the keys [weight] of")
                .contains("java.lang.IllegalStateException: no licence")
                .contains("UnsupportedOperationException: no defaults")
                .contains("java.util.Date cannot be a configuration value")
                .contains(
                        "PluginCatalogTest in " + folder + ": it does not implement " + RewardProvider.class.getName());
        assertThat(catalog.plugins()).as("the sound one goes on").hasSize(1);
    }

    @Test
    public void readsVersionOfAJar() throws IOException {
        Path jar = folder.resolve("plugin.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, "2.5");
        String file = BrightAgain.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                var in = BrightAgain.class.getClassLoader().getResourceAsStream(file)) {
            out.putNextEntry(new JarEntry(file));
            out.write(in.readAllBytes());
            out.putNextEntry(new JarEntry("META-INF/services/" + RewardProvider.class.getName()));
            out.write(BrightAgain.class.getName().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        // The jar's own copy of the class, not the test's.
        try (var loader =
                new java.net.URLClassLoader(new java.net.URL[] {jar.toUri().toURL()}, null) {
                    @Override
                    protected Class<?> findClass(String name) throws ClassNotFoundException {
                        return name.equals(BrightAgain.class.getName())
                                ? super.findClass(name)
                                : PluginCatalogTest.class.getClassLoader().loadClass(name);
                    }
                }) {
            Plugin found = PluginCatalog.load(loader).plugins().get(0);
            assertThat(found.name()).isEqualTo("brightness");
            assertThat(found.jar().name()).isEqualTo("plugin.jar");
            assertThat(found.jar().version()).hasValue("2.5");
        }
    }

    /** A second plugin of the same name. */
    public static final class BrightAgain extends TestPlugins.Brightness {}

    /** Not kebab-case. */
    public static final class ShoutingName extends TestPlugins.Brightness {
        @Override
        public String name() {
            return "Shouting_Name";
        }
    }

    /** Cannot be made. */
    public static final class Throwing extends TestPlugins.Brightness {
        public Throwing() {
            throw new IllegalStateException("no licence");
        }
    }

    /** Fails when asked for its defaults. */
    public static final class NoDefaults extends TestPlugins.Brightness {
        @Override
        public String name() {
            return "no-defaults";
        }

        @Override
        public Config defaults() {
            throw new UnsupportedOperationException("no defaults");
        }
    }

    /** Has a key that the framework has. */
    public static final class TakesWeight implements RewardProvider<TakesWeight.Config> {
        /** Its keys. */
        public record Config(@Doc("Weight.") double weight) {}

        @Override
        public String name() {
            return "takes-weight";
        }

        @Override
        public String description() {
            return "";
        }

        @Override
        public Class<Config> configType() {
            return Config.class;
        }

        @Override
        public Config defaults() {
            return new Config(1);
        }

        @Override
        public Reward create(Config config) {
            throw new UnsupportedOperationException();
        }
    }

    /** Has a component that no text can be bound to. */
    public static final class BadComponent implements RewardProvider<BadComponent.Config> {
        /** Its keys. */
        public record Config(@Doc("When.") java.util.Date when) {}

        @Override
        public String name() {
            return "bad-component";
        }

        @Override
        public String description() {
            return "";
        }

        @Override
        public Class<Config> configType() {
            return Config.class;
        }

        @Override
        public Config defaults() {
            return new Config(new java.util.Date(0));
        }

        @Override
        public Reward create(Config config) {
            throw new UnsupportedOperationException();
        }
    }
}
