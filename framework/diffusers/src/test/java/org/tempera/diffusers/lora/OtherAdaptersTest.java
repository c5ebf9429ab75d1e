package org.tempera.diffusers.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.nn.layers.Layout;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;
import org.tempera.spi.policy.PolicyProvider.AdapterLayout;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class OtherAdaptersTest {
    private static final String LAYER = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q";

    private Path folder = Path.of("");

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "test-files")), "other");
    }

    @DataProvider
    public Object[][] others() {
        return new Object[][] {
            {LAYER + ".dora_scale", "a DoRA. Only plain LoRA can be read: merge it into the model"},
            {"unet.mid_block.attentions.0.proj_in.lora_magnitude_vector", "a DoRA."},
            {LAYER + ".lokr_w1", "a LoKr of LyCORIS."},
            {LAYER + ".hada_w1_a", "a LoHa of LyCORIS."},
            {LAYER + ".lora_mid.weight", "a LoCon with Tucker's decomposition."},
            {LAYER + ".oft_diag", "an OFT."},
            {LAYER + ".on_input", "an (IA)^3."},
            {"lora_te2_text_model_encoder_layers_0_mlp_fc1.alpha", "an adapter for SDXL. Give an adapter for"},
            {"transformer.x_embedder.lora_A.weight", "an adapter for a diffusion transformer"},
            {"emb_params", "an embedding (textual inversion). Load it with diffusers' load_textual_inversion"},
            {"<cat-toy>", "an embedding (textual inversion)."},
        };
    }

    /** Whoever opens the file: a model, or export. */
    @Test(dataProvider = "others")
    public void messagesSayWhatAFileIs(String name, String what) {
        Path file = folder.resolve("a.safetensors");
        new SafetensorsWriter().addFloats(name, Shape.of(1), new float[1]).write(file);
        ParameterInventory unet = new ParameterInventory();
        unet.weight("conv_in.weight", Layout.LINEAR, Shape.of(1, 1), new Initializer.Constant(0));
        assertThatThrownBy(() -> LoraFile.open(
                        new AdapterFile(file, 1), Families.STABLE_DIFFUSION, Map.of(Component.UNET, unet)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(name + ": ")
                .hasMessageContaining("\nThe names look like those of " + what);
        assertThatThrownBy(() ->
                        LoraExport.write(file, folder.resolve("out"), AdapterLayout.KOHYA, Families.STABLE_DIFFUSION))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("\nThe names look like those of " + what);
    }

    @Test
    public void plainOnesAreNotTakenForAnother() {
        assertThat(OtherAdapters.advice(
                        List.of(
                                LAYER + ".lora_down.weight",
                                LAYER + ".alpha",
                                "unet.mid_block.attentions.0.proj_in.lora_A.weight",
                                "text_encoder.text_model.encoder.layers.0.mlp.fc1.lora_linear_layer.up.weight",
                                "base_model.model.encoder.layers.0.self_attn.q_proj.lora_B.weight",
                                "mid_block.attentions.0.transformer_blocks.0.attn1.processor.to_q_lora.down.weight"),
                        Families.STABLE_DIFFUSION))
                .isEmpty();
    }

    /** As kohya's scripts write it where alpha is the rank. */
    @Test
    public void alphasThatAreWholeNumbersAreRead() {
        Path file = folder.resolve("whole.safetensors");
        new SafetensorsWriter()
                .addLongs("a.alpha", Shape.scalar(), new long[] {4})
                .write(file);
        try (SafetensorsFile source = SafetensorsFile.open(file)) {
            assertThat(LoraPair.Alpha.read(source, "a.alpha").value()).isEqualTo(4);
        }
    }
}
