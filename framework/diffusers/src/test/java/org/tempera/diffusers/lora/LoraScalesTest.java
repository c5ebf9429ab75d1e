package org.tempera.diffusers.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tempera.spi.UserException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Configurations of peft that say more than a plain LoRA does. */
public class LoraScalesTest {
    private Path file = Path.of("");

    @BeforeMethod
    public void makeFile() throws IOException {
        file = Files.createTempFile("adapter_config", ".json");
    }

    @AfterMethod(alwaysRun = true)
    public void deleteFile() throws IOException {
        Files.delete(file);
    }

    private LoraScales read(String config) throws IOException {
        return LoraScales.peft(Files.writeString(file, config));
    }

    @Test
    public void trainedBiasesAreRefused() {
        for (String bias : List.of("all", "lora_only")) {
            assertThatThrownBy(() -> read("{\"bias\": \"" + bias + "\"}"))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(file + ": bias: \"" + bias + "\" is not supported")
                    .hasMessageContaining("merge_and_unload");
        }
    }

    @Test
    public void initialisationsThatChangeTheModelAreRefused() {
        for (String init : List.of("pissa", "pissa_niter_16", "olora", "OLoRA", "corda", "loftq", "lora_ga")) {
            String config = "{\"init_lora_weights\": \"" + init + "\"}";
            assertThatThrownBy(() -> read(config))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(file + ": init_lora_weights: \"" + init + "\" is not supported")
                    .hasMessageContaining("path_initial_model_for_weight_conversion");
            assertThatThrownBy(() -> LoraScales.metadata(
                            Map.of(LoraScales.METADATA_KEY, config.replace("init", "unet.init")), "a.safetensors"))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("init_lora_weights: ");
        }
    }

    @Test
    public void unknownInitialisationsAndOtherMethodsAreRefused() {
        assertThatThrownBy(() -> read("{\"init_lora_weights\": \"nova\"}"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(file + ": init_lora_weights: \"nova\" is not known");
        for (String other : List.of(
                "\"use_qalora\": true",
                "\"use_bdlora\": {\"nblocks\": 2}",
                "\"kasa_config\": {\"beta\": 0.1}",
                "\"arrow_config\": {\"top_k\": 1}",
                "\"alora_invocation_tokens\": [1]",
                "\"layer_replication\": [[0, 2]]",
                "\"target_parameters\": [\"weight\"]",
                "\"trainable_token_indices\": [3]")) {
            assertThatThrownBy(() -> read("{" + other + "}"))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(other.substring(1, other.indexOf('"', 1)) + " is not supported");
        }
    }

    @Test
    public void othersArePlain() throws IOException {
        for (String config : List.of(
                "{\"bias\": \"none\", \"init_lora_weights\": true}",
                "{\"bias\": null, \"init_lora_weights\": \"gaussian\"}",
                "{\"init_lora_weights\": \"eva\"}",
                "{\"init_lora_weights\": \"mica\", \"use_qalora\": false, \"arrow_config\": null}",
                "{\"trainable_token_indices\": [], \"init_lora_weights\": false}",
                "{\"init_lora_weights\": \"orthogonal\"}")) {
            assertThat(read(config)).isNotNull();
        }
    }

    /** peft takes its defaults for keys that are missing, and fails to compute with null. */
    @Test
    public void nullsOfRankAndAlphaAreRefused() {
        for (String key : List.of("r", "lora_alpha")) {
            assertThatThrownBy(() -> read("{\"" + key + "\": null}"))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(file + ": " + key + ": expected a number, found null");
        }
    }

    @Test
    public void notesOfEachModelAreChecked() {
        for (String prefix : List.of("", "unet.", "transformer.", "text_encoder.", "text_encoder_2.")) {
            String note = "{\"" + prefix + "use_dora\": true}";
            assertThatThrownBy(() -> LoraScales.metadata(Map.of(LoraScales.METADATA_KEY, note), "a.safetensors"))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("use_dora is not supported");
        }
    }
}
