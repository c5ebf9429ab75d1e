package org.tempera.core.config;

/** Range checks of settings; the binder turns the exception into a problem with file, line and key. */
final class Require {
    private Require() {}

    static void that(boolean holds, String key, String rule, Object found) {
        if (!holds) {
            throw new IllegalArgumentException(key + " must be " + rule + ", was " + found);
        }
    }
}
