package org.tempera.runtime.plugin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the service files of a class path. ServiceLoader takes the first of two jars that name the same class and keeps
 * silent, so that an old version of a plugin beside the new one would go unseen.
 */
final class ServiceFiles {
    private ServiceFiles() {}

    /** Classes that more than one jar provides for a service, with the jars. */
    static Map<String, List<String>> providedTwice(Class<?> service, ClassLoader loader) throws IOException {
        String file = "META-INF/services/" + service.getName();
        Map<String, List<String>> jars = new LinkedHashMap<>();
        for (URL url : new java.util.LinkedHashSet<>(Collections.list(loader.getResources(file)))) {
            String jar = jar(url.toString(), file);
            for (String provider : providers(url)) {
                List<String> known = jars.computeIfAbsent(provider, k -> new ArrayList<>());
                if (!known.contains(jar)) {
                    known.add(jar);
                }
            }
        }
        jars.values().removeIf(list -> list.size() < 2);
        return jars;
    }

    private static List<String> providers(URL url) throws IOException {
        URLConnection connection = url.openConnection();
        connection.setUseCaches(false); // a cached jar would stay open, and in the way of who replaces it
        List<String> names = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String name = line.replaceFirst("#.*", "").strip();
                if (!name.isEmpty()) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    private static String jar(String url, String file) {
        return url.replaceFirst("!?/?" + file.replace(".", "\\.") + "$", "")
                .replaceFirst("^jar:", "")
                .replaceFirst("^file:", "");
    }
}
