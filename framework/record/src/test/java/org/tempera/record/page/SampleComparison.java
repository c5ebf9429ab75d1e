package org.tempera.record.page;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.tempera.record.archive.ContactSheet;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.compare.Answer;
import org.tempera.record.compare.Axis;
import org.tempera.record.compare.Basis;
import org.tempera.record.compare.ComparedRun;
import org.tempera.record.compare.Comparison;
import org.tempera.record.compare.Curve;
import org.tempera.record.compare.GaoCurve;
import org.tempera.record.compare.Group;
import org.tempera.record.compare.GroupVerdict;
import org.tempera.record.compare.Matched;
import org.tempera.record.compare.Measure;
import org.tempera.record.compare.ProxyComparison;
import org.tempera.record.compare.RewardMatrix;
import org.tempera.record.compare.Summary;
import org.tempera.record.compare.Trade;
import org.tempera.record.metrics.Sample;
import org.tempera.record.run.RunFacts;
import org.tempera.record.statistics.GaoFit;
import org.tempera.record.statistics.Interval;
import org.tempera.record.verdict.Estimate;
import org.tempera.record.verdict.Evaluations;
import org.tempera.record.verdict.Ruler;
import org.tempera.record.verdict.RunVerdict;

/** A made-up comparison: its numbers go as such numbers go, and its names are what nobody would wish for. */
final class SampleComparison {
    static final String HOSTILE = "</script><img src=x onerror=alert(1)> \"'&\u202e\u0007__proto__";

    private static final List<Integer> EPOCHS = List.of(0, 5, 10, 15, 20, 25, 30);
    private static final List<Integer> PICTURED = List.of(0, 10, 20, 30);
    private static final int QUERIES = 256;
    private static final int SEEDS = 5;

    private final List<String> prompts;
    private final int edge;
    private final Random random = new Random(7);
    /** In an evaluation. */
    private int pictures = 16;

    private List<Sample> shared = List.of();

    private Optional<Evaluations> evaluations = Optional.empty();
    private Optional<RunVerdict> verdict = Optional.empty();

    private SampleComparison(List<String> prompts, int edge) {
        this.prompts = prompts;
        this.edge = edge;
    }

    /** On one training reward, with a control. */
    static Comparison of(String... algorithms) {
        return new SampleComparison(
                        List.of("a cat", "a dog on a red sofa", HOSTILE, "a fox in the snow \ud83e\udd8a"), 64)
                .comparison(List.of("aesthetic"), algorithms);
    }

    /** On two training rewards. */
    static Comparison onTwo(int groups) {
        return new SampleComparison(List.of("a cat", "a dog"), 64)
                .comparison(
                        List.of("aesthetic", "clip-score"),
                        IntStream.range(0, groups)
                                .mapToObj(i -> "algorithm-" + i)
                                .toArray(String[]::new));
    }

    /** Runs of many samples, which share them. */
    static Comparison ofSamples(int samples) {
        SampleComparison sample = new SampleComparison(List.of("a cat"), 64);
        int groups = 10;
        sample.pictures = samples / (groups * SEEDS * EPOCHS.size()) + 1;
        return sample.comparison(
                List.of("aesthetic"),
                IntStream.range(0, groups).mapToObj(i -> "algorithm-" + i).toArray(String[]::new));
    }

    private Comparison comparison(List<String> proxies, String... algorithms) {
        List<ProxyComparison> all = new ArrayList<>();
        for (String proxy : proxies) {
            List<Group> groups = new ArrayList<>();
            for (int i = 0; i < algorithms.length; i++) {
                groups.add(group(proxy, algorithms[i], 0.7 + 0.15 * i, 0.25 - 0.07 * i, false));
            }
            List<String> names = groups.stream().map(Group::name).toList();
            all.add(new ProxyComparison(
                    proxy,
                    Optional.of("gold"),
                    groups,
                    List.of(group(proxy, "random", 0, -0.02, true)),
                    Optional.of(matched(new Measure(Measure.Kind.PROXY, "train", Optional.empty()), names)),
                    Optional.of(matched(new Measure(Measure.Kind.DIVERGENCE, "kl", Optional.of("seen")), names)),
                    List.of("A note of the reward."),
                    List.of()));
        }
        List<String> scores = List.of("train", "gold", "clip-score", HOSTILE);
        List<RewardMatrix.Row> rows = new ArrayList<>();
        all.forEach(p -> p.groups()
                .forEach(g -> rows.add(new RewardMatrix.Row(
                        p.proxy(),
                        g.name(),
                        0.6,
                        scores.stream()
                                .map(s -> summary(2 * random.nextDouble() - 1, 0.2))
                                .toList()))));
        return new Comparison(
                all,
                answers(all),
                Optional.of(new RewardMatrix(scores, rows, List.of())),
                List.of("Of " + HOSTILE + " nothing is known."),
                List.of());
    }

