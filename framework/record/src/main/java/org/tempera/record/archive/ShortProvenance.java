package org.tempera.record.archive;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.tempera.base.json.PlainJson;
import org.tempera.record.run.OwnFiles;
import org.tempera.record.run.RunFolder;

/**
 * What of provenance.json goes into a record: of files their hashes, and no paths; of plugins the name of what they
 * came from, be it a jar or a folder of classes; of each time that the run went on, what was another than at its start.
 */
final class ShortProvenance {
    private static final String FILES = "files";
    private static final String PLUGINS = "plugins";
    private static final String JAR = "jar";
    private static final String RESUMED = "resumed";
    private static final int MOST_RESUMED = 20;

    private ShortProvenance() {}

    /** Reads a folder's; what cannot be read is told in a note. */
    static Map<String, Object> of(RunFolder folder, List<String> notes) {
        if (!OwnFiles.exists(folder.provenance())) {
            notes.add("provenance.json is missing: it is not known where the numbers came from.");
            return Map.of();
        }
        try {
            return shortened(PlainJson.readObject(OwnFiles.readText(folder.provenance(), OwnFiles.LARGEST_LIST)));
        } catch (PlainJson.MalformedException e) {
            notes.add("provenance.json is damaged (" + e.getMessage()
                    + "): it is not known where the numbers came from.");
            return Map.of();
        }
    }

    private static Map<String, Object> shortened(Map<String, Object> all) {
        Map<String, Object> start = withoutPaths(all);
        if (!(start.remove(RESUMED) instanceof List<?> entries)) {
            return start;
        }
        List<Object> changed = new ArrayList<>();
        for (Object entry : entries.subList(Math.max(0, entries.size() - MOST_RESUMED), entries.size())) {
            if (entry instanceof Map<?, ?> fields) {
                Map<String, Object> others = withoutPaths(fields);
                others.entrySet().removeIf(e -> e.getValue().equals(start.get(e.getKey())));
                changed.add(others);
            }
        }
        start.put(RESUMED, changed);
        return start;
    }

    private static Map<String, Object> withoutPaths(Map<?, ?> all) {
        Map<String, Object> fields = new LinkedHashMap<>();
        all.forEach((key, value) -> fields.put(String.valueOf(key), value));
        if (fields.get(FILES) instanceof Map<?, ?> files) {
            Map<String, Object> hashes = new TreeMap<>();
            Map<String, Integer> alike = new HashMap<>();
            files.forEach((role, file) -> {
                if (file instanceof Map<?, ?> of && of.get("sha256") instanceof String hash) {
                    hashes.put(free(withoutFolders(String.valueOf(role)), hashes.keySet(), alike), hash);
                }
            });
            fields.put(FILES, hashes);
        }
        if (fields.get(PLUGINS) instanceof Map<?, ?> plugins) {
            Map<String, Object> named = new TreeMap<>();
            plugins.forEach((plugin, from) -> named.put(String.valueOf(plugin), withoutFolder(from)));
            fields.put(PLUGINS, named);
        }
        return fields;
    }

    /** A plugin's facts, of what it came from the last name. */
    private static Object withoutFolder(Object plugin) {
        if (!(plugin instanceof Map<?, ?> of && of.get(JAR) instanceof String jar)) {
            return plugin;
        }
        Map<String, Object> fields = new TreeMap<>();
        of.forEach((key, value) -> fields.put(String.valueOf(key), value));
        fields.put(JAR, lastName(jar));
        return fields;
    }

    /** The last name of a path, of whichever system. */
    private static String lastName(String path) {
        int end = path.length();
        while (end > 0 && isSeparator(path.charAt(end - 1))) {
            end--;
        }
        int begin = end;
        while (begin > 0 && !isSeparator(path.charAt(begin - 1))) {
            begin--;
        }
        return path.substring(begin, end);
    }

    private static boolean isSeparator(char c) {
        return c == '/' || c == '\\';
    }

    /** Of {@code policy: /models/sd/unet/weights.safetensors} the plugin, and the file with its folder's name. */
    private static String withoutFolders(String role) {
        int path = role.indexOf(": ") < 0 ? 0 : role.indexOf(": ") + 2;
        String file = role.substring(path).replace('\\', '/');
        int name = file.lastIndexOf('/');
        return role.substring(0, path) + file.substring(file.lastIndexOf('/', name - 1) + 1);
    }

    /**
     * A name that nothing has yet.
     *
     * @param alike by name how many have been given, so that none is tried twice
     */
    private static String free(String name, Set<String> taken, Map<String, Integer> alike) {
        String free;
        do {
            int number = alike.merge(name, 1, Integer::sum);
            free = number == 1 ? name : name + " (" + number + ")";
        } while (taken.contains(free));
        return free;
    }
}
