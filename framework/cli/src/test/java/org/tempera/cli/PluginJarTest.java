package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
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

    private final CommandRunner command = new CommandRunner();
    private final Path folder = command.folder();

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void aDroppedJarIsListedWithItsVersionAndASecondOfTheNameIsAnError() throws Exception {
        Path classes = compile();
        Path first = jar(classes, "tiny-plugin-1.2.jar", "1.2");
        Ended one = plugins(first);
        assertThat(one.code()).as(one.output()).isEqualTo(0);
        assertThat(one.output()).containsPattern("reward +tiny +tiny-plugin-1\\.2\\.jar +1\\.2 +One for every picture");

        Path second = jar(classes, "tiny-again-2.0.jar", "2.0");
        Ended two = plugins(first, second);
        assertThat(two.code()).isEqualTo(2);
        assertThat(two.output())
                .contains("tiny-plugin-1.2.jar", "tiny-again-2.0.jar")
                .doesNotContain("\tat ");
    }

    private Path compile() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new SkipException("this Java has no compiler");
        }
        Path source = folder.resolve("org/example/Tiny.java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, SOURCE);
        Path classes = Files.createDirectories(folder.resolve("classes"));
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

    private Path jar(Path classes, String name, String version) throws IOException {
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
            entries.putNextEntry(new JarEntry("META-INF/services/org.tempera.spi.reward.RewardProvider"));
            entries.write("org.example.Tiny\n".getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }

    private record Ended(int code, String output) {}

    private static Ended plugins(Path... jars) throws IOException, InterruptedException {
        StringBuilder classPath = new StringBuilder(System.getProperty("java.class.path"));
        for (Path jar : jars) {
            classPath.append(File.pathSeparator).append(jar);
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath.toString(),
                        "org.tempera.cli.Main",
                        "plugins")
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Ended(process.exitValue(), output);
    }
}