    /** A question that is answered, and one that is open. */
    private static List<Answer> answers(List<ProxyComparison> proxies) {
        List<Answer.Asked> asked = proxies.stream()
                .map(p -> new Answer.Asked(
                        Optional.of(p.proxy()),
                        "gold",
                        p.atReward().orElseThrow().pairs().get(0),
                        Optional.of(p.atDivergence().orElseThrow().pairs().get(0)),
                        Optional.empty()))
                .toList();
        return List.of(
                new Answer("first-keeps-more", asked, 2 * SEEDS, 2 * SEEDS),
                new Answer(HOSTILE, asked, SEEDS, 2 * SEEDS));
    }

    private Group group(String proxy, String algorithm, double rise, double bend, boolean control) {
        List<ComparedRun> runs = new ArrayList<>();
        for (int seed = 1; seed <= SEEDS; seed++) {
            runs.add(run(proxy, algorithm, seed, control));
        }
        DoubleUnaryOperator reward = t -> 0.2 + rise * (1 - Math.exp(-2 * t));
        DoubleUnaryOperator truth = t -> 0.5 + 0.6 * rise * t - (rise - bend) * t * t;
        List<Curve> curves = new ArrayList<>();
        for (Axis axis : Axis.values()) {
            curves.add(curve(Measure.Kind.PROXY, "train", Optional.empty(), axis, reward));
            curves.add(curve(Measure.Kind.TRUTH, "gold", Optional.empty(), axis, truth));
            curves.add(curve(Measure.Kind.HELD_OUT, HOSTILE, Optional.empty(), axis, truth));
        }
        for (String set : List.of("seen", "held-out")) {
            curves.add(curve(Measure.Kind.TRUTH, "gold", Optional.of(set), Axis.EPOCHS, truth));
            curves.add(curve(Measure.Kind.DIVERSITY, "vendi", Optional.of(set), Axis.EPOCHS, t -> 4 - 3 * t));
        }
        curves.add(curve(Measure.Kind.DIVERGENCE, "kl", Optional.of("seen"), Axis.EPOCHS, t -> 90 * t * t));
        curves.add(curve(Measure.Kind.GAP, "train", Optional.of("held-out"), Axis.EPOCHS, t -> 0.1 * t));
        curves.add(
                curve(Measure.Kind.METRIC, "critic/explained_variance", Optional.empty(), Axis.EPOCHS, t -> t - 0.4));
        curves.add(curve(Measure.Kind.METRIC, "train/approx_kl", Optional.empty(), Axis.EPOCHS, t -> 1e-5 * (1 + t)));
        return new Group(
                algorithm,
                algorithm,
                Map.of("algorithm", algorithm),
                control,
                runs,
                curves,
                List.of(
                        trade(Measure.Kind.DIVERGENCE, "kl", t -> 90 * t * t, Measure.Kind.TRUTH, "gold", truth),
                        trade(Measure.Kind.PROXY, "train", reward, Measure.Kind.DIVERSITY, "vendi", t -> 4 - 3 * t)),
                control ? Optional.empty() : Optional.of(gao(runs, truth)),
                verdict(algorithm, bend),
                List.of());
    }

    private Curve curve(Measure.Kind kind, String name, Optional<String> set, Axis axis, DoubleUnaryOperator of) {
        double unit =
                switch (axis) {
                    case EPOCHS -> 1;
                    case QUERIES -> QUERIES;
                    case SECONDS -> 3.25;
                };
        return new Curve(
                new Measure(kind, name, set),
                axis,
                EPOCHS.stream()
                        .map(e -> new Curve.Point(e * unit, summary(of.applyAsDouble(e / 30.0), e == 0 ? 0 : 0.05)))
                        .toList());
    }

