package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tempera.record.archive.RunCost;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.evaluation.MeasuredPicture;
import org.tempera.record.evaluation.MeasuredSet;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.evaluation.PromptDiversity;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.metrics.Sample;
import org.tempera.record.run.RunFacts;
import org.tempera.record.verdict.Ruler;
import org.tempera.spi.MetricNames;

/** Makes records of runs that never were: their curves are given, and seeds and pictures scatter around them. */
final class MadeRecords {
    static final int EVERY = 4;

    private String algorithm = "ddpo";
    private String reward = "aesthetic";
    private String head = "few";
    private String careful = "0123456789abcdef";
    private Map<String, String> settings = Map.of();
    private Map<String, String> keys = Map.of();
    private long seed = 1;
    private int samples = 16;
    private boolean gold = true;
    private boolean control;
    private boolean weighed;
    private boolean known = true;
    private String place = "";
    private String steps = "20";
    private double scatter = 0.02;
    private double rewardScatter;
    private List<Integer> measured = List.of();
    private Map<String, Integer> sets = new LinkedHashMap<>();
    private double[] proxies = {0, 1, 2, 3};
    private double[] truths = {.6, .7, .6, .5};
    private double[] signs = {};
    private String sign = "saturation";
    private double[] others = {};
    private String otherRole = RunFacts.HELD_OUT;
    private Map<String, Object> build = Map.of("version", "0");
    private List<Object> resumed = List.of();

    static MadeRecords of(String algorithm, long seed) {
        MadeRecords made = new MadeRecords();
        made.algorithm = algorithm;
        made.seed = seed;
        made.sets.put("seen", 8);
        made.sets.put("nouns", 8);
        return made;
    }

    /** Means of training reward and gold at the evaluations of epochs 0, 4, 8, ... */
    MadeRecords curves(double[] proxy, double[] truth) {
        proxies = proxy.clone();
        truths = truth.clone();
        return this;
    }

    /** Means of the training reward's steepness at the evaluations. */
    MadeRecords steepness(double... means) {
        sign = "steepness";
        signs = means.clone();
        return this;
    }

    /** Means of the pictures' saturation at the evaluations. */
    MadeRecords saturation(double... means) {
        signs = means.clone();
        return this;
    }

    /** Means of a second reward, "other", that is held out or has another role. */
    MadeRecords other(String role, double... means) {
        otherRole = role;
        others = means.clone();
        return this;
    }

    /** The build that trained it. */
    MadeRecords build(String name, String code) {
        build = Map.of("version", "0", "build", name, "code_sha256", code);
        return this;
    }

    /** Another build, by which it went on. */
    MadeRecords wentOnBy(String name, String code) {
        resumed = List.of(Map.of("tempera", Map.of("build", name, "code_sha256", code)));
        return this;
    }

    MadeRecords settings(Map<String, String> byAxis) {
        settings = byAxis;
        return this;
    }

    /** The keys of the sweep that made it. */
    MadeRecords keys(Map<String, String> ofSweep) {
        keys = ofSweep;
        return this;
    }

    /** Has another fingerprint, as where its files lie elsewhere. */
    MadeRecords elsewhere() {
        place = " elsewhere";
        return this;
    }

    MadeRecords reward(String name, String itsHead) {
        reward = name;
        head = itsHead;
        return this;
    }

    /** The hash of the head of the reward that is held out. */
    MadeRecords careful(String hash) {
        careful = hash;
        return this;
    }

    MadeRecords samples(int count) {
        samples = count;
        return this;
    }

    MadeRecords withoutGold() {
        gold = false;
        return this;
    }

    /** Has a second held-out reward, of the training reward's own head, and weighs by independence. */
    MadeRecords weighed() {
        weighed = true;
        return this;
    }

    MadeRecords control() {
        control = true;
        return this;
    }

    MadeRecords withoutRuler() {
        known = false;
        return this;
    }

    MadeRecords steps(String count) {
        steps = count;
        return this;
    }

    MadeRecords scatter(double deviation) {
        scatter = deviation;
        return this;
    }

    /** Of the seeds' training rewards, each of which is as far off at every evaluation in training. */
    MadeRecords rewardScatter(double deviation) {
        rewardScatter = deviation;
        return this;
    }

    /** Sets of prompts by name, with how many pictures each has. */
    MadeRecords sets(Map<String, Integer> pictures) {
        sets = pictures;
        return this;
    }

    /** Has {@code evaluate} measure the checkpoints of these epochs. */
    MadeRecords measured(Integer... epochs) {
        measured = List.of(epochs);
        return this;
    }

