package org.tempera.core.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.tempera.base.files.IoReason;
import org.tempera.base.text.Printable;
import org.tempera.core.config.HeldOutWeights;
import org.tempera.core.config.RewardRole;
import org.tempera.core.reward.ScoreFailure;
import org.tempera.record.image.ImageGrid;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.record.metrics.MetricSink;
import org.tempera.record.metrics.Sample;
import org.tempera.record.metrics.SamplesLog;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.metrics.TensorBoardEvents;
import org.tempera.record.report.Timeline;
import org.tempera.record.review.RunReview;
import org.tempera.record.run.OwnFiles;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.HeldOutScore;
import org.tempera.record.verdict.Independence;
import org.tempera.record.verdict.Ruler;
import org.tempera.record.verdict.Rulers;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.spi.MetricNames;
import org.tempera.spi.UserException;

/** Writes what a run does into its folder: metrics, samples, pictures, the report. */
final class RunRecorder implements AutoCloseable {
    private static final String FAILURE_FORMAT = "%s-%04d-sample-%04d-%s.png";

    /** What {@link #FAILURE_FORMAT} gives. */
    private static final Pattern FAILURE =
            Pattern.compile("(epoch|evaluation)-\\d{4,9}-sample-\\d{4,9}-[a-z0-9-]+\\.png");

    private final RunFolder folder;
    private final TrainingSpec spec;
    private final MetricSink metrics;
    private final SamplesLog samples;
    private final List<String> heldOut;
    private final List<String> logged;
    private final Optional<Supplier<Ruler>> measuring;
    private final Optional<Map<String, double[]>> firstSigns;
    private Optional<Ruler> measured = Optional.empty();
    private Optional<String> ruler = Optional.empty();
    private Optional<HeldOutScore> heldOutScore = Optional.empty();

    private RunRecorder(
            RunFolder folder,
            TrainingSpec spec,
            Optional<Supplier<Ruler>> measuring,
            List<Sample> first,
            MetricSink metrics,
            SamplesLog samples) {
        this.folder = folder;
        this.spec = spec;
        this.measuring = measuring;
        this.metrics = metrics;
        this.samples = samples;
        heldOut = spec.rewardsOf(RewardRole.HELD_OUT);
        // A constraint judges nothing either.
        logged = new ArrayList<>(spec.rewardsOf(RewardRole.LOGGED));
        logged.addAll(spec.rewardsOf(RewardRole.CONSTRAINT));
        firstSigns = first.isEmpty() ? Optional.empty() : Optional.of(signs(first));
        if (!first.isEmpty()) {
            heldOutScore = heldOutScore(first);
        }
    }