    private Trade trade(
            Measure.Kind x,
            String nameX,
            DoubleUnaryOperator ofX,
            Measure.Kind y,
            String nameY,
            DoubleUnaryOperator ofY) {
        return new Trade(
                new Measure(x, nameX, Optional.of("seen")),
                new Measure(y, nameY, Optional.of("seen")),
                EPOCHS.stream()
                        .map(e -> new Trade.Point(
                                e,
                                summary(ofX.applyAsDouble(e / 30.0), 0.02),
                                summary(ofY.applyAsDouble(e / 30.0), 0.05)))
                        .toList());
    }

    private GaoCurve gao(List<ComparedRun> runs, DoubleUnaryOperator truth) {
        List<GaoCurve.Point> points = new ArrayList<>();
        GaoFit fit = new GaoFit(GaoFit.Form.RL, 0.08, 0.03);
        for (ComparedRun run : runs) {
            for (int e : EPOCHS.subList(1, EPOCHS.size())) {
                double d = Math.sqrt(90) * e / 30.0;
                double gain = truth.applyAsDouble(e / 30.0) - 0.5 + 0.02 * random.nextGaussian();
                points.add(new GaoCurve.Point(run.name(), e, e * QUERIES, e * 3.25, d, gain, fit.at(d)));
            }
        }
        return new GaoCurve(
                "gold",
                "seen",
                fit,
                new Interval(0.08, 0.07, 0.09),
                new Interval(0.03, 0.02, 0.04),
                0.97,
                0.99,
                Optional.of(new Interval(5.3, 4.1, 6.9)),
                0.02,
                points);
    }

    private static GroupVerdict verdict(String algorithm, double bend) {
        boolean fell = bend < 0.15;
        return new GroupVerdict(
                fell ? RunVerdict.Answer.YES : RunVerdict.Answer.CANNOT_SAY,
                fell ? 4 : 1,
                fell ? 0 : 2,
                fell ? 1 : 2,
                Optional.of(new Interval(0.8, 0.28, 0.99)),
                Optional.of(new Estimate(0.5, 0.4, 0.6, 5)),
                Optional.of(new Estimate(-0.2, -0.3, -0.1, 5)),
                Optional.of(new Estimate(-0.1, -0.2, -0.02, 5)),
                fell ? Optional.of(new GroupVerdict.Onset(20, 15, 25, 20 * QUERIES)) : Optional.empty(),
                Optional.of(new GroupVerdict.Best(15, 10, 20, 2)),
                fell ? List.of() : List.of("Five seeds do not tell a fall from its absence."),
                "With " + algorithm
                        + " the training reward rose by +0.500 [+0.400, +0.600] while gold changed by -0.200"
                        + " [-0.300, -0.100] from its best.",
                List.of("sampling.scale, or stop at epoch 15."),
                List.of());
    }

