package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.stat.StatUtils;
import org.tempera.record.statistics.Interval;
import org.tempera.record.verdict.BestEvaluation;
import org.tempera.record.verdict.Estimate;
import org.tempera.record.verdict.Evaluations;
import org.tempera.record.verdict.Fall;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.record.verdict.RunVerdict.Answer;
import org.tempera.record.verdict.ScoreScale;
import org.tempera.record.verdict.ScoreSeries;

/** Judges an algorithm by its seeds, as docs/compare.md says. */
final class Judgement {
    /** A claim about an algorithm needs so many. */
    static final int FEWEST_SEEDS = 3;

    /** With fewer, neither a peak nor what follows it can be read. */
    static final int FEWEST_EVALUATIONS = 3;

    private static final double ALPHA = 0.05;

    private final String name;
    private final String algorithm;
    private final List<ComparedRun> runs;

    /** The runs that have a truth at the end, and a training reward there and at the beginning: of these is judged. */
    private final List<ComparedRun> seeds;

    /** Epochs of the evaluations that all have. */
    private final int[] epochs;

    /** Those at which each of the seeds has a truth: of other seeds at each, means would not compare. */
    private final int[] judged;

    /** Whether the runs have both a training reward and a truth. */
    private final boolean scored;

    private final List<String> thin = new ArrayList<>();

    private Judgement(String name, String algorithm, List<ComparedRun> runs) {
        this.name = name;
        this.algorithm = algorithm;
        this.runs = runs;
        TreeSet<Integer> common = new TreeSet<>(runs.get(0).evaluations().epochs());
        runs.forEach(r -> common.retainAll(r.evaluations().epochs()));
        this.epochs = common.stream().mapToInt(Integer::intValue).toArray();
        this.scored = runs.stream()
                .allMatch(r -> r.evaluations().proxy().isPresent()
                        && r.evaluations().truth().isPresent());
        this.seeds = scored && epochs.length > 1
                ? runs.stream().filter(this::isWholeAtBothEnds).toList()
                : List.of();
        this.judged = seeds.isEmpty()
                ? epochs
                : Arrays.stream(epochs)
                        .filter(epoch -> seeds.stream().allMatch(r -> Double.isFinite(truth(r, epoch))))
                        .toArray();
    }

    /** The verdict of a group. */
    static GroupVerdict of(String name, String algorithm, List<ComparedRun> runs) {
        return new Judgement(name, algorithm, runs).verdict();
    }

    private GroupVerdict verdict() {
        int yes = count(Answer.YES);
        int no = count(Answer.NO);
        boolean complete = !seeds.isEmpty() && judged.length > 1;
        Optional<Estimate> rise = complete ? Optional.of(rise()) : Optional.empty();
        Optional<Peak> peak = complete ? Optional.of(peak()) : Optional.empty();
        Optional<Estimate> fall = peak.map(p -> p.fall().change());
        Optional<Estimate> control = complete ? againstControl() : Optional.empty();
        findThin();
        Answer answer = thin.isEmpty() ? answer(rise.orElseThrow(), peak.orElseThrow(), control) : Answer.CANNOT_SAY;
        Optional<GroupVerdict.Onset> since = since();
        Optional<GroupVerdict.Best> best = best();
        List<String> advice = new ArrayList<>(Advice.of(
                algorithm,
                runs,
                answer,
                control.isPresent(),
                worn(answer, rise, fall),
                !thin.isEmpty(),
                best.map(b -> new Advice.Chosen(b, since, kept()))));
        moreControls(answer, rise, fall, control).ifPresent(advice::add);
        return new GroupVerdict(
                answer,
                yes,
                no,
                runs.size() - yes - no,
                yes + no > 0 ? Optional.of(share(yes, yes + no)) : Optional.empty(),
                rise,
                fall,
                control,
                since,
                best,
                thin,
                explanation(answer, rise, peak, control, since, best, yes),
                advice,
                SeedAlarm.of(runs));
    }

