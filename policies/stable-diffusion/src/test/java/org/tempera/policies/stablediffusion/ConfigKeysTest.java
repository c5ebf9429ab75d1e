package org.tempera.policies.stablediffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import org.tempera.diffusers.ddim.DdimConfig;
import org.tempera.diffusers.vae.AutoencoderConfig;
import org.tempera.nn.clip.ClipTextConfig;
import org.tempera.nn.config.ModelConfig;
import org.tempera.policies.stablediffusion.unet.UNetConfigReader;
import org.tempera.spi.UserException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Every key of the libraries' configurations is used, refused, or makes no difference in the pipeline. The names are
 * listed by {@code src/test/python/list_config_keys.py}, so that a key of a later version is noticed.
 */
public class ConfigKeysTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What becomes of a key: the verdict, and a value that is not the default one. */
    private record Key(Verdict verdict, String value) {}

    private enum Verdict {
        /** Another value gives another model. */
        USED,
        /** Another value is an error that names the key. */
        REFUSED,
        /** The pipeline draws the same pictures, for the reason beside it. */
        NO_DIFFERENCE
    }

    private static final Map<String, Key> UNET = keys(
            used("sample_size", "32"),
            used("in_channels", "5"),
            used("out_channels", "5"),
            used("center_input_sample", "true"),
            used("flip_sin_to_cos", "false"),
            used("freq_shift", "1"),
            used("down_block_types", "[\"DownBlock2D\", \"DownBlock2D\", \"DownBlock2D\", \"DownBlock2D\"]"),
            used("mid_block_type", "\"UNetMidBlock2D\""),
            used("up_block_types", "[\"UpBlock2D\", \"UpBlock2D\", \"UpBlock2D\", \"UpBlock2D\"]"),
            used("only_cross_attention", "true"),
            used("block_out_channels", "[64, 64, 64, 64]"),
            used("layers_per_block", "1"),
            used("downsample_padding", "0"),
            used("mid_block_scale_factor", "2"),
            used("act_fn", "\"relu\""),
            used("norm_num_groups", "16"),
            used("norm_eps", "0.1"),
            used("cross_attention_dim", "32"),
            used("transformer_layers_per_block", "2"),
            used("reverse_transformer_layers_per_block", "[2, 2, 2, 2]"),
            used("encoder_hid_dim", "12"),
            used("time_cond_proj_dim", "32"),
            used("attention_head_dim", "4"),
            used("use_linear_projection", "true"),
            used("resnet_time_scale_shift", "\"scale_shift\""),
            used("resnet_skip_time_act", "true"),
            used("resnet_out_scale_factor", "2"),
            used("time_embedding_dim", "16"),
            used("time_embedding_act_fn", "\"silu\""),
            used("timestep_post_act", "\"silu\""),
            used("conv_in_kernel", "5"),
            used("conv_out_kernel", "5"),
            refused("encoder_hid_dim_type", "\"image_proj\""),
            refused("num_attention_heads", "8"),
            refused("dual_cross_attention", "true"),
            refused("class_embed_type", "\"timestep\""),
            refused("addition_embed_type", "\"text\""),
            refused("num_class_embeds", "10"),
            refused("time_embedding_type", "\"fourier\""),
            refused("attention_type", "\"gated\""),
            refused("class_embeddings_concat", "true"),
            // Training only.
            noDifference("dropout", "0.5"),
            // Everything is computed in single precision.
            noDifference("upcast_attention", "true"),
            // Sizes of embeddings whose kinds are refused above.
            noDifference("addition_time_embed_dim", "8"),
            noDifference("addition_embed_type_num_heads", "8"),
            noDifference("projection_class_embeddings_input_dim", "8"),
            // Of the SimpleCrossAttn blocks, which are refused by their names.
            noDifference("mid_block_only_cross_attention", "true"),
            noDifference("cross_attention_norm", "\"layer_norm\""));

    private static final Map<String, Key> VAE = keys(
            used("in_channels", "{\"in_channels\": 4, \"out_channels\": 4}"),
            used("down_block_types", "[\"AttnDownEncoderBlock2D\"]"),
            used("up_block_types", "[\"AttnUpDecoderBlock2D\"]"),
            used("block_out_channels", "[32]"),
            used("layers_per_block", "2"),
            used("act_fn", "\"relu\""),
            used("latent_channels", "16"),
            used("norm_num_groups", "16"),
            used("scaling_factor", "1"),
            used("use_quant_conv", "false"),
            used("use_post_quant_conv", "false"),
            used("mid_block_add_attention", "false"),
            refused("out_channels", "4"),
            // The pipeline takes no notice of these three, unlike those of later models.
            refused("shift_factor", "0.1"),
            refused("latents_mean", "[0, 0, 0, 0]"),
            refused("latents_std", "[1, 1, 1, 1]"),
            // The size of tiles, which nobody asks for.
            noDifference("sample_size", "64"),
            // Everything is computed in single precision.
            noDifference("force_upcast", "false"));

    private static final Map<String, Key> SCHEDULER = keys(
            used("num_train_timesteps", "500"),
            used("beta_start", "0.001"),
            used("beta_end", "0.01"),
            used("beta_schedule", "\"scaled_linear\""),
            used("trained_betas", "{\"trained_betas\": [0.1, 0.2], \"num_train_timesteps\": 2}"),
            used("set_alpha_to_one", "false"),
            used("steps_offset", "1"),
            used("prediction_type", "\"v_prediction\""),
            used("thresholding", "true"),
            used("timestep_spacing", "\"trailing\""),
            used("rescale_betas_zero_snr", "true"),
            // The pipeline takes it for false.
            noDifference("clip_sample", "true"),
            noDifference("clip_sample_range", "2"),
            // Read where thresholding is on: DdimProcessTest and verify's cases.
            noDifference("dynamic_thresholding_ratio", "0.5"),
            noDifference("sample_max_value", "2"));

    private static final Map<String, Key> TINY_VAE = keys(
            used("in_channels", "{\"in_channels\": 4, \"out_channels\": 4}"),
            used("encoder_block_out_channels", "[32, 32, 32, 32]"),
            used("decoder_block_out_channels", "[32, 32, 32, 32]"),
            used("act_fn", "\"silu\""),
            used("latent_channels", "16"),
            used("num_encoder_blocks", "[1, 1, 1, 1]"),
            used("num_decoder_blocks", "[1, 1, 1, 1]"),
            used("scaling_factor", "0.5"),
            refused("out_channels", "4"),
            refused("upsample_fn", "\"bilinear\""),
            refused("upsampling_scaling_factor", "3"),
            // The pipeline takes no notice of it.
            refused("shift_factor", "0.1"),
            // Of latents kept as pictures, which no pipeline does.
            noDifference("latent_magnitude", "2"),
            noDifference("latent_shift", "0.1"),
            // Everything is computed in single precision.
            noDifference("force_upcast", "true"));

    private static final Map<String, Key> EULER = keys(
            used("num_train_timesteps", "500"),
            used("beta_start", "0.001"),
            used("beta_end", "0.01"),
            used("beta_schedule", "\"scaled_linear\""),
            used("trained_betas", "{\"trained_betas\": [0.1, 0.2], \"num_train_timesteps\": 2}"),
            used("prediction_type", "\"v_prediction\""),
            used("rescale_betas_zero_snr", "true"),
            // Another spacing makes it DDIM's, which has the offset too.
            used("timestep_spacing", "\"leading\""),
            used("steps_offset", "1"),
            refused("interpolation_type", "\"log_linear\""),
            refused("use_karras_sigmas", "true"),
            refused("use_exponential_sigmas", "true"),
            refused("use_beta_sigmas", "true"),
            refused("timestep_type", "\"continuous\""),
            refused("final_sigmas_type", "\"sigma_min\""),
            // Of the three that are refused.
            noDifference("sigma_min", "0.1"),
            noDifference("sigma_max", "10"));

    private static final Map<String, Key> LCM = keys(
            used("num_train_timesteps", "500"),
            used("beta_start", "0.001"),
            used("beta_end", "0.01"),
            used("beta_schedule", "\"linear\""),
            used(
                    "trained_betas",
                    "{\"trained_betas\": [0.1, 0.2], \"num_train_timesteps\": 2, \"original_inference_steps\": 2}"),
            used("original_inference_steps", "25"),
            used("prediction_type", "\"v_prediction\""),
            used("timestep_scaling", "5"),
            used("rescale_betas_zero_snr", "true"),
            // Read for the cases of verify that take any file for DDIM's.
            used("set_alpha_to_one", "false"),
            used("steps_offset", "1"),
            used("timestep_spacing", "\"trailing\""),
            // One of two pipelines takes it for false.
            refused("clip_sample", "true"),
            refused("thresholding", "true"),
            noDifference("clip_sample_range", "2"),
            noDifference("dynamic_thresholding_ratio", "0.5"),
            noDifference("sample_max_value", "2"));

    private static final Map<String, Key> TEXT = keys(
            used("vocab_size", "100"),
            used("hidden_size", "64"),
            used("intermediate_size", "64"),
            used("num_hidden_layers", "2"),
            used("num_attention_heads", "4"),
            used("max_position_embeddings", "16"),
            used("hidden_act", "\"gelu\""),
            used("layer_norm_eps", "0.1"),
            used("eos_token_id", "2"),
            refused("use_attention_mask", "true"),
            // Training only.
            noDifference("attention_dropout", "0.5"),
            noDifference("initializer_factor", "2.0"),
            noDifference("initializer_range", "2.0"),
            // The tokenizer's own say; the projection comes after the states that the denoiser reads.
            noDifference("bos_token_id", "1"),
            noDifference("pad_token_id", "1"),
            noDifference("projection_dim", "8"),
            // What is returned besides, names and precision.
            noDifference("architectures", "[\"CLIPTextModelWithProjection\"]"),
            noDifference("chunk_size_feed_forward", "8"),
            noDifference("dtype", "\"float16\""),
            noDifference("id2label", "{\"0\": \"a\"}"),
            noDifference("is_encoder_decoder", "true"),
            noDifference("label2id", "{\"a\": 0}"),
            noDifference("model_type", "\"clip_text_model\""),
            noDifference("output_attentions", "true"),
            noDifference("output_hidden_states", "true"),
            noDifference("problem_type", "\"regression\""),
            noDifference("return_dict", "false"),
            noDifference("transformers_version", "\"5.24.0\""));

    private static Map.Entry<String, Key> used(String key, String value) {
        return Map.entry(key, new Key(Verdict.USED, value));
    }

    private static Map.Entry<String, Key> refused(String key, String value) {
        return Map.entry(key, new Key(Verdict.REFUSED, value));
    }

    private static Map.Entry<String, Key> noDifference(String key, String value) {
        return Map.entry(key, new Key(Verdict.NO_DIFFERENCE, value));
    }

    @SafeVarargs
    private static Map<String, Key> keys(Map.Entry<String, Key>... entries) {
        Map<String, Key> keys = new LinkedHashMap<>();
        for (Map.Entry<String, Key> e : entries) {
            keys.put(e.getKey(), e.getValue());
        }
        return keys;
    }

    @DataProvider
    public static Object[][] classes() {
        return new Object[][] {
            {"UNet2DConditionModel", UNET, (Function<ModelConfig, Object>) UNetConfigReader::read},
            {"AutoencoderKL", VAE, (Function<ModelConfig, Object>) AutoencoderConfig::read},
            {"AutoencoderTiny", TINY_VAE, (Function<ModelConfig, Object>) AutoencoderConfig::read},
            {"DDIMScheduler", SCHEDULER, (Function<ModelConfig, Object>) DdimConfig::readAsNamed},
            {"EulerDiscreteScheduler", EULER, (Function<ModelConfig, Object>) DdimConfig::readAsNamed},
            {"LCMScheduler", LCM, (Function<ModelConfig, Object>) DdimConfig::readAsNamed},
            {"CLIPTextModel", TEXT, (Function<ModelConfig, Object>) ClipTextConfig::read},
        };
    }

    @Test(dataProvider = "classes")
    public void everyKeyIsClassified(String name, Map<String, Key> keys, Function<ModelConfig, Object> reader)
            throws IOException {
        TreeSet<String> names = new TreeSet<>();
        try (InputStream in = Objects.requireNonNull(ConfigKeysTest.class.getResourceAsStream("/config-keys.json"))) {
            JSON.readTree(in).get(name).forEach(key -> names.add(key.asText()));
        }
        assertThat(new TreeSet<>(keys.keySet())).isEqualTo(names);
    }

    @Test(dataProvider = "classes")
    public void everyKeyIsUsedRefusedOrMakesNoDifference(
            String name, Map<String, Key> keys, Function<ModelConfig, Object> reader) throws IOException {
        Object plain = read(named(name), reader);
        for (Map.Entry<String, Key> e : keys.entrySet()) {
            ObjectNode config = named(name);
            JsonNode value = JSON.readTree(e.getValue().value());
            if (value instanceof ObjectNode several && several.has(e.getKey())) {
                config.setAll(several);
            } else {
                config.set(e.getKey(), value);
            }
            Object found;
            try {
                found = read(config, reader);
            } catch (UserException refused) {
                assertThat(e.getValue().verdict()).as(refused.getMessage()).isEqualTo(Verdict.REFUSED);
                assertThat(refused).hasMessageContaining(e.getKey() + ": ");
                continue;
            }
            assertThat(found.equals(plain) ? Verdict.NO_DIFFERENCE : Verdict.USED)
                    .as("%s.%s", name, e.getKey())
                    .isEqualTo(e.getValue().verdict());
        }
    }

    /** An alpha of zero at the timestep that sampling begins with, which a prediction of the noise is divided by. */
    @Test
    public void pureNoiseCannotBeToldByAPredictionOfNoise() throws IOException {
        for (String spacing : new String[] {"trailing", "linspace"}) {
            ObjectNode config = JSON.createObjectNode();
            config.put("rescale_betas_zero_snr", true).put("timestep_spacing", spacing);
            assertThatThrownBy(() -> read(config, DdimConfig::read))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(
                            "rescale_betas_zero_snr: true cannot go with prediction_type epsilon and timestep_spacing "
                                    + spacing);
            config.put("prediction_type", "v_prediction");
            assertThat(read(config, DdimConfig::read)).isNotNull();
        }
    }

    /** Of which diffusers reads the betas, and counts the timesteps by the other key. */
    @Test
    public void betasForOtherTimestepsThanThereAreAreRefused() throws IOException {
        ObjectNode config = JSON.createObjectNode();
        config.putArray("trained_betas").add(0.1).add(0.2);
        assertThat(read(config, DdimConfig::read)).isNotNull();
        config.put("num_train_timesteps", 1000);
        assertThatThrownBy(() -> read(config, DdimConfig::read))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("trained_betas: expected as many numbers as num_train_timesteps, 1000, found 2");
    }

    /** Sizes that the pipelines of versions below 0.9 take for 64. */
    @Test
    public void smallSamplesOfEarlyVersionsAreThoseOfThePipeline() throws IOException {
        String[][] versions = {{"0.6.0", "64"}, {"0.8.1", "64"}, {"0.9.0", "32"}, {"0.35.2", "32"}, {"1.0", "32"}};
        for (String[] version : versions) {
            ObjectNode config = JSON.createObjectNode();
            config.put("sample_size", 32).put("_diffusers_version", version[0]);
            ObjectNode plain = JSON.createObjectNode();
            plain.set("sample_size", JSON.readTree(version[1]));
            assertThat(read(config, UNetConfigReader::read))
                    .as(version[0])
                    .isEqualTo(read(plain, UNetConfigReader::read));
        }
    }

    /** The configuration of a whole CLIP, as transformers reads it for its text encoder. */
    @Test
    public void theTextEncodersPartOfAWholeClipsConfigurationIsRead() throws IOException {
        ObjectNode part = JSON.createObjectNode().put("hidden_act", "gelu").put("num_hidden_layers", 3);
        ObjectNode whole = JSON.createObjectNode().put("model_type", "clip");
        whole.set("text_config", part);
        assertThat(read(whole, ClipTextConfig::read)).isEqualTo(read(part, ClipTextConfig::read));
    }

    /** A configuration of a class and nothing else, but for the spacing by which Euler's is read as such. */
    private static ObjectNode named(String name) {
        ObjectNode config = JSON.createObjectNode().put("_class_name", name);
        return name.startsWith("Euler") ? config.put("timestep_spacing", "trailing") : config;
    }

    private static Object read(ObjectNode json, Function<ModelConfig, Object> reader) throws IOException {
        Path file = Files.createTempFile("config", ".json");
        try {
            Files.writeString(file, json.toString());
            ModelConfig config = ModelConfig.read(file);
            Object result = reader.apply(config);
            config.finish();
            return result;
        } finally {
            Files.delete(file);
        }
    }
}
