package org.tempera.runtime.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.tempera.base.text.Secrets;

/** Collects problems while a configuration is read. */
final class Problems {
    private final Set<String> found = new LinkedHashSet<>();
    private final Secrets secrets = new Secrets();
    private final Predicate<String> firstTold;

    /** Of a configuration that is read once. */
    Problems() {
        this(key -> true);
    }

    /**
     * @param firstTold whether a key's former name is told of for the first time, by whatever else reads configurations
     * too
     */
    Problems(Predicate<String> firstTold) {
        this.firstTold = firstTold;
    }

    /** Whether the former name of a key is told of for the first time; asked when it is about to be. */
    boolean isFirstTold(String path) {
        return firstTold.test(path);
    }

    /** The secrets of the configuration, which no problem may tell. */
    Secrets secrets() {
        return secrets;
    }

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
        return found.stream().map(secrets::masked).toList();
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new ConfigProblems(all());
        }
    }
}
