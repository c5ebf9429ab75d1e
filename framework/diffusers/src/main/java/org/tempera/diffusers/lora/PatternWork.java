package org.tempera.diffusers.lora;

import org.tempera.spi.UserException;

/**
 * Bounds what all patterns of a configuration and all names of layers cost together: either may be long, and every
 * pattern is tried with every name.
 */
final class PatternWork {
    /** States times characters: some seconds. A thousand layers and fifty patterns take a tenth. */
    private static final long MOST = 2_000_000_000L;

    private final String where;
    private long done;

    /** @param where the configuration, for messages */
    PatternWork(String where) {
        this.where = where;
    }

    /**
     * Whether a pattern means that layer.
     *
     * @throws UserException if the patterns have cost too much by now
     */
    boolean matches(ModulePattern pattern, String module) {
        done += (long) pattern.size() * (module.length() + 1);
        if (done > MOST) {
            throw new UserException(
                    where + ": its patterns are too many or too long for so many layers. Write the names"
                            + " of the layers out.");
        }
        return pattern.matches(module);
    }
}