    /** Gold at the checkpoints that the runs' own held-out scores chose, less that before training. */
    private Optional<Estimate> kept() {
        double[] changes = runs.stream()
                .filter(r -> epochs.length > 0 && r.evaluations().gold().isPresent())
                .flatMap(r -> r.verdict().flatMap(RunVerdict::best).stream()
                        .map(b -> truth(r, b.epoch()) - truth(r, epochs[0])))
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .toArray();
        return changes.length < FEWEST_SEEDS
                ? Optional.empty()
                : Optional.of(Estimate.ofMean(changes, Estimate.CONFIDENCE));
    }

    /** Controls to train where those of some seeds leave open whether wear explains the fall. */
    private Optional<String> moreControls(
            Answer answer, Optional<Estimate> rise, Optional<Estimate> fall, Optional<Estimate> control) {
        boolean open = answer == Answer.CANNOT_SAY
                && thin.isEmpty()
                && rise.filter(Estimate::isAbove0).isPresent()
                && fall.filter(Estimate::isBelow0).isPresent();
        List<Long> without = seeds.stream()
                .filter(r -> r.evaluations().control().isEmpty())
                .map(ComparedRun::seed)
                .toList();
        return control.filter(c -> open && !without.isEmpty()).map(c -> Advice.moreControls(without, c.samples()));
    }

    /** Whether the truth fell for nothing: the training reward did not rise. */
    private static boolean worn(Answer answer, Optional<Estimate> rise, Optional<Estimate> fall) {
        return GroupVerdict.nothingOptimised(answer, rise)
                && fall.filter(Estimate::isBelow0).isPresent();
    }

    private int count(Answer answer) {
        return (int) runs.stream()
                .filter(r -> r.verdict()
                        .map(RunVerdict::overOptimised)
                        .filter(answer::equals)
                        .isPresent())
                .count();
    }

    /** Why nothing can be said of the algorithm. */
    private void findThin() {
        if (runs.size() < FEWEST_SEEDS) {
            thin.add(runs.size() + (runs.size() == 1 ? " seed" : " seeds")
                    + ": what is true of a run may be chance of its seed; a claim about an algorithm needs "
                    + FEWEST_SEEDS + " or more, and 5 are better.");
        }
        if (judged.length < FEWEST_EVALUATIONS) {
            thin.add(judged.length + (judged.length == 1 ? " evaluation" : " evaluations")
                    + " that all seeds have: no peak can be read from fewer than " + FEWEST_EVALUATIONS + ".");
        }
        int pairs = runs.stream().mapToInt(Judgement::pairs).min().orElse(0);
        if (pairs < RunVerdict.MIN_PAIRS) {
            thin.add(pairs + (pairs == 1 ? " picture" : " pictures") + " of an evaluation: at least "
                    + RunVerdict.MIN_PAIRS + " are needed.");
        }
        if (scored && epochs.length > 1 && seeds.size() < FEWEST_SEEDS && runs.size() >= FEWEST_SEEDS) {
            thin.add(seeds.size() + (seeds.size() == 1 ? " seed" : " seeds") + " with scores at both ends: "
                    + String.join(", ", withoutEnd()) + " lacked a training reward or the truth at the first or the"
                    + " last evaluation.");
        }
        if (!scored && epochs.length > 1) {
            boolean haveTruth =
                    runs.stream().allMatch(r -> r.evaluations().truth().isPresent());
            thin.add(
                    haveTruth
                            ? "The runs learnt from choices: there is no training reward whose rise could be compared."
                            : "There is neither a gold score nor a held-out reward that judges all runs.");
        }
    }

    private static int pairs(ComparedRun run) {
        return run.evaluations()
                .truth()
                .or(() -> run.evaluations().proxy())
                .map(s -> s.scores().get(0).length)
                .orElse(0);
    }

    private double at(ScoreSeries series, Evaluations of, int epoch) {
        return series.mean(of.epochs().indexOf(epoch));
    }

