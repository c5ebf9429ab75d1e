package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tempera.base.json.PlainJson;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Every command with `--json`: one document on standard output, whatever happens, and the exit code that it has
 * without.
 */
public class JsonOutputTest {
    private static final String CLIP = CommandRunner.MODELS.resolve("mini-clip").toString();

    private final CommandRunner command = new CommandRunner();
    private String conf = "";
    private String run = "";

    @BeforeClass
    public void train() throws IOException {
        Files.writeString(command.file("prompts.txt"), "a cat\n");
        conf = Files.writeString(
                        command.file("run.conf"),
                        """
                        run { epochs = 1, output = run }
                        policy { use = stable-diffusion, stable-diffusion { weights = "MODELS/mini-sd" } }
                        algorithm { use = ddpo, ddpo { batch-size = 2, accumulation = 1 } }
                        rewards { jpeg-compressibility { role = train } }
                        sampling { prompts = prompts.txt, batch-size = 2, batches-per-epoch = 1, steps = 1 }
                        evaluation { every = 1, samples = 2, grid-samples = 2 }
                        """
                                .replace(
                                        "MODELS",
                                        CommandRunner.MODELS.toString().replace('\\', '/')))
                .toString();
        command.succeed("train", conf, "--quiet");
        run = command.file("run").toString();
        for (int i = 0; i < 8; i++) {
            byte[] rgb = new byte[32 * 32 * 3];
            Arrays.fill(rgb, (byte) (i * 30));
            PngFiles.write(command.file(i + ".png"), RgbImage.of(32, 32, rgb), Map.of());
        }
        Files.write(
                command.file("choices.jsonl"),
                Stream.iterate(1, i -> i < 25, i -> i + 1)
                        .map(i -> PlainJson.line(Map.of(
                                "prompt",
                                "grey",
                                "a",
                                "0.png",
                                "b",
                                (1 + i % 7) + ".png",
                                "choice",
                                i % 2 == 0 ? "a" : "b")))
                        .toList());
        Files.writeString(Files.createDirectories(command.file("cases")).resolve("oracle.json"), "{\"cases\": 1}");
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @DataProvider
    public Object[][] results() {
        String picture = command.file("1.png").toString();
        return new Object[][] {
            {List.of("report", run), "verdict"},
            {List.of("bench", conf, "--epochs", "1"), "images_per_s"},
            {List.of("plan", conf, "--savings"), "probe"},
            {List.of("convert", CLIP, command.file("clip.safetensors").toString()), "tensors"},
            {List.of("export", run, command.file("exported").toString(), "--layout", "peft"), "files"},
            {
                List.of(
                        "fit-preference",
                        command.file("choices.jsonl").toString(),
                        "--clip",
                        CLIP,
                        "-o",
                        command.file("head.safetensors").toString()),
                "head"
            },
            {List.of("score", picture, "--reward", "jpeg-compressibility"), "scores"},
            {List.of("evaluate", run, "--n", "1", "--no-kl"), "evaluations"},
            {List.of("compare", run, "-o", command.file("beside.html").toString()), "proxies"},
            {List.of("config", conf), "keys"},
            {List.of("plugins", "remote"), "plugins"},
            {
                List.of("init", command.file("new.conf").toString(), "--weights", CommandRunner.MODELS + "/mini-sd"),
                "file"
            },
        };
    }

    @Test(dataProvider = "results")
    public void aResultIsOneDocument(List<String> arguments, String key) throws PlainJson.MalformedException {
        command.succeed(Stream.concat(arguments.stream(), Stream.of("--json")).toArray(String[]::new));
        assertThat(PlainJson.readObject(command.out())).containsKey(key).doesNotContainKey("error");
    }

    @Test
    public void whatOnlyLooksLikeTheOptionAsksForNoDocument() {
        assertThat(command.run("train", "--", "--json")).isEqualTo(2);
        assertThat(command.out()).isEmpty();
        assertThat(command.run("train", "--no-such-option", "--", "--json")).isEqualTo(2);
        assertThat(command.out()).isEmpty();
    }

    @DataProvider
    public Object[][] failures() {
        String nowhere = command.file("nowhere").toString();
        return new Object[][] {
            {List.of("train", nowhere)},
            {List.of("train", conf)},
            {List.of("train", "--resume", nowhere)},
            {List.of("report", nowhere)},
            {List.of("report", run, "--beside", nowhere)},
            {List.of("bench", conf, "run.seed=x")},
            {List.of("plan", conf, "run.seed=x")},
            {List.of("convert", nowhere, nowhere + ".safetensors")},
            {List.of("export", nowhere, nowhere, "--layout", "kohya")},
            {List.of("fit-preference", nowhere, "--clip", CLIP, "-o", nowhere)},
            {List.of("score", nowhere, "--reward", "jpeg-compressibility")},
            {List.of("sample", nowhere, "--prompt", "a \u202e \"cat\"")},
            {List.of("evaluate", nowhere)},
            {List.of("compare", run, nowhere)},
            {List.of("config", conf, "run.seed=\"\u001b[1m\"")},
            {List.of("plugins", "nowhere")},
            {List.of("init", conf, "--weights", nowhere)},
            {List.of("report")},
            {List.of("train", conf, "--no-such-option")},
        };
    }

    @Test(dataProvider = "failures")
    public void aFailureIsOneDocumentToo(List<String> arguments) throws PlainJson.MalformedException {
        int code = command.run(arguments.toArray(String[]::new));
        String err = command.err();
        assertThat(code).isEqualTo(2);
        assertThat(command.run(
                        Stream.concat(arguments.stream(), Stream.of("--json")).toArray(String[]::new)))
                .isEqualTo(code);
        assertThat(command.err()).isEqualTo(err).startsWith("tempera: ");
        Map<String, Object> document = PlainJson.readObject(command.out());
        assertThat(document).containsOnlyKeys("error", "exit_code").containsEntry("exit_code", 2L);
        assertThat(document.get("error").toString()).isNotBlank().doesNotContain("tempera: ");
        assertThat(command.out()).doesNotContain("\u001b", "\u202e");
    }

    @Test
    public void casesThatCannotBeUsedAreInTheDocument() throws PlainJson.MalformedException {
        String cases = command.file("cases").toString();
        assertThat(command.run("verify", cases, "--json")).isEqualTo(2);
        assertThat(PlainJson.readObject(command.out()))
                .containsKeys("cases", "failed")
                .hasEntrySatisfying(
                        "unusable", all -> assertThat(all.toString()).contains(cases));
    }
}
