package org.tempera.runtime.config;

import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.tempera.base.text.Secrets;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.spi.UserException;

/**
 * A config file with a layer over it, bound, and how a command in another process is told it: as {@code KEY=VALUE}, in
 * which paths are whole and secrets are names of variables of the environment, which other users do not see.
 *
 * @param file the config file
 * @param layer what is laid over it
 * @param config what it comes to
 * @param overrides for the command that begins the run from the same file
 * @param resumed for the command that goes on with it, whose folder keeps all but secrets
 * @param environment variables with the secrets
 */
public record ChildConfig(
        Path file,
        ConfigLayer layer,
        RunConfig config,
        List<String> overrides,
        List<String> resumed,
        Map<String, String> environment) {
    private static final String VARIABLE = "TEMPERA_SWEEP_SECRET_";

    public ChildConfig {
        overrides = List.copyOf(overrides);
        resumed = List.copyOf(resumed);
        environment = Map.copyOf(environment);
    }

    /**
     * Binds the configuration.
     *
     * @throws ConfigProblems with every problem of the configuration
     * @throws UserException if the file cannot be read or parsed, or a command could not be told the same
     */
    public static ChildConfig of(Path file, ConfigLayer layer, PluginCatalog catalog) {
        RunConfig config = RunConfig.load(file, layer, catalog);
        Map<String, String> effective = config.effective().values();
        List<String> plain = new ArrayList<>();
        List<String> overrides = new ArrayList<>();
        Map<String, String> environment = new LinkedHashMap<>();
        layer.leaves().forEach((key, value) -> {
            String bound = effective.getOrDefault(key, "");
            boolean secret = bound.contains(Secrets.MASK);
            String written =
                    bound.isEmpty() || secret || !ConfigLayer.holdsText(value) ? ConfigLayer.hocon(value) : bound;
            plain.add(key + "=" + written);
            overrides.add(key + "=" + (secret ? hidden(value, environment) : written));
        });
        requireSame(file, config, RunConfig.load(file, plain, catalog));
        List<String> resumed = new ArrayList<>();
        ConfigLayer whole = new ConfigLayer(ConfigSource.read(file, layer, List.of()));
        whole.leaves().forEach((key, value) -> {
            if (effective.getOrDefault(key, "").contains(Secrets.MASK)) {
                resumed.add(key + "=" + hidden(value, environment));
            }
        });
        return new ChildConfig(file, layer, config, overrides, resumed, environment);
    }

    /**
     * What the file comes to now, for it may have been edited.
     *
     * @throws ConfigProblems with every problem of the configuration
     * @throws UserException if the file cannot be read or parsed
     */
    public RunConfig now(PluginCatalog catalog) {
        return RunConfig.load(file, layer, catalog);
    }

    private static String hidden(ConfigValue value, Map<String, String> environment) {
        String name = VARIABLE + (environment.size() + 1);
        environment.put(name, value.atKey("x").getString("x"));
        return "${" + name + "}";
    }

    /** Fails where a value means another thing once it stands elsewhere, such as a path within a list of blocks. */
    private static void requireSame(Path file, RunConfig here, RunConfig there) {
        Map<String, String> before = here.effective().values();
        Map<String, String> after = there.effective().values();
        if (!before.equals(after)) {
            TreeSet<String> keys = new TreeSet<>(before.keySet());
            keys.addAll(after.keySet());
            keys.removeIf(key -> before.getOrDefault(key, "").equals(after.getOrDefault(key, "")));
            throw new UserException(file + ": " + String.join(", ", keys)
                    + ": cannot be handed to a run of its own. Write paths in it whole, or put it into the file.");
        }
    }
}
