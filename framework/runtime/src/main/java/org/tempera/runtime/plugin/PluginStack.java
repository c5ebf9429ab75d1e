package org.tempera.runtime.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.core.plugin.CodeOrigin;

/** Finds the plugin whose code something was thrown from. */
final class PluginStack {
    /** A method that a class lacks is told by words alone: the call did not get as far as a frame of it. */
    private static final Pattern RECEIVER = Pattern.compile("[Cc]lass '?([\\w.$/]+)");

    private PluginStack() {}

    /** The plugin, not one of Tempera's own, whose jar the topmost class on the stack is from that is from a plugin's jar. */
    static Optional<Plugin> thrower(Throwable thrown, List<Plugin> plugins) {
        List<Plugin> foreign =
                plugins.stream().filter(p -> !CodeOrigin.of(p.provider()).own()).toList();
        for (Throwable t = thrown; t != null && !foreign.isEmpty(); t = t.getCause()) {
            for (String type : types(t)) {
                Optional<Plugin> from =
                        foreign.stream().filter(p -> isFrom(p, type)).findFirst();
                if (from.isPresent()) {
                    return from;
                }
            }
        }
        return Optional.empty();
    }

    private static List<String> types(Throwable thrown) {
        List<String> types = new ArrayList<>();
        if (thrown instanceof IncompatibleClassChangeError) {
            Matcher receiver = RECEIVER.matcher(String.valueOf(thrown.getMessage()));
            while (receiver.find()) {
                types.add(receiver.group(1).replace('/', '.'));
            }
        }
        for (StackTraceElement frame : thrown.getStackTrace()) {
            types.add(frame.getClassName());
        }
        return types;
    }

    private static boolean isFrom(Plugin plugin, String type) {
        try {
            CodeOrigin origin = CodeOrigin.of(
                    Class.forName(type, false, plugin.provider().getClass().getClassLoader()));
            return !origin.own()
                    && origin.location().equals(CodeOrigin.of(plugin.provider()).location());
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
