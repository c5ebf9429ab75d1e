package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.tempera.base.json.PlainJson;
import org.tempera.testing.CommandProcess;
import org.tempera.testing.CommandProcess.Ended;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** Jars as an outsider builds them, put behind the command's class path as the launcher puts the plugins folder. */
public class PluginJarTest {
    private static final String SOURCE =
            """
            package org.example;

            import org.tempera.spi.reward.HostReward;
            import org.tempera.spi.reward.Reward;
            import org.tempera.spi.reward.RewardProvider;

            public final class Tiny implements RewardProvider<Tiny.Config> {
                public record Config(double scale) {}
                public String name() { return "tiny"; }
                public String description() { return "One for every picture"; }
                public Class<Config> configType() { return Config.class; }
                public Config defaults() { return new Config(1); }
                public Reward create(Config config) { return (HostReward) samples -> new float[samples.size()]; }
            }
            """;

    /** Asked once for its defaults it answers; its keys must be given, and it takes them for granted. */
    private static final String PICKY =
            """
            package org.example;

            import java.nio.file.Path;
            import org.tempera.spi.Required;
            import org.tempera.spi.algorithm.Algorithm;
            import org.tempera.spi.algorithm.AlgorithmProvider;

            public final class Picky implements AlgorithmProvider<Picky.Config> {
                private static int asked;
                public record Config(@Required Path table, @Required String column) {}
                public String name() { return "picky"; }
                public String description() { return "Reads a table"; }
                public Class<Config> configType() { return Config.class; }
                public Config defaults() {
                    if (asked++ > 0) { throw new IllegalStateException("asked again"); }
                    return new Config(Path.of(""), "");
                }
                public Algorithm create(Config config) { throw new IllegalStateException(config.column().strip()); }
            }
            """;

    private static final String UNREAD =
            """
            package org.example;

            import java.nio.file.Path;
            import java.util.Optional;
            import org.tempera.spi.policy.DiffusionPolicy;
            import org.tempera.spi.policy.PolicyProvider;

            public final class Unread implements PolicyProvider<Unread.Config> {
                public record Config() {}
                public String name() { return "a-first"; }
                public String description() { return "Cannot look at a folder"; }
                public Class<Config> configType() { return Config.class; }
                public Config defaults() { return new Config(); }
                public DiffusionPolicy open(Config config) { throw new AssertionError(); }
                public boolean reads(Path folder) { throw new UnsupportedOperationException("later"); }
                public DiffusionPolicy openFolder(Path folder, Optional<AdapterFile> adapter) { throw new AssertionError(); }
            }
            """;

    private static final String REWARDS = "reward.RewardProvider";

    private final CommandRunner command = new CommandRunner();
    private final Path folder = command.folder();

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void aDroppedJarIsListedWithItsVersionAndASecondOfTheNameIsAnError() throws Exception {
        Path classes = compile("Tiny", SOURCE);
        Path first = jar(classes, "tiny-plugin-1.2.jar", "1.2", REWARDS, "Tiny");
        Ended one = plugins(first);
        assertThat(one.code()).as(one.output()).isEqualTo(0);
        assertThat(one.output()).containsPattern("reward +tiny +tiny-plugin-1\\.2\\.jar +1\\.2 +One for every picture");

        Path second = jar(classes, "tiny-again-2.0.jar", "2.0", REWARDS, "Tiny");
        Ended two = plugins(first, second);
        assertThat(two.code()).isEqualTo(2);
        assertThat(two.output())
                .contains("tiny-plugin-1.2.jar", "tiny-again-2.0.jar")
                .doesNotContain("\tat ");
    }

    @Test
    public void aBrokenJarIsAWarningWhereItIsNotNeededAndTheErrorWhereItIs() throws Exception {
        Path classes = compile("Tiny", SOURCE);
        Path tiny = classes.resolve("org/example/Tiny.class");
        byte[] newer = Files.readAllBytes(tiny);
        newer[7] = 44 + 80;
        Files.write(tiny, newer);
        Path jar = jar(classes, "tiny-of-tomorrow.jar", "9", REWARDS, "Tiny");
        Path picture = folder.resolve("picture.png");
        ImageIO.write(new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());

        Ended other = run(List.of(jar), "score", picture.toString(), "--reward", "jpeg-compressibility");
        assertThat(other.code()).as(other.output()).isEqualTo(0);
        assertThat(other.output().lines().filter(l -> l.startsWith("tempera: warning: ")))
                .singleElement()
                .asString()
                .contains("reward plugin org.example.Tiny in " + jar, "it was built for Java 80");

        Ended needed = run(List.of(jar), "score", picture.toString(), "--reward", "tiny");
        assertThat(needed.code()).isEqualTo(2);
        assertThat(needed.output())
                .contains("no reward plugin is named 'tiny'", jar.toString())
                .doesNotContain("\tat ", "mistake in Tempera");

        assertThat(plugins(jar).code()).isEqualTo(2);
        assertThat(plugins(jar).output()).contains(jar.toString(), "aesthetic");
    }