    private Matched matched(Measure by, List<String> groups) {
        List<Matched.Level> levels = new ArrayList<>();
        for (double level : new double[] {0.3, 0.4, 0.5, 0.6}) {
            levels.add(new Matched.Level(
                    level,
                    groups.stream()
                            .map(g -> new Matched.AtLevel(
                                    g,
                                    SEEDS,
                                    List.of(),
                                    summary(0.5 + 0.1 * random.nextDouble(), 0.03),
                                    summary(1000 * level, 50),
                                    summary(30 * level, 3),
                                    summary(40 * level, 3)))
                            .toList()));
        }
        Matched.Difference difference = new Matched.Difference(
                0.6,
                summary(0.55, 0.02),
                summary(0.5, 0.02),
                new Interval(0.05, 0.01, 0.09),
                new Interval(0.92, 0.7, 1),
                0.012,
                0.036);
        List<Matched.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            for (int j = i + 1; j < groups.size(); j++) {
                pairs.add(new Matched.Pair(
                        groups.get(i),
                        groups.get(j),
                        new Matched.Seeds(SEEDS, SEEDS),
                        new Matched.Seeds(SEEDS, SEEDS),
                        List.of(difference),
                        Optional.of(difference)));
            }
        }
        return new Matched(by, "gold", 24, levels, pairs, Optional.empty(), List.of());
    }

    private ComparedRun run(String proxy, String algorithm, int seed, boolean control) {
        List<Sample> samples = samples();
        Ruler ruler = new Ruler.Builder()
                .put(Ruler.DRAWING, "sampling.steps", "10")
                .put(Ruler.reward(HOSTILE), HOSTILE, Ruler.hash("00".repeat(32)))
                .build();
        RunRecord record = new RunRecord(
                proxy + "/" + algorithm + "/seed-" + seed,
                Map.of("algorithm", algorithm),
                control,
                new RunFacts(
                        algorithm,
                        "stable-diffusion",
                        seed,
                        List.of(
                                new RunFacts.ScoredBy(proxy, RunFacts.TRAIN, proxy),
                                new RunFacts.ScoredBy(HOSTILE, RunFacts.HELD_OUT, "plugin")),
                        true,
                        16,
                        "0123456789abcdef"),
                30,
                List.of(),
                List.of(),
                samples,
                Optional.of(ruler),
                List.of(),
                Optional.of(sheet(algorithm, seed)),
                Map.of("seed", (long) seed, "tempera", Map.of("version", "1"), HOSTILE, List.of(HOSTILE)),
                List.of());
        if (evaluations.isEmpty() || shared.isEmpty()) {
            evaluations =
                    Optional.of(Evaluations.of(samples, "train", List.of(HOSTILE), List.of(), Optional.of("gold")));
            verdict = evaluations.map(RunVerdict::of);
        }
        return new ComparedRun(
                record,
                evaluations.orElseThrow(),
                EPOCHS.stream()
                        .map(e -> new ComparedRun.Spent(e, e * QUERIES, e * 3.25, e * 6.5))
                        .toList(),
                verdict,
                control ? Optional.empty() : Optional.of(proxy + "/random/seed-" + seed));
    }

    private List<Sample> samples() {
        if (!shared.isEmpty()) {
            return shared;
        }
        List<Sample> samples = new ArrayList<>();
        for (int epoch : EPOCHS) {
            for (int i = 0; i < pictures; i++) {
                TreeMap<String, Double> scores = new TreeMap<>();
                scores.put("train", 0.2 + epoch / 60.0 + 0.1 * random.nextGaussian());
                scores.put("gold", 0.6 - epoch / 200.0 + 0.05 * random.nextGaussian());
                scores.put(HOSTILE, i == 3 ? Double.NaN : random.nextDouble());
                samples.add(new Sample(epoch, Sample.Phase.EVALUATION, i, prompts.get(i % prompts.size()), i, scores));
            }
        }
        shared = pictures > 16 ? samples : List.of();
        return samples;
    }

    private Summary summary(double value, double half) {
        Interval mean = new Interval(value, value - half, value + half);
        return new Summary(mean, mean, SEEDS, Basis.SEEDS);
    }

    /** Circles that grow from left to right, of a colour for each prompt. */
    private ContactSheet sheet(String algorithm, int seed) {
        BufferedImage image =
                new BufferedImage(edge * PICTURED.size(), edge * prompts.size(), BufferedImage.TYPE_INT_RGB);
        for (int row = 0; row < prompts.size(); row++) {
            float hue = (float) (row / 7.0 + seed / 40.0 + Math.floorMod(algorithm.hashCode(), 9) / 90.0);
            int outside = Color.HSBtoRGB(hue, 0.5f, 0.9f);
            int inside = Color.HSBtoRGB(hue + 0.5f, 0.5f, 0.6f);
            for (int y = 0; y < edge; y++) {
                for (int x = 0; x < image.getWidth(); x++) {
                    double r = Math.hypot(x % edge - edge / 2.0, y - edge / 2.0) / edge;
                    image.setRGB(x, row * edge + y, r < 0.15 + 0.07 * (x / edge) ? inside : outside);
                }
            }
        }
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(image, "jpeg", out);
            return new ContactSheet(
                    prompts,
                    IntStream.range(0, prompts.size()).boxed().toList(),
                    PICTURED,
                    edge,
                    edge,
                    out.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
