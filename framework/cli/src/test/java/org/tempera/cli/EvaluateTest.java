package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tempera.base.json.PlainJson;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.runtime.Tempera;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** {@code tempera evaluate} on a model and on a run of it. */
public class EvaluateTest {
    private static final Path MODELS = CommandRunner.MODELS;

    private final CommandRunner command = new CommandRunner();
    private final Path folder = command.folder();
    private Path seen = Path.of("");
    private Path heldOut = Path.of("");
    private Path run = Path.of("");

    @BeforeClass
    public void train() throws IOException {
        seen = Files.writeString(folder.resolve("seen.txt"), "a cat\na dog\n");
        heldOut = Files.writeString(folder.resolve("held-out.txt"), "a fox\n");
        run = folder.resolve("run");
        Path conf = Files.writeString(
                folder.resolve("run.conf"),
                """
                run { epochs = 2, seed = 3, output = "%3$s" }
                checkpoint { every = 1, keep-last = 2 }
                policy { use = stable-diffusion, stable-diffusion { weights = "%1$s/mini-sd" } }
                algorithm { use = ddpo, ddpo { batch-size = 2, accumulation = 1 } }
                optimizer { learning-rate = 1e-2 }
                rewards { jpeg-compressibility { role = train }, random { role = held-out } }
                gold { use = simple-animals-gold, simple-animals-gold { weights = "%1$s/gold.safetensors" } }
                sampling { prompts = "%2$s", batch-size = 2, batches-per-epoch = 1, steps = 2 }
                evaluation { every = 0, samples = 2, grid-samples = 2 }
                """
                        .formatted(
                                MODELS.toString().replace('\\', '/'),
                                seen.toString().replace('\\', '/'),
                                run.toString().replace('\\', '/')));
        command.succeed("train", conf.toString(), "--quiet");
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void aModelIsMeasuredBySetsOfPrompts() throws PlainJson.MalformedException {
        Map<?, ?> measured = evaluations(
                        "evaluate",
                        MODELS.resolve("mini-sd").toString(),
                        "--prompts",
                        "seen=" + seen,
                        "--prompts",
                        "held-out=" + heldOut,
                        "--n",
                        "2",
                        "--steps",
                        "2",
                        "--embeddings",
                        MODELS.resolve("mini-clip").toString(),
                        "--reward",
                        "clip-score",
                        "rewards.clip-score.clip=" + MODELS.resolve("mini-clip"),
                        "--reward",
                        "half",
                        "rewards.half.use=clip-score",
                        "rewards.half.clip=" + MODELS.resolve("mini-clip"),
                        "rewards.half.scale=1.25")
                .get(0);
        assertThat((String) measured.get("fingerprint")).matches("[0-9a-f]{16}");
        List<?> sets = (List<?>) measured.get("sets");
        assertThat(sets.stream().map(s -> String.valueOf(((Map<?, ?>) s).get("name"))))
                .containsExactly("seen", "held-out");
        assertThat(pictures(measured, 0)).hasSize(4);
        assertThat(pictures(measured, 1)).hasSize(2);
        Map<?, ?> numbers = (Map<?, ?>) pictures(measured, 0).get(0).get("numbers");
        assertThat((double) numbers.get("half"))
                .as("each reward has the keys of its own name")
                .isCloseTo((double) numbers.get("clip-score") / 2, within(1e-6));
        assertThat(((Map<?, ?>) ((Map<?, ?>) sets.get(0)).get("means"))
                        .keySet().stream().map(String::valueOf))
                .as("no step adds noise, so there is no divergence")
                .contains("clip-score", "dark_share", "jpeg_size", "distance", "vendi")
                .doesNotContain("kl");
    }

    @Test
    public void anAdapterIsWhatIsMeasuredAndNotWhatMeasures() throws PlainJson.MalformedException {
        List<String> how = List.of(
                "evaluate",
                MODELS.resolve("mini-sd").toString(),
                "--prompts",
                heldOut.toString(),
                "--n",
                "1",
                "--steps",
                "2",
                "--eta",
                "1");
        Map<?, ?> base = evaluations(how.toArray(String[]::new)).get(0);
        Map<?, ?> adapted = evaluations(Stream.concat(
                                how.stream(),
                                Stream.of("--lora", run.resolve("trained").toString()))
                        .toArray(String[]::new))
                .get(0);
        assertThat(adapted.get("fingerprint")).isEqualTo(base.get("fingerprint"));
        assertThat(kl(base)).isZero();
        assertThat(kl(adapted)).isPositive();
    }

    private static double kl(Map<?, ?> evaluation) {
        return (double) ((Map<?, ?>) pictures(evaluation, 0).get(0).get("numbers")).get("kl");
    }

    /** The same as {@code sample} draws and {@code score} scores. */
    @Test
    public void scoresAreThoseOfTheDrawnFiles() throws PlainJson.MalformedException {
        Map<?, ?> measured = evaluations(
                        "evaluate",
                        run.toString(),
                        "--checkpoint",
                        "last",
                        "--prompts",
                        heldOut.toString(),
                        "--n",
                        "2",
                        "--seed",
                        "7",
                        "--batch-size",
                        "1",
                        "--reward",
                        "jpeg-compressibility")
                .get(0);
        Path drawn = folder.resolve("drawn");
        command.succeed(
                "sample",
                run.toString(),
                "--checkpoint",
                "last",
                "--prompt",
                "a fox",
                "--n",
                "2",
                "--seed",
                "7",
                "--output",
                drawn.toString());
        command.succeed(
                "score",
                drawn.resolve("0001-a-fox-seed-7.png").toString(),
                drawn.resolve("0002-a-fox-seed-8.png").toString(),
                "--reward",
                "jpeg-compressibility",
                "--json");
        List<?> scores = (List<?>) PlainJson.readObject(command.out()).get("scores");
        for (int i = 0; i < 2; i++) {
            Map<?, ?> numbers = (Map<?, ?>) pictures(measured, 0).get(i).get("numbers");
            assertThat(((Number) numbers.get("jpeg-compressibility")).floatValue())
                    .isEqualTo(((Number) ((Map<?, ?>) scores.get(i)).get("score")).floatValue());
        }
    }

    @Test
    public void everyCheckpointLeavesARecordThatIsTheSameWhenMeasuredAgain() throws IOException {
        command.succeed("evaluate", run.toString(), "--checkpoint", "all", "--n", "2");
        assertThat(command.out())
                .contains("at epoch-0000", "at epoch-0001", "at epoch-0002", "gold", "random", "high_frequency");
        List<Path> records = records();
        assertThat(records).hasSize(3);
        assertThat(records)
                .extracting(p -> p.getFileName().toString().replaceAll("-[0-9a-f]{16}\\.json", ""))
                .containsExactly("epoch-0000", "epoch-0001", "epoch-0002");
        assertThat(records.stream().map(p -> p.toString().replaceAll(".*-", "")).distinct())
                .as("measured alike")
                .hasSize(1);
        List<ModelEvaluation> kept =
                Tempera.load(EvaluateTest.class.getClassLoader()).record(run).evaluations();
        for (int i = 0; i < records.size(); i++) {
            ModelEvaluation read = ModelEvaluation.read(records.get(i));
            assertThat(read.epoch()).hasValue(i);
            assertThat(read.source()).startsWith(run + " at epoch-000" + i);
            assertThat(kept)
                    .filteredOn(k -> k.ruler().equals(read.ruler()) && k.epoch().equals(read.epoch()))
                    .singleElement()
                    .satisfies(k -> assertThat(k.source())
                            .startsWith("run at epoch-000" + read.epoch().getAsInt()));
        }
        List<String> before = new ArrayList<>();
        for (Path p : records) {
            before.add(Files.readString(p));
        }
        assertThat(before.get(0)).contains("\"kl\":0.0").doesNotContain("\"kl\":1", "\"kl\":2");
        assertThat(before.get(2)).doesNotContain("\"kl\":0.0,");
        command.succeed("evaluate", run.toString(), "--checkpoint", "epoch-0002", "--n", "2");
        assertThat(records()).isEqualTo(records);
        assertThat(numbers(Files.readString(records.get(2)))).isEqualTo(numbers(before.get(2)));
    }

    @Test
    public void checkpointsBetweenAreLeftOut() throws PlainJson.MalformedException {
        List<String> how = List.of(
                "evaluate", run.toString(), "--prompts", "between=" + heldOut, "--n", "1", "--no-kl", "--checkpoint");
        assertThat(epochs(how, "every-2")).containsExactly(0L, 2L);
        assertThat(epochs(how, "every-3")).as("the last in any case").containsExactly(0L, 2L);
        assertThat(epochs(how, "every-1")).containsExactly(0L, 1L, 2L);
        assertThat(command.run("evaluate", run.toString(), "--checkpoint", "every-0"))
                .isEqualTo(2);
    }

    private List<Long> epochs(List<String> how, String checkpoints) throws PlainJson.MalformedException {
        return evaluations(Stream.concat(how.stream(), Stream.of(checkpoints)).toArray(String[]::new)).stream()
                .map(e -> ((Number) e.get("epoch")).longValue())
                .toList();
    }

    /** All but why the checkpoint was chosen. */
    private static String numbers(String record) {
        return record.replaceAll("\"source\":\"[^\"]*\"", "");
    }

    private List<Path> records() throws IOException {
        try (Stream<Path> all = Files.list(run.resolve("evaluations"))) {
            return all.sorted().filter(EvaluateTest::isOfOwnPrompts).toList();
        }
    }

    /** Other tests leave records of other prompts in the same run. */
    private static boolean isOfOwnPrompts(Path record) {
        try {
            return Files.readString(record).contains("prompts.evaluation");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    public void mistakesAreToldBeforeAnythingIsDrawn() {
        String model = MODELS.resolve("mini-sd").toString();
        command.run("evaluate", model);
        assertThat(command.err())
                .isEqualTo(
                        "tempera: " + model + ": is a model, which has no prompts of its own. Name a file of them.\n");
        command.run("evaluate", seen.toString());
        assertThat(command.err())
                .startsWith("tempera: " + seen + ": expected the folder of a run or of a model, found a file");
        command.run("evaluate", model + "-2", "--prompts", seen.toString());
        assertThat(command.err())
                .startsWith("tempera: " + model + "-2: expected the folder of a run or of a model, found ");
        command.run("evaluate", model, "--prompts", "a=" + seen, "--prompts", "a=" + heldOut);
        assertThat(command.err())
                .isEqualTo("tempera: evaluate: --prompts a=" + heldOut
                        + ": there is a set 'a' already. Give each set a name of its own: --prompts NAME=FILE.\n");
        command.run("evaluate", model, "--prompts", seen.toString(), "--checkpoint", "all");
        assertThat(command.err())
                .startsWith("tempera: " + model + ": is a model; a checkpoint goes with a run's folder.");
        command.run(
                "evaluate",
                model,
                "--prompts",
                seen.toString(),
                "--reward",
                "jpeg-compressibility",
                "--reward",
                "random",
                "rewards.clip-score.clip=no-clip");
        assertThat(command.err())
                .contains("rewards.clip-score: only rewards [jpeg-compressibility, random] are asked for.");
        command.run("evaluate", run.toString(), "--reward", "aesthetic");
        assertThat(command.err())
                .isEqualTo("tempera: the config has no reward 'aesthetic'. It has: jpeg-compressibility, random.\n");
        assertThat(command.run("evaluate", run.toString(), "--n", "0")).isEqualTo(2);
        assertThat(command.err()).isEqualTo("tempera: evaluate: --n must be at least 1, was 0.\n");
    }

    @Test
    public void whatIsOfNoUseOrMissingIsToldBeforeAnythingIsDrawn() throws IOException {
        command.run("evaluate", run.toString(), "--lora-scale", "0.5");
        assertThat(command.err()).startsWith("tempera: evaluate: --lora-scale goes with --lora FILE.");
        command.run("evaluate", run.toString(), "--embeddings", "clip", "--n", "1");
        assertThat(command.err())
                .isEqualTo("tempera: evaluate: --embeddings compares the pictures of a prompt with each other: expected"
                        + " --n 2 or more, found --n 1.\n");
        assertThat(command.run(
                        "evaluate",
                        run.toString(),
                        "--embeddings",
                        folder.resolve("no-clip").toString()))
                .isEqualTo(2);
        assertThat(command.err())
                .contains("no-clip: expected the folder of a CLIP model")
                .doesNotContain("drawing");
        assertThat(command.run("evaluate", run.toString(), "--n", "2000000000")).isEqualTo(2);
        assertThat(command.err())
                .isEqualTo("tempera: " + run
                        + ": expected at most 1,000,000 pictures at a time, found 4,000,000,000: 2,000,000,000 of each"
                        + " prompt. Ask for fewer of each, or for a part of the prompts.\n");
    }

    /** As its own evaluations have it, which draw without noise where the window moves. */
    @Test
    public void aRunWithAWindowIsMeasuredByItsOwnSteps() throws PlainJson.MalformedException {
        List<String> how = List.of("evaluate", run.toString(), "--prompts", heldOut.toString(), "--n", "1");
        assertThat(numbers(how, "sampling.stochastic-steps={count=1}")).containsKey("kl");
        assertThat(command.out()).contains("\"0 to 0\"");
        assertThat(numbers(how, "sampling.stochastic-steps={count=1,move=random}"))
                .doesNotContainKey("kl");
        assertThat(command.out()).contains("\"sampling.stochastic-steps\"", "\"none\"");
        assertThat(numbers(how, "sampling.stochastic-steps={count=1,move=random}", "--eta", "1"))
                .as("noise that was asked for")
                .containsKey("kl");
        assertThat(command.out()).doesNotContain("sampling.stochastic-steps");
    }

    private Map<String, Object> numbers(List<String> how, String... more) throws PlainJson.MalformedException {
        List<Map<?, ?>> all =
                evaluations(Stream.concat(how.stream(), Stream.of(more)).toArray(String[]::new));
        Map<String, Object> numbers = new LinkedHashMap<>();
        ((Map<?, ?>) pictures(all.get(0), 0).get(0).get("numbers"))
                .forEach((name, number) -> numbers.put(String.valueOf(name), number));
        return numbers;
    }

    @Test
    public void promptsThatAreReadInPartAreToldOnce() throws IOException {
        Path marked = Files.writeString(folder.resolve("marked.txt"), "a (cat:1.3)\n");
        command.succeed(
                "evaluate",
                run.toString(),
                "--checkpoint",
                "all",
                "--prompts",
                marked.toString(),
                "--n",
                "1",
                "--reward",
                "jpeg-compressibility");
        assertThat(command.err()).containsOnlyOnce("(cat:1.3)");
        assertThat(command.out()).as("of all checkpoints").containsOnlyOnce("Intervals over fewer than 8 prompts");
    }

    private List<Map<?, ?>> evaluations(String... arguments) throws PlainJson.MalformedException {
        command.succeed(Stream.concat(Stream.of(arguments), Stream.of("--json")).toArray(String[]::new));
        List<Map<?, ?>> all = new ArrayList<>();
        ((List<?>) PlainJson.readObject(command.out()).get("evaluations")).forEach(e -> all.add((Map<?, ?>) e));
        return all;
    }

    private static List<Map<?, ?>> pictures(Map<?, ?> evaluation, int set) {
        List<Map<?, ?>> all = new ArrayList<>();
        ((List<?>) ((Map<?, ?>) ((List<?>) evaluation.get("sets")).get(set)).get("pictures"))
                .forEach(p -> all.add((Map<?, ?>) p));
        return all;
    }
}
