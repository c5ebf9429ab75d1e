package org.example.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.runtime.Tempera;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.tempera.verify.CaseResult;
import org.tempera.verify.OracleFolder;
import org.tempera.verify.StoredCase;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The library's kinds of oracle cases are served for any family that has what they ask for. */
public class PairedFlowVerifyTest {
    private final Path folder = Messages.temporaryFolder();
    private final Tempera tempera = Tempera.load(PairedFlowVerifyTest.class.getClassLoader());

    @BeforeClass
    public void makeModel() throws IOException {
        FlowModels.write(folder.resolve("model"));
        new SafetensorsWriter()
                .addFloats("latent", Shape.of(1, 4, 2, 2), new float[16])
                .addFloats("image", Shape.of(1, 3, 4, 4), new float[48])
                .write(folder.resolve("oracle.safetensors"));
    }

    @AfterClass
    public void removeFolder() {
        Messages.delete(folder);
    }

    private CaseResult run(String oracleCase) throws IOException {
        Files.writeString(
                folder.resolve("oracle.json"),
                "{\"format\": \"tempera-oracle/1\", \"made_with\": \"hand\", \"tensors\": \"oracle.safetensors\","
                        + " \"cases\": [" + oracleCase + "]}");
        try (OracleFolder cases = OracleFolder.open(folder)) {
            StoredCase only = cases.cases().get(0);
            return tempera.verifier().run(only);
        }
    }

    /** A latent of zeros has a picture of zeros where the decoder's biases are zero, as they are here. */
    @Test
    public void theAutoencoderOfAnyFamilyIsCompared() throws IOException {
        CaseResult result = run("{\"name\": \"a\", \"kind\": \"vae-decode\", \"weights\": \"model\","
                + " \"inputs\": {\"latent\": \"latent\"}, \"outputs\": {\"image\": \"image\"}}");
        assertThat(result.ok()).as("%s", result).isTrue();
    }

    @Test
    public void whatAFamilyDoesNotHaveIsSaid() {
        assertThatThrownBy(() -> run("{\"name\": \"a\", \"kind\": \"ddim-step\", \"weights\": \"model\","
                        + " \"inputs\": {\"sample\": \"latent\"}, \"outputs\": {\"mean\": \"latent\"}}"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("kind 'ddim-step' needs a model that is sampled by DDIM, found FlowPolicy in "
                        + folder.resolve("model"));
    }
}
