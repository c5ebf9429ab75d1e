package org.tempera.runtime;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.tempera.base.files.FoundPath;
import org.tempera.core.checkpoint.CheckpointStore;
import org.tempera.core.reward.DiscreetReward;
import org.tempera.core.reward.NamedReward;
import org.tempera.core.reward.PictureEmbedder;
import org.tempera.core.reward.PictureScorer;
import org.tempera.core.reward.PictureScores;
import org.tempera.core.reward.PictureSource;
import org.tempera.core.reward.StoredPictures;
import org.tempera.core.sample.ImageSampler;
import org.tempera.core.sample.SampleSettings;
import org.tempera.core.sample.SampledWeights;
import org.tempera.graph.ThreadSettings;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.nn.weights.ModelFiles;
import org.tempera.record.evaluation.MeasuredPicture;
import org.tempera.record.evaluation.MeasuredSet;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.evaluation.PromptDiversity;
import org.tempera.record.image.statistics.ImageStatistics;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.Ruler;
import org.tempera.runtime.config.RewardSelection;
import org.tempera.runtime.config.RunConfig;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.reward.Reward;

/**
 * Measures a model, or a run at some of its checkpoints: draws pictures of fixed prompts from fixed noise, and measures
 * these by rewards, embeddings and statistics. The model is built once, whatever the number of checkpoints.
 */
final class ModelEvaluator {
    /** Name of the set of a run's own prompts. */
    private static final String OWN = "evaluation";

    private final Tempera tempera;
    private final Path source;
    private final EvaluateOptions options;
    private final EvaluateProgress progress;
    private final Optional<RunConfig> config;
    private final Map<String, List<String>> sets;
    private final Map<RewardSelection, Reward> rewards = new LinkedHashMap<>();
    private final Optional<Reward> gold;
    private final Optional<PretrainedClip> clip;
    private final Set<String> warned = new HashSet<>();

    private ModelEvaluator(
            Tempera tempera,
            Path source,
            EvaluateOptions options,
            EvaluateProgress progress,
            Optional<RunConfig> config) {
        this.tempera = tempera;
        this.source = source;
        this.options = options;
        this.progress = progress;
        this.config = config;
        this.sets = sets();
        requireCount();
        this.clip = options.embeddings().map(PretrainedClip::open);
        selected().forEach(r -> rewards.put(r, new NamedReward(r.name(), r.settings(), tempera.made(r)).reward()));
        this.gold = config.flatMap(RunConfig::gold)
                .map(g -> DiscreetReward.of(TrainingParts.gold(g.provider(), g.config()), tempera.secrets()));
    }

    static List<ModelEvaluation> evaluate(
            Tempera tempera, Path source, EvaluateOptions options, EvaluateProgress progress) {
        ModelFiles.requireOpen(source);
        if (Files.notExists(source)) {
            throw noFolder(source);
        }
        if (!ModelFiles.has(source.resolve("config.conf"))) {
            return new ModelEvaluator(tempera, source, options, progress, Optional.empty()).ofModel();
        }
        try (RunFolder folder = RunFolder.view(source)) {
            RunConfig config =
                    tempera.config(folder.config(), options.sampling().overrides());
            return new ModelEvaluator(tempera, source, options, progress, Optional.of(config)).ofRun(folder);
        }
    }

    private static UserException noFolder(Path source) {
        return new UserException(source + ": expected the folder of a run or of a model, found "
                + FoundPath.words(source) + ". Check the path.");
    }

    private Map<String, List<String>> sets() {
        Map<String, List<String>> known = options.sets();
        if (known.isEmpty()) {
            RunConfig run = config.orElseThrow(() -> Files.isDirectory(source)
                    ? new UserException(source + ": is a model, which has no prompts of its own. Name a file of them.")
                    : noFolder(source));
            known = Map.of(OWN, TrainingParts.evaluationPrompts(run));
        }
        Map<String, List<String>> distinct = new LinkedHashMap<>();
        known.forEach((name, prompts) -> distinct.put(name, List.copyOf(new LinkedHashSet<>(prompts))));
        return distinct;
    }

    private void requireCount() {
        long all = 0;
        for (List<String> prompts : sets.values()) {
            all += (long) prompts.size() * options.pictures();
        }
        EvaluateOptions.requireCount(source.toString(), all, options.pictures());
    }

    private List<RewardSelection> selected() {
        if (config.isPresent()) {
            List<String> names = options.rewards().isEmpty()
                    ? config.get().rewards().stream().map(RewardSelection::name).toList()
                    : options.rewards();
            return names.stream()
                    .distinct()
                    .map(name -> Tempera.chosen(name, config.get()))
                    .toList();
        }
        List<String> names = options.rewards().stream().distinct().toList();
        return names.isEmpty()
                ? List.of()
                : RewardSelection.of(names, options.sampling().overrides(), tempera.plugins());
    }

    private List<ModelEvaluation> ofModel() {
        try (OpenSampler sampler = open(sampling(options.sampling().checkpoint(), List.of()))) {
            return List.of(measured(sampler, sampler.description(), OptionalInt.empty()));
        }
    }

