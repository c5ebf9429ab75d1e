package org.tempera.core.plugin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Whose code something was thrown from, by the stack of what was thrown first. */
final class CallFrames {
    /** Code that does as it is told: whoever called it is meant. */
    private static final List<String> PASSED_OVER =
            List.of("java.", "javax.", "jdk.", "sun.", "com.sun.", "org.tensorflow.", "org.bytedeco.");

    private static final int DEEPEST_CAUSE = 100;

    private CallFrames() {}

    /**
     * The classes on the stack, from the top, without Java's and TensorFlow's; empty where the JVM left the stack out.
     */
    static List<String> of(Throwable thrown) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable t = thrown; t != null && causes.size() < DEEPEST_CAUSE; t = t.getCause()) {
            causes.add(0, t);
        }
        return causes.stream()
                .map(CallFrames::types)
                .filter(types -> !types.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private static List<String> types(Throwable thrown) {
        return Arrays.stream(thrown.getStackTrace())
                .map(StackTraceElement::getClassName)
                .filter(type -> PASSED_OVER.stream().noneMatch(type::startsWith))
                .toList();
    }

    /** Whether a class is from the jar that a plugin's class is from. */
    static boolean isFrom(Class<?> plugin, String type) {
        try {
            CodeOrigin origin = CodeOrigin.of(Class.forName(type, false, plugin.getClassLoader()));
            return !origin.own()
                    && origin.location().equals(CodeOrigin.of(plugin).location());
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
