package org.tempera.diffusers.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.nn.layers.Layout;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;
import org.tempera.spi.policy.PolicyProvider.AdapterLayout;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Adapters that say more than any has: answered in a short time, with one message. */
public class HostileAdaptersTest {
    private static final int MILLIS = 20_000;

    private Path folder = Path.of("");

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "test-files")), "hostile");
    }

    private static String tensor(String name, String shape) {
        return "\"" + name + "\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":[0,0]}";
    }

    private Path file(String... tensors) throws IOException {
        byte[] header = ("{" + String.join(",", tensors) + "}").getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
        return Files.write(
                folder.resolve("adapter.safetensors"),
                bytes.putLong(header.length).put(header).array());
    }

    @Test
    public void aRankBeyondAllMeasureIsNoRank() throws IOException {
        String layer = "unet.mid_block.attentions.0.proj_in.lora.";
        ParameterInventory unet = new ParameterInventory();
        unet.weight(
                "mid_block.attentions.0.proj_in.weight", Layout.LINEAR, Shape.of(1, 1), new Initializer.Constant(0));
        Path half = file(tensor(layer + "down.weight", "[3000000000,0]"));
        assertThatThrownBy(() -> LoraFile.open(
                        new AdapterFile(half, 1), Families.STABLE_DIFFUSION, Map.of(Component.UNET, unet)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("the layer's second factor is missing");
        Path both =
                file(tensor(layer + "down.weight", "[3000000000,0]"), tensor(layer + "up.weight", "[0,3000000000]"));
        assertThatThrownBy(() -> LoraFile.open(
                        new AdapterFile(both, 1), Families.STABLE_DIFFUSION, Map.of(Component.UNET, unet)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("do not fit the layer's weight");
        for (AdapterLayout layout : AdapterLayout.values()) {
            assertThatThrownBy(() -> LoraExport.write(both, folder.resolve("out"), layout, Families.STABLE_DIFFUSION))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("are no pair of factors");
        }
    }

    @Test(timeOut = MILLIS)
    public void aLongNameTakesNoLongTime() {
        String flat = "ff_".repeat(1 << 21) + "ff";
        assertThat(KohyaNames.dotted(flat)).contains(flat.replace('_', '.'));
        assertThat(LoraKey.parse("lora_unet_" + flat + ".alpha")).isEmpty();
    }

    /** A hundred thousand names would be copied and searched for each of as many layers. */
    @Test(timeOut = MILLIS)
    public void manyNamesTakeNoLongTimeForManyLayers() throws IOException {
        String names = IntStream.range(0, 100_000)
                .mapToObj(i -> "\"layer" + i + ".to_q\"")
                .collect(Collectors.joining(","));
        LoraScales scales = LoraScales.peft(Files.writeString(
                folder.resolve("adapter_config.json"),
                "{\"r\":2,\"lora_alpha\":2,\"layers_to_transform\":[1],\"target_modules\":[" + names
                        + "],\"exclude_modules\":[" + names.replace("layer", "other") + "]}"));
        for (int i = 0; i < 50_000; i++) {
            assertThat(scales.contradiction(layer("unet.blocks.1.layer" + i + ".to_q")))
                    .isEmpty();
        }
        assertThat(scales.contradiction(layer("unet.blocks.2.layer7.to_q")).orElseThrow())
                .startsWith("layers_to_transform of its configuration leaves the layer out");
        assertThat(scales.contradiction(layer("unet.blocks.1.other7.to_q")).orElseThrow())
                .startsWith("exclude_modules ");
        assertThat(scales.contradiction(layer("unet.blocks.1.layer-1.to_q")).orElseThrow())
                .startsWith("target_modules ");
    }

    @Test(timeOut = 2 * MILLIS)
    public void patternsCostNoMoreThanSomeSeconds() throws IOException {
        String pattern = "(" + "[a-z0-9._]?".repeat(400) + ")";
        LoraScales scales = LoraScales.peft(Files.writeString(
                folder.resolve("adapter_config.json"),
                "{\"r\":2,\"lora_alpha\":2,\"alpha_pattern\":{\"x" + pattern + "\":1,\"y" + pattern + "\":2},"
                        + "\"rank_pattern\":{\"z" + pattern + "\":1}}"));
        String name = "blocks.".repeat(100);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100_000; i++) {
                        scales.contradiction(layer(name + i));
                        scales.scale(layer(name + i));
                    }
                })
                .isInstanceOf(UserException.class)
                .hasMessageContaining("adapter_config.json: its patterns are too many or too long for so many layers");
    }

    private static StoredAlphas.Layer layer(String module) {
        return new StoredAlphas.Layer(Component.UNET, false, module, 2, Optional.empty());
    }
}
