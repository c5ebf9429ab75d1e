package org.tempera.runtime.plugin;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * Where a class came from.
 *
 * @param location the jar's file or the folder of classes, in full; {@code unknown} where the JVM does not say
 * @param version the manifest's {@code Implementation-Version}; empty where there is none
 */
public record PluginJar(String location, Optional<String> version) {

    /** The jar's file name, or the folder. */
    public String name() {
        return location.endsWith(".jar") ? String.valueOf(Path.of(location).getFileName()) : location;
    }

    static PluginJar of(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL url = source == null ? null : source.getLocation();
        if (url == null) {
            return new PluginJar("unknown", Optional.empty());
        }
        try {
            Path path = Path.of(url.toURI());
            return new PluginJar(path.toString(), version(path));
        } catch (URISyntaxException | IllegalArgumentException | java.nio.file.FileSystemNotFoundException e) {
            return new PluginJar(url.toString(), Optional.empty());
        }
    }

    private static Optional<String> version(Path jar) {
        if (!Files.isRegularFile(jar)) {
            return Optional.empty();
        }
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            return manifest == null
                    ? Optional.empty()
                    : Optional.ofNullable(
                            manifest.getMainAttributes().getValue(Attributes.Name.IMPLEMENTATION_VERSION));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
