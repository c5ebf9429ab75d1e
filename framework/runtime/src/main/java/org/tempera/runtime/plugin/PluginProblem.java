package org.tempera.runtime.plugin;

import java.util.List;

/**
 * Something in a plugin's jar that cannot be used. What else there is goes on without it.
 *
 * @param message what is wrong and what to do, with the plugin's class and jar
 * @param withheld what cannot be named in a config because of it, such as {@code reward 'sharp'}; empty where the name
 *     is not known
 */
public record PluginProblem(String message, List<String> withheld) {
    PluginProblem(String message) {
        this(message, List.of());
    }
}
