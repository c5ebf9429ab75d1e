package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tempera.base.json.PlainJson;
import org.tempera.base.text.Printable;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Whatever stands in a file, its name or an argument, no command's output steers a terminal. */
public class ForeignTextTest {
    private static final String EVIL = "a\u001b]0;pwned\u0007\u009b2J\u202eb\u200bc";
    private static final String SHOWN = "a\\u001b]0;pwned\\u0007\\u009b2J\\u202eb\\u200bc";

    private final CommandRunner command = new CommandRunner();
    private final Path folder = command.folder();
    private Path conf = Path.of("");

    @BeforeClass
    public void makeFiles() throws IOException {
        Files.writeString(folder.resolve("prompts.txt"), EVIL + "\n");
        conf = Files.writeString(
                folder.resolve("run.conf"),
                """
                run { epochs = 1, output = run }
                policy { use = stable-diffusion, stable-diffusion { weights = "MODELS/mini-sd" } }
                algorithm { use = ddpo, ddpo { batch-size = 2, accumulation = 1 } }
                rewards { random { role = train } }
                sampling { prompts = prompts.txt, negative-prompt = "EVIL", batch-size = 2, batches-per-epoch = 1, steps = 1 }
                evaluation { every = 1, samples = 2, grid-samples = 2 }
                """
                        .replace("MODELS", CommandRunner.MODELS.toString().replace('\\', '/'))
                        .replace("EVIL", SHOWN));
        Files.writeString(folder.resolve("raw.conf"), "run { output = \"" + EVIL + "\" }\n" + EVIL + " = 1\n");
        PngFiles.write(
                folder.resolve("notes.png"),
                RgbImage.of(8, 8, new byte[8 * 8 * 3]),
                Map.of(PngFiles.PROMPT, EVIL + "\nand more"));
        new SafetensorsWriter().addFloats(EVIL, Shape.of(1), new float[1]).write(folder.resolve("names.safetensors"));
        Files.writeString(
                Files.createDirectories(folder.resolve("cases")).resolve("oracle.json"),
                PlainJson.line(Map.of("format", EVIL, "cases", List.of(Map.of("name", EVIL, "kind", EVIL)))));
        Files.writeString(
                folder.resolve("choices.jsonl"),
                PlainJson.line(Map.of("prompt", EVIL, "a", EVIL, "b", EVIL, "choice", EVIL)) + "\n");
        Files.createDirectories(folder.resolve(EVIL.replace("/", "")));
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @DataProvider
    public Object[][] commands() {
        String evil = folder.resolve(EVIL).toString();
        String model = CommandRunner.MODELS.resolve("mini-sd").toString();
        return new Object[][] {
            {List.of("config", conf.toString())},
            {List.of("config", folder.resolve("raw.conf").toString())},
            {List.of("config", conf.toString(), EVIL + "=1")},
            {List.of("train", conf.toString())},
            {List.of("train", conf.toString(), "run.output=" + evil, "rewards.x.use=" + EVIL)},
            {List.of("report", folder.resolve("run").toString())},
            {List.of("report", evil)},
            {List.of("sample", model, "--prompt", EVIL, "--steps", "1", "--output", evil)},
            {List.of("sample", evil, "--prompt", EVIL)},
            {List.of("score", folder.resolve("notes.png").toString(), "--reward", "jpeg-compressibility")},
            {List.of("score", folder.resolve("notes.png").toString(), "--reward", "jpeg-compressibility", "--json")},
            {List.of("score", evil, "--reward", EVIL)},
            {List.of("convert", folder.resolve("names.safetensors").toString(), evil + ".safetensors")},
            {List.of("convert", evil, folder.resolve("o.safetensors").toString())},
            {List.of("export", folder.resolve("run").toString(), evil + "-lora", "--layout", "peft")},
            {List.of("export", folder.resolve("names.safetensors").toString(), evil + "-2", "--layout", EVIL)},
            {List.of("verify", folder.resolve("cases").toString(), "--only", EVIL)},
            {
                List.of(
                        "fit-preference",
                        folder.resolve("choices.jsonl").toString(),
                        "--clip",
                        evil,
                        "-o",
                        evil + ".safetensors")
            },
            {List.of("bench", conf.toString(), "--epochs", EVIL)},
            {List.of("plan", conf.toString(), EVIL)},
            {List.of("plugins", EVIL)},
            {List.of(EVIL)},
            {List.of("--" + EVIL)},
        };
    }

    @Test(dataProvider = "commands")
    public void isShownAndNotObeyed(List<String> arguments) {
        command.run(arguments.toArray(new String[0]));
        String said = command.out() + command.err();
        assertThat(said).isNotBlank().doesNotContain("\tat ");
        assertPrintable(said);
    }

    @Test(dependsOnMethods = "isShownAndNotObeyed")
    public void thePageAndItsPicturesShowItToo() throws IOException {
        Path page = folder.resolve("run/report.html");
        assertPrintable(Files.readString(page));
        assertThat(page).content().contains(SHOWN);
    }

    @Test
    public void aPromptOfTwoLinesIsOneRowOfATable() {
        command.succeed("score", folder.resolve("notes.png").toString(), "--reward", "jpeg-compressibility");
        assertThat(command.out().lines()).hasSize(2);
        assertThat(command.out()).contains(SHOWN + "\\u000aand more");
    }

    private static void assertPrintable(String text) {
        assertThat(text.codePoints().filter(c -> c != '\n' && c != '\t' && Printable.steers(c)))
                .as(Printable.lines(text))
                .isEmpty();
    }
}
