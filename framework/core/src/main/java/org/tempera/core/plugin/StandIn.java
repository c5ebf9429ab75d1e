package org.tempera.core.plugin;

/**
 * Stands before what a plugin made, and is taken for it: what goes wrong is the plugin's, not of whoever wrote this.
 * Whatever asks where code is from ({@link CodeOrigin}, {@link PluginFault}) is told by this, so that one may stand
 * before another.
 */
public interface StandIn {
    /**
     * A class of the plugin; it tells the jar. For what stands before another, that of the other: {@link #pluginOf}.
     */
    Class<?> plugin();

    /** A class of the plugin that made an object, or that what it stands for was made by. */
    static Class<?> pluginOf(Object object) {
        return object instanceof StandIn s ? s.plugin() : object.getClass();
    }
}
