package org.tempera.runtime.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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

    static PluginJar at(String location) {
        try {
            return new PluginJar(location, version(Path.of(location)));
        } catch (InvalidPathException e) {
            return new PluginJar(location, Optional.empty()); // an address
        }
    }

    /** Whether it lies in a folder. */
    boolean isIn(Path folder) {
        try {
            Path own = Path.of(location).toAbsolutePath().normalize();
            return own.startsWith(folder.toAbsolutePath().normalize());
        } catch (InvalidPathException e) {
            return false; // an address
        }
    }

    /** Whether a jar or folder has the file of a class; not if it cannot be looked into. */
    static boolean holds(String location, String type) {
        String file = type.replace('.', '/') + ".class";
        try {
            Path path = Path.of(location);
            if (Files.isDirectory(path)) {
                return Files.isRegularFile(path.resolve(file));
            }
            if (!Files.isRegularFile(path)) {
                return false;
            }
            try (JarFile jar = new JarFile(path.toFile())) {
                return jar.getEntry(file) != null;
            }
        } catch (IOException | InvalidPathException e) {
            return false;
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
