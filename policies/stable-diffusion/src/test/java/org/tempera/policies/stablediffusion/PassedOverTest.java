package org.tempera.policies.stablediffusion;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.spi.UserException;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Of tensors that a model has no place for, those are passed over that StableDiffusionPipeline passes over, and no
 * others.
 */
public class PassedOverTest {
    private static final String TEXT = "text_encoder/model.safetensors";
    private static final String UNET = "unet/diffusion_pytorch_model.safetensors";
    private static final String VAE = "vae/diffusion_pytorch_model.safetensors";

    /** Buffers that transformers stored before 4.31, and the projection of a CLIP whose text tower this is. */
    @Test
    public void textEncodersPassOverBuffersOfPositionsAndTheProjection() throws IOException {
        open(TEXT, "text_model.embeddings.position_ids");
        open(TEXT, "embeddings.position_ids");
        open(TEXT, "text_projection.weight");
    }

    @DataProvider
    public Object[][] others() {
        return new Object[][] {
            {TEXT, "text_model.encoder.layers.0.embeddings.position_ids"},
            {TEXT, "position_ids"},
            {TEXT, "text_projection.bias"},
            {TEXT, "logit_scale"},
            {TEXT, "visual_projection.weight"},
            {TEXT, "vision_model.embeddings.position_ids"},
            {TEXT, "vision_model.post_layernorm.weight"},
            {TEXT, "ema_text_model.final_layer_norm.weight"},
            {TEXT, "string_to_param.*"},
            {UNET, "embeddings.position_ids"},
            {UNET, "ema_conv_in.weight"},
            {UNET, "optimizer.state.0.exp_avg"},
            {UNET, "time_embedding.cond_proj.weight"},
            {UNET, "conv_in.lora.down.weight"},
            {UNET, "model.diffusion_model.out.0.weight"},
            {VAE, "loss.logvar"},
            {VAE, "model_ema.decay"},
            {VAE, "latents_mean"},
        };
    }

    @Test(dataProvider = "others")
    public void everyOtherTensorIsRefusedByName(String file, String name) {
        assertThatThrownBy(() -> open(file, name))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("1 surplus:\n    " + name + " [2]");
    }

    @DataProvider
    public Object[][] spellings() {
        return new Object[][] {
            {TEXT, "text_model.final_layer_norm.weight", "final_layer_norm.weight"},
            {VAE, "encoder.mid_block.attentions.0.to_q.weight", "encoder.mid_block.attentions.0.query.weight"},
        };
    }

    /** Else the one that comes later in the file's order would count, without a word. */
    @Test(dataProvider = "spellings")
    public void twoSpellingsOfOneTensorAreRefused(String file, String one, String other) {
        assertThatThrownBy(() -> open(file, other))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("'" + one + "'")
                .hasMessageContaining("'" + other + "'")
                .hasMessageContaining("are two spellings of one tensor of the model");
    }

    /** Opens the tiny model with one more tensor in a file. */
    private static void open(String component, String name) throws IOException {
        Path model = TinyModel.copy();
        Path file = model.resolve(component);
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile old = SafetensorsFile.open(file)) {
            old.names().forEach(n -> writer.addFloats(n, old.info(n).shape(), old.readFloats(n)));
        }
        writer.addFloats(name, Shape.of(2), new float[2]).write(file);
        new StableDiffusionProvider().openFolder(model, Optional.empty()).close();
    }
}