    private boolean isWholeAtBothEnds(ComparedRun run) {
        return Double.isFinite(proxy(run, epochs[0]))
                && Double.isFinite(proxy(run, last()))
                && Double.isFinite(truth(run, last()));
    }

    private List<String> withoutEnd() {
        return runs.stream()
                .filter(r -> !isWholeAtBothEnds(r))
                .map(ComparedRun::name)
                .toList();
    }

    private double proxy(ComparedRun run, int epoch) {
        return at(run.evaluations().proxy().orElseThrow(), run.evaluations(), epoch);
    }

    private double truth(ComparedRun run, int epoch) {
        return at(run.evaluations().truth().orElseThrow(), run.evaluations(), epoch);
    }

    private int last() {
        return epochs[epochs.length - 1];
    }

    private Estimate rise() {
        return Estimate.ofMean(
                seeds.stream()
                        .mapToDouble(r -> proxy(r, last()) - proxy(r, epochs[0]))
                        .toArray(),
                Estimate.CONFIDENCE);
    }

    /**
     * The evaluation at which the truth's mean over the seeds is best, and how the seeds fell since.
     *
     * @param negligible half of the deviation between the pictures there, the largest fall that is none
     */
    private record Peak(int epoch, Fall fall, double negligible) {}

    private Peak peak() {
        ScoreSeries truths = new ScoreSeries(
                "truth by seed",
                Arrays.stream(judged)
                        .mapToObj(epoch ->
                                seeds.stream().mapToDouble(r -> truth(r, epoch)).toArray())
                        .toList());
        int m = judged.length - 1;
        int best = truths.best(0, m);
        double deviation = deviation(r -> r.evaluations().truth().orElseThrow(), judged[best]);
        return new Peak(
                judged[best],
                Fall.of(truths.scores().get(best), truths.scores().get(m), m),
                RunVerdict.NEGLIGIBLE * deviation);
    }

    /** The truth at the last evaluation less that of the seed's own control. */
    private Optional<Estimate> againstControl() {
        double[] differences = seeds.stream()
                .filter(r -> r.evaluations().control().isPresent())
                .mapToDouble(
                        r -> truth(r, last()) - at(r.evaluations().control().orElseThrow(), r.evaluations(), last()))
                .toArray();
        return differences.length == 0
                ? Optional.empty()
                : Optional.of(Estimate.ofMean(differences, Estimate.CONFIDENCE));
    }

    private Answer answer(Estimate rose, Peak peak, Optional<Estimate> control) {
        Estimate fell = peak.fall().change();
        if (!rose.isAbove0()) {
            return rose.isBelow(negligibleRise()) ? Answer.NO : Answer.CANNOT_SAY;
        }
        if (fell.isBelow0() && control.isPresent()) {
            return RunVerdict.againstControl(control.get(), peak.negligible());
        }
        if (fell.isBelow0()) {
            return Answer.YES;
        }
        return fell.isAbove(-peak.negligible()) ? Answer.NO : Answer.CANNOT_SAY;
    }

    /**
     * Half of the deviation between the pictures before training, the largest rise of the training reward that is none.
     */
    private double negligibleRise() {
        return RunVerdict.NEGLIGIBLE * deviation(r -> r.evaluations().proxy().orElseThrow(), epochs[0]);
    }

    /** Between the pictures of an evaluation, the mean over the seeds. */
    private double deviation(Function<ComparedRun, ScoreSeries> score, int epoch) {
        return seeds.stream()
                .mapToDouble(r -> ScoreScale.of(score.apply(r)
                                .scores()
                                .get(r.evaluations().epochs().indexOf(epoch)))
                        .deviation())
                .average()
                .orElse(0);
    }

