package org.tempera.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.policies.stablediffusion.unet.UNet;
import org.tempera.policies.stablediffusion.unet.UNetConfigReader;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.tensorflow.ndarray.Shape;

/** Sound inputs: what the project ships and tests with, and a few that are made here. */
final class Samples {
    private final Path root = Path.of("").toAbsolutePath().resolveSibling("..").normalize();

    /** A small model in the layout of diffusers. */
    Path model() {
        return root.resolve("policies/stable-diffusion/src/test/resources/mixed-blocks/model");
    }

    /** Models of the shapes of tiny-sd, SD-Turbo, LCM and TAESD. */
    Path fewSteps() {
        return root.resolve("policies/stable-diffusion/src/test/resources/small");
    }

    /** The example world's models. */
    Path world() {
        return root.resolve("examples/simple-animals/models");
    }

    /** The same with a denoiser of the fewest layers: most of a case's time goes into the names of weights. */
    Map<String, byte[]> smallModel() {
        String config = "{\"sample_size\":8,\"block_out_channels\":[4],\"down_block_types\":[\"DownBlock2D\"],"
                + "\"up_block_types\":[\"UpBlock2D\"],\"layers_per_block\":1,\"cross_attention_dim\":8,"
                + "\"attention_head_dim\":2,\"norm_num_groups\":2}";
        ParameterInventory layers = new ParameterInventory();
        SafetensorsWriter writer = new SafetensorsWriter();
        try {
            Path file = Files.createTempFile("unet", ".json");
            Files.writeString(file, config);
            new UNet(layers, UNetConfigReader.read(ModelConfig.read(file)));
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        layers.entries()
                .forEach((name, entry) -> writer.addFloats(
                        name,
                        entry.fileShape(),
                        new float[Math.toIntExact(entry.fileShape().size())]));
        return with(
                with(folder(model()), "unet/config.json", text(config)),
                "unet/diffusion_pytorch_model.safetensors",
                safetensors(writer));
    }

    /** A file of the tests of weights. */
    byte[] weights(String name) {
        return bytes(root.resolve("framework/nn/src/test/resources/org/tempera/nn/weights")
                .resolve(name));
    }

    Path oracle() {
        return root.resolve("policies/stable-diffusion/src/test/resources/sd-tiny");
    }

    Path imageReward() {
        return root.resolve("rewards-plugins/image-reward/src/test/resources/image-reward");
    }

    Path hps() {
        return root.resolve("rewards-plugins/hps-v2/src/test/resources/hps-v2");
    }

    Path openClip() {
        return root.resolve("rewards-plugins/clip-score/src/test/resources/open-clip");
    }

    Path configs() {
        return root.resolve("examples/simple-animals");
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder that is not the one that is read. */
    static Path temporary(String name) throws IOException {
        return Files.createDirectories(Path.of("target", "fuzz", name).toAbsolutePath());
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Folders of tokenizers in the form of transformers 5: CLIP's, and BERT's. */
    List<Map<String, byte[]>> tokenizers(String kind) {
        Path folder = root.resolve("framework/nn/src/test/resources/org/tempera/nn/tokenizer");
        List<Map<String, byte[]>> all = new ArrayList<>();
        try {
            ObjectMapper json = new ObjectMapper();
            JsonNode rows = json.readTree(folder.resolve("tokenizer-json.json").toFile())
                    .get(kind);
            JsonNode vocabulary =
                    json.readTree(folder.resolve("tiny/vocab.json").toFile());
            List<String> merges = Files.readAllLines(folder.resolve("tiny/merges.txt"));
            for (JsonNode row : rows.isArray() ? rows : List.of(rows)) {
                ObjectNode files = row.get("new").deepCopy();
                if (kind.equals("clip")) {
                    ObjectNode model = (ObjectNode) files.get("tokenizer.json").get("model");
                    model.set("vocab", vocabulary);
                    ArrayNode pairs = model.putArray("merges");
                    merges.stream().skip(1).forEach(pairs::add);
                }
                Map<String, byte[]> sample = new LinkedHashMap<>();
                files.properties()
                        .forEach(file ->
                                sample.put(file.getKey(), text(file.getValue().toString())));
                all.add(sample);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    /** All files below a folder. */
    static Map<String, byte[]> folder(Path folder) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(Files::isRegularFile)
                    .sorted()
                    .forEach(
                            file -> files.put(folder.relativize(file).toString().replace('\\', '/'), bytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    static Map<String, byte[]> with(Map<String, byte[]> files, String name, byte[] content) {
        Map<String, byte[]> all = new LinkedHashMap<>(files);
        all.put(name, content);
        return all;
    }

    static byte[] safetensors(SafetensorsWriter writer) {
        return written(".safetensors", writer::write);
    }

    /** The bytes of a file that something writes. */
    static byte[] written(String ending, Consumer<Path> writer) {
        try {
            Path file = Files.createTempFile("sample", ending);
            writer.accept(file);
            byte[] bytes = bytes(file);
            Files.delete(file);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The layers of {@link #model()}'s denoiser. */
    ParameterInventory denoiser() {
        ParameterInventory inventory = new ParameterInventory();
        new UNet(inventory, UNetConfigReader.read(ModelConfig.read(model().resolve("unet/config.json"))));
        return inventory;
    }

    /** An adapter of some layers of that denoiser. */
    byte[] adapter(String before, String down, String up, String alpha, Map<String, String> notes) {
        SafetensorsWriter writer = new SafetensorsWriter();
        ParameterInventory denoiser = denoiser();
        denoiser.names().stream()
                .filter(name -> name.endsWith("to_q.weight"))
                .limit(3)
                .forEach(name -> {
                    long[] shape = denoiser.entries().get(name).shape().asArray();
                    String module = before + name.substring(0, name.length() - ".weight".length());
                    writer.addFloats(module + down, Shape.of(2, shape[0]), new float[(int) (2 * shape[0])]);
                    writer.addFloats(module + up, Shape.of(shape[1], 2), new float[(int) (2 * shape[1])]);
                    if (!alpha.isEmpty()) {
                        writer.addFloats(module + alpha, Shape.scalar(), new float[] {2});
                    }
                });
        notes.forEach(writer::metadata);
        return safetensors(writer);
    }

    /** Pictures of each format. */
    static List<Map<String, byte[]>> pictures() {
        byte[] noted = PngFiles.encode(RgbImage.of(2, 2, new byte[12]), Map.of("prompt", "a cat", "seed", "7"));
        return List.of(
                Map.of("noted.png", noted),
                Map.of("alpha.png", picture(BufferedImage.TYPE_INT_ARGB, "png")),
                Map.of("grey.png", picture(BufferedImage.TYPE_BYTE_GRAY, "png")),
                Map.of("deep.png", picture(BufferedImage.TYPE_USHORT_GRAY, "png")),
                Map.of("bits.png", picture(BufferedImage.TYPE_BYTE_BINARY, "png")),
                Map.of("palette.png", picture(BufferedImage.TYPE_BYTE_INDEXED, "png")),
                Map.of("rgb.jpg", picture(BufferedImage.TYPE_INT_RGB, "jpg")),
                Map.of("grey.jpg", picture(BufferedImage.TYPE_BYTE_GRAY, "jpg")),
                Map.of("progressive.jpg", progressive()),
                Map.of("palette.gif", picture(BufferedImage.TYPE_BYTE_INDEXED, "gif")),
                Map.of("rgb.bmp", picture(BufferedImage.TYPE_INT_RGB, "bmp")),
                Map.of("palette.bmp", picture(BufferedImage.TYPE_BYTE_INDEXED, "bmp")),
                Map.of("runs.bmp", compressed(BufferedImage.TYPE_BYTE_INDEXED, "bmp", param -> {
                    param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                    param.setCompressionType("BI_RLE8");
                })));
    }

    private static BufferedImage image(int type) {
        BufferedImage image = new BufferedImage(17, 11, type);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                image.setRGB(x, y, 0x80000000 | (15 * x) << 16 | (20 * y) << 8 | (x * y));
            }
        }
        return image;
    }

    private static byte[] progressive() {
        return compressed(
                BufferedImage.TYPE_INT_RGB, "jpg", param -> param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT));
    }

    private static byte[] compressed(int type, String format, Consumer<ImageWriteParam> setting) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            setting.accept(param);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image(type), null, null), param);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    private static byte[] picture(int type, String format) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image(type), format, out)) {
                throw new IllegalStateException("no writer of " + format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
