package org.tempera.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.tempera.core.plugin.PluginFault;
import org.tempera.core.reward.PictureScorer;
import org.tempera.record.image.RgbImage;
import org.tempera.runtime.Tempera;
import org.tempera.spi.reward.RewardProvider;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Jars of plugins that are broken, each in its way: one message with the plugin and the jar, and the others go on. */
public class BrokenPluginTest {
    private static final String CONFIG_THAT_FAILS_THE_SECOND_TIME =
            """
            package org.example;
            import org.tempera.spi.reward.*;
            public class Tiny implements RewardProvider<Tiny.Config> {
                private static int made;
                public record Config() {
                    public Config { if (made++ > 0) { throw new IllegalStateException("no licence"); } }
                }
                public static final Config DEFAULTS = new Config();
                public String name() { return "tiny"; }
                public String description() { return "Tiny"; }
                public Class<Config> configType() { return Config.class; }
                public Config defaults() { return DEFAULTS; }
                public Reward create(Config config) { return (HostReward) samples -> new float[samples.size()]; }
            }
            """;

    private Path folder;

    @BeforeClass
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("broken");
    }

    @AfterClass
    public void deleteFolder() throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    /** How a jar is spoilt. */
    private interface Making {
        PluginJars of(Path folder);
    }

    private static Object[] broken(String name, String message, Making making) {
        return new Object[] {name, message, making};
    }

    @DataProvider
    public Object[][] whenFound() {
        return new Object[][] {
            broken("newer-java", "it was built for Java 90, and this is Java", f -> PluginJars.tiny(f, "")
                    .changed(BrokenPluginTest::newer)),
            broken(
                    "another-class",
                    "a class file of it holds another class than its name says: org.example.Tiny (wrong name: org.example.Tinx)",
                    f -> PluginJars.tiny(f, "").changed(BrokenPluginTest::renamed)),
            broken(
                    "no-description",
                    "its description must not be null",
                    f -> PluginJars.tiny(f, "public String description() { return null; }")),
            broken("cut-class", "a class file of it is damaged", f -> PluginJars.tiny(f, "")
                    .changed(bytes -> java.util.Arrays.copyOf(bytes, 40))),
            broken("no-library", "it needs the class org.example.Helper, which is in no jar", f -> PluginJars.tiny(
                            f, "private final Helper helper = new Helper();")
                    .source("org.example.Helper", "package org.example; class Helper {}")
                    .without("Helper")),
            broken("no-parent", "it needs the class org.example.Parent", f -> PluginJars.tiny(f, "")
                    .source("org.example.Parent", "package org.example; public class Parent extends Tiny {}")
                    .source("org.example.Child", "package org.example; public class Child extends Parent {}")
                    .service("org.tempera.spi.reward.RewardProvider", "org.example.Child")
                    .without("Parent")),
            broken("older-class", "here there is no class org.tempera.spi.Gone", f -> PluginJars.tiny(
                            f, "private final Gone gone = new Gone();")
                    .source("org.tempera.spi.Gone", "package org.tempera.spi; public class Gone {}")),
            broken(
                    "older-method",
                    "another version of Tempera, or of a library, than runs here (NoSuchMethodError",
                    f -> PluginJars.tiny(f, "public String name() { return new UserException().toString(); }")
                            .source(
                                    "org.tempera.spi.UserException",
                                    "package org.tempera.spi; public class UserException extends RuntimeException {}")),
            broken("older-interface", "than runs here (AbstractMethodError", f -> PluginJars.tiny(f, "")
                    .source(
                            "org.example.Tiny",
                            """
                            package org.example;
                            public class Tiny implements org.tempera.spi.reward.RewardProvider {
                                public String name() { return "tiny"; }
                            }
                            """)
                    .source(
                            "org.tempera.spi.reward.RewardProvider",
                            "package org.tempera.spi.reward; public interface RewardProvider { String name(); }")),
            broken(
                    "static",
                    "a static initialiser of it fails: java.lang.IllegalStateException: no licence",
                    f -> PluginJars.tiny(
                            f, "static { if (true) { throw new IllegalStateException(\"no licence\"); } }")),
            broken(
                    "arguments",
                    "needs a public constructor without arguments",
                    f -> PluginJars.tiny(f, "public Tiny(int size) {}")),
            broken(
                    "private",
                    "needs a public constructor without arguments",
                    f -> PluginJars.tiny(f, "private Tiny() {}")),
            broken(
                    "throws",
                    "java.lang.IllegalStateException: no licence",
                    f -> PluginJars.tiny(f, "public Tiny() { throw new IllegalStateException(\"no licence\"); }")),
            broken("misspelt", "names this class, which is in no jar", f -> PluginJars.tiny(f, "")
                    .service("org.tempera.spi.reward.RewardProvider", "org.example.Tiney")),
            broken("other-kind", "does not implement org.tempera.spi.critic.CriticProvider", f -> PluginJars.tiny(f, "")
                    .noServices()
                    .service("org.tempera.spi.critic.CriticProvider", "org.example.Tiny, of course")
                    .service("org.tempera.spi.critic.CriticProvider", "java.lang.String # not ours")),
            broken("reward-as-critic", "it is no CriticProvider but a RewardProvider. Name it in", f -> PluginJars.tiny(
                            f, "")
                    .noServices()
                    .service("org.tempera.spi.critic.CriticProvider", "org.example.Tiny")),
            broken(
                    "no-name",
                    "its name must be kebab-case, such as 'my-reward', was 'null'",
                    f -> PluginJars.tiny(f, "public String name() { return null; }")),
            broken(
                    "name-fails",
                    "java.lang.AssertionError: never",
                    f -> PluginJars.tiny(f, "public String name() { throw new AssertionError(\"never\"); }")),
            broken(
                    "no-config",
                    "java.lang.NullPointerException",
                    f -> PluginJars.tiny(f, "public Class<Config> configType() { return null; }")),
            broken(
                    "endless",
                    "it calls itself without end",
                    f -> PluginJars.tiny(f, "public Config defaults() { return defaults(); }")),
            broken(
                    "no-defaults",
                    "its defaults must be a org.example.Tiny$Config",
                    f -> PluginJars.tiny(f, "public Config defaults() { return null; }"))
        };
    }

    @Test(dataProvider = "whenFound")
    public void isToldWithItsJarAndTheOthersGoOn(String name, String message, Making making) throws IOException {
        Path jar = making.of(folder).write(name + ".jar");
        Path sound = Files.createTempDirectory(folder, "sound");
        TestPlugins.service(sound, RewardProvider.class, TestPlugins.Brightness.class);
        try (URLClassLoader other = loader(sound);
                URLClassLoader loader = new URLClassLoader(urls(jar), other)) {
            PluginCatalog catalog = PluginCatalog.load(loader);
            assertThat(catalog.problems()).hasSize(1);
            assertThat(catalog.problems().get(0).message())
                    .contains(message, jar.toString())
                    .doesNotContain("mistake in Tempera", "\n")
                    .endsWith(".");
            assertThat(catalog.reward("brightness")).isPresent();
            assertThat(catalog.unknown(PluginKind.REWARD, "tiny")).contains(jar.toString());
        }
    }

    @Test
    public void aByteOrderMarkIsPassedOver() throws IOException {
        Path jar = PluginJars.tiny(folder, "")
                .service("org.tempera.spi.reward.RewardProvider", "\uFEFForg.example.Tiny\n")
                .write("bom.jar");
        try (URLClassLoader loader = loader(jar)) {
            PluginCatalog catalog = PluginCatalog.load(loader);
            assertThat(catalog.problems()).isEmpty();
            assertThat(catalog.reward("tiny")).isPresent();
        }
    }

    @Test
    public void twoJarsOfOnePluginWithholdItAlone() throws IOException {
        Path first = PluginJars.tiny(folder, "").write("first.jar");
        Path second = PluginJars.tiny(folder, "").write("second.jar");
        Path sound = Files.createTempDirectory(folder, "sound");
        TestPlugins.service(sound, RewardProvider.class, TestPlugins.Brightness.class);
        try (URLClassLoader parent = loader(sound);
                URLClassLoader loader = new URLClassLoader(urls(first, second), parent)) {
            PluginCatalog catalog = PluginCatalog.load(loader);
            assertThat(catalog.unknown(PluginKind.REWARD, "tiny"))
                    .isEqualTo("the reward plugin 'tiny' (org.example.Tiny) is in 2 jars: " + first + " and " + second
                            + ". Keep one of them.");
            assertThat(catalog.reward("tiny")).isEmpty();
            assertThat(catalog.reward("brightness")).isPresent();
        }
    }

    @Test
    public void whatTemperaHasItselfStays() throws IOException {
        Path jar = PluginJars.tiny(folder, "public String name() { return \"brightness\"; }")
                .write("taking.jar");
        Path sound = Files.createTempDirectory(folder, "sound");
        TestPlugins.service(sound, RewardProvider.class, TestPlugins.Brightness.class);
        try (URLClassLoader parent = loader(sound);
                URLClassLoader loader = new URLClassLoader(urls(jar), parent)) {
            PluginCatalog catalog = PluginCatalog.load(loader);
            assertThat(catalog.plugin(PluginKind.REWARD, "brightness")
                            .orElseThrow()
                            .jar()
                            .location())
                    .isEqualTo(sound.toString());
            assertThat(catalog.problems())
                    .singleElement()
                    .isEqualTo(new PluginProblem("reward plugin org.example.Tiny in " + jar
                            + " is left out: 'brightness' is the name of one that Tempera has itself. Rename the plugin,"
                            + " or remove the jar."));
        }
    }

    @Test
    public void aJarThatNamesTheClassOfAnotherLeavesItUsable() throws IOException {
        Path sound = PluginJars.tiny(folder, "").write("named.jar");
        Path naming = PluginJars.tiny(folder, "").without("Tiny").write("naming.jar");
        try (URLClassLoader loader = new URLClassLoader(urls(naming, sound), BrokenPluginTest.class.getClassLoader())) {
            PluginCatalog catalog = PluginCatalog.load(loader);
            assertThat(catalog.problems())
                    .singleElement()
                    .extracting(PluginProblem::message)
                    .isEqualTo(naming + ": its service file META-INF/services/" + RewardProvider.class.getName()
                            + " names org.example.Tiny, which is a class of " + sound
                            + ". Mend the file, or remove the jar.");
            assertThat(catalog.plugin(PluginKind.REWARD, "tiny")
                            .orElseThrow()
                            .jar()
                            .location())
                    .isEqualTo(sound.toString());
        }
    }

    @Test
    public void looksIntoTheFolderOfPlugins() throws IOException {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        Path good = PluginJars.tiny(plugins, "").write("good.jar");
        Files.writeString(plugins.resolve("text.jar"), "This is no jar.");
        Files.createFile(plugins.resolve("empty.jar"));
        Files.createDirectory(plugins.resolve("unpacked.jar"));
        Files.createSymbolicLink(plugins.resolve("link.jar"), plugins.resolve("gone"));
        PluginJars.tiny(plugins, "").noServices().write("library.jar");
        PluginJars.tiny(plugins, "")
                .noServices()
                .service("org.tempera.spi.RewardProvider", "org.example.Tiny")
                .write("misnamed.jar");
        try (URLClassLoader loader = loader(good)) {
            PluginCatalog catalog = PluginCatalog.load(loader, Optional.of(plugins));
            assertThat(catalog.reward("tiny")).isPresent();
            assertThat(catalog.problems())
                    .extracting(PluginProblem::message)
                    .anyMatch(m -> m.startsWith(plugins.resolve("text.jar") + ": is no jar that can be read ("))
                    .anyMatch(m ->
                            m.startsWith(plugins.resolve("empty.jar") + ": is no jar that can be read (it is empty)"))
                    .anyMatch(m -> m.startsWith(plugins.resolve("unpacked.jar") + ": is a folder"))
                    .anyMatch(m -> m.startsWith(plugins.resolve("link.jar") + ": is a link to nothing"))
                    .anyMatch(m -> m.startsWith(plugins.resolve("misnamed.jar")
                            + ": its service file META-INF/services/org.tempera.spi.RewardProvider is of no kind of"
                            + " plugin. Did you mean 'org.tempera.spi.reward.RewardProvider'?"))
                    .hasSize(5);
            assertThat(catalog.idle())
                    .singleElement()
                    .asString()
                    .startsWith("library.jar: holds no plugin")
                    .contains("META-INF/services/org.tempera.spi.reward.RewardProvider");
        }
    }

    @DataProvider
    public Object[][] whenUsed() {
        String throwing = "throw new IllegalStateException(\"no licence\");";
        return new Object[][] {
            broken(
                    "create",
                    "the reward plugin 'tiny' cannot be made: java.lang.IllegalStateException: no licence.",
                    f -> PluginJars.tiny(f, "public Reward create(Config config) { " + throwing + " }")),
            broken(
                    "nothing",
                    "the reward plugin 'tiny' gives null instead of its object.",
                    f -> PluginJars.tiny(f, "public Reward create(Config config) { return null; }")),
            broken("config", "java.lang.IllegalStateException: no licence", f -> PluginJars.tiny(f, "")
                    .source("org.example.Tiny", CONFIG_THAT_FAILS_THE_SECOND_TIME)),
            broken(
                    "build",
                    "reward 'tiny' cannot be built: java.lang.IllegalStateException: no licence.",
                    f -> graph(f, throwing)),
            broken(
                    "build-null",
                    "reward 'tiny' must give one score an image, TFloat32 of shape [1], but gives null.",
                    f -> graph(f, "return null;")),
            broken(
                    "shape",
                    "reward 'tiny' must give one score an image, TFloat32 of shape [1], but gives [1, 8, 8, 3].",
                    f -> graph(f, "return in.images();")),
            broken(
                    "type",
                    "reward 'tiny' must give one score an image, TFloat32 of shape [1], but gives TInt32.",
                    f -> graph(f, "return (org.tensorflow.Operand) scope.tf().constant(new int[] {1});")),
            broken(
                    "tokens",
                    "a tokenizer must give 4 ids a prompt, but gives null for 'a cat'.",
                    f -> tokens(f, "4", "return null;", "return Optional.empty();")),
            broken(
                    "no-tokens",
                    "a tokenizer must give 1 id a prompt or more, but gives -3.",
                    f -> tokens(f, "-3", "return null;", "return Optional.empty();")),
            broken(
                    "left-out",
                    "a tokenizer cannot say what it leaves out of 'a cat': java.lang.IllegalStateException: no licence.",
                    f -> tokens(f, "4", "return new int[4];", throwing)),
            broken(
                    "length",
                    "reward 'tiny' must give one score an image, 1, but gives 2.",
                    f -> PluginJars.tiny(
                            f, "public Reward create(Config config) { return (HostReward) samples -> new float[2]; }")),
            broken("late", "reward 'tiny' cannot score: it needs the class org.example.Helper", f -> PluginJars.tiny(
                            f, "public Reward create(Config config) { return (HostReward) s -> new Helper().score(); }")
                    .source(
                            "org.example.Helper",
                            "package org.example; class Helper { float[] score() { return null; } }")
                    .without("Helper")),
        };
    }

    /** What Tempera's code, or the JVM's, throws below or beside a plugin's may be anybody's mistake. */
    @DataProvider
    public Object[][] whenSomethingElseFails() {
        return new Object[][] {
            broken(
                    "below",
                    "reward 'tiny' cannot be built: java.lang.IllegalArgumentException: ",
                    f -> graph(f, "org.tempera.spi.HostTensor.of(new float[1], 2); return null;")),
            broken(
                    "wrapped",
                    "reward 'tiny' cannot be built: java.lang.RuntimeException: oh",
                    f -> graph(
                            f,
                            "try { org.tempera.spi.HostTensor.of(new float[1], 2); return null; }"
                                    + " catch (RuntimeException e) { throw new RuntimeException(\"oh\", e); }")),
            broken("no-stack", "the reward plugin 'tiny' cannot be made: org.example.Bare: bare", f -> PluginJars.tiny(
                            f, "public Reward create(Config config) { throw new Bare(); }")
                    .source(
                            "org.example.Bare",
                            "package org.example; class Bare extends RuntimeException {"
                                    + " Bare() { super(\"bare\", null, false, false); } }")),
            broken(
                    "no-build",
                    "reward 'tiny' cannot be built: it was built against another version",
                    f -> PluginJars.tiny(f, "public Reward create(Config config) { return new Old(); }")
                            .source(
                                    "org.example.Old",
                                    "package org.example; class Old implements org.tempera.spi.reward.GraphReward {}")
                            .source(
                                    "org.tempera.spi.reward.GraphReward",
                                    "package org.tempera.spi.reward; public non-sealed interface GraphReward extends Reward {}")
                            .source(
                                    "org.tempera.spi.reward.HostReward",
                                    "package org.tempera.spi.reward; public non-sealed interface HostReward extends Reward"
                                            + " { float[] score(java.util.List<?> s); }")
                            .source(
                                    "org.tempera.spi.reward.Reward",
                                    "package org.tempera.spi.reward; public sealed interface Reward permits GraphReward,"
                                            + " HostReward {}"))
        };
    }

    private static PluginJars graph(Path folder, String build) {
        return PluginJars.tiny(
                folder,
                "public Reward create(Config config) { return GraphReward.of((scope, in) -> { " + build + " }); }");
    }

    private static PluginJars tokens(Path folder, String length, String ids, String leftOut) {
        return graph(
                        folder,
                        "var tf = scope.tf(); return tf.reduceSum(tf.dtypes.cast(in.tokens(new Words()),"
                                + " org.tensorflow.types.TFloat32.class), tf.constant(1));")
                .source(
                        "org.example.Words",
                        "package org.example; import java.util.Optional;"
                                + " record Words() implements org.tempera.spi.text.PromptTokenizer {"
                                + (" public int[] tokenize(String prompt) { " + ids + " }")
                                + (" public Optional<String> leftOut(String prompt) { " + leftOut + " }")
                                + (" public int length() { return " + length + "; } }"));
    }

    @Test(dataProvider = "whenUsed")
    public void isToldWithItsJarWhenItIsUsed(String name, String message, Making making) throws IOException {
        Path jar = making.of(folder).write("used-" + name + ".jar");
        try (URLClassLoader loader = loader(jar)) {
            Tempera tempera = Tempera.load(loader);
            assertThat(tempera.plugins().problems()).isEmpty();
            PictureScorer.Picture picture =
                    new PictureScorer.Picture("picture", RgbImage.of(8, 8, new byte[8 * 8 * 3]), Optional.of("a cat"));
            assertThatThrownBy(() -> tempera.scorer("tiny", List.of()).score(List.of(picture)))
                    .isInstanceOf(PluginFault.class)
                    .hasMessageContaining(message)
                    .hasMessageContaining("It is the plugin's mistake (org.example.")
                    .hasMessageContaining(jar.toString());
        }
    }

    @Test(dataProvider = "whenSomethingElseFails")
    public void isToldWithItsJarAndNotBlamed(String name, String message, Making making) throws IOException {
        Path jar = making.of(folder).write("beside-" + name + ".jar");
        try (URLClassLoader loader = loader(jar)) {
            Tempera tempera = Tempera.load(loader);
            PictureScorer.Picture picture =
                    new PictureScorer.Picture("picture", RgbImage.of(8, 8, new byte[8 * 8 * 3]), Optional.of("a cat"));
            assertThatThrownBy(() -> tempera.scorer("tiny", List.of()).score(List.of(picture)))
                    .isInstanceOf(PluginFault.class)
                    .hasMessageContaining(message)
                    .hasMessageContaining("This came up while calling the plugin (org.example.")
                    .hasMessageContaining(jar.toString())
                    .hasMessageNotContaining("mistake");
        }
    }

    /** A class file of a Java that is yet to come. */
    /** Of the class of another name, as long. */
    private static byte[] renamed(byte[] classFile) {
        String text = new String(classFile, StandardCharsets.ISO_8859_1);
        return text.replace("org/example/Tiny", "org/example/Tinx").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] newer(byte[] classFile) {
        byte[] changed = classFile.clone();
        changed[7] = (byte) (44 + 90);
        return changed;
    }

    private static URLClassLoader loader(Path jar) throws IOException {
        return new URLClassLoader(urls(jar), BrokenPluginTest.class.getClassLoader());
    }

    private static URL[] urls(Path... jars) throws IOException {
        URL[] urls = new URL[jars.length];
        for (int i = 0; i < jars.length; i++) {
            urls[i] = jars[i].toUri().toURL();
        }
        return urls;
    }
}
