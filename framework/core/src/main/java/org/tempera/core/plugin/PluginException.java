package org.tempera.core.plugin;

/**
 * What a plugin threw where it may throw, for the author to know whose it is: it says in its own words what was thrown,
 * and of which class and jar.
 */
public final class PluginException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private PluginException(String message, Throwable thrown) {
        super(message, thrown);
    }

    /**
     * What an object of a plugin threw; an exception of Tempera's own is left as it is.
     *
     * @param object what the plugin made; its class tells the jar
     */
    public static RuntimeException of(Object object, Exception thrown) {
        CodeOrigin origin = CodeOrigin.of(object);
        if (origin.own()) {
            return thrown instanceof RuntimeException e ? e : new IllegalStateException(thrown.toString(), thrown);
        }
        return new PluginException(FailureReason.of(thrown) + ", thrown by " + origin, thrown);
    }

    @Override
    public String toString() {
        return String.valueOf(getMessage());
    }
}