    /**
     * Opens the files at their end.
     *
     * @param measuring what measures the evaluations, once it is known; empty if it is not
     * @param sinks take numbers and pictures besides the folder
     * @param epoch epochs that are recorded; what was logged later has been taken back
     * @param resumed whether the run goes on
     * @throws UserException if a file cannot be read or opened; none is open then
     */
    static RunRecorder open(
            RunFolder folder,
            TrainingSpec spec,
            Optional<Supplier<Ruler>> measuring,
            List<MetricSink> sinks,
            int epoch,
            boolean resumed) {
        List<Sample> first = resumed ? firstEvaluation(folder, spec) : List.of();
        SamplesLog samples = new SamplesLog(folder.samples());
        try {
            MetricSink metrics = metrics(folder, spec.clock(), sinks, epoch, resumed);
            try {
                return new RunRecorder(folder, spec, measuring, first, metrics, samples);
            } catch (RuntimeException | Error e) {
                metrics.close();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            samples.close();
            throw e;
        }
    }

    /** Writes what the run is of beside its numbers: the config, which is in the folder by now, and the prompts. */
    void describe(int epoch) {
        Set<String> prompts = new LinkedHashSet<>(EvaluationPictures.prompts(spec));
        metrics.text(epoch, "prompts of the evaluations", indented(String.join("\n", prompts)));
        if (OwnFiles.exists(folder.config())) {
            metrics.text(epoch, "config", indented(OwnFiles.readText(folder.config())));
        }
    }

    private static MetricSink metrics(
            RunFolder folder, InstantSource clock, List<MetricSink> sinks, int epoch, boolean resumed) {
        JsonlMetrics lines = new JsonlMetrics(folder.metrics());
        try {
            List<MetricSink> all = new ArrayList<>();
            all.add(lines);
            all.add(
                    resumed
                            ? TensorBoardEvents.resume(folder.path(), epoch, clock)
                            : TensorBoardEvents.create(folder.path(), clock));
            all.addAll(sinks);
            return MetricSink.all(all);
        } catch (RuntimeException | Error e) {
            lines.close();
            throw e;
        }
    }

    /** A text as it is, in Markdown. */
    private static String indented(String text) {
        return Printable.lines(text).indent(4);
    }

    /** Logs an epoch with its evaluation, if it had one, as one row. */
    void record(Optional<EpochResult> result, Optional<AlarmGuard.Seen> evaluated) {
        int epoch = result.map(EpochResult::epoch).orElse(0);
        SortedMap<String, Double> row = new TreeMap<>();
        List<Sample> lines = new ArrayList<>();
        result.ifPresent(r -> {
            failures(Sample.Phase.TRAIN, epoch, r.failures());
            row.putAll(r.metrics());
            // Pictures of a file of choices were neither drawn nor scored.
            if (!spec.learnsFromChoices()) {
                lines.addAll(samples(
                        epoch,
                        Sample.Phase.TRAIN,
                        r.prompts(),
                        r.scores(),
                        spec.run().seed(),
                        Optional.empty(),
                        Map.of()));
            }
        });
        evaluated.ifPresent(seen -> {
            Evaluation e = seen.evaluation();
            e.training()
                    .ifPresent(values -> row.put(MetricNames.evaluation(ScoreNames.TRAINING), Moments.mean(values)));
            e.rewards().forEach((name, values) -> row.put(MetricNames.evaluation(name), Moments.mean(values)));
            row.put(MetricNames.EVALUATION_MISSING, (double)
                    Moments.missing(e.rewards().values()));
            e.gold().ifPresent(values -> row.put(MetricNames.GOLD, Moments.mean(values)));
            row.putAll(seen.metrics());
            e.signs().forEach((name, values) -> row.put(MetricNames.sign(name), Moments.mean(values)));
            lines.addAll(samples(epoch, Sample.Phase.EVALUATION, e.prompts(), logged(e), e.seed(), ruler(), e.signs()));
            failures(Sample.Phase.EVALUATION, e.epoch(), e.failures());
        });
        // First: a picture or a number without its samples says that they were lost.
        samples.append(lines);
        evaluated.map(AlarmGuard.Seen::evaluation).ifPresent(this::picture);
        metrics.epoch(epoch, row);
    }

    /** Keeps what measures the evaluations in the folder, if that is not done yet, and gives its fingerprint. */
    Optional<String> ruler() {
        if (ruler.isEmpty()) {
            ruler = measured().map(r -> Rulers.add(folder, r));
        }
        return ruler;
    }

    /** All scores of an evaluation under the names that the log has for them. */
    private static Map<String, float[]> logged(Evaluation e) {
        Map<String, float[]> all = new LinkedHashMap<>(e.rewards());
        e.training().ifPresent(values -> all.put(ScoreNames.TRAINING, values));
        e.gold().ifPresent(values -> all.put(ScoreNames.GOLD, values));
        return all;
    }

    /** Whether a file's name is of a picture that a reward failed on. */
    static boolean isFailure(String name) {
        return FAILURE.matcher(name).matches();
    }

    /** Writes the pictures that rewards failed on, as far as they were kept, and says where. */
    Map<ScoreFailure, Path> failures(Sample.Phase phase, int epoch, List<ScoreFailure> failures) {
        Map<ScoreFailure, Path> written = new IdentityHashMap<>();
        for (ScoreFailure f : failures) {
            f.picture().ifPresent(picture -> {
                Path file = failureFile(phase, epoch, f);
                PngFiles.write(
                        file,
                        picture,
                        Map.of(PngFiles.PROMPT, f.prompt(), "reward", f.reward(), "failure", f.reason()));
                written.put(f, file);
            });
        }
        return written;
    }

    private Path failureFile(Sample.Phase phase, int epoch, ScoreFailure f) {
        try {
            Files.createDirectories(folder.failures());
        } catch (IOException e) {
            throw new UserException(
                    folder.failures() + ": cannot be made (" + IoReason.of(e) + "). Check permissions.", e);
        }
        String moment = phase == Sample.Phase.TRAIN ? "epoch" : "evaluation";
        return folder.failures()
                .resolve(String.format(Locale.ROOT, FAILURE_FORMAT, moment, epoch, f.sample(), f.reward()));
    }

    /** The held-out score of each sample of an evaluation; empty without held-out rewards. */
    Optional<double[]> heldOut(Evaluation evaluation) {
        if (heldOut.isEmpty()) {
            return Optional.empty();
        }
        Map<String, double[]> now = new LinkedHashMap<>();
        for (String name : heldOut) {
            now.put(name, widen(evaluation.rewards().getOrDefault(name, new float[0])));
        }
        if (heldOutScore.isEmpty()) {
            heldOutScore = Optional.of(HeldOutScore.relativeTo(now, weights(samples(evaluation))));
        }
        return Optional.of(heldOutScore.get().bySample(now));
    }

    /** Weights of the held-out rewards in their score; none where they weigh the same. */
    private Map<String, Double> weights(List<Sample> first) {
        return spec.evaluation().heldOutWeights() == HeldOutWeights.EQUAL
                ? Map.of()
                : Independence.weights(independence(first));
    }

    /** What a person should know of the held-out rewards when a run begins, a sentence each. */
    List<String> notes(Evaluation first) {
        return Independence.notes(
                independence(samples(first)), spec.evaluation().heldOutWeights() == HeldOutWeights.INDEPENDENCE);
    }

    private static List<Sample> samples(Evaluation e) {
        return samples(
                e.epoch(), Sample.Phase.EVALUATION, e.prompts(), logged(e), e.seed(), Optional.empty(), Map.of());
    }

    private List<Independence> independence(List<Sample> first) {
        return Independence.of(first, heldOut, measured());
    }

    private Optional<Ruler> measured() {
        if (measured.isEmpty()) {
            measured = measuring.map(Supplier::get);
        }
        return measured;
    }

    /** Whether an evaluation was logged before the run went on. */
    boolean evaluated() {
        return firstSigns.isPresent();
    }

    /** Signs of the first evaluation, where one was logged before the run went on; older versions logged none. */
    Optional<Map<String, double[]>> firstSigns() {
        return firstSigns;
    }

    /** Gold at the latest evaluation that was logged. */
    Optional<Progress.Gold> latestGold() {
        return spec.gold().isPresent() && spec.evaluation().every() > 0
                ? JsonlMetrics.latest(folder.metrics(), MetricNames.GOLD)
                        .map(latest -> new Progress.Gold(latest.epoch(), latest.value()))
                : Optional.empty();
    }

    /** Judges the run by what was logged and writes the report. */
    Optional<RunVerdict> report(Map<String, String> facts) {
        RunReview review = RunReview.of(folder, roles());
        review.writeReport(facts, spec.evaluation().gridSamples());
        return review.verdict();
    }

    @Override
    public void close() {
        metrics.close();
        samples.close();
    }

    private RunReview.Roles roles() {
        return new RunReview.Roles(
                heldOut,
                logged,
                spec.gold().isPresent(),
                spec.evaluation().heldOutWeights() == HeldOutWeights.INDEPENDENCE);
    }

    /** The log begins with it in a run that is evaluated; no other would ask for it, and read all of the log. */
    private static List<Sample> firstEvaluation(RunFolder folder, TrainingSpec spec) {
        return spec.evaluation().every() > 0 && OwnFiles.exists(folder.samples())
                ? SamplesLog.firstEvaluation(folder.samples())
                : List.of();
    }

    private Map<String, double[]> signs(List<Sample> first) {
        Map<String, double[]> signs = new LinkedHashMap<>();
        RunReview.evaluations(first, roles())
                .signs()
                .forEach(s -> signs.put(s.name(), s.scores().get(0)));
        return signs;
    }

    private Optional<HeldOutScore> heldOutScore(List<Sample> first) {
        if (heldOut.isEmpty()) {
            return Optional.empty();
        }
        Map<String, double[]> scores = new LinkedHashMap<>();
        RunReview.evaluations(first, roles())
                .heldOut()
                .forEach(s -> scores.put(s.name(), s.scores().get(0)));
        return Optional.of(HeldOutScore.relativeTo(scores, weights(first)));
    }

    /** When an evaluation was, for people. */
    static String heading(int epoch) {
        return epoch == 0 ? "before training" : "after epoch " + epoch;
    }

    private void picture(Evaluation e) {
        RgbImage first = e.pictures().get(0);
        ImageGrid layout = ImageGrid.forPictures(Timeline.COLUMNS, first.width());
        int asked = Math.min(spec.evaluation().gridSamples(), e.pictures().size());
        int count = layout.readable(first.size(), asked);
        if (count == 0) {
            return; // a picture so large that none of it could be read again
        }
        RgbImage grid =
                layout.render(e.pictures().subList(0, count), e.prompts().subList(0, count), heading(e.epoch()));
        Map<String, String> notes = new LinkedHashMap<>(ImageGrid.Layout.note(count));
        notes.put("epoch", Integer.toString(e.epoch()));
        PngFiles.write(folder.evaluationGrid(e.epoch()), grid, notes);
        metrics.image(e.epoch(), "evaluation", grid);
    }

    private static List<Sample> samples(
            int epoch,
            Sample.Phase phase,
            List<String> prompts,
            Map<String, float[]> scores,
            long seed,
            Optional<String> ruler,
            Map<String, double[]> signs) {
        List<Sample> lines = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            SortedMap<String, Double> rewards = new TreeMap<>();
            for (Map.Entry<String, float[]> s : scores.entrySet()) {
                rewards.put(s.getKey(), (double) s.getValue()[i]);
            }
            SortedMap<String, Double> found = new TreeMap<>();
            for (Map.Entry<String, double[]> s : signs.entrySet()) {
                found.put(s.getKey(), s.getValue()[i]);
            }
            lines.add(new Sample(epoch, phase, i, prompts.get(i), seed, rewards, ruler, found));
        }
        return lines;
    }

    private static double[] widen(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }
}