    private List<ModelEvaluation> ofRun(RunFolder folder) {
        folder.makeEvaluations();
        OptionalInt every = options.everySoMany();
        if (every.isEmpty()) {
            Optional<String> wanted = options.sampling().checkpoint();
            try (OpenSampler sampler = open(sampling(wanted, options.sampling().overrides()))) {
                // What was opened, for a run that goes on may have a newer one by now.
                int epoch = sampler.epoch().orElseThrow();
                return List.of(recorded(folder, epoch, sampler, sampler.description()));
            }
        }
        CheckpointStore store = new CheckpointStore(folder.checkpoints(), CheckpointChoice.KEEP_ALL);
        List<ModelEvaluation> all = new ArrayList<>();
        Optional<String> first = Optional.of("epoch-0000");
        try (OpenSampler sampler = open(sampling(first, options.sampling().overrides()))) {
            all.add(recorded(folder, 0, sampler, sampler.description()));
            List<Integer> epochs = store.epochs();
            for (int epoch : epochs) {
                boolean last = epoch == epochs.get(epochs.size() - 1);
                if (epoch > 0 && (last || epoch % every.getAsInt() == 0)) {
                    Path checkpoint = store.path(epoch);
                    sampler.load(checkpoint);
                    all.add(recorded(
                            folder, epoch, sampler, source + " at " + checkpoint.getFileName() + sampler.which()));
                }
            }
        }
        return all;
    }

    /** Measures, and writes the record at once, so that what is measured stays when a later checkpoint fails. */
    private ModelEvaluation recorded(RunFolder folder, int epoch, OpenSampler sampler, String described) {
        ModelEvaluation evaluation = measured(sampler, described, OptionalInt.of(epoch));
        evaluation.write(folder.evaluation(epoch, evaluation.ruler().fingerprint()));
        return evaluation;
    }

    private OpenSampler open(SampleOptions sampling) {
        return OpenSampler.open(tempera, source, sampling, options.divergence());
    }

    private SampleOptions sampling(Optional<String> checkpoint, List<String> overrides) {
        SampleOptions o = options.sampling();
        return new SampleOptions(
                o.adapter(),
                checkpoint,
                o.weights(),
                o.steps(),
                o.eta(),
                o.guidanceScale(),
                o.negativePrompt(),
                o.height(),
                o.width(),
                o.batchSize(),
                sets.values().stream().flatMap(List::stream).distinct().toList(),
                overrides,
                o.precision());
    }

    /** What is drawn and scored in: as asked for, or as the run has it. */
    private Precision precision() {
        return options.sampling()
                .precision()
                .or(() -> config.map(c -> c.run().precision()))
                .orElse(Precision.FLOAT32);
    }

    /** A picture, and what was measured of it as soon as it was drawn. */
    private record Fresh(PictureSource source, Map<String, Double> numbers) {}

    /** Everything of one set of weights. */
    private ModelEvaluation measured(OpenSampler sampler, String described, OptionalInt epoch) {
        List<ImageSampler.Request> requests = new ArrayList<>();
        for (List<String> prompts : sets.values()) {
            // Were the noise that of the other prompts, their means would err together, which no interval would show.
            for (int i = 0; i < prompts.size() * options.pictures(); i++) {
                requests.add(new ImageSampler.Request(prompts.get(i / options.pictures()), options.seed() + i));
            }
        }
        warn(sampler.sampler().cutPrompts(requests).warnings().stream());
        try (StoredPictures store = StoredPictures.open()) {
            List<Fresh> drawn = draw(sampler, described, requests, store);
            List<PictureSource> pictures = drawn.stream().map(Fresh::source).toList();
            Map<String, float[]> scores = new LinkedHashMap<>();
            rewards.forEach((r, reward) -> scores.put(r.name(), scores(r.name(), reward, pictures)));
            gold.ifPresent(reward -> scores.put(ScoreNames.GOLD, scores(ScoreNames.GOLD, reward, pictures)));
            Optional<float[][]> embedded = embedded(pictures);
            List<MeasuredSet> measured = new ArrayList<>();
            int at = 0;
            for (Map.Entry<String, List<String>> set : sets.entrySet()) {
                int end = at + set.getValue().size() * options.pictures();
                measured.add(set(set.getKey(), at, end, requests, drawn, scores, embedded));
                at = end;
            }
            return new ModelEvaluation(described, epoch, ruler(sampler), measured);
        }
    }

    private List<Fresh> draw(
            OpenSampler sampler, String described, List<ImageSampler.Request> requests, StoredPictures store) {
        List<Fresh> drawn = new ArrayList<>();
        String drawing = "drawing from " + described;
        progress.done(drawing, 0, requests.size());
        sampler.draw(requests, d -> {
            Map<String, Double> numbers = new LinkedHashMap<>();
            d.divergence().ifPresent(kl -> numbers.put(ScoreNames.KL, kl));
            numbers.putAll(ImageStatistics.of(d.image()).byName());
            String label = "the picture of '" + d.prompt() + "', seed " + d.seed();
            drawn.add(new Fresh(store.add(label, d.image(), d.prompt()), numbers));
            progress.done(drawing, drawn.size(), requests.size());
        });
        return drawn;
    }

