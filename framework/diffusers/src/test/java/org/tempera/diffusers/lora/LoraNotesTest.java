package org.tempera.diffusers.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.tempera.diffusers.lora.LoraLayers.Layer;
import org.tempera.spi.UserException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Adapters with a note {@code lora_adapter_metadata} have the scales that diffusers 0.42.1 with peft 0.21.2 gives them;
 * what those do not load is refused. Made by {@code make_lora_notes.py}.
 */
public class LoraNotesTest {
    private static final Path CASES = Path.of("src/test/resources/lora-notes");

    @DataProvider
    public Object[][] cases() throws IOException {
        return new ObjectMapper()
                .readTree(CASES.resolve("diffusers.json").toFile()).properties().stream()
                        .map(c -> new Object[] {c.getKey(), c.getValue()})
                        .toArray(Object[][]::new);
    }

    @Test(dataProvider = "cases")
    public void readsAsDiffusersDoes(String name, JsonNode wanted) {
        if (wanted.has("error")) {
            assertThatThrownBy(() -> layers(name))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith(CASES.resolve(name + ".safetensors") + ": ");
            return;
        }
        List<Layer> layers = layers(name);
        assertThat(layers).hasSize(wanted.path("scales").size());
        for (Layer layer : layers) {
            double scale = wanted.path("scales").path(layer.module()).doubleValue();
            assertThat(layer.alpha() / layer.rank()).as(layer.module()).isCloseTo(scale, within(1e-9));
        }
    }

    @DataProvider
    public Object[][] refusals() {
        return new Object[][] {
            {"packed-other", "its note lora_adapter_metadata has no key that begins with 'unet.'"},
            {"keys-of-transformer", "has no key that begins with 'unet.'"},
            {"keys-plain", "has no key that begins with 'unet.'"},
            {"no-keys", "or without the note: then alpha is the rank"},
            {"keys-of-unet-names-plain", "has no key without a model's name before it"},
            {"alpha-null", "lora_alpha: expected a number, found null"},
            {"rank-missing", "r is not in its configuration, which is rank 8 to peft, its tensors have 4"},
        };
    }

    @Test(dataProvider = "refusals")
    public void saysWhyANoteIsRefused(String name, String told) {
        assertThatThrownBy(() -> layers(name)).isInstanceOf(UserException.class).hasMessageContaining(told);
    }

    private static List<Layer> layers(String name) {
        try (LoraFile.Opened opened = LoraFile.openAlone(CASES.resolve(name + ".safetensors"))) {
            return LoraLayers.of(opened.source(), opened.scales(), Families.STABLE_DIFFUSION);
        }
    }
}
