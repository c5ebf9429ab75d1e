package org.tempera.runtime.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Keys and values that are laid over a config file; each value knows where it stands. */
public final class ConfigLayer {
    private final ConfigObject tree;

    ConfigLayer(ConfigObject tree) {
        this.tree = tree;
    }

    /** A layer of nothing. */
    public static ConfigLayer none() {
        return new ConfigLayer(ConfigFactory.empty().root());
    }

    /**
     * Keys with values as plain data.
     *
     * @param origin where they stand, for messages
     */
    public static ConfigLayer of(String origin, Map<String, Object> values) {
        return new ConfigLayer(ConfigValueFactory.fromMap(values, origin));
    }

    ConfigObject tree() {
        return tree;
    }

    /** This layer with another over it. */
    public ConfigLayer under(ConfigLayer over) {
        return new ConfigLayer(over.tree.withFallback(tree));
    }

    /** By key each value as HOCON; a block without keys is a value. */
    Map<String, ConfigValue> leaves() {
        Map<String, ConfigValue> leaves = new LinkedHashMap<>();
        add("", tree, leaves);
        return leaves;
    }

    private static void add(String path, ConfigObject block, Map<String, ConfigValue> leaves) {
        new TreeMap<>(block).forEach((key, value) -> {
            String at = (path.isEmpty() ? "" : path + ".") + ConfigUtil.joinPath(key);
            if (value instanceof ConfigObject inner && !inner.isEmpty()) {
                add(at, inner, leaves);
            } else {
                leaves.put(at, value);
            }
        });
    }

    /** A value as HOCON on one line. */
    static String hocon(ConfigValue value) {
        return value.render(ConfigRenderOptions.concise());
    }

    /** Whether a value may be or hold a path, whose meaning depends on where it stands. */
    static boolean holdsText(ConfigValue value) {
        return value.valueType() == ConfigValueType.STRING
                || (value instanceof ConfigList list && list.stream().anyMatch(ConfigLayer::holdsText));
    }
}
