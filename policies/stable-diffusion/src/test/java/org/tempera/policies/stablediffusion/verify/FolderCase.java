package org.tempera.policies.stablediffusion.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.TensorSource;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleValue;
import org.tensorflow.ndarray.Shape;

/** A case of a folder of reference numbers, for tests. */
record FolderCase(Path folder, JsonNode json, TensorSource tensors) implements OracleCase {
    static List<FolderCase> read(Path folder) throws IOException {
        JsonNode root =
                new ObjectMapper().readTree(folder.resolve("oracle.json").toFile());
        TensorSource tensors =
                SafetensorsFile.open(folder.resolve(root.path("tensors").asText()));
        List<FolderCase> cases = new ArrayList<>();
        root.path("cases").forEach(c -> cases.add(new FolderCase(folder, c, tensors)));
        return cases;
    }

    private JsonNode in(String key) {
        JsonNode node = json.path("inputs").get(key);
        if (node == null) {
            throw new UserException(name() + ": no input '" + key + "'");
        }
        return node;
    }

    double tolerance() {
        return json.path("tolerance").asDouble(1e-4);
    }

    boolean isFloating(String output) {
        return tensors.info(json.path("outputs").path(output).asText()).dtype().isFloating();
    }

    HostTensor expected(String output) {
        return tensors.readTensor(json.path("outputs").path(output).asText());
    }

    long[] expectedLongs(String output) {
        return tensors.readLongs(json.path("outputs").path(output).asText());
    }

    @Override
    public String name() {
        return json.path("name").asText();
    }

    @Override
    public String kind() {
        return json.path("kind").asText();
    }

    @Override
    public Path weights() {
        return folder.resolve(json.path("weights").asText()).normalize();
    }

    @Override
    public boolean hasInput(String key) {
        return json.path("inputs").has(key);
    }

    @Override
    public double number(String key) {
        if (!in(key).isNumber()) {
            throw new UserException(name() + ": '" + key + "' is no number");
        }
        return in(key).asDouble();
    }

    @Override
    public boolean flag(String key) {
        return in(key).asBoolean();
    }

    @Override
    public String word(String key) {
        return in(key).asText();
    }

    @Override
    public List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        in(key).forEach(t -> texts.add(t.asText()));
        return texts;
    }

    @Override
    public HostTensor tensor(String key) {
        return tensors.readTensor(in(key).asText());
    }

    @Override
    public OracleValue.Integers integers(String key) {
        Shape shape = tensors.info(in(key).asText()).shape();
        int[] s = new int[shape.numDimensions()];
        for (int i = 0; i < s.length; i++) {
            s[i] = Math.toIntExact(shape.get(i));
        }
        return new OracleValue.Integers(tensors.readLongs(in(key).asText()), s);
    }

    @Override
    public Optional<AdapterFile> adapter() {
        JsonNode lora = json.path("inputs").path("lora");
        return lora.isObject()
                ? Optional.of(new AdapterFile(
                        folder.resolve(lora.path("file").asText()),
                        lora.path("scale").asDouble(1)))
                : Optional.empty();
    }

    @Override
    public Path path(String key) {
        return folder.resolve(in(key).asText());
    }

    @Override
    public Map<String, Object> object(String key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<String> outputs() {
        Set<String> names = new LinkedHashSet<>();
        json.path("outputs").fieldNames().forEachRemaining(names::add);
        return names;
    }
}
