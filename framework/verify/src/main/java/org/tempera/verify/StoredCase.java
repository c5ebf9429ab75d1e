package org.tempera.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.tempera.base.files.NamedPath;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleValue;

/** One case of an {@link OracleFolder}, with what is expected. */
public final class StoredCase implements OracleCase {
    private final Path file;
    private final String name;
    private final String kind;
    private final Optional<String> weights;
    private final Map<String, Object> inputs;
    private final Map<String, String> outputs;
    private final double tolerance;
    private final OracleTensors tensors;

    StoredCase(
            Path file,
            String name,
            String kind,
            Optional<String> weights,
            Map<String, Object> inputs,
            Map<String, String> outputs,
            double tolerance,
            OracleTensors tensors) {
        this.file = file;
        this.name = name;
        this.kind = kind;
        this.weights = weights;
        this.inputs = inputs;
        this.outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
        this.tolerance = tolerance;
        this.tensors = tensors;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String kind() {
        return kind;
    }

    /** The largest error at which the case holds. */
    public double tolerance() {
        return tolerance;
    }

    /** What the reference computed. */
    public OracleValue expected(String output) {
        String key = outputs.get(output);
        if (key == null) {
            throw new UserException(where() + ", output '" + output + "': missing.");
        }
        return tensors.read(where() + ", output '" + output + "'", key);
    }

    @Override
    public Path folder() {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    @Override
    public Path weights() {
        return named(
                where() + ", key 'weights'",
                weights.orElseThrow(() ->
                        new UserException(where() + ", key 'weights': missing; kind '" + kind + "' needs a model.")));
    }

    @Override
    public boolean hasInput(String key) {
        return inputs.get(key) != null;
    }

    @Override
    public double number(String key) {
        return input(key) instanceof Number n ? n.doubleValue() : wrong(key, "a number");
    }

    @Override
    public boolean flag(String key) {
        return input(key) instanceof Boolean b ? b : wrong(key, "true or false");
    }

    @Override
    public String word(String key) {
        return input(key) instanceof String s ? s : wrong(key, "a word");
    }

    @Override
    public List<String> texts(String key) {
        if (!(input(key) instanceof List<?> list)) {
            return wrong(key, "a list of strings");
        }
        List<String> texts = new ArrayList<>();
        for (Object item : list) {
            if (!(item instanceof String s)) {
                return wrong(key, "a list of strings, and in it " + OracleFolder.describe(item));
            }
            texts.add(s);
        }
        return List.copyOf(texts);
    }

    @Override
    public HostTensor tensor(String key) {
        return input(key) instanceof String tensor
                ? tensors.floats(at(key), tensor)
                : wrong(key, "the key of a tensor");
    }

    @Override
    public OracleValue.Integers integers(String key) {
        return input(key) instanceof String tensor
                ? tensors.integers(at(key), tensor)
                : wrong(key, "the key of a tensor of integers");
    }

    @Override
    public Optional<AdapterFile> adapter() {
        if (!hasInput("lora")) {
            return Optional.empty();
        }
        Map<String, Object> lora = object("lora");
        if (!(lora.get("file") instanceof String adapter)) {
            throw new UserException(at("lora") + ", key 'file': expected a path, found "
                    + OracleFolder.describe(lora.get("file")) + ".");
        }
        Object scale = lora.getOrDefault("scale", 1.0);
        if (!(scale instanceof Number n)) {
            throw new UserException(
                    at("lora") + ", key 'scale': expected a number, found " + OracleFolder.describe(scale) + ".");
        }
        return Optional.of(new AdapterFile(named(at("lora") + ", key 'file'", adapter), n.doubleValue()));
    }

    @Override
    public Path path(String key) {
        return input(key) instanceof String s ? named(at(key), s) : wrong(key, "a path");
    }

    @Override
    public Map<String, Object> object(String key) {
        if (!(input(key) instanceof Map<?, ?> map)) {
            return wrong(key, "an object");
        }
        Map<String, Object> object = new LinkedHashMap<>();
        map.forEach((k, v) -> object.put(String.valueOf(k), v));
        return object;
    }

    @Override
    public Set<String> outputs() {
        return outputs.keySet();
    }

    /** The file and the case, for messages. */
    String where() {
        return file + ": case '" + name + "'";
    }

    private String at(String key) {
        return where() + ", input '" + key + "'";
    }

    /** A path of a case starts at the case's folder, and may lead out of it: models lie elsewhere. */
    private Path named(String where, String path) {
        return NamedPath.from(folder(), path)
                .orElseThrow(() -> new UserException(where + ": expected a path, found \"" + path + "\"."));
    }

    private Object input(String key) {
        Object value = inputs.get(key);
        if (value == null) {
            throw new UserException(at(key) + ": missing; kind '" + kind + "' needs it. Its inputs are "
                    + new TreeSet<>(inputs.keySet()) + ".");
        }
        return value;
    }

    private <T> T wrong(String key, String expected) {
        throw new UserException(
                at(key) + ": expected " + expected + ", found " + OracleFolder.describe(inputs.get(key)) + ".");
    }
}
