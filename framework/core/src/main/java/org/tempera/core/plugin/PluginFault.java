package org.tempera.core.plugin;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tempera.spi.UserException;

/** What came out of a plugin. The user can leave the plugin out or take another version; its author can mend it. */
public final class PluginFault extends UserException {
    private static final long serialVersionUID = 1L;

    private PluginFault(String message) {
        super(message);
    }

    private PluginFault(String message, Throwable cause) {
        super(message, cause);
    }

    private PluginFault(PluginFault other, UnaryOperator<String> words) {
        super(other, words);
    }

    @Override
    public PluginFault reworded(UnaryOperator<String> words) {
        return new PluginFault(this, words);
    }

    /**
     * What a plugin's object did against its contract.
     *
     * @param plugin its kind and name, such as {@code reward 'sharp'}
     * @param object what the plugin made; its class tells the jar
     * @param message what is wrong, without a full stop
     */
    public static PluginFault of(String plugin, Object object, String message) {
        return new PluginFault(
                plugin + " " + message + mistake(CodeOrigin.of(object).toString()));
    }

    /**
     * What a plugin's object gave, which may not be null.
     *
     * @param plugin its kind, such as {@code the critic}
     * @param object what the plugin made; its class tells the jar
     * @param what the name of what it gave
     * @throws PluginFault for null
     */
    public static <T> T requireGiven(String plugin, Object object, String what, @Nullable T given) {
        if (given == null) {
            throw of(plugin, object, "gives null instead of its " + what);
        }
        return given;
    }

    /**
     * What was thrown while plugins were called.
     *
     * @param doing what was asked, such as {@code reward 'sharp' cannot be built}
     * @param origins the code of the plugin, or of each that it may have been
     * @param its whether the plugin's own code threw it
     */
    static PluginFault of(String doing, List<CodeOrigin> origins, Throwable thrown, boolean its) {
        String code = origins.stream().map(CodeOrigin::toString).collect(Collectors.joining(" or "));
        return new PluginFault(doing + ": " + FailureReason.of(thrown) + (its ? mistake(code) : neutral(code)), thrown);
    }

    private static String mistake(String code) {
        return ". It is the plugin's mistake (" + code + "): mend it, take another version, or leave it out.";
    }

    private static String neutral(String code) {
        return ". This came up while calling the plugin (" + code
                + "), not in its own code: take another version of it, or leave it out.";
    }
}
