package org.tempera.diffusers.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tempera.diffusers.lora.LoraLayers.Layer;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.spi.UserException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Adapters by each initialisation of peft 0.21.2 that leaves the model as it is: their products are what peft adds.
 * Made by {@code make_peft_inits.py}.
 */
public class PeftInitsTest {
    private static final Path CASES = Path.of("src/test/resources/peft-inits");

    @DataProvider
    public Object[][] initialisations() {
        return new Object[][] {{"true"}, {"false"}, {"gaussian"}, {"eva"}, {"orthogonal"}, {"mica"}};
    }

    @Test(dataProvider = "initialisations")
    public void addsWhatPeftAdds(String initialisation) {
        Path folder = CASES.resolve(initialisation);
        try (LoraFile.Opened opened = LoraFile.openAlone(folder);
                SafetensorsFile added = SafetensorsFile.open(folder.resolve("added.safetensors"))) {
            List<Layer> layers = LoraLayers.of(opened.source(), opened.scales(), Families.STABLE_DIFFUSION);
            assertThat(layers).hasSize(2).extracting(Layer::rank).containsExactlyInAnyOrder(2, 4);
            for (Layer layer : layers) {
                float[] wanted = added.readFloats(layer.module() + ".weight");
                float[] a = opened.source().readFloats(layer.down());
                float[] b = opened.source().readFloats(layer.up());
                int in = a.length / layer.rank();
                for (int i = 0; i < wanted.length; i++) {
                    double sum = 0;
                    for (int r = 0; r < layer.rank(); r++) {
                        sum += (double) b[i / in * layer.rank() + r] * a[r * in + i % in];
                    }
                    assertThat(layer.alpha() / layer.rank() * sum).isCloseTo(wanted[i], within(1e-6));
                }
            }
        }
    }

    @DataProvider
    public Object[][] contradictions() {
        return new Object[][] {
            {"\"r\": 2,", "", "to_q: r is not in its configuration, which is rank 8 to peft, its tensors have 2"},
            {
                "\"lora_alpha\": 3,",
                "",
                "to_q: lora_alpha is not in its configuration, and peft's 8 would be a scale of 4"
            },
            {"\"r\": 2", "\"r\": 3", "to_q: r of its configuration says rank 3, its tensors have 2"},
            {"\"to_k\": 4", "\"to_k\": 3", "to_k: rank_pattern of its configuration says rank 3, its tensors have 4"},
            {"\"to_k\": 4", "\"to_v\": 4", "to_k: r of its configuration says rank 2, its tensors have 4"},
            {"\"exclude_modules\": null", "\"exclude_modules\": [\"attn1.to_k\"]", "to_k: exclude_modules of"},
            {"\"exclude_modules\": null", "\"exclude_modules\": \"down.*to_k\"", "to_k: exclude_modules of"},
            {"\"to_q\",\n", "", "to_q: target_modules of its configuration leaves the layer out"},
            {"\"layers_to_transform\": null", "\"layers_to_transform\": [1]", "to_q: layers_to_transform of"},
            {"\"layers_to_transform\": null", "\"layers_to_transform\": 1", "to_k: layers_to_transform of"},
            {
                "\"layers_pattern\": null,\n \"layers_to_transform\": null",
                "\"layers_pattern\": \"attentions\", \"layers_to_transform\": [1, 2]",
                "to_k: layers_to_transform of"
            },
            {
                "\"layers_pattern\": null,\n \"layers_to_transform\": null",
                "\"layers_pattern\": [\"blocks\"], \"layers_to_transform\": [0]",
                "to_k: layers_to_transform of"
            },
        };
    }

    @Test(dataProvider = "contradictions")
    public void aConfigurationOfOtherTensorsIsRefused(String before, String now, String told) throws IOException {
        Path folder = edited(before, now);
        assertThatThrownBy(() -> layers(folder))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(folder.resolve("adapter_model.safetensors") + ": ")
                .hasMessageContaining(told);
    }

    @DataProvider
    public Object[][] agreements() {
        return new Object[][] {
            {"\"exclude_modules\": null", "\"exclude_modules\": [\"to_v\", \"k\"]"},
            {"\"exclude_modules\": null", "\"exclude_modules\": \"to_k\""},
            {"\"exclude_modules\": null", "\"exclude_modules\": \"(?!x).*\""},
            {"\"layers_to_transform\": null", "\"layers_to_transform\": [0, 3]"},
            {"\"layers_to_transform\": null", "\"layers_to_transform\": []"},
            {
                "\"layers_pattern\": null,\n \"layers_to_transform\": null",
                "\"layers_pattern\": [\"x\", \"transformer_blocks\"], \"layers_to_transform\": 0"
            },
            {"\"target_modules\": [\n  \"to_q\",\n  \"to_k\"\n ]", "\"target_modules\": \".*attn1.to_(q|k)\""},
            {"\"target_modules\": [\n  \"to_q\",\n  \"to_k\"\n ]", "\"target_modules\": \"all-linear\""},
        };
    }

    @Test(dataProvider = "agreements")
    public void aConfigurationOfTheseTensorsIsRead(String before, String now) throws IOException {
        assertThat(layers(edited(before, now))).hasSize(2);
    }

    private static List<Layer> layers(Path folder) {
        try (LoraFile.Opened opened = LoraFile.openAlone(folder)) {
            return LoraLayers.of(opened.source(), opened.scales(), Families.STABLE_DIFFUSION);
        }
    }

    private static Path edited(String before, String now) throws IOException {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "test-files")), "peft");
        for (String name : List.of("adapter_model.safetensors", "adapter_config.json")) {
            Files.copy(CASES.resolve("true").resolve(name), folder.resolve(name));
        }
        Path config = folder.resolve("adapter_config.json");
        String text = Files.readString(config);
        assertThat(text).contains(before);
        Files.writeString(config, text.replace(before, now));
        return folder;
    }
}
