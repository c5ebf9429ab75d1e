package org.tempera.runtime.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How large a configuration becomes once its substitutions are resolved, found without resolving them: values and
 * characters together, at most. Twelve lines of ten substitutions each make 10^12 values, which the library would make.
 */
final class ResolvedSize {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{\\??([^}]*)}");
    /**
     * What one value names. Blocks laid over each other under one key take the library the cube of how many there are.
     */
    static final int MAX_REFERENCES = 50;
    /** Stands for a value that is being measured. */
    private static final double OPEN = -1;

    private final ConfigObject root;
    private final Map<ConfigValue, Double> known = new IdentityHashMap<>();
    private final List<Node> open = new ArrayList<>();
    private final Set<Node> cyclic = new HashSet<>();

    /** A value that is not resolved, by identity. */
    private static final class Node {
        final ConfigValue value;
        int references;

        Node(ConfigValue value) {
            this.value = value;
        }
    }

    private ResolvedSize(ConfigObject root) {
        this.root = root;
    }

    /** Of a tree whose substitutions are not yet resolved. */
    static double of(ConfigObject root) {
        ResolvedSize size = new ResolvedSize(root);
        double once = size.measure(root);
        // A value that is made of what it was before, as a = ${a}${a}, multiplies itself by as many as it names: n
        // names, however they lie, by 3^(n / 3) at most.
        int again = size.cyclic.stream().mapToInt(node -> node.references).sum();
        return once * Math.pow(3, again / 3.0);
    }

    private double measure(ConfigValue value) {
        Double before = known.get(value);
        if (before != null) {
            if (before == OPEN) {
                markCycle(value);
                return 0;
            }
            return before;
        }
        known.put(value, OPEN);
        double size;
        try {
            size = resolved(value);
        } catch (ConfigException.NotResolved e) {
            size = unresolved(value);
        }
        known.put(value, size);
        return size;
    }

    private double resolved(ConfigValue value) {
        double size = 1;
        if (value instanceof ConfigObject object) {
            for (Map.Entry<String, ConfigValue> e : object.entrySet()) {
                size += e.getKey().length() + measure(e.getValue());
            }
        } else if (value instanceof ConfigList list) {
            for (ConfigValue item : list) {
                size += measure(item);
            }
        } else {
            size += String.valueOf(value.unwrapped()).length();
        }
        return size;
    }

    /** From its text: what it says itself, and what it names. */
    private double unresolved(ConfigValue value) {
        String text = value.render(ConfigRenderOptions.concise());
        Node node = new Node(value);
        open.add(node);
        double size = 1.0 + text.length();
        Matcher reference = REFERENCE.matcher(text);
        while (reference.find()) {
            node.references++;
            if (node.references > MAX_REFERENCES) {
                open.remove(open.size() - 1);
                return Double.POSITIVE_INFINITY;
            }
            @Nullable ConfigValue named = find(reference.group(1));
            size += named == null ? 0 : measure(named);
        }
        open.remove(open.size() - 1);
        return size;
    }

    /** All that were begun since this value name each other in a circle. */
    private void markCycle(ConfigValue value) {
        for (int i = open.size() - 1; i >= 0; i--) {
            cyclic.add(open.get(i));
            if (open.get(i).value == value) {
                return;
            }
        }
    }

    /** The value at a path, or the first one on the way that is not resolved; null if there is none. */
    private @Nullable ConfigValue find(String path) {
        ConfigValue at = root;
        try {
            for (String key : ConfigUtil.splitPath(path)) {
                if (!(at instanceof ConfigObject object)) {
                    return at;
                }
                @Nullable ConfigValue next = object.get(key);
                if (next == null) {
                    return null;
                }
                at = next;
            }
        } catch (ConfigException.NotResolved e) {
            return at;
        } catch (ConfigException e) {
            return null;
        }
        return at;
    }
}
