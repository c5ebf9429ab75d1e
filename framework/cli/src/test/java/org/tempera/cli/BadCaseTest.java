package org.tempera.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Cases that `tempera verify` cannot use are exit code 2 and a golden message. */
public class BadCaseTest {
    private static final String CASE =
            """
            {"format": "tempera-oracle/1", "tensors": "t.safetensors", "cases": [
              {"name": "the case", "kind": "%s", "weights": "%s", "inputs": {%s}, "outputs": {"x": "x"}}]}
            """;

    private final CommandRunner command = new CommandRunner();

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @BeforeClass
    public void writeTensors() {
        new SafetensorsWriter()
                .addLongs("ids", Shape.of(1, 3), new long[] {1, 2, 3})
                .addLongs("beyond", Shape.of(2, 3), new long[] {1, 2, 3, 4, 99999, 5})
                .addLongs("negative", Shape.of(1, 3), new long[] {1, -7, 3})
                .addLongs("long", Shape.of(1, 300), new long[300])
                .addLongs("vast", Shape.of(1, 1), new long[] {1L << 40})
                .addFloats("x", Shape.of(1), new float[1])
                .write(command.file("t.safetensors"));
    }

    @DataProvider
    public Object[][] cases() {
        Path clip = CommandRunner.MODELS.resolve("mini-clip");
        Path model = CommandRunner.MODELS.resolve("mini-sd");
        return new Object[][] {
            {"case-ids-beyond", "clip-text", clip, "\"ids\": \"beyond\""},
            {"case-ids-negative", "clip-text", clip, "\"ids\": \"negative\""},
            {"case-ids-vast", "clip-text", clip, "\"ids\": \"vast\""},
            {"case-ids-long", "clip-text", clip, "\"ids\": \"long\""},
            {"case-ids-of-a-model", "text-encoder", model, "\"ids\": \"beyond\""},
            {"case-ids-of-a-model-long", "text-encoder", model, "\"ids\": \"long\""},
            {"case-no-tokenizer", "tokenizer", command.folder(), "\"texts\": [\"a\"]"},
            {"case-no-folder", "tokenizer", command.file("none"), "\"texts\": [\"a\"]"},
        };
    }

    @Test(dataProvider = "cases")
    public void saysWhatIsWrong(String name, String kind, Path weights, String inputs) throws IOException {
        Files.writeString(
                command.file("oracle.json"),
                CASE.formatted(kind, weights.toString().replace('\\', '/'), inputs));
        command.assertRefused(name, "verify", command.folder().toString());
    }
}
