package org.tempera.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * What the command says of rewards, pictures, choices and models that cannot be used, as golden files. A server that
 * cannot be reached is in org.tempera.remote.
 */
public class BadRewardInputTest {
    private static final Path CLIP = CommandRunner.MODELS.resolve("mini-clip");
    private static final Path MODEL = CommandRunner.MODELS.resolve("mini-sd");
    private static final String WEIGHTS = "model.safetensors";

    private final CommandRunner command = new CommandRunner();

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @BeforeClass
    public void writePictures() throws IOException, URISyntaxException {
        for (String name : List.of("a.png", "b.png")) {
            PngFiles.write(command.file(name), RgbImage.of(8, 8, new byte[8 * 8 * 3]), Map.of());
        }
        Files.write(command.file("cut.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0});
        Files.writeString(command.file("text.png"), "no picture");
        Files.createDirectory(command.file("folder.png"));
        Files.copy(
                Path.of(requireNonNull(BadRewardInputTest.class.getResource("/cmyk.jpg"))
                        .toURI()),
                command.file("cmyk.jpg"));
    }

    @DataProvider
    public Object[][] clips() throws IOException {
        Path siglip = clip("siglip");
        Path config = siglip.resolve("config.json");
        Files.writeString(
                config, Files.readString(config).replace("\"model_type\": \"clip\"", "\"model_type\": \"siglip\""));
        Path tokenizer = clip("no-tokenizer");
        Files.delete(tokenizer.resolve("vocab.json"));
        Path openClip = clip("open-clip");
        Files.delete(openClip.resolve(WEIGHTS));
        new SafetensorsWriter()
                .addFloats("visual.conv1.weight", Shape.of(2, 3, 1, 1), new float[6])
                .addFloats("token_embedding.weight", Shape.of(3, 2), new float[6])
                .write(openClip.resolve(WEIGHTS));
        return new Object[][] {
            {"clip-missing", command.file("none")},
            {"clip-is-a-diffusion-model", MODEL},
            {"clip-of-another-type", siglip},
            {"clip-weights-of-a-denoiser", clip("denoiser", MODEL.resolve("unet/diffusion_pytorch_model.safetensors"))},
            {"clip-weights-of-open-clip", openClip},
            {"clip-without-tokenizer", tokenizer},
        };
    }

    @Test(dataProvider = "clips")
    public void saysWhatIsWrongWithAClip(String name, Path clip) {
        command.assertRefused(
                name,
                "score",
                command.file("a.png").toString(),
                "--prompt",
                "a cat",
                "--reward",
                "clip-score",
                "rewards.clip-score.clip=" + clip);
    }

    @DataProvider
    public Object[][] heads() {
        Path head = command.file("wide.safetensors");
        new SafetensorsWriter()
                .addFloats("weight", Shape.of(1, 99), new float[99])
                .addFloats("bias", Shape.of(1), new float[1])
                .write(head);
        return new Object[][] {
            {"head-width", head}, {"head-is-a-clip", CLIP.resolve(WEIGHTS)}, {"head-missing", command.file("none.pth")},
        };
    }

    @Test(dataProvider = "heads")
    public void saysWhatIsWrongWithAHead(String name, Path head) {
        command.assertRefused(
                name,
                "score",
                command.file("a.png").toString(),
                "--reward",
                "human-preference",
                "rewards.human-preference.clip=" + CLIP,
                "rewards.human-preference.head=" + head);
    }

    @Test
    public void thePublishedHeadIsNamedAsItIs() {
        command.assertRefused(
                "head-published",
                "score",
                command.file("a.png").toString(),
                "--reward",
                "aesthetic",
                "rewards.aesthetic.clip=" + CLIP);
    }

    @Test
    public void saysWhichRewardsThereAre() {
        command.assertRefused("reward-unknown", "score", command.file("a.png").toString(), "--reward", "clipscore");
    }

    @DataProvider
    public Object[][] pictures() {
        return new Object[][] {
            {"pictures-unreadable", List.of("cut.png", "text.png", "folder.png", "none.png", "cmyk.jpg"), List.of()},
            {"pictures-and-prompts", List.of("a.png", "b.png"), List.of("x", "y", "z")},
        };
    }

    @Test(dataProvider = "pictures")
    public void saysWhatIsWrongWithPictures(String name, List<String> pictures, List<String> prompts) {
        List<String> arguments = new ArrayList<>(List.of("score", "--reward", "random"));
        prompts.forEach(p -> arguments.addAll(List.of("--prompt", p)));
        pictures.forEach(p -> arguments.add(command.file(p).toString()));
        command.assertRefused(name, arguments.toArray(new String[0]));
    }

    @DataProvider
    public Object[][] choices() throws IOException {
        String good = "{\"prompt\": \"a cat\", \"a\": \"a.png\", \"b\": \"b.png\", \"choice\": \"a\"}\n";
        Files.writeString(
                command.file("lines.jsonl"),
                good
                        + "{\"prompt\": \n\n"
                        + good.replace("\"choice\": \"a\"", "\"choice\": \"left\"")
                        + good.replace("b.png", "a.png")
                        + good.replace("b.png", "none.png")
                        + good.replace("\"b\"", "\"c\""));
        Files.writeString(command.file("few.jsonl"), good);
        Files.write(command.file("latin.jsonl"), (good + "caf\u00e9").getBytes(StandardCharsets.ISO_8859_1));
        return new Object[][] {{"lines"}, {"few"}, {"latin"}, {"none"}};
    }

    @Test(dataProvider = "choices")
    public void saysWhatIsWrongWithChoices(String name) {
        command.assertRefused(
                "choices-" + name,
                "fit-preference",
                command.file(name + ".jsonl").toString(),
                "--clip",
                CLIP.toString(),
                "-o",
                command.file("head.safetensors").toString());
    }

    @DataProvider
    public Object[][] models() throws IOException {
        Path single = command.file("v1-5.safetensors");
        new SafetensorsWriter()
                .addFloats("model.diffusion_model.out.2.bias", Shape.of(4), new float[4])
                .write(single);
        return new Object[][] {{"model-is-one-file", single}, {"model-is-a-clip", CLIP}};
    }

    @Test(dataProvider = "models")
    public void saysWhatIsWrongWithAModel(String name, Path model) {
        command.assertRefused(name, "sample", model.toString(), "--prompt", "a cat");
    }

    private Path clip(String name, Path weights) throws IOException {
        Path clip = clip(name);
        Files.copy(weights, clip.resolve(WEIGHTS), StandardCopyOption.REPLACE_EXISTING);
        return clip;
    }

    private Path clip(String name) throws IOException {
        Path copy = Files.createDirectory(command.file(name));
        try (Stream<Path> files = Files.list(CLIP)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }
}
