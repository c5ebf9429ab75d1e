package org.tempera.diffusers.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tempera.diffusers.lora.LoraLayers.Layer;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.PolicyProvider.AdapterLayout;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Round trips through our own reader. */
public class LoraExportTest {
    private static final String BLOCK = "down_blocks_0_attentions_0_transformer_blocks_0_";
    private static final List<String> MODULES = List.of(
            BLOCK + "attn1_to_q",
            BLOCK + "attn1_to_v",
            BLOCK + "attn2_to_out_0",
            BLOCK + "ff_net_0_proj",
            "mid_block_resnets_1_conv1",
            "up_blocks_1_upsamplers_0_conv",
            "up_blocks_2_attentions_1_proj_in",
            "time_embedding_linear_1");

    private Path folder;

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "test-files")), "export");
    }

    /** Alpha and rank of the layer at a position. */
    private interface Numbers {
        int of(int position);
    }

    @DataProvider
    public Object[][] adapters() {
        return new Object[][] {
            {"equal", (Numbers) i -> 4, (Numbers) i -> 2, 0.0},
            {"alphas", (Numbers) i -> 4, (Numbers) i -> i < 5 ? 2 : 3, 1e-6},
            {"ranks", (Numbers) i -> i == 3 ? 2 : 4, (Numbers) i -> 2, 0.0},
        };
    }

    @Test(dataProvider = "adapters")
    public void everyLayoutGivesTheSameProducts(String name, Numbers rank, Numbers alpha, double tolerance) {
        Path source = kohya(rank, alpha);
        Map<String, float[]> expected = products(source);
        assertThat(expected).hasSize(MODULES.size() + 1);
        for (AdapterLayout first : AdapterLayout.values()) {
            Path once = folder.resolve(first.name());
            LoraExport.write(source, once, first, Families.STABLE_DIFFUSION);
            for (AdapterLayout second : AdapterLayout.values()) {
                Path twice = folder.resolve(first + "-" + second);
                for (Path part : parts(once)) {
                    LoraExport.write(
                            part, twice.resolve(String.valueOf(part.getFileName())), second, Families.STABLE_DIFFUSION);
                }
                Map<String, float[]> got = new TreeMap<>();
                for (Path written : parts(once)) {
                    for (Path part : parts(twice.resolve(String.valueOf(written.getFileName())))) {
                        got.putAll(products(part));
                    }
                }
                assertThat(got.keySet()).as(name + " " + twice).isEqualTo(expected.keySet());
                got.forEach((layer, values) -> {
                    float[] wanted = expected.get(layer);
                    assertThat(values).as(twice + " " + layer).hasSameSizeAs(wanted);
                    for (int i = 0; i < values.length; i++) {
                        assertThat((double) values[i])
                                .as(twice + " " + layer)
                                .isCloseTo(wanted[i], within(tolerance * Math.max(1, Math.abs(wanted[i]))));
                    }
                });
            }
        }
    }

    /** Most alphas are 0: no layer can be scaled to it. */
    @Test
    public void alphasOfNothingStayNumbers() {
        for (int others : new int[] {0, 2}) {
            Path source = kohya(i -> 4, i -> i < 6 ? 0 : others);
            Map<String, float[]> expected = products(source);
            Path written = LoraExport.write(
                            source, folder.resolve("k" + others), AdapterLayout.KOHYA, Families.STABLE_DIFFUSION)
                    .get(0);
            products(written)
                    .forEach((layer, values) ->
                            assertThat(values).as(layer).containsExactly(expected.get(layer), within(1e-5f)));
        }
    }

    /** As a whole number of 64 bits it would be another one. */
    @Test
    public void aLargeAlphaIsWrittenAsItIs() {
        assertThat(LoraExport.number(1e30)).isEqualTo(1e30);
        assertThat(LoraExport.number(-1e19)).isEqualTo(-1e19);
        assertThat(LoraExport.number(8)).isEqualTo(8L);
        assertThat(LoraExport.number(0.5)).isEqualTo(0.5);
    }

    @Test
    public void kohyasNamesGetTheirDotsBack() {
        assertThat(KohyaNames.dotted(BLOCK + "attn2_to_out_0"))
                .contains("down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_out.0");
        assertThat(KohyaNames.dotted("text_model_encoder_layers_11_self_attn_q_proj"))
                .contains("text_model.encoder.layers.11.self_attn.q_proj");
        assertThat(KohyaNames.dotted("mid_block_resnets_0_time_emb_proj"))
                .contains("mid_block.resnets.0.time_emb_proj");
        assertThat(KohyaNames.dotted("input_blocks_1_1_proj_in")).isEmpty();
    }

    /**
     * transformers leaves out {@code text_model} since 5.6: a configuration that has it stops diffusers 0.42.1 and peft
     * 0.21.2, one without is read by diffusers 0.35.2 and peft 0.17.1 too.
     */
    @Test
    public void layersOfTheTextEncoderAreNamedAsTransformersNamesThemToday() throws IOException {
        Path source = kohya(i -> 4, i -> 2);
        String layer = "encoder.layers.0.self_attn.k_proj";
        Path peft =
                LoraExport.write(source, folder.resolve("peft"), AdapterLayout.PEFT, Families.STABLE_DIFFUSION).stream()
                        .filter(file -> file.getParent().endsWith("text_encoder"))
                        .findFirst()
                        .orElseThrow();
        try (SafetensorsFile written = SafetensorsFile.open(peft)) {
            assertThat(written.names())
                    .containsExactlyInAnyOrder(
                            "base_model.model." + layer + ".lora_A.weight",
                            "base_model.model." + layer + ".lora_B.weight");
        }
        assertThat(peft.resolveSibling("adapter_config.json"))
                .content()
                .contains("\"" + layer + "\"")
                .doesNotContain("text_model");
        Path diffusers = LoraExport.write(
                        source, folder.resolve("diffusers"), AdapterLayout.DIFFUSERS, Families.STABLE_DIFFUSION)
                .get(0);
        try (SafetensorsFile written = SafetensorsFile.open(diffusers)) {
            assertThat(written.names()).contains("text_encoder.text_model." + layer + ".lora_linear_layer.down.weight");
            assertThat(written.metadata().get(LoraScales.METADATA_KEY))
                    .contains("\"" + layer + "\"")
                    .doesNotContain("text_model");
        }
    }

    @Test
    public void saysWhatIsNoAdapter() {
        Path file = folder.resolve("model.safetensors");
        new SafetensorsWriter()
                .addFloats("conv_in.weight", Shape.of(1), new float[1])
                .addFloats("lora_unet_mid_block_attentions_0_proj_in.lora_down.weight", Shape.of(2, 3), new float[6])
                .write(file);
        assertThatThrownBy(() ->
                        LoraExport.write(file, folder.resolve("out"), AdapterLayout.PEFT, Families.STABLE_DIFFUSION))
                .isInstanceOf(UserException.class)
                .hasMessage(file + ": expected a LoRA adapter of Stable Diffusion 1 or 2, 2 problem(s):\n"
                        + "  conv_in.weight: not a tensor of a LoRA adapter, or of a layer that is not known\n"
                        + "  lora_unet_mid_block_attentions_0_proj_in.lora_down.weight: the layer's second factor is"
                        + " missing");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    /** Other libraries would draw black pictures from it, and name no tensor. */
    @Test
    public void anAdapterWhoseTrainingBrokeDownIsNotPassedOn() {
        Path file = folder.resolve("broken.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        add(writer, "lora_unet_" + MODULES.get(0), 4, 2, false);
        writer.addFloats("lora_unet_" + MODULES.get(1) + ".lora_down.weight", Shape.of(4, 3), new float[12])
                .addFloats("lora_unet_" + MODULES.get(1) + ".lora_up.weight", Shape.of(1, 4), new float[] {
                    0, 0, Float.NaN, 0
                })
                .write(file);
        assertThatThrownBy(() ->
                        LoraExport.write(file, folder.resolve("out"), AdapterLayout.PEFT, Families.STABLE_DIFFUSION))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(file + ": tensor 'lora_unet_" + MODULES.get(1) + ".lora_up.weight'");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    /** Where peft writes two models there are two folders. */
    private static List<Path> parts(Path written) {
        Path unet = written.resolve("unet");
        return Files.isDirectory(unet) ? List.of(unet, written.resolve("text_encoder")) : List.of(written);
    }

    private Path kohya(Numbers rank, Numbers alpha) {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (int i = 0; i < MODULES.size(); i++) {
            add(
                    writer,
                    "lora_unet_" + MODULES.get(i),
                    rank.of(i),
                    alpha.of(i),
                    MODULES.get(i).contains("conv"));
        }
        add(writer, "lora_te_text_model_encoder_layers_0_self_attn_k_proj", 4, 8, false);
        Path file = folder.resolve("kohya.safetensors");
        writer.write(file);
        return file;
    }

    private static void add(SafetensorsWriter writer, String name, int rank, int alpha, boolean wide) {
        Shape down = wide ? Shape.of(rank, 3, 3, 3) : Shape.of(rank, 3);
        Shape up = wide ? Shape.of(5, rank, 1, 1) : Shape.of(5, rank);
        writer.addFloats(name + ".lora_down.weight", down, numbers(down, name.hashCode()));
        writer.addFloats(name + ".lora_up.weight", up, numbers(up, name.hashCode() + 1));
        writer.addFloats(name + ".alpha", Shape.scalar(), new float[] {alpha});
    }

    private static float[] numbers(Shape shape, int seed) {
        java.util.Random random = new java.util.Random(seed);
        float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** What each layer's weight is changed by, by component and module. */
    private static Map<String, float[]> products(Path adapter) {
        Map<String, float[]> products = new TreeMap<>();
        try (LoraFile.Opened opened = LoraFile.openAlone(adapter)) {
            for (Layer l : LoraLayers.of(opened.source(), opened.scales(), Families.STABLE_DIFFUSION)) {
                float[] down = opened.source().readFloats(l.down());
                float[] up = opened.source().readFloats(l.up());
                int in = down.length / l.rank();
                int out = up.length / l.rank();
                float[] product = new float[in * out];
                for (int o = 0; o < out; o++) {
                    for (int i = 0; i < in; i++) {
                        double sum = 0;
                        for (int r = 0; r < l.rank(); r++) {
                            sum += (double) up[o * l.rank() + r] * down[r * in + i];
                        }
                        product[o * in + i] = (float) (sum * l.alpha() / l.rank());
                    }
                }
                products.put(l.component() + " " + l.module(), product);
            }
        }
        return products;
    }
}
