package org.tempera.nn.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.tempera.base.json.ForeignJson;
import org.tempera.nn.weights.ModelFiles;
import org.tempera.spi.UserException;

/**
 * A model's JSON configuration. A key that is missing or null means the default that is asked for with it, as in the
 * library that wrote the file. Problems are collected; {@link #finish} throws them all at once.
 */
public final class ModelConfig {
    /** The key of the library's class that a configuration is of. */
    public static final String CLASS = "_class_name";

    /** The most entries of a table: tokens of a vocabulary. */
    public static final int MOST_ENTRIES = 1 << 24;

    /** The widest layer; the widest of any published model of this kind is some 20,000. */
    public static final int MOST_WIDTH = 1 << 17;

    /** The most layers in a row. */
    public static final int MOST_LAYERS = 256;

    /** The longest text in tokens. */
    public static final int MOST_POSITIONS = 1 << 16;

    /** The longest side of an image, in pixels. */
    public static final int MOST_SIDE = 1 << 13;

    /** The largest factor; those of published models lie between 0.1 and 10. */
    private static final double LARGEST_FACTOR = 1_000;

    private static final int SHOWN = 20;
    private static final int LONGEST = 400;

    private final Path file;
    private final String prefix;
    private final ObjectNode values;
    private final Set<String> problems;

    private ModelConfig(Path file, String prefix, ObjectNode values, Set<String> problems) {
        this.file = file;
        this.prefix = prefix;
        this.values = values;
        this.problems = problems;
    }

    /**
     * Reads a file that holds one JSON object.
     *
     * @throws UserException if it is missing or no such file
     */
    public static ModelConfig read(Path file) {
        if (!ModelFiles.has(file)) {
            throw new UserException(file + ": no such file. Check the path, or download the model again.");
        }
        return new ModelConfig(file, "", ForeignJson.readObject(file), new LinkedHashSet<>());
    }

    /** The file that was read. */
    public Path file() {
        return file;
    }

    /** The object under {@code key}, empty if it is missing; shares this one's problems. */
    public ModelConfig child(String key) {
        ObjectNode empty = JsonNodeFactory.instance.objectNode();
        JsonNode node = values.get(key);
        if (present(key) && !(node instanceof ObjectNode)) {
            wrong(key, "an object", node);
        }
        return new ModelConfig(file, prefix + key + ".", node instanceof ObjectNode o ? o : empty, problems);
    }

    /** Whether the key is there with a value other than null. */
    public boolean present(String key) {
        return values.hasNonNull(key);
    }

    /** Whether the key is there with the value null. */
    public boolean isNull(String key) {
        return values.has(key) && values.get(key).isNull();
    }

    /** Whether the value is a list. */
    public boolean isList(String key) {
        return values.has(key) && values.get(key).isArray();
    }

    /** An integer from {@code least} to {@code most}. */
    public int integer(String key, int missing, int least, int most) {
        String expected = "an integer from " + least + " to " + most;
        return scalar(key, expected, n -> isInteger(n, least, most))
                .map(JsonNode::intValue)
                .orElse(missing);
    }

    /** A positive integer of at most {@code most}. */
    public int positive(String key, int missing, int most) {
        return integer(key, missing, 1, most);
    }

    private static boolean isInteger(JsonNode node, int least, int most) {
        return node.isNumber()
                && node.doubleValue() == Math.rint(node.doubleValue())
                && node.doubleValue() >= least
                && node.doubleValue() <= most;
    }

    /** What numbers of the model are multiplied with or divided by: neither 0 nor close to it, nor without bound. */
    public double factor(String key, double missing) {
        return number(key, missing, 1 / LARGEST_FACTOR, LARGEST_FACTOR);
    }

    /** What is added to a deviation, from 0 to 1. */
    public double epsilon(String key, double missing) {
        return number(key, missing, 0, 1);
    }

    /** A number from {@code least} to {@code most}. */
    public double number(String key, double missing, double least, double most) {
        return scalar(
                        key,
                        "a number from " + least + " to " + most,
                        n -> isFinite(n) && n.doubleValue() >= least && n.doubleValue() <= most)
                .map(JsonNode::doubleValue)
                .orElse(missing);
    }

    /** A boolean. */
    public boolean flag(String key, boolean missing) {
        return scalar(key, "true or false", JsonNode::isBoolean)
                .map(JsonNode::booleanValue)
                .orElse(missing);
    }

    /** A string. */
    public String text(String key, String missing) {
        return text(key).orElse(missing);
    }

    /** A string, if it is there. */
    public Optional<String> text(String key) {
        return scalar(key, "a string", JsonNode::isTextual).map(JsonNode::textValue);
    }

    private static boolean isFinite(JsonNode node) {
        return node.isNumber() && Double.isFinite(node.doubleValue());
    }

