package org.tempera.core.plugin;

import java.util.function.Supplier;
import org.tempera.spi.UserException;
import org.tensorflow.exceptions.TFResourceExhaustedException;

/** A mistake of a plugin's. The user can leave the plugin out or take another version; its author can mend it. */
public final class PluginFault extends UserException {
    private static final long serialVersionUID = 1L;

    private PluginFault(String message) {
        super(message);
    }

    private PluginFault(String message, Throwable cause) {
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
        return new PluginFault(plugin + " " + message + remedy(CodeOrigin.of(object)));
    }

    /**
     * What a plugin threw.
     *
     * @param doing what was asked of it, such as {@code reward 'sharp' cannot be built}
     * @param origin the plugin's code
     */
    public static PluginFault of(String doing, CodeOrigin origin, Throwable thrown) {
        return new PluginFault(doing + ": " + FailureReason.of(thrown) + remedy(origin), thrown);
    }

    /**
     * Calls a plugin. What Tempera's own plugins throw is thrown on, as is what a user can mend.
     *
     * @param doing what is said where it fails, such as {@code reward 'sharp' cannot be built}
     * @param plugin a class of the plugin's; it tells the jar
     * @throws PluginFault for everything else
     */
    public static <T> T guard(String doing, Class<?> plugin, Supplier<T> call) {
        try {
            return call.get();
        } catch (UserException | TFResourceExhaustedException | OutOfMemoryError e) {
            throw e;
        } catch (Exception | Error e) {
            CodeOrigin origin = CodeOrigin.of(plugin);
            if (!origin.own()) {
                throw of(doing, origin, e);
            }
            if (e instanceof Error error) {
                throw error;
            }
            // Languages without checked exceptions throw them anywhere.
            throw e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
        }
    }

    private static String remedy(CodeOrigin origin) {
        return ". It is the plugin's mistake (" + origin + "): mend it, take another version, or leave it out.";
    }
}
