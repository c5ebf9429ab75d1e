package org.tempera.policies.stablediffusion.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tempera.nn.tokenizer.ClipTokenizer;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/**
 * Tokens that diffusers' {@code load_textual_inversion} has added to a model, made by
 * {@code src/test/python/make_inversion_cases.py}.
 */
public class TokensOfSeveralVectorsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TABLE = "text_model.embeddings.token_embedding.weight";

    private Path cases = Path.of("unset");
    private Path model = Path.of("unset");
    private JsonNode prompts = JSON.missingNode();

    /** The tiny model with the tokens in its tokenizer and their vectors at the end of its text encoder's table. */
    @BeforeClass
    public void addTokens() throws IOException, URISyntaxException {
        cases = ParityTest.resource("/inversion");
        prompts = JSON.readTree(cases.resolve("prompts.json").toFile());
        model = ParityTest.copy(ParityTest.resource("/sd-tiny/model"), Files.createTempDirectory("model"));
        ObjectNode added = JSON.createObjectNode();
        int first = prompts.get("first").asInt();
        prompts.get("tokens").forEach(token -> added.put(token.asText(), first + added.size()));
        Files.writeString(model.resolve("tokenizer/added_tokens.json"), added.toString());
        Path config = model.resolve("text_encoder/config.json");
        ObjectNode sizes = (ObjectNode) JSON.readTree(config.toFile());
        Files.writeString(config, sizes.put("vocab_size", first + added.size()).toString());
        addVectors(model.resolve("text_encoder/model.safetensors"), cases.resolve("oracle.safetensors"));
    }

    private static void addVectors(Path weights, Path vectors) {
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        try (SafetensorsFile old = SafetensorsFile.open(weights);
                SafetensorsFile more = SafetensorsFile.open(vectors)) {
            for (String name : old.names()) {
                float[] values = old.readFloats(name);
                Shape shape = old.info(name).shape();
                if (name.equals(TABLE)) {
                    float[] rows = more.readFloats("vectors");
                    int end = values.length;
                    values = Arrays.copyOf(values, end + rows.length);
                    System.arraycopy(rows, 0, values, end, rows.length);
                    shape = Shape.of(values.length / shape.get(1), shape.get(1));
                }
                writer.addFloats(name, shape, values);
            }
        }
        writer.write(weights);
    }

    @Test
    public void promptsAreWrittenOutAndNumberedAsInThePipeline() {
        ClipTokenizer tokenizer = ClipTokenizer.load(model.resolve("tokenizer"));
        assertThat(prompts.get("prompts")).hasSizeGreaterThan(10);
        for (Map.Entry<String, JsonNode> row : prompts.get("prompts").properties()) {
            String written = tokenizer.writtenOut(row.getKey());
            int[] ids = JSON.convertValue(row.getValue().get("ids"), int[].class);
            assertThat(written).isEqualTo(row.getValue().get("written").asText());
            assertThat(tokenizer.encode(written, ids.length)).as(written).containsExactly(ids);
        }
    }

    @Test
    public void drawsWhatThePipelineDraws() throws IOException {
        List<FolderCase> drawn = FolderCase.read(cases);
        assertThat(drawn).hasSize(3);
        for (FolderCase c : drawn) {
            ObjectNode json = c.json().deepCopy();
            json.put("weights", model.toString());
            assertThat(Parity.error(new FolderCase(c.folder(), json, c.tensors())))
                    .as(c.name())
                    .isLessThan(c.tolerance());
        }
    }
}
