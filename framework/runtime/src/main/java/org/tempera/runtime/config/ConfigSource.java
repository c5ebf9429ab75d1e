package org.tempera.runtime.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.tempera.base.files.AbsentPath;
import org.tempera.base.text.Addresses;
import org.tempera.spi.UserException;

/** Reads a config file and lays overrides over it; nothing is interpreted yet. */
final class ConfigSource {
    /** What a configuration has at most once it is resolved; one of all keys has some ten thousand characters. */
    private static final int MAX_SIZE = 2_000_000;

    private static final int MAX_DEPTH = TextBounds.MAX_DEPTH;
    private static final int MAX_OVERRIDES = 500;
    private static final String TEXT = "the configuration's text";
    private static final String DATA = "the configuration's data";
    private static final int SHOWN = 80;

    /** Characters of an override's key: one of a configuration has some dozen. */
    private static final int LONGEST_KEY = 400;

    private static final String NOT_FOUND = ": java.io.IOException: resource not found on classpath";
    private static final String TOO_DEEP =
            "its blocks and lists are nested too deeply; a configuration's have some levels.";

    private ConfigSource() {}

    /**
     * The file's tree with every {@code key=value} laid over it, the last one on top, and substitutions resolved.
     *
     * @throws UserException if the file cannot be read or parsed, or an override is no {@code key=value}
     */
    static ConfigObject read(Path file, List<String> overrides) {
        return read(file, ConfigLayer.none(), overrides);
    }

    /** The same, with a layer between the file and the overrides. */
    static ConfigObject read(Path file, ConfigLayer layer, List<String> overrides) {
        if (Files.isDirectory(file)) {
            throw new UserException(file + ": expected a config file, found a folder. Name the file in it.");
        }
        if (!Files.isReadable(file)) {
            throw new UserException(file + ": "
                    + (Files.exists(file)
                            ? "cannot be read. Check its permissions."
                            : AbsentPath.reason(file, "no such file") + ". Check the path."));
        }
        if (Files.isRegularFile(file)) {
            // A pipe that the user names is read as before; a run folder's configuration is a file.
            LocalIncludes.requireFile(file);
        }
        return within(file.toString(), () -> {
            // The library ignores an include beside a file that is named without its folder.
            Path named = file.getParent() == null ? Path.of(".").resolve(file) : file;
            Config config = ConfigFactory.parseFile(
                    named.toFile(),
                    ConfigParseOptions.defaults().setAllowMissing(false).setIncluder(LocalIncludes.of(file)));
            return resolve(file.toString(), overridden(layer.tree().toConfig().withFallback(config), overrides));
        });
    }

    /** Runs what reads a configuration; whatever it fails with is one message. */
    private static ConfigObject within(String where, Supplier<ConfigObject> reading) {
        try {
            return reading.get();
        } catch (ConfigException.UnresolvedSubstitution e) {
            throw new UserException(e.getMessage() + ". Define it, or write ${?...} for one that may be missing.", e);
        } catch (ConfigException.IO e) {
            throw new UserException(where + ": cannot be read: " + words(e), e);
        } catch (ConfigException e) {
            throw new UserException("the configuration cannot be parsed: " + words(e), e);
        } catch (StackOverflowError e) {
            throw new UserException(where + ": " + TOO_DEEP, e);
        }
    }

    /** That a required include is not there: the library looks for one that is in no file on the class path. */
    private static String words(ConfigException.IO e) {
        String said = String.valueOf(e.getMessage());
        int end = said.indexOf(NOT_FOUND);
        return end < 0
                ? said
                : "the file that it includes is not there: " + said.substring(0, end)
                        + ". Its path starts at the folder of the file that includes it.";
    }

    /** What the library says, but for the bracket that it always names where a key is missing: it is an include's. */
    private static String words(ConfigException e) {
        return String.valueOf(e.getMessage())
                .replace(
                        "expecting a close parentheses ')' here, not: ",
                        "expected a key, or the '}' that closes a block (in an include its ')'), found ");
    }

    /** Each is laid over all before it. */
    private static void requireFew(List<String> overrides) {
        if (overrides.size() > MAX_OVERRIDES) {
            throw new UserException(Origins.OVERRIDES + ": expected at most " + MAX_OVERRIDES + " KEY=VALUE, found "
                    + overrides.size() + ". Write them into a file.");
        }
    }

    private static Config overridden(Config config, List<String> overrides) {
        requireFew(overrides);
        List<Config> layers = new ArrayList<>(List.of(config));
        overrides.forEach(override -> layers.add(override(override)));
        return laidOver(layers);
    }

    /**
     * Layers in one, the last on top. By halves, which comes to the same: over a substitution each step writes down
     * anew where all values below it come from, and one layer at a time would take the cube of how many there are.
     */
    private static Config laidOver(List<Config> layers) {
        if (layers.size() == 1) {
            return layers.get(0);
        }
        int half = layers.size() / 2;
        return laidOver(layers.subList(half, layers.size())).withFallback(laidOver(layers.subList(0, half)));
    }

