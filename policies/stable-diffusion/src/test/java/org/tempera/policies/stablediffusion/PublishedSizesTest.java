package org.tempera.policies.stablediffusion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.tempera.diffusers.vae.AutoencoderConfig;
import org.tempera.nn.clip.ClipTextConfig;
import org.tempera.nn.clip.ClipTextModel;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.policies.stablediffusion.unet.UNet;
import org.tempera.policies.stablediffusion.unet.UNetConfigReader;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The models declare as many tensors and numbers as the published ones have. */
public class PublishedSizesTest {
    private static final BiConsumer<ParameterInventory, ModelConfig> UNET =
            (inventory, c) -> new UNet(inventory, UNetConfigReader.read(c));
    private static final BiConsumer<ParameterInventory, ModelConfig> VAE = (inventory, c) -> {
        AutoencoderConfig.read(c).declare(inventory);
    };
    private static final BiConsumer<ParameterInventory, ModelConfig> TEXT =
            (inventory, c) -> new ClipTextModel(inventory, ClipTextConfig.read(c));

    @DataProvider
    public static Object[][] models() {
        String vae = "\"block_out_channels\": [128, 256, 512, 512], \"layers_per_block\": 2, \"down_block_types\":"
                + " [\"DownEncoderBlock2D\", \"DownEncoderBlock2D\", \"DownEncoderBlock2D\", \"DownEncoderBlock2D\"],"
                + " \"up_block_types\": [\"UpDecoderBlock2D\", \"UpDecoderBlock2D\", \"UpDecoderBlock2D\","
                + " \"UpDecoderBlock2D\"]";
        return new Object[][] {
            {"SD 1.5 UNet", UNET, "{\"cross_attention_dim\": 768}", 686, 859_520_964L},
            {
                "SD 2.1 UNet",
                UNET,
                "{\"cross_attention_dim\": 1024, \"use_linear_projection\": true, \"attention_head_dim\": [5, 10, 20, 20]}",
                686,
                865_910_724L
            },
            {"small-sd UNet", UNET, "{\"cross_attention_dim\": 768, \"layers_per_block\": 1}", 442, 579_384_964L},
            {
                "tiny-sd UNet",
                UNET,
                "{\"cross_attention_dim\": 768, \"layers_per_block\": 1, \"mid_block_type\": null,"
                        + " \"block_out_channels\": [320, 640, 1280], \"down_block_types\": [\"CrossAttnDownBlock2D\","
                        + " \"CrossAttnDownBlock2D\", \"CrossAttnDownBlock2D\"], \"up_block_types\":"
                        + " [\"CrossAttnUpBlock2D\", \"CrossAttnUpBlock2D\", \"CrossAttnUpBlock2D\"]}",
                358,
                323_384_964L
            },
            // Stable Diffusion 1.5's and the projection of the guidance scale, 256 to 320.
            {
                "LCM UNet",
                UNET,
                "{\"cross_attention_dim\": 768, \"time_cond_proj_dim\": 256}",
                687,
                859_520_964L + 256 * 320
            },
            {"TAESD", VAE, "{\"_class_name\": \"AutoencoderTiny\"}", 134, 2_445_063L},
            {"SD VAE", VAE, "{" + vae + "}", 248, 83_653_863L},
            {
                "SD 3 VAE",
                VAE,
                "{" + vae + ", \"latent_channels\": 16, \"use_quant_conv\": false, \"use_post_quant_conv\": false}",
                244,
                83_819_683L
            },
            {
                "CLIP-L text",
                TEXT,
                "{\"hidden_size\": 768, \"intermediate_size\": 3072, \"num_attention_heads\": 12}",
                196,
                123_060_480L
            },
            {
                "CLIP-H text, 23 layers",
                TEXT,
                "{\"hidden_size\": 1024, \"intermediate_size\": 4096, \"num_attention_heads\": 16,"
                        + " \"num_hidden_layers\": 23, \"hidden_act\": \"gelu\"}",
                372,
                340_387_840L
            },
        };
    }

    @Test(dataProvider = "models")
    public void declaresWhatIsPublished(
            String name, BiConsumer<ParameterInventory, ModelConfig> model, String json, int tensors, long numbers)
            throws IOException {
        Path file = Files.createTempFile("config", ".json");
        Files.writeString(file, json);
        ModelConfig config = ModelConfig.read(file);
        ParameterInventory inventory = new ParameterInventory();
        model.accept(inventory, config);
        config.finish();
        Files.delete(file);
        assertThat(inventory.names()).as(name).hasSize(tensors);
        assertThat(inventory.parameterCount()).as(name).isEqualTo(numbers);
    }
}