    private float[] scores(String name, Reward reward, List<PictureSource> pictures) {
        PictureScorer scorer =
                new PictureScorer(name, reward, ThreadSettings.forThisMachine(), precision(), tempera.secrets());
        PictureScores scores =
                scorer.scoreEach(pictures, done -> progress.done("scoring by " + name, done, pictures.size()));
        // Their marks are told already, as the policy read them.
        warn(scorer.cutPrompts().warning().stream());
        scores.problem(name, pictures.stream().map(PictureSource::label).toList())
                .ifPresent(progress::warning);
        return scores.values();
    }

    /** The prompts are the same at every checkpoint, and what is wrong with them is told once. */
    private void warn(Stream<String> ofPrompts) {
        ofPrompts.filter(warned::add).forEach(progress::warning);
    }

    private Optional<float[][]> embedded(List<PictureSource> pictures) {
        return clip.map(opened -> new PictureEmbedder(opened, ThreadSettings.forThisMachine())
                .embed(pictures, done -> progress.done("embedding", done, pictures.size())));
    }

    private MeasuredSet set(
            String name,
            int from,
            int to,
            List<ImageSampler.Request> requests,
            List<Fresh> drawn,
            Map<String, float[]> scores,
            Optional<float[][]> embedded) {
        List<MeasuredPicture> pictures = new ArrayList<>();
        Map<String, PromptDiversity> diversity = new LinkedHashMap<>();
        for (int i = from; i < to; i++) {
            int place = i;
            ImageSampler.Request r = requests.get(i);
            Map<String, Double> numbers = new LinkedHashMap<>();
            scores.forEach((reward, values) -> numbers.put(reward, (double) values[place]));
            numbers.putAll(drawn.get(i).numbers());
            pictures.add(new MeasuredPicture(r.prompt(), r.seed(), numbers));
            if ((i - from) % options.pictures() == 0 && options.pictures() > 1) {
                embedded.ifPresent(rows -> diversity.put(
                        r.prompt(),
                        PromptDiversity.of(Arrays.stream(rows, place, place + options.pictures())
                                .map(ModelEvaluator::widen)
                                .toArray(double[][]::new))));
            }
        }
        return new MeasuredSet(name, pictures, diversity);
    }

    private static double[] widen(float[] row) {
        double[] wide = new double[row.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = row[i];
        }
        return wide;
    }

    /** All that the numbers depend on but the weights that are measured. */
    private Ruler ruler(OpenSampler opened) {
        ImageSampler sampler = opened.sampler();
        SampleSettings how = sampler.settings();
        Ruler.Builder ruler = new Ruler.Builder()
                .put(Ruler.DRAWING, "sampling.steps", Integer.toString(how.steps()))
                .put(Ruler.DRAWING, "sampling.eta", Double.toString(how.eta()))
                .put(Ruler.DRAWING, "sampling.guidance-scale", Double.toString(how.guidanceScale()))
                .put(Ruler.DRAWING, "sampling.negative-prompt", how.negativePrompt())
                .put(Ruler.DRAWING, "picture's size", sampler.width() + " x " + sampler.height())
                .put(Ruler.DRAWING, "seed", Long.toString(options.seed()))
                .put(Ruler.DRAWING, "pictures of a prompt", Integer.toString(options.pictures()));
        RunRuler.addNoisySteps(ruler, how.noisy(), how.steps());
        sets.forEach((name, prompts) -> ruler.put("prompts " + name, "prompts." + name, RunRuler.ofPrompts(prompts)));
        config.ifPresentOrElse(
                c -> RunRuler.addPolicy(ruler, c.policy(), sampler.provenance()),
                () -> ruler.putAll(
                        Ruler.DRAWING,
                        MeasuringFiles.of("policy", Map.of("model", source), withoutAdapter(sampler.provenance()))));
        if (opened.weights() != SampledWeights.POLICY) {
            RunRuler.addBehaviour(ruler);
        }
        RunRuler.addPrecision(ruler, Ruler.DRAWING, precision());
        rewards.forEach((r, reward) -> RunRuler.addReward(ruler, r, reward, precision()));
        config.flatMap(RunConfig::gold)
                .ifPresent(g -> gold.ifPresent(reward -> RunRuler.addGold(ruler, g, reward, precision())));
        options.embeddings()
                .ifPresent(folder -> ruler.putAll(
                        "embeddings", MeasuringFiles.of("embeddings", Map.of("embeddings", folder), Map.of())));
        return ruler.build();
    }

    /** An adapter is what is measured, and not what measures: with and without it a model is measured alike. */
    private Map<String, String> withoutAdapter(Map<String, String> provenance) {
        Map<String, String> files = new LinkedHashMap<>(provenance);
        options.sampling().adapter().map(a -> absolute(a.file())).ifPresent(adapter -> files.keySet()
                .removeIf(file -> absolute(Path.of(file)).startsWith(adapter)));
        return files;
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
