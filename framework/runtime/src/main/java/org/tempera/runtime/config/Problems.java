package org.tempera.runtime.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects problems while a configuration is read. */
final class Problems {
    private final Set<String> found = new LinkedHashSet<>();

    /**
     * Notes a problem.
     *
     * @param origin file and line, or the override; empty where nothing was written
     * @param path the key in full, such as {@code run.epochs}
     */
    void add(String origin, String path, String message) {
        found.add((origin.isEmpty() ? "" : origin + ": ") + path + ": " + message);
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<String> all() {
        return new ArrayList<>(found);
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new ConfigProblems(all());
        }
    }
}