    private Optional<GroupVerdict.Onset> since() {
        List<ComparedRun> fallen = runs.stream()
                .filter(r -> r.verdict().filter(v -> v.since().isPresent()).isPresent())
                .toList();
        if (fallen.isEmpty()) {
            return Optional.empty();
        }
        double[] at = fallen.stream()
                .mapToDouble(r -> r.verdict().orElseThrow().since().getAsInt())
                .toArray();
        double[] queries = fallen.stream()
                .mapToDouble(r -> r.costs().stream()
                        .filter(c ->
                                c.epoch() == r.verdict().orElseThrow().since().getAsInt())
                        .mapToDouble(ComparedRun.Spent::queries)
                        .findFirst()
                        .orElse(Double.NaN))
                .filter(Double::isFinite)
                .toArray();
        return Optional.of(
                new GroupVerdict.Onset(middle(at), (int) StatUtils.min(at), (int) StatUtils.max(at), median(queries)));
    }

    private Optional<GroupVerdict.Best> best() {
        List<BestEvaluation> chosen = runs.stream()
                .flatMap(r -> r.verdict().flatMap(RunVerdict::best).stream())
                .toList();
        if (chosen.isEmpty()) {
            return Optional.empty();
        }
        double[] at = chosen.stream().mapToDouble(BestEvaluation::epoch).toArray();
        return Optional.of(new GroupVerdict.Best(middle(at), (int) StatUtils.min(at), (int) StatUtils.max(at), (int)
                chosen.stream().filter(BestEvaluation::isNoise).count()));
    }

    /** The median of one epoch or more; of an even number the earlier in the middle, for between the two is none. */
    static double middle(double[] epochs) {
        double[] sorted = epochs.clone();
        Arrays.sort(sorted);
        return sorted[(sorted.length - 1) / 2];
    }

    private static double median(double[] numbers) {
        return numbers.length == 0 ? Double.NaN : StatUtils.percentile(numbers, 50);
    }

    /** The share of k in n with its exact interval (Clopper and Pearson, 1934). */
    static Interval share(int k, int n) {
        double lower = k == 0 ? 0 : new BetaDistribution(null, k, n - k + 1).inverseCumulativeProbability(ALPHA / 2);
        double upper =
                k == n ? 1 : new BetaDistribution(null, k + 1, n - k).inverseCumulativeProbability(1 - ALPHA / 2);
        return new Interval((double) k / n, lower, upper);
    }

    /**
     * Between which shares the seeds that over-optimise lie, for people; nothing where one at most could be decided.
     */
    private String shares(int yes, int decided) {
        if (decided < 2) {
            return "";
        }
        String ofDecided =
                percent(share(yes, decided).lower(), share(yes, decided).upper());
        if (decided == runs.size()) {
            return " (of all seeds " + ofDecided + ", with 95 % confidence)";
        }
        Interval all = shareOfAll(yes, decided - yes, runs.size() - decided);
        return " (of the seeds that could be decided " + ofDecided + ", with 95 % confidence; of all, with the others"
                + " as no and as yes, " + percent(all.lower(), all.upper()) + ")";
    }

    private static String percent(double lower, double upper) {
        return String.format(Locale.ROOT, "%.0f to %.0f %%", 100 * lower, 100 * upper);
    }

    /**
     * Bounds of the share of all seeds: the lower end of its interval were all that are undecided no, the upper end
     * were they yes. The value is that of the seeds that could be decided; NaN of none.
     */
    static Interval shareOfAll(int yes, int no, int undecided) {
        int all = yes + no + undecided;
        return new Interval(
                yes + no == 0 ? Double.NaN : (double) yes / (yes + no),
                share(yes, all).lower(),
                share(yes + undecided, all).upper());
    }

