package org.tempera.core.prompt;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The folder in which encoded prompts are kept: the system property {@code tempera.cache}, where {@code off} is none;
 * else {@code tempera} in {@code XDG_CACHE_HOME}; else {@code .cache/tempera} in the user's home. A user without a home
 * keeps nothing.
 */
final class TextCacheFolder {
    static final String PROPERTY = "tempera.cache";
    private static final String OFF = "off";
    private static final String NAME = "text-states";

    private TextCacheFolder() {}

    /** The folder of this process; empty where nothing is kept. */
    static Optional<Path> choose() {
        return choose(System.getProperty(PROPERTY), System.getenv(), System.getProperty("user.home"));
    }

    /**
     * The folder for what the process was told.
     *
     * @param chosen the system property
     * @param home the home that Java knows, which is {@code ?} for a user who is in no list
     */
    static Optional<Path> choose(@Nullable String chosen, Map<String, String> environment, @Nullable String home) {
        if (chosen != null && !chosen.isEmpty()) {
            return chosen.equals(OFF) ? Optional.empty() : path(chosen).map(p -> p.resolve(NAME));
        }
        return absolute(environment.get("XDG_CACHE_HOME"))
                .or(() -> absolute(home).map(TextCacheFolder::cache))
                .or(() -> absolute(environment.get("HOME")).map(TextCacheFolder::cache))
                .map(cache -> cache.resolve("tempera").resolve(NAME));
    }

    private static Path cache(Path home) {
        return home.resolve(".cache");
    }

    private static Optional<Path> absolute(@Nullable String folder) {
        return folder == null || folder.isEmpty()
                ? Optional.empty()
                : path(folder).filter(Path::isAbsolute);
    }

    private static Optional<Path> path(String folder) {
        try {
            return Optional.of(Path.of(folder));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
