package org.tempera.record.archive;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import org.tempera.record.evaluation.MeasuredPicture;
import org.tempera.record.evaluation.MeasuredSet;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.evaluation.PromptDiversity;
import org.tempera.record.image.ImageGrid;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.record.metrics.Sample;
import org.tempera.record.metrics.SamplesLog;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.report.Timeline;
import org.tempera.record.run.RunFacts;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.Ruler;
import org.tempera.record.verdict.Rulers;
import org.tempera.spi.MetricNames;

/** Writes the folder of a run as a run writes it, with numbers and pictures that are made up. */
final class SmallRun {
    static final RunFacts FACTS = new RunFacts(
            "ddpo",
            "stable-diffusion",
            7,
            List.of(
                    new RunFacts.ScoredBy("aesthetic", RunFacts.TRAIN, "aesthetic"),
                    new RunFacts.ScoredBy("preference", RunFacts.HELD_OUT, "human-preference")),
            true,
            8,
            "00ff");

    static final Ruler RULER = new Ruler.Builder()
            .put(Ruler.DRAWING, "sampling.steps", "10")
            .put(Ruler.GOLD, "gold.strictness", "1")
            .build();

    private static final List<String> PROMPTS = List.of("a cat", "two dogs", "a fox", "a lion, sitting", "a hen");
    private static final int WIDTH = 16;
    private static final int HEIGHT = 12;

    private final Random random = new Random(4);
    private final int epochs;
    private final int every;
    private final int samples;

    /** @param every epochs between evaluations, of {@code samples} pictures each */
    SmallRun(int epochs, int every, int samples) {
        this.epochs = epochs;
        this.every = every;
        this.samples = samples;
    }

    /** Writes it into a new folder. */
    Path write(Path path) {
        try (RunFolder folder = RunFolder.create(path);
                SamplesLog log = new SamplesLog(folder.samples());
                JsonlMetrics metrics = new JsonlMetrics(folder.metrics())) {
            RunFolder.writeText(folder.config(), "");
            RunFolder.writeText(
                    folder.provenance(),
                    "{\"seed\":7,\"java\":\"17\",\"files\":{\"gold: /home/somebody/models/gold.safetensors\":"
                            + "{\"file\":\"/home/somebody/models/gold.safetensors\",\"sha256\":\"00ff\"}},"
                            + "\"resumed\":[{\"from_epoch\":1,\"seed\":7,\"java\":\"21\"}]}");
            FACTS.write(folder);
            String ruler = Rulers.add(folder, RULER);
            for (int epoch = 0; epoch <= epochs; epoch++) {
                TreeMap<String, Double> row = new TreeMap<>();
                List<Sample> lines = new ArrayList<>();
                if (epoch > 0) {
                    row.put(MetricNames.TRAIN_REWARD, random.nextGaussian());
                    row.put(MetricNames.TRAIN_REWARD_DEVIATION, random.nextDouble() + 1);
                    row.put("time/epoch", 1.5);
                    lines.addAll(samples(epoch, Sample.Phase.TRAIN, 4));
                }
                if (epoch % every == 0) {
                    row.put(MetricNames.GOLD, random.nextGaussian());
                    for (Sample s : samples(epoch, Sample.Phase.EVALUATION, samples)) {
                        lines.add(new Sample(
                                s.epoch(),
                                s.phase(),
                                s.index(),
                                s.prompt(),
                                s.seed(),
                                s.rewards(),
                                Optional.of(ruler),
                                new TreeMap<>(Map.of("saturation", random.nextDouble()))));
                    }
                    PngFiles.write(
                            folder.evaluationGrid(epoch),
                            grid(epoch),
                            ImageGrid.Layout.note(Math.min(FACTS.pictured(), samples)));
                }
                log.append(lines);
                metrics.epoch(epoch, row);
            }
        }
        return path;
    }

    private List<Sample> samples(int epoch, Sample.Phase phase, int count) {
        List<Sample> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            TreeMap<String, Double> scores = new TreeMap<>();
            double score = .1 * epoch + random.nextGaussian();
            scores.put("aesthetic", (double) (float) score);
            scores.put(ScoreNames.TRAINING, (double) (float) score);
            scores.put("preference", i == 3 ? Double.NaN : random.nextGaussian());
            scores.put(ScoreNames.GOLD, random.nextGaussian() - .1 * epoch);
            lines.add(new Sample(epoch, phase, i, PROMPTS.get(i % PROMPTS.size()), 7, scores));
        }
        return lines;
    }

    /** Pictures of one colour each, which tells index and epoch. */
    private RgbImage grid(int epoch) {
        List<RgbImage> pictures = new ArrayList<>();
        List<String> captions = new ArrayList<>();
        for (int i = 0; i < Math.min(FACTS.pictured(), samples); i++) {
            byte[] rgb = new byte[3 * WIDTH * HEIGHT];
            for (int at = 0; at < rgb.length; at += 3) {
                rgb[at] = (byte) (30 * i);
                rgb[at + 1] = (byte) (20 * epoch);
                rgb[at + 2] = 100;
            }
            pictures.add(RgbImage.of(WIDTH, HEIGHT, rgb));
            captions.add(PROMPTS.get(i % PROMPTS.size()));
        }
        return ImageGrid.forPictures(Timeline.COLUMNS, WIDTH).render(pictures, captions, "after epoch " + epoch);
    }

    /** What {@code evaluate} would have measured of an epoch. */
    ModelEvaluation evaluation(int epoch, int prompts, String steps) {
        List<MeasuredSet> sets = new ArrayList<>();
        for (String set : List.of("seen", "held-out")) {
            List<MeasuredPicture> pictures = new ArrayList<>();
            Map<String, PromptDiversity> diversity = new LinkedHashMap<>();
            for (int i = 0; i < 2 * prompts; i++) {
                String prompt = set + " prompt " + i / 2;
                Map<String, Double> numbers = new TreeMap<>();
                numbers.put("aesthetic", i == 1 ? Double.NaN : random.nextGaussian());
                numbers.put("kl", epoch == 0 ? 0 : epoch * random.nextDouble());
                pictures.add(new MeasuredPicture(prompt, i, numbers));
                diversity.put(prompt, new PromptDiversity(random.nextDouble(), 1 + random.nextDouble()));
            }
            sets.add(new MeasuredSet(set, pictures, diversity));
        }
        Ruler ruler =
                new Ruler.Builder().put(Ruler.DRAWING, "sampling.steps", steps).build();
        return new ModelEvaluation("run at epoch " + epoch, OptionalInt.of(epoch), ruler, sets);
    }

    /** Writes such records into the run's folder. */
    void evaluate(Path run, int prompts, String steps, int... epochs) {
        try (RunFolder folder = RunFolder.view(run)) {
            folder.makeEvaluations();
            for (int epoch : epochs) {
                ModelEvaluation evaluation = evaluation(epoch, prompts, steps);
                evaluation.write(folder.evaluation(epoch, evaluation.ruler().fingerprint()));
            }
        }
    }
}