    @Test
    public void whatAPluginPrintsIsNoPartOfTheResultAndWhatItThrowsNamesIt() throws Exception {
        String loud = SOURCE.replace("Tiny", "Loud")
                .replace("\"tiny\"", "\"loud\"")
                .replace("new float[samples.size()]", "one(samples.get(0).prompt())")
                .replace(
                        "public String name()",
                        """
                        private static float[] one(String prompt) {
                            System.out.println("\\u001b[2Jhere");
                            if (prompt.equals("a dog")) {
                                throw new NullPointerException();
                            }
                            return new float[] {1};
                        }
                        public String name()""");
        Path jar = jar(compile("Loud", loud), "loud.jar", "1", REWARDS, "Loud");
        Path picture = folder.resolve("loud.png");
        ImageIO.write(new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
        String[] score = {"score", picture.toString(), "--reward", "loud", "--json", "--prompt", "a cat"};
        Ended both = run(List.of(jar), score);
        assertThat(both.output()).contains("\\u001b[2Jhere").doesNotContain("\u001b");
        assertThat(PlainJson.readObject(both.out())).containsKey("reward");

        score[6] = "a dog";
        assertThat(run(List.of(jar), score).output())
                .contains(
                        "java.lang.NullPointerException at org.example.Loud.one(Loud.java:",
                        ", thrown by org.example.Loud")
                .contains(jar.toString());
    }

    @Test
    public void initAsksNoPluginForMoreThanItCanSay() throws Exception {
        Path picky = jar(compile("Picky", PICKY), "picky.jar", "1", "algorithm.AlgorithmProvider", "Picky");
        Path unread = jar(compile("Unread", UNREAD), "unread.jar", "1", "policy.PolicyProvider", "Unread");
        Path file = command.file("picky.conf");
        Path model = CommandRunner.MODELS.resolve("mini-sd");
        String[] init = {"init", file.toString(), "--weights", model.toString(), "--algorithm", "picky"};

        Ended written = run(List.of(picky, unread), init);
        assertThat(written.code()).as(written.output()).isEqualTo(0);
        assertThat(Files.readString(file))
                .contains(
                        "use = stable-diffusion", "use = picky", "picky {", "table = \"TABLE\"", "column = \"COLUMN\"")
                .contains("An algorithm that needs none leaves it aside.");
        Ended read = run(List.of(picky, unread), "config", file.toString());
        assertThat(read.code()).as(read.output()).isEqualTo(0);
        assertThat(run(List.of(picky), "plugins", "picky").output()).contains("table  (path, must be given)");

        Ended none = run(List.of(unread), "sample", folder.toString(), "--prompt", "a cat");
        assertThat(none.code()).isEqualTo(2);
        assertThat(none.output())
                .contains("a policy plugin cannot say whether it reads " + folder, "later", unread.toString())
                .doesNotContain("\tat ", "mistake in Tempera");
    }

    private Path compile(String type, String text) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new SkipException("this Java has no compiler");
        }
        Path root = Files.createTempDirectory(folder, "plugin");
        Path source = root.resolve("org/example/" + type + ".java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, text);
        Path classes = Files.createDirectories(root.resolve("classes"));
        int code = compiler.run(
                null,
                null,
                null,
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                source.toString());
        assertThat(code).isEqualTo(0);
        return classes;
    }

    private Path jar(Path classes, String name, String version, String service, String type) throws IOException {
        Path jar = folder.resolve(name);
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest);
                Stream<Path> files = Files.walk(classes)) {
            for (Path p : files.filter(Files::isRegularFile).toList()) {
                entries.putNextEntry(
                        new JarEntry(classes.relativize(p).toString().replace(File.separatorChar, '/')));
                entries.write(Files.readAllBytes(p));
            }
            entries.putNextEntry(new JarEntry("META-INF/services/org.tempera.spi." + service));
            entries.write(("org.example." + type + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }

    private static Ended plugins(Path... jars) throws IOException, InterruptedException {
        return run(List.of(jars), "plugins");
    }

    private static Ended run(List<Path> jars, String... arguments) throws IOException, InterruptedException {
        StringBuilder classPath = new StringBuilder(System.getProperty("java.class.path"));
        for (Path jar : jars) {
            classPath.append(File.pathSeparator).append(jar);
        }
        return CommandProcess.of("org.tempera.cli.Main", arguments)
                .withClassPath(classPath.toString())
                .run();
    }
}
