package org.tempera.core.plugin;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.security.CodeSource;

/**
 * Where a class came from.
 *
 * @param type the name of the class; of a lambda, the class that it stands in
 * @param location the jar's file or the folder of classes, in full; {@code unknown} where the JVM does not say
 */
public record CodeOrigin(String type, String location) {
    private static final String OWN = "org.tempera.";

    /** The origin of an object's class, or of what it stands for. */
    public static CodeOrigin of(Object object) {
        return of(StandIn.pluginOf(object));
    }

    /** The origin of a class. */
    public static CodeOrigin of(Class<?> type) {
        String name = type.getName();
        int lambda = name.indexOf("$$Lambda");
        return new CodeOrigin(lambda < 0 ? name : name.substring(0, lambda), location(type));
    }

    private static String location(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL url = source == null ? null : source.getLocation();
        if (url == null) {
            return "unknown";
        }
        try {
            return Path.of(url.toURI()).toString();
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            return url.toString();
        }
    }

    /** Whether it is a part of Tempera, not of someone's plugin. */
    public boolean own() {
        return isOwn(type);
    }

    /** Whether a class of that name is a part of Tempera. */
    static boolean isOwn(String type) {
        return type.startsWith(OWN);
    }

    /** Such as {@code org.example.Sharp in /plugins/sharp.jar}. */
    @Override
    public String toString() {
        return type + " in " + location;
    }
}
