package org.tempera.examples.animals.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tempera.base.files.FileHashes;
import org.tempera.examples.animals.painter.Animal;
import org.tempera.graph.ThreadSettings;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.preference.PreferenceFit;
import org.tempera.preference.PreferenceFitter;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

public class MakeWorldTest {
    @Test
    public void allStagesRunOnAFewPicturesAndAreNotRunTwice() throws IOException {
        Path folder = Files.createTempDirectory("world");
        WorldSettings tiny = new WorldSettings(
                folder,
                5,
                List.of(Animal.PIG, Animal.FROG),
                60,
                20,
                new ThreadSettings(2, 2),
                Map.of("mini-clip", 2, "unet", 2, "vae", 2, "gold", 2, "report", 0));
        Files.createDirectories(tiny.work());
        Files.writeString(tiny.work().resolve("report.done"), "");
        MakeWorld.make(tiny, "");
        List<Path> files = Hashes.files(folder);
        assertThat(files.stream().map(f -> folder.relativize(f).toString().replace('\\', '/')))
                .contains(
                        "mini-clip/model.safetensors",
                        "mini-sd/model_index.json",
                        "mini-sd/unet/diffusion_pytorch_model.safetensors",
                        "mini-sd/vae/diffusion_pytorch_model.safetensors",
                        "mini-sd/text_encoder/model.safetensors",
                        "mini-sd/scheduler/scheduler_config.json",
                        "mini-sd/tokenizer/vocab.json",
                        "aesthetic-head.safetensors",
                        "few-ratings-head.safetensors",
                        "preference-head.safetensors",
                        "gold.safetensors");
        try (SafetensorsFile checkpoint = SafetensorsFile.open(tiny.work().resolve("vae.checkpoint.safetensors"))) {
            assertThat(checkpoint.readFloats("step")).containsExactly(2);
        }
        requireThatTheCommandFitsTheSameHead(folder);
        String before = FileHashes.sha256(folder.resolve("gold.safetensors"));
        MakeWorld.make(tiny, "");
        assertThat(FileHashes.sha256(folder.resolve("gold.safetensors"))).isEqualTo(before);
    }

    private static void requireThatTheCommandFitsTheSameHead(Path world) {
        Path choices = world.resolve("work/choices/choices.jsonl");
        Path again = world.resolve("work/again.safetensors");
        PreferenceFit.Options options = new PreferenceFit.Options(0, .3, 0);
        PreferenceFitter fitter =
                new PreferenceFitter(PretrainedClip.open(world.resolve("mini-clip")), new ThreadSettings(2, 2));
        PreferenceFit fit = fitter.fit(choices, options, (done, all) -> {});
        assertThat(fit.fitted()).isEqualTo(60);
        fitter.write(fit, choices, options, again);
        assertThat(again).hasSameBinaryContentAs(world.resolve("preference-head.safetensors"));
    }

    @Test
    public void mistakesAreNamed() {
        requireRefused(List.of(), "expected the folder to make the world in. Usage: make-world FOLDER");
        requireRefused(List.of("w", "seed=x"), "seed=x: expected an integer, found \"x\"");
        requireRefused(List.of("w", "steps.unet=0"), "steps.unet=0: expected an integer from 1 on, found 0");
        requireRefused(List.of("w", "only=unit"), "only=unit: expected one of the stages tokenizer, mini-clip, ");
        requireRefused(
                List.of("w", "colour=red"), "colour=red: expected seed=N, pictures=N, steps.STAGE=N or only=STAGE");
    }

    private static void requireRefused(List<String> arguments, String message) {
        assertThatThrownBy(() -> MakeWorld.run(arguments))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    public void shippedFilesAreTheListedOnes() throws IOException {
        Path models = Path.of("models");
        for (String line : Files.readAllLines(models.resolve("SHA256SUMS"))) {
            String[] parts = line.split("  ", 2);
            assertThat(FileHashes.sha256(models.resolve(parts[1]))).as(parts[1]).isEqualTo(parts[0]);
        }
        long bytes = 0;
        for (Path file : Hashes.files(models)) {
            bytes += Files.size(file);
        }
        assertThat(bytes).isLessThan(20_000_000);
    }
}
