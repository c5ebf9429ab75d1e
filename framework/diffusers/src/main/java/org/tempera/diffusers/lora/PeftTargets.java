package org.tempera.diffusers.lora;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which layers an adapter's configuration means, as peft 0.21 reads it: {@code target_modules},
 * {@code exclude_modules}, {@code layers_to_transform}, {@code layers_pattern}. peft passes over tensors of other
 * layers without a word, so that a file which has such is not what its configuration says. A pattern that cannot be
 * read leaves out nothing.
 */
final class PeftTargets {
    private static final String TARGETS = "target_modules";
    private static final String EXCLUDED = "exclude_modules";
    private static final String LAYERS = "layers_to_transform";
    private static final String PATTERN = "layers_pattern";

    /** What peft takes for the number of a layer where no pattern says: the first number behind a name behind a dot. */
    private static final Pattern FIRST_NUMBER = Pattern.compile(".*?\\.[^.]*\\.(\\d{1,9})\\..*");

    private static final Pattern NAME = Pattern.compile("\\w{1,100}");

    /** Stands for every linear layer. */
    private static final String ALL_LINEAR = "all-linear";

    private final ObjectNode config;
    private final String prefix;

    PeftTargets(ObjectNode config, String prefix) {
        this.config = config;
        this.prefix = prefix;
    }

    /** The key by which a layer gets no adapter; empty if it gets one. */
    Optional<String> leavesOut(String module) {
        JsonNode excluded = config.path(prefix + EXCLUDED);
        if (excluded.isTextual() ? matches(excluded.asText(), module, false) : isNamed(excluded, module)) {
            return Optional.of(prefix + EXCLUDED);
        }
        JsonNode targets = config.path(prefix + TARGETS);
        if (targets.isTextual()) {
            return targets.asText().equals(ALL_LINEAR) || matches(targets.asText(), module, true)
                    ? Optional.empty()
                    : Optional.of(prefix + TARGETS);
        }
        if (!targets.isArray() || targets.isEmpty() || texts(targets).contains(module)) {
            return Optional.empty();
        }
        if (!isNamed(targets, module)) {
            return Optional.of(prefix + TARGETS);
        }
        return isTransformed(module) ? Optional.empty() : Optional.of(prefix + LAYERS);
    }

    private boolean isTransformed(String module) {
        JsonNode layers = config.path(prefix + LAYERS);
        Set<String> numbers = layers.isArray() ? Set.copyOf(texts(layers)) : Set.of(layers.asText());
        if (layers.isMissingNode() || layers.isNull() || (layers.isArray() && layers.isEmpty())) {
            return true;
        }
        JsonNode pattern = config.path(prefix + PATTERN);
        List<String> names = pattern.isTextual() ? List.of(pattern.asText()) : texts(pattern);
        if (names.stream().anyMatch(n -> !n.isEmpty() && !NAME.matcher(n).matches())) {
            return true;
        }
        OptionalInt number = number(names.stream().filter(n -> !n.isEmpty()).toList(), module);
        return number.isPresent() && numbers.contains(String.valueOf(number.getAsInt()));
    }

    private static OptionalInt number(List<String> names, String module) {
        if (names.isEmpty()) {
            return number(FIRST_NUMBER.matcher(module));
        }
        for (String name : names) {
            OptionalInt found = number(
                    Pattern.compile("(?:|.*?\\.)" + name + "\\.(\\d{1,9})\\..*").matcher(module));
            if (found.isPresent()) {
                return found;
            }
        }
        return OptionalInt.empty();
    }

    private static OptionalInt number(Matcher matcher) {
        return matcher.matches() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }

    /** Whether one of the names is the module's, or the end of it from a dot on. */
    private static boolean isNamed(JsonNode names, String module) {
        return texts(names).stream().anyMatch(name -> module.equals(name) || module.endsWith("." + name));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        if (list.isArray()) {
            list.forEach(item -> texts.add(item.asText()));
        }
        return texts;
    }

    /** Whether a regular expression is of the whole name. */
    private static boolean matches(String expression, String module, boolean unknown) {
        try {
            return ModulePattern.of("^(" + expression + ")$").matches(module);
        } catch (ModulePattern.RefusedException e) {
            return unknown;
        }
    }
}
