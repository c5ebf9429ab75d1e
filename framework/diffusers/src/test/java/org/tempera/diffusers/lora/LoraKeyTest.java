package org.tempera.diffusers.lora;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class LoraKeyTest {
    @DataProvider
    public static Object[][] names() {
        String layer = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.";
        Optional<Component> unet = Optional.of(Component.UNET);
        Optional<Component> text = Optional.of(Component.TEXT_ENCODER);
        String query = "text_model.encoder.layers.0.self_attn.q_proj";
        return new Object[][] {
            {"unet." + layer + "to_q.lora.down.weight", unet, layer + "to_q", LoraKey.Role.DOWN},
            {"unet." + layer + "to_out.0.lora_B.weight", unet, layer + "to_out.0", LoraKey.Role.UP},
            {layer + "processor.to_out_lora.up.weight", Optional.empty(), layer + "to_out", LoraKey.Role.UP},
            {
                "base_model.model." + layer + "to_k.lora_A.default.weight",
                Optional.empty(),
                layer + "to_k",
                LoraKey.Role.DOWN
            },
            {
                "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight",
                unet,
                "mid_block_attentions_0_proj_in",
                LoraKey.Role.DOWN
            },
            {
                "lora_unet_mid_block_attentions_0_proj_in.alpha",
                unet,
                "mid_block_attentions_0_proj_in",
                LoraKey.Role.ALPHA
            },
            {"text_encoder." + query + ".lora_linear_layer.up.weight", text, query, LoraKey.Role.UP},
            {"text_encoder.encoder.layers.0.self_attn.q_proj.lora_A.weight", text, query, LoraKey.Role.DOWN},
            {"text_encoder.encoder.layers.0.self_attn.to_q_lora.down.weight", text, query, LoraKey.Role.DOWN},
            {
                "base_model.model.encoder.layers.0.self_attn.q_proj.lora_B.weight",
                Optional.empty(),
                query,
                LoraKey.Role.UP
            },
            {
                "lora_te_encoder_layers_0_mlp_fc1.lora_down.weight",
                text,
                "text_model_encoder_layers_0_mlp_fc1",
                LoraKey.Role.DOWN
            },
            {"unet.encoder_hid_proj.lora_A.weight", unet, "encoder_hid_proj", LoraKey.Role.DOWN},
            {"base_model.model.encoder_hid_proj.lora_A.weight", Optional.empty(), "encoder_hid_proj", LoraKey.Role.DOWN
            },
            {"text_encoder.text_model.encoder.layers.0.self_attn.to_q_lora.down.weight", text, query, LoraKey.Role.DOWN
            },
            {
                "transformer.transformer_blocks.0.attn.add_q_proj.lora_A.weight",
                Optional.of(Component.TRANSFORMER),
                "transformer_blocks.0.attn.add_q_proj",
                LoraKey.Role.DOWN
            },
            {
                "lora_transformer_transformer_blocks_0_attn_to_q.alpha",
                Optional.of(Component.TRANSFORMER),
                "transformer_blocks_0_attn_to_q",
                LoraKey.Role.ALPHA
            },
            {
                "lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_up.weight",
                Optional.of(Component.TEXT_ENCODER_2),
                "text_model_encoder_layers_0_mlp_fc1",
                LoraKey.Role.UP
            },
        };
    }

    @Test(dataProvider = "names")
    public void readsNames(String name, Optional<Component> component, String module, LoraKey.Role role) {
        assertThat(LoraKey.parse(name)).contains(new LoraKey(component, module, role));
    }

    @Test
    public void othersAreNone() {
        assertThat(LoraKey.parse("unet.conv_in.weight")).isEmpty();
        assertThat(LoraKey.parse("lora_unet_mid_block.dora_scale")).isEmpty();
    }
}
