package org.tempera.core.plugin;

import org.tempera.spi.UserException;

/** A mistake of a plugin's. The user can leave the plugin out or take another version; its author can mend it. */
public final class PluginFault extends UserException {
    private static final long serialVersionUID = 1L;

    /** @param message names the plugin and its jar, and says what to do */
    public PluginFault(String message) {
        super(message);
    }

    /** @param message names the plugin and its jar, and says what to do */
    public PluginFault(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * What a plugin's object did against its contract.
     *
     * @param plugin its kind and name, such as {@code reward 'sharp'}
     * @param object what the plugin made; its class tells the jar
     * @param message what is wrong, without a full stop
     */
    public static PluginFault of(String plugin, Object object, String message) {
        return new PluginFault(plugin + " " + message + ". It is the plugin's mistake (" + CodeOrigin.of(object)
                + "): mend it, or leave it out.");
    }
}
