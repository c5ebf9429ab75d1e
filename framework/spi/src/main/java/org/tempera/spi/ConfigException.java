package org.tempera.spi;

/**
 * Thrown by the constructor of a configuration record that refuses the value of one of its keys. Who reads the config
 * shows it at that key, with file and line.
 */
public final class ConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String complaint;

    /**
     * A refusal.
     *
     * @param key as configs have it, in kebab-case
     * @param complaint what is wrong with its value, such as {@code must be at least 1, was 0}
     */
    public ConfigException(String key, String complaint) {
        super(key + " " + complaint);
        this.key = key;
        this.complaint = complaint;
    }

    /** The key, within the record's block. */
    public String key() {
        return key;
    }

    /** What is wrong with its value. */
    public String complaint() {
        return complaint;
    }
}
