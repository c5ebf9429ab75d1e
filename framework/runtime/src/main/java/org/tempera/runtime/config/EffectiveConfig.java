package org.tempera.runtime.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.tempera.base.text.Secrets;
import org.tempera.spi.UserException;

/**
 * The values that a run is really made with, every key written out, and where each came from. Secrets are left out, as
 * this is what is shown and written; the plugins' own records have them.
 */
public final class EffectiveConfig {
    private final List<Setting> settings;
    private final List<String> lost;
    private final Secrets secrets;

    /**
     * One key.
     *
     * @param path its elements, such as {@code run}, {@code seed}
     * @param value as HOCON, its secrets left out
     * @param origin file and line, the override, or {@code default}
     */
    public record Setting(List<String> path, String value, String origin) {
        /** The elements joined by dots. */
        public String key() {
            return ConfigUtil.joinPath(path);
        }

        /** The value as plain data: text, a number, a boolean, a list or a map; empty if it is none. */
        public Optional<Object> plain() {
            return Optional.ofNullable(ConfigFactory.parseString("value = " + value)
                    .root()
                    .getOrDefault("value", ConfigValueFactory.fromAnyRef(null))
                    .unwrapped());
        }
    }

    private EffectiveConfig(List<Setting> settings, List<String> lost, Secrets secrets) {
        this.settings = List.copyOf(settings);
        this.lost = List.copyOf(lost);
        this.secrets = secrets;
    }

    /** The secrets that were left out, for messages to leave them out too. */
    public Secrets secrets() {
        return secrets;
    }

    /**
     * Checks that no secret is missing, as it is in a config that was written by a run.
     *
     * @param block whose keys are looked at, such as {@code rewards.remote}; empty for all
     * @throws UserException that names the keys whose secrets must be given again
     */
    public void requireSecrets(String block) {
        List<String> missing = lost.stream()
                .filter(key -> block.isEmpty() || key.startsWith(block + "."))
                .toList();
        if (!missing.isEmpty()) {
            throw new UserException(String.join(", ", missing) + ": the secret in it was left out (" + Secrets.MASK
                    + ") when the run's config was written. Give it again as an override, such as " + missing.get(0)
                    + "=VALUE.");
        }
    }

    /** Whether a secret is missing, as it is in a config that was written by a run. */
    public boolean lacksSecrets() {
        return !lost.isEmpty();
    }

    /** All keys, in the order of the file. */
    public List<Setting> settings() {
        return settings;
    }

    /** Keys and values, such as for a report. */
    public Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        settings.forEach(s -> values.put(s.key(), s.value()));
        return values;
    }

    /** A config file that loads as the same values, but for secrets. */
    public String render() {
        return render(false);
    }

    /** A config file that loads as the same values, but for secrets, each with its origin as a comment. */
    public String renderWithOrigins() {
        return render(true);
    }

    private String render(boolean origins) {
        StringBuilder text = new StringBuilder();
        List<String> open = List.of();
        for (Setting s : settings) {
            List<String> block = s.path().subList(0, s.path().size() - 1);
            int common = 0;
            while (common < open.size()
                    && common < block.size()
                    && open.get(common).equals(block.get(common))) {
                common++;
            }
            close(text, open.size(), common);
            for (int i = common; i < block.size(); i++) {
                if (i == 0 && text.length() > 0) {
                    text.append('\n');
                }
                indent(text, i).append(quoted(block.get(i))).append(" {\n");
            }
            open = block;
            indent(text, block.size())
                    .append(quoted(s.path().get(s.path().size() - 1)))
                    .append(" = ")
                    .append(s.value());
            if (origins) {
                text.append("  # ").append(s.origin().replaceAll("\\R", " "));
            }
            text.append('\n');
        }
        close(text, open.size(), 0);
        return text.toString();
    }

    private static void close(StringBuilder text, int from, int to) {
        for (int i = from - 1; i >= to; i--) {
            indent(text, i).append("}\n");
        }
    }

    private static StringBuilder indent(StringBuilder text, int depth) {
        return text.append("  ".repeat(depth));
    }

    private static String quoted(String key) {
        return ConfigUtil.joinPath(key);
    }

    /** Collects the settings. */
    static final class Builder {
        private final Map<String, String> origins;
        private final Set<String> leftOut;
        private final List<Setting> settings = new ArrayList<>();
        private final List<String> lost = new ArrayList<>();
        private final Secrets secrets;

        /** @param secrets learns those of the values */
        Builder(Map<String, String> origins, Secrets secrets) {
            this(origins, Set.of(), secrets);
        }

        /** The same. @param leftOut keys whose values stand in for secrets that are not there */
        Builder(Map<String, String> origins, Set<String> leftOut, Secrets secrets) {
            this.origins = origins;
            this.leftOut = leftOut;
            this.secrets = secrets;
        }

        /** Adds all keys of a record. */
        Builder add(Record record, String... block) {
            addAll(record, List.of(block));
            return this;
        }

        /** Adds one key that is text. */
        Builder add(String value, String... path) {
            leaf(List.of(path), value, false);
            return this;
        }

        EffectiveConfig build() {
            // An override of a whole block shows the secrets of its keys at the others too.
            List<Setting> shown = settings.stream()
                    .map(s -> new Setting(s.path(), s.value(), secrets.masked(s.origin())))
                    .toList();
            return new EffectiveConfig(shown, lost, secrets);
        }

        private void addAll(Record record, List<String> block) {
            for (RecordKey key : RecordKey.of(record.getClass())) {
                List<String> path = append(block, key.name());
                Object value = key.of(record);
                if (value instanceof Record inner) {
                    addAll(inner, path);
                } else {
                    leaf(path, value, ShownValue.isSecret(key.component()));
                }
            }
        }

        private void leaf(List<String> path, Object value, boolean secret) {
            String at = "";
            for (String element : path) {
                at = RecordBinder.join(at, element);
            }
            // What a plugin has by default is known to everybody.
            boolean hidden = secret && !Origins.DEFAULT.equals(origins.get(at));
            ShownValue shown = ShownValue.of(leftOut.contains(at) ? Secrets.MASK : value, hidden, secrets);
            if (shown.lost()) {
                lost.add(ConfigUtil.joinPath(path));
            }
            String origin = origins.getOrDefault(at, Origins.DEFAULT);
            settings.add(new Setting(path, hocon(shown.value()), hidden ? Origins.withoutValue(origin) : origin));
        }

        private static List<String> append(List<String> path, String element) {
            List<String> longer = new ArrayList<>(path);
            longer.add(element);
            return longer;
        }
    }

    /** A value as HOCON that is read back as the same value. */
    public static String hocon(Object value) {
        if (value instanceof Optional<?> o) {
            return o.isPresent() ? hocon(o.get()) : "null";
        }
        if (value instanceof Enum<?> e) {
            return Names.kebab(e.name());
        }
        if (value instanceof String s) {
            return Names.isKebab(s) && !s.matches("true|false|null|yes|no|on|off|include")
                    ? s
                    : ConfigUtil.quoteString(s);
        }
        if (value instanceof Path p) {
            return ConfigUtil.quoteString(p.toString());
        }
        if (value instanceof List<?> list) {
            return list.stream().map(EffectiveConfig::hocon).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(e -> quoted((String) e.getKey()) + " = " + hocon(e.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value instanceof Record r) {
            List<String> parts = new ArrayList<>();
            RecordKey.of(r.getClass()).forEach(key -> parts.add(key.name() + " = " + hocon(key.of(r))));
            return "{" + String.join(", ", parts) + "}";
        }
        return value.toString();
    }
}
