package org.tempera.diffusers.lora;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    /** More names than any model has lists of layers: what they leave out is not looked for. */
    private static final int MOST_LISTS = 100;

    private final String prefix;
    private final PatternWork work;
    private final Names excluded;
    private final Names targets;
    /** Numbers of the layers that get an adapter; empty where all do. */
    private final Set<String> numbers;
    /** What finds the number of a layer in its name; the first one that does counts. */
    private final List<Pattern> lists;

    private final boolean isListed;

    /**
     * Modules by name, or a pattern of them.
     *
     * @param pattern where the key is a text that can be read as one
     * @param isText whether the key is a text
     */
    private record Names(Set<String> names, Optional<ModulePattern> pattern, boolean isText) {
        static Names of(JsonNode node) {
            if (!node.isTextual()) {
                return new Names(Set.copyOf(texts(node)), Optional.empty(), false);
            }
            try {
                return new Names(
                        Set.of(node.asText()), Optional.of(ModulePattern.of("^(" + node.asText() + ")$")), true);
            } catch (ModulePattern.RefusedException e) {
                return new Names(Set.of(node.asText()), Optional.empty(), true);
            }
        }

        /** Whether one of the names is the module's, or the end of it from a dot on. */
        boolean named(String module) {
            for (int from = 0; from >= 0; ) {
                if (names.contains(module.substring(from))) {
                    return true;
                }
                int dot = module.indexOf('.', from);
                from = dot < 0 ? -1 : dot + 1;
            }
            return false;
        }
    }

    /** Reads the keys that begin so, once for all layers. @param work what trying patterns has cost */
    PeftTargets(ObjectNode config, String prefix, PatternWork work) {
        this.prefix = prefix;
        this.work = work;
        excluded = Names.of(config.path(prefix + EXCLUDED));
        targets = Names.of(config.path(prefix + TARGETS));
        JsonNode layers = config.path(prefix + LAYERS);
        isListed = !layers.isMissingNode() && !layers.isNull() && !(layers.isArray() && layers.isEmpty());
        numbers = layers.isArray() ? Set.copyOf(texts(layers)) : Set.of(layers.asText());
        JsonNode pattern = config.path(prefix + PATTERN);
        List<String> names = (pattern.isTextual() ? List.of(pattern.asText()) : texts(pattern))
                .stream().filter(n -> !n.isEmpty()).toList();
        boolean isRead = names.size() <= MOST_LISTS
                && names.stream().allMatch(n -> NAME.matcher(n).matches());
        lists = !isRead
                ? List.of()
                : names.isEmpty()
                        ? List.of(FIRST_NUMBER)
                        : names.stream()
                                .map(n -> Pattern.compile("(?:|.*?\\.)" + n + "\\.(\\d{1,9})\\..*"))
                                .toList();
    }

    /** The key by which a layer gets no adapter; empty if it gets one. */
    Optional<String> leavesOut(String module) {
        if (excluded.isText() ? matches(excluded, module, false) : excluded.named(module)) {
            return Optional.of(prefix + EXCLUDED);
        }
        if (targets.isText()) {
            return targets.names().contains(ALL_LINEAR) || matches(targets, module, true)
                    ? Optional.empty()
                    : Optional.of(prefix + TARGETS);
        }
        if (targets.names().isEmpty() || targets.names().contains(module)) {
            return Optional.empty();
        }
        if (!targets.named(module)) {
            return Optional.of(prefix + TARGETS);
        }
        return isTransformed(module) ? Optional.empty() : Optional.of(prefix + LAYERS);
    }

    private boolean isTransformed(String module) {
        if (!isListed || lists.isEmpty()) {
            return true;
        }
        for (Pattern list : lists) {
            Matcher matcher = list.matcher(module);
            if (matcher.matches()) {
                return numbers.contains(String.valueOf(Integer.parseInt(matcher.group(1))));
            }
        }
        return false;
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        if (list.isArray()) {
            list.forEach(item -> texts.add(item.asText()));
        }
        return texts;
    }

    /** Whether a regular expression is of the whole name. */
    private boolean matches(Names expression, String module, boolean unknown) {
        return expression.pattern().map(p -> work.matches(p, module)).orElse(unknown);
    }
}
