package org.tempera.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.tempera.spi.reward.RewardProvider;
import org.testng.SkipException;

/** Makes the jar of a plugin as an outsider would, and then spoils it. */
final class PluginJars {
    private static final String SERVICE = "META-INF/services/" + RewardProvider.class.getName();

    private final Path folder;
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> services = new LinkedHashMap<>();
    private Predicate<String> kept = name -> true;
    private UnaryOperator<byte[]> change = bytes -> bytes;

    private PluginJars(Path folder) {
        this.folder = folder;
    }

    /**
     * A jar of the reward {@code org.example.Tiny}, which is called {@code tiny} and whose class ends in
     * {@code members}.
     */
    static PluginJars tiny(Path folder, String members) {
        PluginJars jar = new PluginJars(folder);
        jar.services.put(SERVICE, "org.example.Tiny\n");
        return jar.source(
                "org.example.Tiny",
                """
                package org.example;
                import java.util.*;
                import org.tempera.spi.*;
                import org.tempera.spi.reward.*;
                public class Tiny implements RewardProvider<Tiny.Config> {
                    public record Config() {}
                    %s
                    %s
                    %s
                    %s
                    %s
                    %s
                }
                """
                        .formatted(
                                missing(members, "String name()", "{ return \"tiny\"; }"),
                                missing(members, "String description()", "{ return \"Tiny\"; }"),
                                missing(members, "Class<Config> configType()", "{ return Config.class; }"),
                                missing(members, "Config defaults()", "{ return new Config(); }"),
                                missing(
                                        members,
                                        "Reward create(Config config)",
                                        "{ return (HostReward) samples -> new float[samples.size()]; }"),
                                members));
    }

    private static String missing(String members, String method, String body) {
        return members.contains(method) ? "" : "public " + method + " " + body;
    }

    /** A further class, also one that stands for another version of Tempera's. */
    PluginJars source(String type, String text) {
        sources.put(type, text);
        return this;
    }

    /** A service file; null for none. */
    PluginJars service(String file, String text) {
        services.put("META-INF/services/" + file, text);
        return this;
    }

    PluginJars noServices() {
        services.clear();
        return this;
    }

    /** Leaves class files out of the jar. */
    PluginJars without(String part) {
        Predicate<String> before = kept;
        kept = name -> before.test(name) && !name.contains(part);
        return this;
    }

    /** Changes every class file. */
    PluginJars changed(UnaryOperator<byte[]> how) {
        change = how;
        return this;
    }

    /** The jar. */
    Path write(String name) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new SkipException("this Java has no compiler");
        }
        Path root = Files.createTempDirectory(folder, "sources");
        List<String> arguments = new ArrayList<>(List.of(
                "-proc:none",
                "-nowarn",
                "-d",
                Files.createDirectory(root.resolve("classes")).toString(),
                "-cp",
                System.getProperty("java.class.path")));
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = root.resolve(source.getKey().replace('.', '/') + ".java");
            Files.createDirectories(file.getParent());
            Files.writeString(file, source.getValue());
            arguments.add(file.toString());
        }
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        int code = compiler.run(null, messages, messages, arguments.toArray(new String[0]));
        assertThat(code).as(messages.toString(StandardCharsets.UTF_8)).isZero();
        Path jar = folder.resolve(name);
        Path classes = root.resolve("classes");
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path p : files.filter(Files::isRegularFile).toList()) {
                String entry = classes.relativize(p).toString().replace('\\', '/');
                if (kept.test(entry) && !entry.startsWith("org/tempera")) {
                    put(zip, entry, change.apply(Files.readAllBytes(p)));
                }
            }
            services.forEach((file, text) -> put(zip, file, text.getBytes(StandardCharsets.UTF_8)));
        }
        return jar;
    }

    private static void put(ZipOutputStream zip, String entry, byte[] bytes) {
        try {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
