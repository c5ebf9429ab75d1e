package org.tempera.spi;

/** Checks the values of configuration keys, in the constructors of records that configs are bound to. */
public final class Require {
    private Require() {}

    /**
     * Refuses a value: {@code key must be rule, was found}.
     *
     * @param key as configs have it, in kebab-case
     * @param rule what its value must be, such as {@code at least 1}
     * @throws ConfigException unless {@code holds}
     */
    public static void that(boolean holds, String key, String rule, Object found) {
        if (!holds) {
            throw new ConfigException(key, "must be " + rule + ", was " + found);
        }
    }
}
