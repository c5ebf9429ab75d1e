package org.tempera.runtime.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tempera.spi.UserException;

/** Reads a config file and lays overrides over it; nothing is interpreted yet. */
final class ConfigSource {
    private ConfigSource() {}

    /**
     * The file's tree with every {@code key=value} laid over it, the last one on top, and substitutions resolved.
     *
     * @throws UserException if the file cannot be read or parsed, or an override is no {@code key=value}
     */
    static ConfigObject read(Path file, List<String> overrides) {
        if (Files.isDirectory(file)) {
            throw new UserException(file + ": expected a config file, found a folder. Name the file in it.");
        }
        if (!Files.isReadable(file)) {
            throw new UserException(file + ": "
                    + (Files.exists(file)
                            ? "cannot be read. Check its permissions."
                            : "no such file. Check the path."));
        }
        try {
            // The library ignores an include beside a file that is named without its folder.
            Path named = file.getParent() == null ? Path.of(".").resolve(file) : file;
            Config config = ConfigFactory.parseFile(
                    named.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
            for (String override : overrides) {
                config = override(override).withFallback(config);
            }
            return config.resolve().root();
        } catch (ConfigException.UnresolvedSubstitution e) {
            throw new UserException(e.getMessage() + ". Define it, or write ${?...} for one that may be missing.", e);
        } catch (ConfigException.IO e) {
            throw new UserException(file + ": cannot be read: " + e.getMessage(), e);
        } catch (ConfigException e) {
            throw new UserException("the configuration cannot be parsed: " + e.getMessage(), e);
        }
    }

    /**
     * The tree of overrides alone.
     *
     * @throws UserException if one is no {@code key=value}
     */
    static ConfigObject of(List<String> overrides) {
        Config config = ConfigFactory.empty();
        for (String override : overrides) {
            config = override(override).withFallback(config);
        }
        return config.root();
    }

    private static Config override(String override) {
        int equals = override.indexOf('=');
        String key = equals < 0 ? override : override.substring(0, equals).strip();
        if (equals < 1 || key.isEmpty()) {
            throw new UserException(
                    "'" + override + "': expected KEY=VALUE, such as run.seed=7 (a config key, no space before '=').");
        }
        List<String> path;
        try {
            path = ConfigUtil.splitPath(key);
        } catch (ConfigException e) {
            throw new UserException("'" + override + "': '" + key + "' is no config key, such as run.seed.", e);
        }
        ConfigValue value = value(override.substring(equals + 1).strip(), Origins.ofOverride(override));
        Config config = value.atKey(path.get(path.size() - 1));
        for (int i = path.size() - 2; i >= 0; i--) {
            config = config.root().withOrigin(value.origin()).atKey(path.get(i));
        }
        return config;
    }

    /** As HOCON where it is a value of HOCON, and else the text as it stands: commas, colons and hashes need no quotes. */
    private static ConfigValue value(String text, String origin) {
        boolean structured = text.startsWith("{") || text.startsWith("[") || text.startsWith("\"");
        if (structured || (!text.contains("#") && !text.contains("//"))) {
            try {
                ConfigObject parsed = ConfigFactory.parseString(
                                "x=" + text, ConfigParseOptions.defaults().setOriginDescription(origin))
                        .root();
                ConfigValue value = parsed.get("x");
                if (value != null && parsed.size() == 1) {
                    return value;
                }
            } catch (ConfigException e) {
                if (structured) {
                    throw new UserException(origin + ": the value cannot be parsed: " + e.getMessage(), e);
                }
            }
        }
        return ConfigValueFactory.fromAnyRef(text, origin);
    }
}
