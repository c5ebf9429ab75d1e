package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tempera.base.files.FileHashes;
import org.tempera.core.sample.ImageSampler;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.runtime.OpenRun;
import org.tempera.runtime.OpenSampler;
import org.tempera.runtime.SampleOptions;
import org.tempera.runtime.Tempera;
import org.tempera.spi.policy.PolicyProvider.AdapterLayout;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A program that embeds Tempera writes the same files whatever its default locale is. */
public class LocaleTest {
    private static final Path MODEL = CommandRunner.MODELS.resolve("mini-sd");

    private final Locale own = Locale.getDefault();
    private final CommandRunner command = new CommandRunner();
    private Map<String, String> expected = Map.of();

    @BeforeClass
    public void runUnderTheRootLocale() throws IOException {
        expected = filesUnder(Locale.ROOT);
        assertThat(expected.keySet())
                .contains("run/metrics.jsonl", "run/config.conf", "exported/pytorch_lora_weights.safetensors", "a.png");
    }

    @AfterMethod
    public void giveTheLocaleBack() {
        Locale.setDefault(own);
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @DataProvider
    public Object[][] locales() {
        return new Object[][] {
            {new Locale("ar", "EG")}, {new Locale("tr", "TR")}, {new Locale("th", "TH", "TH")},
        };
    }

    @Test(dataProvider = "locales")
    public void theFilesAreThoseOfTheRootLocale(Locale locale) throws IOException {
        Map<String, String> files = filesUnder(locale);
        assertThat(files.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, content) -> assertThat(files.get(name)).as(name).isEqualTo(content));
    }

    /** Hashes of what a short run, its export and a drawing leave, by path. */
    private Map<String, String> filesUnder(Locale locale) throws IOException {
        Locale.setDefault(locale);
        Path folder = Files.createTempDirectory(command.folder(), "locale");
        Path conf = Files.writeString(folder.resolve("run.conf"), config());
        Files.writeString(folder.resolve("prompts.txt"), "a cat\na dog\n");
        Tempera tempera = Tempera.load(LocaleTest.class.getClassLoader());
        try (OpenRun run = tempera.start(tempera.config(conf, List.of()))) {
            run.run(progress -> {});
        }
        tempera.exportAdapter(folder.resolve("run"), folder.resolve("exported"), AdapterLayout.DIFFUSERS);
        try (OpenSampler sampler =
                tempera.sampler(MODEL, SampleOptions.builder().steps(1).build())) {
            sampler.draw(
                    List.of(new ImageSampler.Request("a cat", 1)),
                    drawn -> sampler.write(folder.resolve("a.png"), drawn));
        }
        Map<String, String> hashes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(f -> f.toString().matches(".*\\.(png|safetensors|json|jsonl|conf)"))
                    .filter(f -> !f.endsWith("provenance.json"))
                    .toList()) {
                hashes.put(folder.relativize(file).toString().replace('\\', '/'), hash(file));
            }
        }
        return hashes;
    }

    private static String config() {
        return """
                run { epochs = 1, seed = 3, output = run }
                policy { use = stable-diffusion, stable-diffusion { weights = "MODEL" } }
                algorithm { use = tdpo-r, tdpo-r { batch-size = 2, accumulation = 1 } }
                critic { use = temporal-mlp, temporal-mlp { features = pooled-latent } }
                rewards { jpeg-compressibility { role = train }, random { role = held-out } }
                sampling { prompts = prompts.txt, batch-size = 2, batches-per-epoch = 1, steps = 2 }
                evaluation { every = 1, samples = 2, grid-samples = 2 }
                """
                .replace("MODEL", MODEL.toString().replace('\\', '/'));
    }

    /** Of text, what says when and where a run was is left out. */
    private static String hash(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (name.equals("metrics.jsonl")) {
            return JsonlMetrics.read(file).stream()
                    .map(row -> {
                        Map<String, Double> values = new TreeMap<>(row.values());
                        values.keySet().removeIf(key -> key.startsWith("time/"));
                        return row.epoch() + ": " + values;
                    })
                    .collect(Collectors.joining("\n"));
        }
        if (name.equals("run.json")) { // a hash of keys, the prompts' path among them
            return Files.readString(file).replaceAll("(\"settings\" ?: ?\")\\w+", "$1HASH");
        }
        return name.endsWith(".conf")
                ? Files.readString(file).replaceAll("locale\\d+", "FOLDER")
                : FileHashes.sha256(file);
    }
}
