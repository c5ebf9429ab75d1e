package org.tempera.runtime.plugin;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.tempera.base.files.IoReason;
import org.tempera.runtime.config.Names;

/** The folder that users drop jars into. Java passes over a file of the class path that is no jar, without a word. */
final class PluginFolder {
    private static final String OWN = ServiceFiles.FOLDER + "org.tempera.";

    private final List<PluginProblem> problems = new ArrayList<>();
    private final List<String> idle = new ArrayList<>();

    /**
     * Looks into every jar of a folder.
     *
     * @param contributing the jars that plugins were found in
     * @param services names of all services
     */
    PluginFolder(Path folder, Set<String> contributing, Collection<String> services) {
        Set<Path> known = new HashSet<>();
        for (String jar : contributing) {
            try {
                known.add(Path.of(jar).toAbsolutePath().normalize());
            } catch (InvalidPathException e) {
                continue; // an address
            }
        }
        for (Path jar : jars(folder)) {
            if (!known.contains(jar.toAbsolutePath().normalize())) {
                look(jar, services);
            }
        }
    }

    /** Jars that cannot be read, or whose service files name no service. */
    List<PluginProblem> problems() {
        return problems;
    }

    /** What to say of each jar that holds no plugin. */
    List<String> idle() {
        return idle;
    }

    private List<Path> jars(Path folder) {
        Set<Path> jars = new TreeSet<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.jar")) {
                found.forEach(jars::add);
            } catch (IOException e) {
                problems.add(
                        new PluginProblem(folder + ": the folder of plugins cannot be read: " + IoReason.of(e) + "."));
            }
        }
        return List.copyOf(jars);
    }

    private void look(Path jar, Collection<String> services) {
        if (!Files.isRegularFile(jar)) {
            problems.add(new PluginProblem(jar + ": is "
                    + (Files.isDirectory(jar)
                            ? "a folder, not a jar. Put the jar itself into the folder of plugins."
                            : "a link to nothing. Copy the jar here, or remove the link.")));
            return;
        }
        Set<String> own = new TreeSet<>();
        int classes = 0;
        try (ZipFile file = new ZipFile(jar.toFile())) {
            Enumeration<? extends ZipEntry> entries = file.entries();
            while (entries.hasMoreElements()) {
                String name = entries.nextElement().getName();
                if (name.startsWith(OWN)) {
                    own.add(name.substring(ServiceFiles.FOLDER.length()));
                }
                classes += name.endsWith(".class") ? 1 : 0;
            }
        } catch (IOException | RuntimeException e) {
            problems.add(new PluginProblem(jar + ": is no jar that can be read ("
                    + (isEmpty(jar) ? "it is empty" : e.getMessage()) + "). Copy it again, or remove it."));
            return;
        }
        own.stream()
                .filter(service -> !services.contains(service))
                .forEach(service -> problems.add(new PluginProblem(jar + ": its service file " + ServiceFiles.FOLDER
                        + service + " is of no kind of plugin. " + Names.suggest(service, services))));
        if (own.isEmpty()) {
            idle.add(jar.getFileName() + ": holds no plugin, for it has no service file such as " + ServiceFiles.FOLDER
                    + services.iterator().next() + (classes == 0 ? ", and no class" : "")
                    + ". That is right for a library that a plugin needs.");
        } else if (services.containsAll(own)) {
            problems.add(new PluginProblem(jar + ": its service file " + ServiceFiles.FOLDER
                    + own.iterator().next() + " names no class, or the jar is not on the class path."));
        }
    }

    private static boolean isEmpty(Path jar) {
        try {
            return Files.size(jar) == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