    /** Resolves substitutions, unless they make something endless of something small. */
    private static ConfigObject resolve(String where, Config config) {
        if (ResolvedSize.of(config.root()) > MAX_SIZE) {
            throw new UserException(where + ": its substitutions ${...} make more than " + MAX_SIZE
                    + " values and characters of it, or one value of more than " + ResolvedSize.MAX_REFERENCES
                    + " others. A configuration has some hundred; does a value name itself?");
        }
        ConfigObject resolved = config.resolve().root();
        requireDepth(where, resolved, MAX_DEPTH);
        return resolved;
    }

    private static void requireDepth(String where, ConfigValue value, int depth) {
        if (depth == 0) {
            throw new UserException(where + ": " + TOO_DEEP);
        }
        if (value instanceof ConfigObject object) {
            object.values().forEach(inner -> requireDepth(where, inner, depth - 1));
        } else if (value instanceof ConfigList list) {
            list.forEach(inner -> requireDepth(where, inner, depth - 1));
        }
    }

    /**
     * The tree of overrides alone.
     *
     * @throws UserException if one is no {@code key=value}
     */
    static ConfigObject of(List<String> overrides) {
        return within(
                Origins.OVERRIDES, () -> resolve(Origins.OVERRIDES, overridden(ConfigFactory.empty(), overrides)));
    }

    /**
     * The tree of a text, which includes nothing.
     *
     * @throws UserException if it cannot be parsed
     */
    static ConfigObject text(String hocon) {
        TextBounds.require(TEXT, hocon);
        return within(
                TEXT,
                () -> resolve(
                        TEXT,
                        ConfigFactory.parseString(
                                hocon,
                                ConfigParseOptions.defaults()
                                        .setOriginDescription(TEXT)
                                        .setIncluder(LocalIncludes.none(TEXT)))));
    }

    /**
     * The tree of plain data.
     *
     * @throws UserException if it holds what no configuration can
     */
    static ConfigObject data(Map<String, ?> values) {
        return within(DATA, () -> {
            ConfigObject root = ConfigValueFactory.fromMap(values, DATA);
            requireDepth(DATA, root, MAX_DEPTH);
            return root;
        });
    }

    private static String shownBeginning(String key) {
        String masked = Addresses.masked(key);
        return masked.substring(0, Math.min(SHOWN, masked.length()));
    }

    private static Config override(String override) {
        int equals = override.indexOf('=');
        String key = equals < 0 ? override : override.substring(0, equals).strip();
        if (key.length() > LONGEST_KEY) {
            throw new UserException("'" + shownBeginning(key) + "...': expected KEY=VALUE, such as"
                    + " run.seed=7, found " + key.length() + " characters before the '=', where a key has some dozen.");
        }
        if (equals < 1 || key.isEmpty()) {
            throw new UserException("'" + Addresses.masked(override)
                    + "': expected KEY=VALUE, such as run.seed=7 (a config key, no space before '=').");
        }
        List<String> path;
        try {
            path = ConfigUtil.splitPath(key);
        } catch (ConfigException e) {
            throw new UserException(
                    Origins.ofOverride(override) + ": '" + key + "' is no config key, such as run.seed.", e);
        }
        if (path.size() > MAX_DEPTH) {
            throw new UserException("'" + shownBeginning(key) + "...': is no config key, such as run.seed.");
        }
        ConfigValue value = value(override.substring(equals + 1).strip(), Origins.ofOverride(override));
        Config config = value.atKey(path.get(path.size() - 1));
        for (int i = path.size() - 2; i >= 0; i--) {
            config = config.root().withOrigin(value.origin()).atKey(path.get(i));
        }
        return config;
    }

    /**
     * As HOCON where it is a value of HOCON, and else the text as it stands: commas, colons and hashes need no quotes.
     */
    private static ConfigValue value(String text, String origin) {
        boolean structured = text.startsWith("{") || text.startsWith("[") || text.startsWith("\"");
        if (structured) {
            TextBounds.require(origin, text);
        }
        if (structured || (!text.contains("#") && !text.contains("//") && TextBounds.hold(text))) {
            try {
                ConfigObject parsed = ConfigFactory.parseString(
                                "x=" + text,
                                ConfigParseOptions.defaults()
                                        .setOriginDescription(origin)
                                        .setIncluder(LocalIncludes.none(origin)))
                        .root();
                ConfigValue value = parsed.get("x");
                if (value != null && parsed.size() == 1) {
                    return value;
                }
            } catch (ConfigException e) {
                if (structured) {
                    throw new UserException(origin + ": the value cannot be parsed: " + words(e), e);
                }
            }
        }
        return ConfigValueFactory.fromAnyRef(text, origin);
    }
}
