package org.tempera.runtime.config;

import com.typesafe.config.ConfigUtil;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The values that a run is really made with, every key written out, and where each came from. */
public final class EffectiveConfig {
    private final List<Setting> settings;

    /**
     * One key.
     *
     * @param path its elements, such as {@code run}, {@code seed}
     * @param value as HOCON
     * @param origin file and line, the override, or {@code default}
     */
    public record Setting(List<String> path, String value, String origin) {
        /** The elements joined by dots. */
        public String key() {
            return ConfigUtil.joinPath(path);
        }
    }

    private EffectiveConfig(List<Setting> settings) {
        this.settings = List.copyOf(settings);
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

    /** A config file that loads as the same values. */
    public String render() {
        return render(false);
    }

    /** A config file that loads as the same values, each with its origin as a comment. */
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
        private final List<Setting> settings = new ArrayList<>();

        Builder(Map<String, String> origins) {
            this.origins = origins;
        }

        /** Adds all keys of a record. */
        Builder add(Record record, String... block) {
            addAll(record, List.of(block));
            return this;
        }

        /** Adds one key that is text. */
        Builder add(String value, String... path) {
            leaf(List.of(path), value);
            return this;
        }

        EffectiveConfig build() {
            return new EffectiveConfig(settings);
        }

        private void addAll(Record record, List<String> block) {
            for (RecordComponent c : record.getClass().getRecordComponents()) {
                List<String> path = append(block, Names.kebab(c.getName()));
                Object value = RecordBinder.get(c, record);
                if (value instanceof Record inner) {
                    addAll(inner, path);
                } else {
                    leaf(path, value);
                }
            }
        }

        private void leaf(List<String> path, Object value) {
            String at = "";
            for (String element : path) {
                at = RecordBinder.join(at, element);
            }
            settings.add(new Setting(path, hocon(value), origins.getOrDefault(at, Origins.DEFAULT)));
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
            for (RecordComponent c : r.getClass().getRecordComponents()) {
                parts.add(Names.kebab(c.getName()) + " = " + hocon(RecordBinder.get(c, r)));
            }
            return "{" + String.join(", ", parts) + "}";
        }
        return value.toString();
    }
}
