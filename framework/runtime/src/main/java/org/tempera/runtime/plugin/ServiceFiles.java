package org.tempera.runtime.plugin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.tempera.base.files.IoReason;

/**
 * Reads the service files of a class path. ServiceLoader does not say which jar a class was named in that it cannot
 * load, and takes the first of two jars that name the same class without a word.
 */
final class ServiceFiles {
    static final String FOLDER = "META-INF/services/";

    private ServiceFiles() {}

    /** Classes that are named for a service, each with the jars that name it, in the order of the class path. */
    static Map<String, List<String>> read(Class<?> service, ClassLoader loader, Consumer<PluginProblem> problems) {
        String file = FOLDER + service.getName();
        Map<String, List<String>> jars = new LinkedHashMap<>();
        try {
            for (URL url : new LinkedHashSet<>(Collections.list(loader.getResources(file)))) {
                String jar = jar(url, file);
                for (String provider : providers(url, jar, problems)) {
                    List<String> known = jars.computeIfAbsent(provider, k -> new ArrayList<>());
                    if (!known.contains(jar)) {
                        known.add(jar);
                    }
                }
            }
        } catch (IOException e) {
            problems.accept(
                    new PluginProblem("the service files " + file + " cannot be found: " + IoReason.of(e) + "."));
        }
        return jars;
    }

    private static List<String> providers(URL url, String jar, Consumer<PluginProblem> problems) {
        List<String> names = new ArrayList<>();
        try {
            URLConnection connection = url.openConnection();
            connection.setUseCaches(false); // a cached jar would stay open, and in the way of who replaces it
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    // Some editors put a byte order mark before the first line.
                    String name =
                            line.replace("\uFEFF", "").replaceFirst("#.*", "").strip();
                    if (!name.isEmpty()) {
                        names.add(name);
                    }
                }
            }
        } catch (IOException e) {
            problems.accept(new PluginProblem("a service file of " + jar + " cannot be read: " + e
                    + ". The jar may be damaged: copy it again, or remove it."));
        }
        return names;
    }

    /** The jar or the folder that a service file is in. */
    private static String jar(URL url, String file) {
        String text = url.toString();
        String place = text.substring(0, text.length() - file.length())
                .replaceFirst("^jar:", "")
                .replaceFirst("!/$", "");
        try {
            return Path.of(URI.create(place)).toString();
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            return place;
        }
    }
}
