package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.tempera.base.json.PlainJson;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * A run goes on with what it began with: other keys that measure and other contents of its files are refused by name.
 */
public class ResumedWithChangesTest {
    private final CommandRunner command = new CommandRunner();
    private final Path folder = command.folder();
    private final Path run = folder.resolve("run");

    @BeforeClass
    public void train() throws IOException {
        copy(CommandRunner.MODELS, folder.resolve("models"));
        Files.writeString(folder.resolve("prompts.txt"), "a cat\na dog\n");
        Files.writeString(folder.resolve("evaluated.txt"), "a cat\n");
        Path conf = Files.writeString(
                folder.resolve("run.conf"),
                """
                run { epochs = 1, seed = 3 }
                policy { use = stable-diffusion, stable-diffusion { weights = models/mini-sd } }
                algorithm { use = tdpo, tdpo { batch-size = 2, accumulation = 1 } }
                critic { use = temporal-mlp, temporal-mlp { encoder = models/mini-clip } }
                rewards {
                  aesthetic { role = train, clip = models/mini-clip, head = models/aesthetic-head.safetensors }
                  human-preference { role = held-out, clip = models/mini-clip, head = models/preference-head.safetensors }
                  clip-score { role = logged, clip = models/mini-clip }
                  random { role = logged }
                }
                gold { use = simple-animals-gold, simple-animals-gold { weights = models/gold.safetensors } }
                sampling { prompts = prompts.txt, batch-size = 2, batches-per-epoch = 1, steps = 2 }
                evaluation { every = 1, samples = 2, grid-samples = 1, prompts = evaluated.txt }
                """);
        command.succeed("train", conf.toString(), "run.output=" + run);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path p : all.toList()) {
                Files.copy(p, to.resolve(from.relativize(p).toString()));
            }
        }
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @DataProvider
    public Object[][] keys() {
        return new Object[][] {
            {"sampling.steps", "3"},
            {"sampling.eta", "0.5"},
            {"sampling.guidance-scale", "1.5"},
            {"sampling.negative-prompt", "grey"},
            {"evaluation.samples", "3"},
            {"evaluation.seed", "4"},
            {"combination.rule", "min"},
            {"policy.stable-diffusion.width", "64"},
            {"policy.stable-diffusion.adapter.alpha", "1.0"},
            {"rewards.aesthetic.weight", "2.0"},
            {"rewards.aesthetic.normalise", "true"},
            {"rewards.clip-score.scale", "2.0"},
            {"rewards.clip-score.role", "held-out"},
            {"rewards.random.seed", "1"},
        };
    }

    @Test(dataProvider = "keys")
    public void aKeyThatMeasuresIsRefused(String key, String value) {
        refuse(key, key + "=" + value);
        assertThat(command.err()).contains(value + " now");
    }

    @Test
    public void anotherRuleIsToldAloneAndNotByKeysThatNobodyGave() {
        refuse("combination.rule", "combination.rule=min");
        assertThat(command.err()).doesNotContain(".weight").doesNotContain(".normalise");
    }

    /** The run has none, and its ruler no word of it, as those of earlier versions have. */
    @Test
    public void aWindowIsRefused() {
        refuse("sampling.stochastic-steps", "sampling.stochastic-steps.first=1");
        assertThat(command.err()).contains("sampling.stochastic-steps: none before, 1 to 1 now");
    }

    @Test
    public void anotherFileIsRefusedByItsKey() {
        refuse(
                "rewards.aesthetic.head",
                "rewards.aesthetic.head=" + folder.resolve("models/few-ratings-head.safetensors"));
    }

    @Test
    public void aRewardThatIsAddedOrLeftOutIsRefused() {
        refuse("rewards.random", "rewards.random=null");
        refuse("rewards.jpeg-compressibility", "rewards.jpeg-compressibility.role=logged");
        refuse("gold.use", "gold=null");
    }

    @Test
    public void oneMessageNamesEverything() {
        command.assertRefused(
                "resume-with-changes",
                "train",
                "--resume",
                run.toString(),
                "run.epochs=2",
                "rewards.aesthetic.weight=2",
                "rewards.aesthetic.head=" + folder.resolve("models/few-ratings-head.safetensors"),
                "sampling.steps=3");
    }

    @Test
    public void aChangedByteOfAnyFileThatWasReadIsRefusedByName() throws IOException, PlainJson.MalformedException {
        Map<String, Object> provenance = PlainJson.readObject(Files.readString(run.resolve("provenance.json")));
        Map<String, Path> files = new TreeMap<>();
        ((Map<?, ?>) provenance.get("files"))
                .forEach((role, file) -> files.put(
                        role.toString(), Path.of(((Map<?, ?>) file).get("file").toString())));
        assertThat(files.keySet().toString())
                .contains("prompts", "evaluation prompts", "policy", "critic", "reward aesthetic", "gold");
        for (String settings : new String[] {
            "mini-sd/scheduler/scheduler_config.json", "mini-sd/tokenizer/merges.txt", "mini-clip/vocab.json"
        }) {
            files.put(settings, folder.resolve("models/" + settings));
        }
        for (Path file : files.values()) {
            byte[] before = Files.readAllBytes(file);
            byte[] after = before.clone();
            // The last number of weights, or the end of a text.
            after[after.length - 1] =
                    (byte) (file.toString().endsWith(".safetensors") ? after[after.length - 1] ^ 1 : ' ');
            Files.write(file, after);
            try {
                refuse(file.getFileName().toString());
            } finally {
                Files.write(file, before);
            }
        }
    }

    /** They are not evaluated, so that no evaluation is the reason. */
    @Test
    public void trainingPromptsMayChangeByAKeyAndNotBehindOnesBack() throws IOException {
        Path prompts = folder.resolve("prompts.txt");
        String before = Files.readString(prompts);
        Files.writeString(prompts, before + "a horse\n");
        try {
            refuse("prompts.txt (prompts): its content has changed");
            assertThat(command.err())
                    .contains("Nobody has said that it should learn from something else.", "sampling.prompts=FILE")
                    .doesNotContain("compared");
        } finally {
            Files.writeString(prompts, before);
        }
    }

    @Test(
            dependsOnMethods = {
                "trainingPromptsMayChangeByAKeyAndNotBehindOnesBack",
                "aKeyThatMeasuresIsRefused",
                "anotherFileIsRefusedByItsKey",
                "aRewardThatIsAddedOrLeftOutIsRefused",
                "oneMessageNamesEverything",
                "aChangedByteOfAnyFileThatWasReadIsRefusedByName"
            })
    public void whatDoesNotMeasureIsFree() throws IOException {
        Path elsewhere = folder.resolve("elsewhere");
        copy(
                folder.resolve("models/mini-clip"),
                Files.createDirectories(elsewhere).resolve("clip"));
        Path prompts = Files.writeString(folder.resolve("others.txt"), "a horse\n");
        command.succeed(
                "train",
                "--resume",
                run.toString(),
                "run.epochs=2",
                "run.threads=1",
                "run.seed=4",
                "optimizer.learning-rate=1e-5",
                "sampling.batches-per-epoch=2",
                "sampling.prompts=" + prompts,
                "policy.stable-diffusion.adapter.alpha=4",
                "policy.stable-diffusion.width=32",
                "policy.stable-diffusion.weights=" + folder.resolve("./models/../models/mini-sd"),
                "evaluation.prompts=" + Files.writeString(folder.resolve("as-before.txt"), "# the same\na cat\n"),
                "rewards.clip-score.clip=" + elsewhere.resolve("clip"),
                "rewards.random.on-failure=skip");
        assertThat(command.out()).doesNotContain("not known", "Left out");
        assertThat(run.resolve("checkpoints/epoch-0002")).isDirectory();
    }

    @Test
    public void aRunGoesOnInItsOwnFolder() {
        int code = command.run("train", "--resume", run.toString(), "run.epochs=2", "run.output=elsewhere");
        assertThat(command.err())
                .contains("override 'run.output=elsewhere': a run goes on in its own folder")
                .contains("copy that folder and resume the copy");
        assertThat(code).isEqualTo(2);
    }

    private void refuse(String name, String... overrides) {
        int code = command.run(
                Stream.concat(Stream.of("train", "--resume", run.toString(), "run.epochs=2"), Stream.of(overrides))
                        .toArray(String[]::new));
        assertThat(command.err()).contains("cannot go on").contains(name).doesNotContain("\tat ");
        assertThat(code).isEqualTo(2);
    }
}