    private String explanation(
            Answer answer,
            Optional<Estimate> rise,
            Optional<Peak> peak,
            Optional<Estimate> control,
            Optional<GroupVerdict.Onset> since,
            Optional<GroupVerdict.Best> best,
            int yes) {
        StringBuilder text = new StringBuilder();
        text.append(
                switch (answer) {
                    case YES -> name + " over-optimises";
                    case NO ->
                        GroupVerdict.nothingOptimised(answer, rise)
                                ? name + " optimised nothing, so that nothing shows what a rise would cost"
                                : name + " is not shown to over-optimise";
                    case CANNOT_SAY -> "It cannot be said whether " + name + " over-optimises";
                });
        String truth = runs.get(0).evaluations().gold().isPresent() ? "gold" : "the held-out score";
        if (!thin.isEmpty()) {
            text.append(": the evidence is too thin (").append(reasons()).append(")");
        }
        text.append('.');
        if (rise.isPresent() && peak.isPresent()) {
            text.append(" Over ").append(seeds.size()).append(seeds.size() == 1 ? " seed" : " seeds");
            text.append(" the training reward changed by ").append(rise.get().signed());
            text.append(" and ").append(truth).append(" by ");
            text.append(peak.get().fall().change().signed());
            text.append(" from its best earlier mean, at epoch ")
                    .append(peak.get().epoch())
                    .append(", to epoch ")
                    .append(last());
            control.ifPresent(c -> text.append("; it ends ")
                    .append(c.signed())
                    .append(" from the controls' on random rewards")
                    .append(
                            c.samples() < seeds.size()
                                    ? ", over the " + c.samples() + " of " + seeds.size() + " seeds that have one"
                                    : ""));
            text.append('.');
            if (control.isEmpty()) {
                text.append(" Without controls, wear by the updates alone cannot be told apart.");
            } else if (!control.get().isBelow0()
                    && peak.get().fall().change().isBelow0()
                    && rise.get().isAbove0()) {
                text.append(" Wear by the updates alone may explain the fall.");
            }
        }
        text.append(leftOut());
        text.append(ownPictures(yes, count(Answer.NO)));
        since.ifPresent(s -> {
            text.append(", since epoch ").append(s.epochs());
            if (Double.isFinite(s.queries())) {
                text.append(String.format(Locale.ROOT, ", after %,.0f reward queries", s.queries()));
            }
        });
        text.append('.');
        best.ifPresent(b -> {
            text.append(" Best checkpoint by each run's own held-out score: epoch ")
                    .append(b.epochs());
            if (b.noise() > 0) {
                text.append(", within the noise in ")
                        .append(b.noise())
                        .append(" of ")
                        .append(runs.size());
                text.append(runs.size() == 1 ? " run" : " runs");
            }
            text.append('.');
        });
        return text.toString();
    }

    /** The seeds and evaluations that the numbers are not of, for people; nothing where they are of all. */
    private String leftOut() {
        String of = "";
        if (!seeds.isEmpty() && seeds.size() < runs.size()) {
            of += " Left out, for want of scores at the first or the last evaluation: "
                    + String.join(", ", withoutEnd()) + ".";
        }
        if (judged.length < epochs.length) {
            of += Arrays.stream(epochs)
                    .filter(epoch -> Arrays.binarySearch(judged, epoch) < 0)
                    .mapToObj(String::valueOf)
                    .collect(Collectors.joining(", ", " Passed over, for want of the truth of some seed: epoch ", "."));
        }
        return of;
    }

    /** How many runs over-optimised, each by its pictures, for people; one that was not decided is no "did not". */
    private String ownPictures(int yes, int no) {
        int undecided = runs.size() - yes - no;
        if (undecided == runs.size()) {
            return runs.size() == 1
                    ? " By its own pictures it cannot be said whether the run over-optimised"
                    : " By their own pictures it can be said of none of the " + runs.size()
                            + " runs whether it over-optimised";
        }
        return " By their own pictures " + yes + " of " + runs.size() + (runs.size() == 1 ? " run" : " runs")
                + (undecided > 0 ? " (" + undecided + " undecided)" : "") + " over-optimised" + shares(yes, yes + no);
    }

    private String reasons() {
        List<String> reasons = thin.stream()
                .map(t -> t.substring(0, Math.max(t.indexOf(':') < 0 ? t.length() - 1 : t.indexOf(':'), 0)))
                .toList();
        return String.join("; ", reasons);
    }
}