    RunRecord make() {
        Random chance = new Random(seed * 31 + algorithm.hashCode());
        double shift = scatter * chance.nextGaussian();
        double rewardShift = rewardScatter * chance.nextGaussian();
        List<Sample> evaluated = new ArrayList<>();
        for (int e = 0; e < proxies.length; e++) {
            for (int i = 0; i < samples; i++) {
                double picture = (i - (samples - 1) / 2.0) / 10;
                double moved = e == 0 ? 0 : shift;
                double proxy = proxies[e] + (e == 0 ? 0 : rewardShift) + picture;
                SortedMap<String, Double> scores = new TreeMap<>();
                scores.put("train", control ? 0.5 : proxy);
                scores.put(reward, proxy);
                if (control) {
                    scores.put("random", 0.5);
                }
                if (weighed) {
                    scores.put("alike", 1 + proxy);
                }
                // Of pictures in another order, or it would be no more independent than the other.
                double its = weighed ? ((7 * i) % samples - (samples - 1) / 2.0) / 10 : picture;
                scores.put("careful", truths[e] + moved + its / 2);
                if (others.length > 0) {
                    scores.put("other", others[e] + moved + picture / 2);
                }
                if (gold) {
                    scores.put("gold", truths[e] + moved + picture);
                }
                evaluated.add(new Sample(
                        e * EVERY,
                        Sample.Phase.EVALUATION,
                        i,
                        "a cat " + i % 4,
                        1000 + i,
                        scores,
                        Optional.of("f"),
                        signs.length == 0 ? new TreeMap<>() : new TreeMap<>(Map.of(sign, signs[e] + .1 * picture))));
            }
        }
        int epochs = (proxies.length - 1) * EVERY;
        List<RunCost> costs = new ArrayList<>();
        List<MetricRow> metrics = new ArrayList<>();
        for (int epoch = 1; epoch <= epochs; epoch++) {
            costs.add(new RunCost(epoch, 96L * epoch, (10 + seed) * epoch));
            SortedMap<String, Double> row = new TreeMap<>();
            row.put(MetricNames.EXPLAINED_VARIANCE, .5 + .01 * seed);
            row.put(MetricNames.EPOCH_SECONDS, 10.0);
            row.put(MetricNames.EPOCH_CPU_SECONDS, 9.0);
            metrics.add(new MetricRow(epoch, row));
        }
        String name = (settings.isEmpty() ? algorithm : String.join("-", settings.values()))
                + (control ? "/control" : "") + "/seed-" + seed;
        return new RunRecord(
                name,
                settings,
                control,
                facts(),
                epochs,
                costs,
                metrics,
                evaluated,
                known ? Optional.of(ruler()) : Optional.empty(),
                measured.stream().map(epoch -> evaluation(epoch, shift)).toList(),
                Optional.empty(),
                Map.of("tempera", build, "resumed", resumed, RunRecord.SWEEP, Map.of(RunRecord.KEYS, keys)),
                List.of());
    }

    private RunFacts facts() {
        List<RunFacts.ScoredBy> rewards = new ArrayList<>();
        rewards.add(new RunFacts.ScoredBy(reward, control ? RunFacts.LOGGED : RunFacts.TRAIN, "aesthetic"));
        if (control) {
            rewards.add(new RunFacts.ScoredBy("random", RunFacts.TRAIN, "random"));
        }
        rewards.add(new RunFacts.ScoredBy("careful", RunFacts.HELD_OUT, "aesthetic"));
        if (weighed) {
            rewards.add(new RunFacts.ScoredBy("alike", RunFacts.HELD_OUT, "aesthetic"));
        }
        if (others.length > 0) {
            rewards.add(new RunFacts.ScoredBy("other", otherRole, "aesthetic"));
        }
        return new RunFacts(
                algorithm,
                "embedded",
                seed,
                rewards,
                gold,
                16,
                "settings of " + algorithm + (control ? "'s control" : "") + place);
    }

    private Ruler.Builder drawing() {
        Ruler.Builder drawing = new Ruler.Builder();
        if (weighed) {
            drawing.put(Ruler.HELD_OUT_SCORE, "evaluation.held-out-weights", "independence")
                    .put(Ruler.reward("alike"), "rewards.alike.head", Ruler.hash(head + "0123456789abcdef"))
                    .put(Ruler.ROLES, "rewards." + reward + ".role", control ? "logged" : "train");
        }
        return drawing.put(Ruler.DRAWING, "sampling.steps", steps)
                .put(Ruler.reward(reward), "rewards." + reward + ".head", Ruler.hash(head + "0123456789abcdef"))
                .put(Ruler.reward("careful"), "rewards.careful.head", Ruler.hash(careful))
                .put(Ruler.GOLD, "gold.use", "world");
    }

    private Ruler ruler() {
        Ruler.Builder all = drawing();
        if (!control) {
            all.put(Ruler.TRAINING, "rewards." + reward + ".head", Ruler.hash(head + "0123456789abcdef"));
        }
        return all.build();
    }

    /** KL grows with the square of the epoch; pictures of a prompt become alike. */
    private ModelEvaluation evaluation(int epoch, double shift) {
        List<MeasuredSet> all = new ArrayList<>();
        sets.forEach((set, count) -> {
            double lag = set.equals("seen") ? 1 : .5;
            List<MeasuredPicture> pictures = new ArrayList<>();
            Map<String, PromptDiversity> diversity = new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                int e = epoch / EVERY;
                double picture = (i % 4 - 1.5) / 10;
                Map<String, Double> numbers = new LinkedHashMap<>();
                numbers.put(reward, lag * proxies[e] + picture);
                numbers.put("careful", truths[e] + picture / 2);
                numbers.put("gold", truths[e] + (e == 0 ? 0 : shift) + picture);
                numbers.put("kl", Math.pow(epoch / 4.0, 2));
                numbers.put("saturation", .3 + .01 * epoch);
                pictures.add(new MeasuredPicture("a dog " + i / 4, i, numbers));
                diversity.put("a dog " + i / 4, new PromptDiversity(.4 - .01 * epoch, 3 - .1 * epoch));
            }
            all.add(new MeasuredSet(set, pictures, diversity));
        });
        return new ModelEvaluation(
                algorithm + " at epoch " + epoch,
                OptionalInt.of(epoch),
                drawing().put("prompts seen", "prompts.seen", "x").build(),
                all);
    }
}
