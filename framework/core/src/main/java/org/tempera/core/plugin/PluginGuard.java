package org.tempera.core.plugin;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.tempera.spi.UserException;
import org.tensorflow.exceptions.TFResourceExhaustedException;

/**
 * Stands where Tempera calls plugins: what comes out of a call is told with the plugin's class and jar. It is called
 * the plugin's mistake where its own code threw it, and else no one's, for then Tempera or a library failed below it.
 * What Tempera's own plugins throw is thrown on, as is what a user can mend.
 *
 * <p>A call of one plugin goes through {@link #call(String, Class, Supplier)} or {@link #make}; work that calls
 * several, many times, through a guard that knows them.
 */
public final class PluginGuard {
    private final List<Called> plugins;

    /**
     * A plugin that may be called.
     *
     * @param name its kind and name, such as {@code the critic plugin 'mine'}
     * @param type a class of it; it tells the jar
     */
    public record Called(String name, Class<?> type) {
        private CodeOrigin origin() {
            return CodeOrigin.of(type);
        }
    }

    /** A guard around what may call any of these. */
    public PluginGuard(List<Called> plugins) {
        this.plugins = plugins.stream().filter(p -> !p.origin().own()).toList();
    }

    /**
     * Calls a plugin.
     *
     * @param doing what is said where it fails, such as {@code reward 'sharp' cannot be built}
     * @param plugin a class of the plugin's; it tells the jar
     * @throws PluginFault for whatever else it throws
     */
    public static <T> T call(String doing, Class<?> plugin, Supplier<T> call) {
        try {
            return call.get();
        } catch (UserException | TFResourceExhaustedException | OutOfMemoryError e) {
            throw e;
        } catch (Exception | Error e) {
            CodeOrigin origin = CodeOrigin.of(plugin);
            if (origin.own()) {
                throw unchecked(e);
            }
            List<String> frames = CallFrames.of(e);
            throw PluginFault.of(
                    doing, List.of(origin), e, !frames.isEmpty() && CallFrames.isFrom(plugin, frames.get(0)));
        }
    }

    /**
     * Lets a plugin make an object.
     *
     * @param plugin its kind and name, such as {@code the reward plugin 'sharp'}
     * @param provider whose method makes it
     * @throws PluginFault as {@link #call(String, Class, Supplier)}, and for null
     */
    public static <T> T make(String plugin, Object provider, Supplier<T> maker) {
        return PluginFault.requireGiven(
                plugin, provider, "object", call(plugin + " cannot be made", provider.getClass(), maker));
    }

    /**
     * Does work that calls the plugins. What was thrown while none of them was called is thrown on.
     *
     * @throws PluginFault for what came out of a call
     */
    public <T> T call(Supplier<T> work) {
        try {
            return work.get();
        } catch (UserException | TFResourceExhaustedException | OutOfMemoryError e) {
            throw e;
        } catch (Exception | Error e) {
            Optional<PluginFault> fault = fault(e);
            if (fault.isPresent()) {
                throw fault.get();
            }
            throw unchecked(e);
        }
    }

    private Optional<PluginFault> fault(Throwable thrown) {
        List<String> frames = CallFrames.of(thrown);
        for (int i = 0; i < frames.size(); i++) {
            String type = frames.get(i);
            List<Called> called = plugins.stream()
                    .filter(p -> CallFrames.isFrom(p.type(), type))
                    .toList();
            if (!called.isEmpty()) {
                return Optional.of(fault(called, thrown, i == 0));
            }
        }
        // A method that an object lacks is called without a frame of the object's: any of them may be the one.
        return thrown instanceof IncompatibleClassChangeError && !plugins.isEmpty()
                ? Optional.of(fault(plugins, thrown, false))
                : Optional.empty();
    }

    private static PluginFault fault(List<Called> called, Throwable thrown, boolean its) {
        String names = String.join(" or ", called.stream().map(Called::name).toList());
        return PluginFault.of(
                names + " failed", called.stream().map(Called::origin).toList(), thrown, its);
    }

    /** Languages without checked exceptions throw them anywhere. */
    private static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException e ? e : new IllegalStateException(thrown);
    }
}
