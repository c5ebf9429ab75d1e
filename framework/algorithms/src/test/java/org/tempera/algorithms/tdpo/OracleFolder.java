package org.tempera.algorithms.tdpo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.spi.HostTensor;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleValue;

/** The oracle cases beside these tests, made with the published PyTorch code's arithmetic. */
final class OracleFolder {
    private OracleFolder() {}

    static List<Case> cases(String kind) {
        try {
            Path folder = Path.of(OracleFolder.class.getResource("oracle.json").toURI())
                    .getParent();
            JsonNode root =
                    new ObjectMapper().readTree(folder.resolve("oracle.json").toFile());
            List<Case> out = new ArrayList<>();
            for (JsonNode node : root.get("cases")) {
                if (node.get("kind").asText().equals(kind)) {
                    out.add(new Case(
                            folder, node, folder.resolve(root.get("tensors").asText())));
                }
            }
            return out;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static HostTensor read(Path file, String key) {
        try (SafetensorsFile f = SafetensorsFile.open(file)) {
            return f.readTensor(key);
        }
    }

    /** One case; just enough of the interface for the kinds of this package. */
    record Case(Path folder, JsonNode node, Path tensors) implements OracleCase {
        HostTensor expected(String output) {
            return read(tensors, node.get("outputs").get(output).asText());
        }

        long[] expectedIntegers(String output) {
            try (SafetensorsFile f = SafetensorsFile.open(tensors)) {
                return f.readLongs(node.get("outputs").get(output).asText());
            }
        }

        double tolerance() {
            return node.has("tolerance") ? node.get("tolerance").asDouble() : 1e-4;
        }

        @Override
        public String name() {
            return node.get("name").asText();
        }

        @Override
        public String kind() {
            return node.get("kind").asText();
        }

        @Override
        public Path weights() {
            throw new UnsupportedOperationException("these cases have no model folder");
        }

        @Override
        public boolean hasInput(String key) {
            return node.get("inputs").has(key);
        }

        @Override
        public double number(String key) {
            return node.get("inputs").get(key).asDouble();
        }

        @Override
        public boolean flag(String key) {
            return node.get("inputs").get(key).asBoolean();
        }

        @Override
        public String word(String key) {
            return node.get("inputs").get(key).asText();
        }

        @Override
        public List<String> texts(String key) {
            List<String> out = new ArrayList<>();
            node.get("inputs").get(key).forEach(t -> out.add(t.asText()));
            return out;
        }

        @Override
        public HostTensor tensor(String key) {
            return read(tensors, word(key));
        }

        @Override
        public OracleValue.Integers integers(String key) {
            throw new UnsupportedOperationException("these cases have no integer inputs");
        }

        @Override
        public Optional<AdapterFile> adapter() {
            return Optional.empty();
        }

        @Override
        public Path path(String key) {
            return folder.resolve(word(key));
        }

        @Override
        public Map<String, Object> object(String key) {
            return Map.of();
        }

        @Override
        public Set<String> outputs() {
            Set<String> out = new TreeSet<>();
            for (Iterator<String> it = node.get("outputs").fieldNames(); it.hasNext(); ) {
                out.add(it.next());
            }
            return out;
        }

        @Override
        public String toString() {
            return name();
        }
    }

    /** max|got - expected| / max(1e-6, max|expected|), infinite where a number is not finite. */
    static double error(float[] got, float[] expected) {
        double worst = 0;
        double largest = 1e-6;
        for (int i = 0; i < expected.length; i++) {
            double d = Math.abs((double) got[i] - expected[i]);
            worst = Double.isFinite(d) ? Math.max(worst, d) : Double.POSITIVE_INFINITY;
            largest = Math.max(largest, Math.abs(expected[i]));
        }
        return got.length == expected.length ? worst / largest : Double.POSITIVE_INFINITY;
    }
}
