package org.tempera.record.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.record.metrics.Sample;
import org.tempera.record.metrics.SamplesLog;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.AtEqualReward;
import org.tempera.record.verdict.Independence;
import org.tempera.record.verdict.Ruler;
import org.tempera.record.verdict.Rulers;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.spi.MetricNames;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class RunReviewTest {
    private static final RunReview.Roles ROLES = new RunReview.Roles(List.of("preference"), List.of(), true);

    private Path dir;

    @BeforeMethod
    public void makeFolder() {
        dir = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(dir);
    }

    @Test
    public void fallBelowTheControlIsOverOptimisation() throws Exception {
        Path run = run("run", 1, "a cat", .6, .6, .3);
        Path control = run("control", 0, "a cat", .6, .6, .55);
        try (RunFolder folder = RunFolder.view(run)) {
            RunReview review = RunReview.of(folder, ROLES).against(control);
            RunVerdict verdict = review.verdict().orElseThrow();
            assertThat(verdict.overOptimised()).isEqualTo(RunVerdict.Answer.YES);
            assertThat(verdict.since()).hasValue(10);
            assertThat(verdict.explanation()).contains("against the control").doesNotContain("cannot be told apart");
            review.writeReport(Map.of(), 4);
            assertThat(Files.readString(folder.report())).contains("gold, control", "control, random rewards");
        }
    }

    @Test
    public void fallWithTheControlIsWear() {
        Path run = run("run", 1, "a cat", .6, .6, .3);
        Path control = run("control", 0, "a cat", .6, .6, .3);
        try (RunFolder folder = RunFolder.view(run)) {
            assertThat(RunReview.of(folder, ROLES).verdict().orElseThrow().overOptimised())
                    .isEqualTo(RunVerdict.Answer.YES);
            RunVerdict verdict =
                    RunReview.of(folder, ROLES).against(control).verdict().orElseThrow();
            assertThat(verdict.overOptimised()).isEqualTo(RunVerdict.Answer.NO);
            assertThat(verdict.explanation()).contains("wear by the updates alone");
        }
    }

    @Test
    public void otherEvaluationsAreNoControl() {
        Path run = run("run", 1, "a cat", .6, .6, .3);
        try (RunFolder folder = RunFolder.view(run)) {
            RunReview review = RunReview.of(folder, ROLES);
            Path otherPrompts = run("prompts", 0, "a dog", .6, .6, .3);
            Messages.assertMessage("control-other-prompts", dir, () -> review.against(otherPrompts));
            Path shorter = run("short", 0, "a cat", .6, .6);
            Messages.assertMessage("control-too-short", dir, () -> review.against(shorter));
            Messages.assertMessage("control-not-there", dir, () -> review.against(dir.resolve("nowhere")));
        }
    }

    @Test
    public void runsAreComparedAtTheSameReward() {
        Path fast = run("fast", 2, "a cat", .6, .6, .3);
        Path slow = run("slow", 1, "a cat", .6, .5, .4);
        try (RunFolder folder = RunFolder.view(fast);
                RunFolder other = RunFolder.view(slow)) {
            AtEqualReward compared = RunReview.of(folder, ROLES).beside(RunReview.of(other, ROLES));
            AtEqualReward.Level last = compared.levels().get(3);
            assertThat(last.reward()).isCloseTo(2, within(.1));
            assertThat(last.own().epoch()).isCloseTo(5, within(.3));
            assertThat(last.other().epoch()).isEqualTo(10);
            assertThat(last.difference().mean()).isCloseTo(.2, within(.05));
            assertThat(last.difference().isAbove0()).isTrue();
        }
    }

    @Test
    public void unlikeRunsAreNotCompared() {
        Path run = run("run", 1, "a cat", .6, .6, .3);
        try (RunFolder folder = RunFolder.view(run);
                RunFolder prompts = RunFolder.view(run("prompts", 1, "a dog", .6, .6, .3));
                RunFolder empty = RunFolder.view(run("empty", 1, "a cat"));
                RunFolder reward = RunFolder.view(run("reward", .5, 1, "a cat", .6, .6, .3))) {
            RunReview review = RunReview.of(folder, ROLES);
            Messages.assertMessage("beside-other-prompts", dir, () -> review.beside(RunReview.of(prompts, ROLES)));
            Messages.assertMessage("beside-not-evaluated", dir, () -> review.beside(RunReview.of(empty, ROLES)));
            Messages.assertMessage("beside-other-reward", dir, () -> review.beside(RunReview.of(reward, ROLES)));
            RunReview.Roles noGold = new RunReview.Roles(List.of("preference"), List.of(), false);
            Messages.assertMessage("beside-other-truth", dir, () -> review.beside(RunReview.of(reward, noGold)));
        }
    }

    @Test
    public void aLogWithAForeignLineIsNotPaired() throws Exception {
        Path other = run("other", 1, "a cat", .6, .6, .3);
        Path log = other.resolve("samples.jsonl");
        List<String> lines = Files.readAllLines(log);
        String last = lines.get(lines.size() - 1);
        Files.writeString(log, String.join("\n", lines) + "\n" + last.replace("\"index\":31", "\"index\":32") + "\n");
        try (RunFolder folder = RunFolder.view(run("run", 1, "a cat", .6, .6, .3));
                RunFolder longer = RunFolder.view(other)) {
            Messages.assertMessage("beside-other-places", dir, () -> RunReview.of(folder, ROLES)
                    .beside(RunReview.of(longer, ROLES)));
        }
    }

    @Test
    public void evaluationsOfAnotherRulerAreKeptApartAndNamed() throws Exception {
        Path run = run("run", 1, "a cat", .6, .6, .3, .3, .3);
        measure(run, sample -> sample.epoch() < 10 ? ruler("95", "1") : ruler("10", "1"));
        try (RunFolder folder = RunFolder.view(run)) {
            RunReview review = RunReview.of(folder, ROLES);
            assertThat(review.evaluations().epochs()).containsExactly(10, 15, 20);
            RunVerdict verdict = review.verdict().orElseThrow();
            assertThat(verdict.overOptimised()).isNotEqualTo(RunVerdict.Answer.YES);
            String note = "Left out, for measured otherwise than the last: the evaluations of epochs 0, 5"
                    + " (rewards.jpeg.quality: 95 before, 10 now).";
            assertThat(verdict.lines()).contains(note);
            review.writeReport(Map.of(), 4);
            assertThat(Files.readString(folder.report())).contains(note);
        }
    }

    @Test
    public void otherPromptsAreNeverPaired() {
        Path run = run("run", 1, "a cat", .6, .6, .3);
        rewrite(run, s -> s.epoch() == 0 ? drawnFrom(s, "a teapot") : s);
        try (RunFolder folder = RunFolder.view(run)) {
            RunReview review = RunReview.of(folder, ROLES);
            assertThat(review.evaluations().epochs()).containsExactly(5, 10);
            assertThat(review.verdict().orElseThrow().notes())
                    .contains("Left out, for measured otherwise than the last: the evaluation of epoch 0"
                            + " (sample 0: 'a teapot' from seed 7 before, 'a cat' from seed 7 now).");
        }
    }

    @Test
    public void saysThatWhatMeasuredIsNotKnown() {
        Path run = run("run", 1, "a cat", .6, .6, .3);
        number(run, 0, 5, 10);
        measure(run, s -> s.epoch() < 10 ? Optional.empty() : ruler("95", "1"));
        try (RunFolder folder = RunFolder.view(run)) {
            assertThat(RunReview.of(folder, ROLES).verdict().orElseThrow().notes())
                    .containsExactly("It is not known what measured the evaluations of epochs 0, 5, for the folder does"
                            + " not say so, as those of earlier versions do not; taken to be alike.");
        }
    }

    @Test
    public void runsOfOtherRulersAreNeitherControlNorBeside() {
        Path run = run("run", 1, "a cat", .6, .6, .3);
        Path otherGold = run("gold", 1, "a cat", .6, .6, .3);
        Path otherReward = run("reward", 1, "a cat", .6, .6, .3);
        measure(run, s -> ruler("95", "1"));
        measure(otherGold, s -> ruler("95", "2"));
        measure(otherReward, s -> ruler("10", "1"));
        try (RunFolder folder = RunFolder.view(run);
                RunFolder gold = RunFolder.view(otherGold);
                RunFolder reward = RunFolder.view(otherReward)) {
            RunReview review = RunReview.of(folder, ROLES);
            Messages.assertMessage("control-other-ruler", dir, () -> review.against(otherGold));
            Messages.assertMessage("beside-other-ruler", dir, () -> review.beside(RunReview.of(reward, ROLES)));
            Messages.assertMessage("beside-other-gold", dir, () -> review.beside(RunReview.of(gold, ROLES)));
            // What a control is trained on is another matter.
            assertThat(review.against(otherReward).verdict()).isPresent();
        }
    }

    /** Scores that are weighed otherwise are no difference of two runs. */
    @Test
    public void aHeldOutScoreThatIsWeighedOtherwiseIsNotCompared() {
        Path run = run("run", 1, "a cat", .6, .6, .3);
        Path weighed = run("weighed", 1, "a cat", .6, .6, .3);
        measure(
                run,
                s -> Optional.of(new Ruler.Builder()
                        .put(Ruler.DRAWING, "sampling.steps", "3")
                        .build()));
        measure(
                weighed,
                s -> Optional.of(new Ruler.Builder()
                        .put(Ruler.DRAWING, "sampling.steps", "3")
                        .put(Ruler.HELD_OUT_SCORE, Independence.WEIGHTS, Independence.BY_INDEPENDENCE)
                        .build()));
        RunReview.Roles noGold = new RunReview.Roles(List.of("preference"), List.of(), false);
        try (RunFolder folder = RunFolder.view(run);
                RunFolder other = RunFolder.view(weighed)) {
            RunReview review = RunReview.of(folder, noGold);
            String found = "  - evaluation.held-out-weights: independence there, none here";
            assertThatThrownBy(() -> review.beside(RunReview.of(other, noGold)))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("their evaluations were measured otherwise:\n" + found);
            assertThatThrownBy(() -> review.against(weighed))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(found);
            assertThat(RunReview.of(folder, ROLES)
                            .beside(RunReview.of(other, ROLES))
                            .levels())
                    .as("gold is not made of them")
                    .hasSize(4);
        }
    }

    @Test
    public void rulersThatAreDamagedAreTold() throws Exception {
        Path run = run("run", 1, "a cat", .6, .6, .3);
        Files.writeString(run.resolve("rulers.json"), "{\"a\": {\"drawing\": 3}}");
        try (RunFolder folder = RunFolder.view(run)) {
            Messages.assertMessage("rulers-damaged", dir, () -> RunReview.of(folder, ROLES));
        }
    }

    /** Such as a run.json of another run. */
    @Test
    public void scoresThatNoEvaluationHasAreTold() {
        Path run = run("run", 1, "a cat", .6, .6, .3);
        try (RunFolder folder = RunFolder.view(run)) {
            RunReview.Roles others = new RunReview.Roles(List.of("preference", "aesthetic"), List.of("random"), true);
            Messages.assertMessage("scores-of-another-run", dir, () -> RunReview.of(folder, others));
        }
    }

    /** A log that was cut, emptied or lost is not that of a run which was never evaluated. */
    @Test
    public void scoresThatAreLostAreTold() throws Exception {
        Path run = run("run", 1, "a cat", .6, .6, .3);
        number(run, 0, 5, 10);
        try (RunFolder folder = RunFolder.view(run)) {
            assertThat(RunReview.of(folder, ROLES).requireScores().notes()).noneMatch(n -> n.contains(".jsonl"));
            String all = Files.readString(folder.samples());
            for (String none : List.of(all.substring(0, 100), "", "\0".repeat(4096))) {
                Files.writeString(folder.samples(), none);
                Messages.assertMessage(
                        "scores-lost", dir, () -> RunReview.of(folder, ROLES).requireScores());
                // A run that is at its end keeps what it has, and says it.
                assertThat(RunReview.of(folder, ROLES).notes())
                        .contains("samples.jsonl: no evaluation is in it, but metrics.jsonl has the numbers of the"
                                + " evaluations of epochs 0, 5, 10. Put it back as the run wrote it: without it nothing"
                                + " can be said of the run.");
            }
            Files.delete(folder.samples());
            Messages.assertMessage(
                    "scores-missing", dir, () -> RunReview.of(folder, ROLES).requireScores());
            Files.delete(folder.metrics());
            assertThat(RunReview.of(folder, ROLES).requireScores().notes()).isEmpty(); // it may just have begun
            Files.createDirectories(folder.images());
            Files.writeString(folder.evaluationGrid(0), "a picture");
            assertThatThrownBy(() -> RunReview.of(folder, ROLES).requireScores())
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("is missing, but in images are the pictures of the evaluation of epoch 0");
        }
    }

    @Test
    public void whatIsMissingOfALogIsANoteOfTheVerdict() throws Exception {
        Path run = run("run", 1, "a cat", .6, .6, .3);
        number(run, 0, 5, 10);
        try (RunFolder folder = RunFolder.view(run)) {
            List<String> lines = Files.readAllLines(folder.samples());
            Files.writeString(
                    folder.samples(), String.join("\n", lines.subList(0, 40)) + "\n" + "{\"epoch\":5,\"phase");
            assertThat(RunReview.of(folder, ROLES).verdict().orElseThrow().notes())
                    .contains(
                            "samples.jsonl ends in a line that is not whole, which is left out: it was cut, or is just"
                                    + " being written.",
                            "samples.jsonl has 8 of the 32 samples of the evaluation of epoch 5: lines of it are missing.",
                            "samples.jsonl has no sample of the evaluation of epoch 10, of which metrics.jsonl has the"
                                    + " numbers: lines of it are missing.");
            Files.write(folder.samples(), lines);
            Files.writeString(folder.metrics(), "\0".repeat(4096));
            assertThat(RunReview.of(folder, ROLES).verdict().orElseThrow().notes())
                    .contains("metrics.jsonl has no whole line: the report has no curves of its numbers.");
            Files.delete(folder.metrics());
            RunReview review = RunReview.of(folder, ROLES);
            review.writeReport(Map.of(), 4);
            assertThat(Files.readString(folder.report()))
                    .contains("<p>metrics.jsonl is missing: the report has no curves of its numbers.</p>");
        }
    }

    /** Logs the numbers of evaluations. */
    private static void number(Path run, int... epochs) {
        try (JsonlMetrics metrics = new JsonlMetrics(run.resolve("metrics.jsonl"))) {
            for (int epoch : epochs) {
                metrics.epoch(epoch, new TreeMap<>(Map.of(MetricNames.evaluation("preference"), .1)));
            }
        }
    }

    private static Optional<Ruler> ruler(String quality, String gold) {
        return Optional.of(new Ruler.Builder()
                .put(Ruler.DRAWING, "sampling.steps", "3")
                .put(Ruler.TRAINING, "rewards.jpeg.quality", quality)
                .put(Ruler.reward("jpeg"), "rewards.jpeg.quality", quality)
                .put(Ruler.GOLD, "gold.strictness", gold)
                .build());
    }

    /** Says of each evaluation of a run what measured it. */
    private static void measure(Path run, Function<Sample, Optional<Ruler>> by) {
        try (RunFolder folder = RunFolder.view(run)) {
            rewrite(
                    run,
                    s -> new Sample(
                            s.epoch(),
                            s.phase(),
                            s.index(),
                            s.prompt(),
                            s.seed(),
                            s.rewards(),
                            by.apply(s).map(ruler -> Rulers.add(folder, ruler))));
        }
    }

    private static Sample drawnFrom(Sample s, String prompt) {
        return new Sample(s.epoch(), s.phase(), s.index(), prompt, s.seed(), s.rewards(), s.ruler());
    }

    private static void rewrite(Path run, UnaryOperator<Sample> change) {
        Path file = run.resolve("samples.jsonl");
        List<Sample> changed = SamplesLog.read(file).stream().map(change).toList();
        RunFolder.writeText(file, "");
        try (SamplesLog log = new SamplesLog(file)) {
            log.append(changed);
        }
    }

    /**
     * A run whose training reward rises by {@code rise} an evaluation, and whose gold has these means at epochs 0, 5,
     * ....
     */
    private Path run(String name, double rise, String prompt, double... gold) {
        return run(name, 0, rise, prompt, gold);
    }

    private Path run(String name, double start, double rise, String prompt, double... gold) {
        Path path = dir.resolve(name);
        try (RunFolder folder = RunFolder.create(path);
                SamplesLog log = new SamplesLog(folder.samples())) {
            RunFolder.writeText(folder.config(), "");
            Random noise = new Random(4);
            for (int e = 0; e < gold.length; e++) {
                List<Sample> samples = new ArrayList<>();
                for (int i = 0; i < 32; i++) {
                    TreeMap<String, Double> scores = new TreeMap<>();
                    scores.put(ScoreNames.TRAINING, start + rise * e + .1 * noise.nextGaussian());
                    scores.put(ScoreNames.GOLD, gold[e] + .05 * noise.nextGaussian());
                    scores.put("preference", .1 * noise.nextGaussian());
                    samples.add(new Sample(5 * e, Sample.Phase.EVALUATION, i, prompt, 7, scores));
                }
                log.append(samples);
            }
        }
        return path;
    }
}
