package org.tempera.core.plugin;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.spi.UserException;

/** Says in words why code of someone else's could not be loaded or called. */
public final class FailureReason {
    private static final Pattern CLASS_FILE = Pattern.compile("class file version (\\d+)");
    private static final int JAVA_OF_CLASS_FILE = 44;

    private FailureReason() {}

    /** One sentence or two on what was thrown, and what to do where that is known; without a full stop. */
    public static String of(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage());
        if (thrown instanceof UserException) {
            return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
        }
        if (thrown instanceof UnsupportedClassVersionError) {
            return otherJava(message);
        }
        if (thrown instanceof ExceptionInInitializerError && thrown.getCause() != null) {
            return "a static initialiser of it fails: " + of(thrown.getCause());
        }
        if (thrown instanceof NoClassDefFoundError && message.startsWith("Could not initialize")) {
            return "a static initialiser of it failed before (" + message + ")";
        }
        if (thrown instanceof NoClassDefFoundError && message.contains("(wrong name: ")) {
            return "a class file of it holds another class than its name says: " + message.replace('/', '.')
                    + ". It was renamed; build the jar again";
        }
        if (thrown instanceof ClassNotFoundException
                || thrown instanceof NoClassDefFoundError
                || thrown instanceof TypeNotPresentException) {
            return missing(
                    thrown instanceof TypeNotPresentException absent ? absent.typeName() : message.replace('/', '.'));
        }
        if (thrown instanceof UnsatisfiedLinkError) {
            return "its native library cannot be loaded: " + message;
        }
        if (thrown instanceof ClassFormatError) {
            return "a class file of it is damaged: " + message;
        }
        if (thrown instanceof IncompatibleClassChangeError || thrown instanceof VerifyError) {
            return "it was built against another version of Tempera, or of a library, than runs here ("
                    + thrown.getClass().getSimpleName() + ": " + firstLine(message)
                    + "). Build it against this version";
        }
        if (thrown instanceof StackOverflowError) {
            return "it calls itself without end (StackOverflowError" + place(thrown) + ")";
        }
        Throwable cause = thrown.getCause();
        return thrown.getClass().getName()
                + (thrown.getMessage() == null ? place(thrown) : ": " + message)
                + (cause == null || message.contains(String.valueOf(cause.getMessage())) ? "" : " (" + of(cause) + ")");
    }

    /**
     * The same with the place, of what code of others threw on a stack that has none of Tempera's own, such as in a
     * thread that a plugin began; empty for what came from Tempera.
     */
    public static Optional<String> ofOthers(Throwable thrown) {
        List<String> frames = CallFrames.of(thrown);
        return frames.isEmpty() || frames.stream().anyMatch(CodeOrigin::isOwn)
                ? Optional.empty()
                : Optional.of(of(thrown) + " (from " + frames.get(0) + ")");
    }

    private static String otherJava(String message) {
        Matcher found = CLASS_FILE.matcher(message);
        int here = Runtime.version().feature();
        if (!found.find()) {
            return "it was built for a newer Java than " + here + " (" + message + ")";
        }
        int needed = Integer.parseInt(found.group(1)) - JAVA_OF_CLASS_FILE;
        return "it was built for Java " + needed + ", and this is Java " + here + ". Run Java " + needed
                + " or newer, or build the plugin for Java 17 (maven.compiler.release)";
    }

    private static String missing(String name) {
        return name.startsWith("org.tempera.")
                ? "it was built against another version of Tempera: here there is no class " + name
                        + ". Build it against this version"
                : "it needs the class " + name
                        + ", which is in no jar. Put the jar that has it beside the plugin's, or build the plugin with what it"
                        + " needs";
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }

    private static String place(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        return trace.length == 0 ? "" : " at " + trace[0];
    }
}