    /** A list of {@code count} positive integers of at most {@code most}; a single one is repeated. */
    public List<Integer> integers(String key, int count, int missing, int most) {
        JsonNode node = values.get(key);
        List<Integer> list = new ArrayList<>();
        if (node != null && node.isArray()) {
            if (node.size() != count) {
                wrong(key, "one number for each of the " + count + " blocks", node);
                return new ArrayList<>(Collections.nCopies(count, missing));
            }
            for (JsonNode n : node) {
                if (!isInteger(n, 1, most)) {
                    wrong(key, "integers from 1 to " + most, node);
                    return new ArrayList<>(Collections.nCopies(count, missing));
                }
                list.add(n.intValue());
            }
            return list;
        }
        int one = positive(key, missing, most);
        for (int i = 0; i < count; i++) {
            list.add(one);
        }
        return list;
    }

    /** A list of booleans; a single one is repeated {@code count} times. */
    public List<Boolean> flags(String key, int count, boolean missing) {
        JsonNode node = values.get(key);
        List<Boolean> list = new ArrayList<>();
        if (node != null && node.isArray()) {
            for (JsonNode n : node) {
                if (!n.isBoolean()) {
                    wrong(key, "true or false for each block", node);
                    return new ArrayList<>(Collections.nCopies(count, missing));
                }
                list.add(n.booleanValue());
            }
            if (list.size() == count) {
                return list;
            }
            wrong(key, "one value for each of the " + count + " blocks", node);
            list.clear();
        }
        boolean one = (node != null && node.isArray()) ? missing : flag(key, missing);
        for (int i = 0; i < count; i++) {
            list.add(one);
        }
        return list;
    }

    /** A list of numbers of any length. */
    public List<Double> numbers(String key, List<Double> missing) {
        return list(key, missing, "finite numbers", ModelConfig::isFinite, JsonNode::doubleValue);
    }

    /** A list of 1 to {@code longest} positive integers of at most {@code most}. */
    public List<Integer> integers(String key, List<Integer> missing, int longest, int most) {
        List<Integer> list =
                list(key, missing, "integers from 1 to " + most, n -> isInteger(n, 1, most), JsonNode::intValue);
        if (list.isEmpty() || list.size() > longest) {
            problem(key, "expected 1 to " + longest + " numbers, found " + list.size());
            return missing;
        }
        return list;
    }

    /** A list of strings. */
    public List<String> texts(String key, List<String> missing) {
        return list(key, missing, "strings", JsonNode::isTextual, JsonNode::textValue);
    }

    /** The raw value as JSON text, for messages and rare keys; empty if missing or null. */
    public Optional<JsonNode> raw(String key) {
        return present(key) ? Optional.of(values.get(key)) : Optional.empty();
    }

    /** Notes a problem with a key. */
    public void problem(String key, String text) {
        problems.add(prefix + key + ": " + (text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "..."));
    }

    /** Notes a problem if a key asks for something that is not there. */
    public void unsupported(String key, boolean asked) {
        if (asked) {
            JsonNode value = values.get(key);
            problem(key, (value == null ? "its default" : ForeignJson.shown(value)) + " is not supported");
        }
    }

    /** Notes a problem if a key asks for anything but the one value that there is, which is also the default. */
    public void only(String key, String value) {
        unsupported(key, !text(key, value).equals(value));
    }

    /**
     * Notes a problem with every key besides {@code known} that is set to anything but null, false, 0, or an empty list
     * or object: a model that is read without knowing what such a key asks for would give other numbers than its
     * library.
     */
    public void nothingBesides(Set<String> known) {
        values.fieldNames().forEachRemaining(key -> unsupported(key, !known.contains(key) && !isOff(values.get(key))));
    }

    private static boolean isOff(JsonNode node) {
        if (node.isNumber()) {
            return node.doubleValue() == 0;
        }
        return node.isContainerNode() ? node.isEmpty() : !node.isTextual() && !node.asBoolean();
    }

    /**
     * Throws all problems noted so far.
     *
     * @throws UserException if there are any
     */
    public void finish() {
        if (!problems.isEmpty()) {
            String shown = problems.stream().limit(SHOWN).collect(Collectors.joining("\n  "));
            throw new UserException(file + ": " + problems.size() + " problem(s) with this model's configuration:\n  "
                    + shown + (problems.size() > SHOWN ? "\n  and " + (problems.size() - SHOWN) + " more" : ""));
        }
    }

    private <T> List<T> list(
            String key, List<T> missing, String expected, Predicate<JsonNode> fits, Function<JsonNode, T> read) {
        if (!present(key)) {
            return missing;
        }
        JsonNode node = values.get(key);
        List<T> list = new ArrayList<>();
        boolean good = node.isArray();
        for (JsonNode n : node) {
            if (fits.test(n)) {
                list.add(read.apply(n));
            } else {
                good = false;
            }
        }
        if (!good) {
            wrong(key, "a list of " + expected, node);
            return missing;
        }
        return List.copyOf(list);
    }

    private Optional<JsonNode> scalar(String key, String expected, Predicate<JsonNode> fits) {
        if (!present(key)) {
            return Optional.empty();
        }
        JsonNode node = values.get(key);
        if (!fits.test(node)) {
            wrong(key, expected, node);
            return Optional.empty();
        }
        return Optional.of(node);
    }

    private void wrong(String key, String expected, JsonNode found) {
        problem(key, "expected " + expected + ", found " + ForeignJson.shown(found));
    }
}
