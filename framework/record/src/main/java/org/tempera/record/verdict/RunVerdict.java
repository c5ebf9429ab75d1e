package org.tempera.record.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.tempera.base.text.Words;

/**
 * Whether a run over-optimised: whether its training reward rose while the truth (gold, else the mean of the
 * standardised held-out rewards) fell below what it had been. The definition, with its limits, is in
 * docs/evaluation.md.
 *
 * @param overOptimised the answer
 * @param since the epoch from whose evaluation on the truth stayed below its best; only where the answer is yes
 * @param best the evaluation with the best held-out score of the run's own, where it holds rewards out; gold never
 *     chooses
 * @param explanation one sentence or two, for people
 * @param proxy the training reward; empty where the run learnt from choices
 * @param heldOut the held-out rewards
 * @param heldOutScore the mean of these, standardised, which chooses the best checkpoint where they are the run's
 *     own; empty if there are none
 * @param logged rewards that are only shown
 * @param bounds those that rewards were kept above, of which the logged ones are; empty where they are not known
 * @param gold the truth, where there is one
 * @param signs what may betray over-optimisation and is no score
 * @param alarms what of its own scores and signs speaks of over-optimisation, and needs no truth
 * @param independence of the held-out rewards from the training reward; empty where it was not looked at
 * @param notes what else a reader must know, a sentence each
 */
public record RunVerdict(
        Answer overOptimised,
        OptionalInt since,
        Optional<BestEvaluation> best,
        String explanation,
        Optional<SeriesSummary> proxy,
        List<SeriesSummary> heldOut,
        Optional<SeriesSummary> heldOutScore,
        List<SeriesSummary> logged,
        List<EvaluatedBound> bounds,
        Optional<SeriesSummary> gold,
        List<SeriesSummary> signs,
        List<Alarm> alarms,
        List<Independence> independence,
        List<String> notes) {
    /** Fewer pairs than this say nothing. */
    public static final int MIN_PAIRS = 8;
    /** A change of less than this share of the deviation between samples is taken for none. */
    public static final double NEGLIGIBLE = 0.5;

    /** What stands behind a no that only says that the training reward did not rise. */
    public static final String NO_RISE = " (no rise)";

    /** Three-valued: too few samples or a missing truth is no "no". */
    public enum Answer {
        YES,
        NO,
        CANNOT_SAY;

        /** For people: {@code yes}, {@code no} or {@code cannot say}. */
        @Override
        public String toString() {
            return Words.of(this).replace('-', ' ');
        }
    }

    /** @param fell whether the truth fell, which is what a control is asked about */
    private record Finding(Answer answer, OptionalInt since, String explanation, boolean fell) {
        Finding(Answer answer, String explanation) {
            this(answer, OptionalInt.empty(), explanation, false);
        }
    }

    /**
     * Judges a run.
     *
     * @throws IllegalArgumentException if there is no evaluation
     */
    public static RunVerdict of(Evaluations evaluations) {
        return of(evaluations, evaluations);
    }

    /**
     * Judges a run by other rewards than it holds out itself, as where runs are judged alike.
     *
     * @param known the run's evaluations by its own: what it was warned of, and which checkpoint it took for the best
     * @throws IllegalArgumentException if there is no evaluation
     */
    public static RunVerdict of(Evaluations evaluations, Evaluations known) {
        if (evaluations.epochs().isEmpty()) {
            throw new IllegalArgumentException("a verdict needs at least one evaluation");
        }
        Finding finding = find(evaluations);
        return new RunVerdict(
                finding.answer(),
                finding.since(),
                BestEvaluation.of(known),
                finding.explanation(),
                evaluations.proxy().map(SeriesSummary::of),
                evaluations.heldOut().stream().map(SeriesSummary::of).toList(),
                evaluations.heldOutScore().map(SeriesSummary::of),
                evaluations.logged().stream().map(SeriesSummary::of).toList(),
                List.of(),
                evaluations.gold().map(SeriesSummary::of),
                evaluations.signs().stream().map(SeriesSummary::of).toList(),
                Alarms.of(known),
                List.of(),
                notes(evaluations, finding));
    }

    private static List<String> notes(Evaluations evaluations, Finding finding) {
        List<String> notes = new ArrayList<>(constants(evaluations));
        evaluations.proxy().flatMap(RunVerdict::missing).ifPresent(notes::add);
        evaluations.heldOut().forEach(s -> missing(s).ifPresent(notes::add));
        evaluations.gold().flatMap(RunVerdict::missing).ifPresent(notes::add);
        if (evaluations.control().isPresent() && !finding.fell()) {
            notes.add("The control plays no part in this: it is asked only where the training reward rose and the truth"
                    + " fell.");
        }
        return notes;
    }

    private static String every(ScoreSeries s) {
        return (s.missing() == 0 ? " for every sample" : " for every sample that has a score") + " of every evaluation";
    }

    /** Says how many samples have no score, where some have one. */
    private static Optional<String> missing(ScoreSeries s) {
        int samples = s.evaluations() == 0 ? 0 : s.scores().get(0).length;
        return s.missing() > 0 && s.hasScores()
                ? Optional.of("'" + s.name() + "' gave " + s.missing() + " of "
                        + (long) samples * s.evaluations() + " samples of evaluations no score: they are left out of"
                        + " its means, and with their pairs of its intervals.")
                : Optional.empty();
    }

    /**
     * Whether the answer is no because the training reward did not rise: it was not optimised, let alone too far, and
     * that says nothing good of the run.
     */
    public boolean nothingOptimised() {
        return overOptimised == Answer.NO
                && proxy.filter(p -> !p.change().isAbove0()).isPresent();
    }

    /** The answer for people, in a table. */
    public String shownAnswer() {
        return nothingOptimised() ? Answer.NO + NO_RISE : overOptimised.toString();
    }

    /** The epoch of the evaluation with the best held-out score, where there are held-out rewards. */
    public OptionalInt bestEpoch() {
        return best.isPresent() ? OptionalInt.of(best.get().epoch()) : OptionalInt.empty();
    }

    /** Scores that judge and cannot, for there are none, or they are the same whatever the picture. */
    private static List<String> constants(Evaluations evaluations) {
        List<ScoreSeries> judges = new ArrayList<>(evaluations.heldOut());
        evaluations.gold().ifPresent(judges::add);
        List<String> notes = new ArrayList<>();
        for (ScoreSeries s : judges) {
            s.constant()
                    .ifPresent(value -> notes.add("'" + s.name() + "' is constant, " + Estimate.number(value) + every(s)
                            + ": it judges nothing."));
            if (!s.hasScores()) {
                notes.add("'" + s.name() + "' gave no sample of any evaluation a score: it judges nothing.");
            }
        }
        return notes;
    }

    /** All scores, what was trained on first. */
    public List<SeriesSummary> scores() {
        List<SeriesSummary> all = new ArrayList<>();
        proxy.ifPresent(all::add);
        all.addAll(heldOut);
        all.addAll(logged);
        gold.ifPresent(all::add);
        return all;
    }

    /** The same with further notes. */
    public RunVerdict with(List<String> more) {
        List<String> all = new ArrayList<>(notes);
        all.addAll(more);
        return copy(bounds, independence, all);
    }

    /** The same with what is known of how independent the held-out rewards are. */
    public RunVerdict independent(List<Independence> known) {
        return copy(bounds, known, notes);
    }

    /**
     * The same with the bounds that rewards were kept above, by their names; other names are passed over, and rewards
     * whose scores the last evaluation lacks.
     */
    public RunVerdict bounded(Map<String, Double> above) {
        List<EvaluatedBound> known = new ArrayList<>();
        for (SeriesSummary s : logged) {
            if (above.containsKey(s.name()) && Double.isFinite(s.after().mean())) {
                known.add(new EvaluatedBound(s.name(), above.get(s.name()), s.after()));
            }
        }
        return copy(known, independence, notes);
    }

    private RunVerdict copy(List<EvaluatedBound> above, List<Independence> known, List<String> said) {
        return new RunVerdict(
                overOptimised,
                since,
                best,
                explanation,
                proxy,
                heldOut,
                heldOutScore,
                logged,
                List.copyOf(above),
                gold,
                signs,
                alarms,
                List.copyOf(known),
                List.copyOf(said));
    }

    private static Finding find(Evaluations evaluations) {
        int last = evaluations.epochs().size() - 1;
        if (last < 1) {
            return new Finding(Answer.CANNOT_SAY, "Cannot say: there is only one evaluation.");
        }
        if (evaluations.proxy().isEmpty()) {
            return new Finding(
                    Answer.CANNOT_SAY,
                    "Cannot say: the run learnt from choices, and there is no training reward to compare the truth with.");
        }
        ScoreSeries proxy = evaluations.proxy().get();
        OptionalDouble constant = proxy.constant();
        if (constant.isPresent()) {
            return new Finding(
                    Answer.NO,
                    "Nothing was optimised: the training reward is constant, " + Estimate.number(constant.getAsDouble())
                            + every(proxy) + ".");
        }
        if (evaluations.truth().isEmpty()) {
            return new Finding(
                    Answer.CANNOT_SAY,
                    "Cannot say: there is neither a gold score nor a held-out reward to compare the training reward with.");
        }
        ScoreSeries truth = evaluations.truth().get();
        String name = evaluations.gold().isPresent() ? "gold" : "the held-out score";
        Estimate rise = SeriesSummary.of(proxy).change();
        int peak = truth.best(0, last);
        Fall below = Fall.of(truth.scores().get(peak), truth.scores().get(last), last);
        Estimate fall = below.change();
        int pairs = Math.min(rise.samples(), fall.samples());
        if (pairs < MIN_PAIRS) {
            return new Finding(
                    Answer.CANNOT_SAY,
                    "Cannot say: " + pairs + " samples are too few, at least " + MIN_PAIRS + " are needed.");
        }
        String risen = "the training reward changed by " + rise.signed();
        String fallen = name + " changed by " + fall.signed() + " from its best earlier value, at epoch "
                + evaluations.epochs().get(peak);
        if (!rise.isAbove0()) {
            if (!rise.isBelow(NEGLIGIBLE * Estimate.deviation(proxy.scores().get(0)))) {
                return new Finding(
                        Answer.CANNOT_SAY,
                        "Cannot say: " + risen + ", " + fallen + ": neither a rise nor its absence is shown with "
                                + pairs + " samples.");
            }
            String wear = fall.isBelow0() ? " The model is worn by the updates: a lower learning rate may help." : "";
            return new Finding(
                    Answer.NO,
                    "Nothing was optimised: " + risen
                            + ", which is no rise, so that nothing shows what a rise would cost; " + fallen + "."
                            + wear);
        }
        if (fall.isBelow0()) {
            return fallen(evaluations, truth, name, peak, below.confidence(), risen + " while " + fallen);
        }
        double negligible = NEGLIGIBLE * Estimate.deviation(truth.scores().get(peak));
        if (fall.isAbove(-negligible)) {
            return new Finding(Answer.NO, "Not over-optimised: " + risen + ", " + fallen + ".");
        }
        return new Finding(
                Answer.CANNOT_SAY,
                "Cannot say: " + risen + ", " + fallen + ": neither a fall nor its absence is shown with " + pairs
                        + " samples.");
    }

    private static Finding fallen(
            Evaluations evaluations, ScoreSeries truth, String name, int peak, double confidence, String what) {
        int last = truth.evaluations() - 1;
        if (evaluations.control().isPresent()) {
            double[] control = evaluations.control().get().scores().get(last);
            Estimate against = Estimate.ofChange(control, truth.scores().get(last), Estimate.CONFIDENCE);
            String compared = "; against the control with random rewards " + name + " differs by " + against.signed();
            Answer answer = against.samples() < MIN_PAIRS
                    ? Answer.CANNOT_SAY
                    : againstControl(
                            against,
                            NEGLIGIBLE * Estimate.deviation(truth.scores().get(peak)));
            if (answer != Answer.YES) {
                return new Finding(
                        answer,
                        OptionalInt.empty(),
                        (answer == Answer.NO ? "Not shown to be over-optimised: " : "Cannot say: ") + what + compared
                                + ", so that wear by the updates alone may explain the fall.",
                        true);
            }
            return new Finding(
                    Answer.YES,
                    since(evaluations, truth, peak, confidence),
                    "Over-optimised: " + what + compared + ".",
                    true);
        }
        return new Finding(
                Answer.YES,
                since(evaluations, truth, peak, confidence),
                "Over-optimised: " + what
                        + ". Without a control with random rewards, wear by the updates alone cannot be told apart.",
                true);
    }

    /**
     * What a control says of a truth that fell while the training reward rose.
     *
     * @param difference the truth at the end less the control's
     * @param negligible the largest difference that is none
     */
    public static Answer againstControl(Estimate difference, double negligible) {
        if (difference.isBelow0()) {
            return Answer.YES;
        }
        return difference.isAbove(-negligible) ? Answer.NO : Answer.CANNOT_SAY;
    }

    /** The first evaluation after the peak from which on all are below it. */
    private static OptionalInt since(Evaluations evaluations, ScoreSeries truth, int peak, double confidence) {
        int since = truth.evaluations() - 1;
        double[] best = truth.scores().get(peak);
        while (since - 1 > peak
                && Estimate.ofChange(best, truth.scores().get(since - 1), confidence)
                        .isBelow0()) {
            since--;
        }
        return OptionalInt.of(evaluations.epochs().get(since));
    }

    /** The verdict in three or four lines of plain text, for the end of a run. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        proxy.ifPresent(p -> lines.add(line("training reward", p)));
        List<SeriesSummary> shown = logged.stream()
                .filter(s -> bounds.stream().noneMatch(b -> b.reward().equals(s.name())))
                .toList();
        if (!heldOut.isEmpty()) {
            String more = shown.isEmpty() ? "" : "; logged: " + changes(shown);
            lines.add(String.format(Locale.ROOT, "%-16s %s%s", "held-out", changes(heldOut), more));
        } else if (!shown.isEmpty()) {
            lines.add(String.format(Locale.ROOT, "%-16s %s", "logged", changes(shown)));
        }
        bounds.forEach(b -> lines.add(String.format(Locale.ROOT, "%-16s %s", "bound", b)));
        gold.ifPresent(g -> lines.add(line("gold", g)));
        if (!alarms.isEmpty()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-16s %s",
                    "alarms",
                    alarms.stream()
                            .map(a -> a.name().replace('_', ' ') + " " + a.when())
                            .collect(Collectors.joining("; "))));
        }
        lines.add(explanation
                + (since.isPresent() ? " Since epoch " + since.getAsInt() + "." : "")
                + best.map(b -> " " + b.sentence()).orElse(""));
        lines.addAll(notes);
        return lines;
    }

    private static String changes(List<SeriesSummary> rewards) {
        List<String> parts = new ArrayList<>();
        for (SeriesSummary s : rewards) {
            parts.add(s.name() + " " + Estimate.number(s.before().mean()) + " -> "
                    + Estimate.number(s.after().mean()));
        }
        return String.join(", ", parts);
    }

    private static String line(String title, SeriesSummary s) {
        return String.format(
                Locale.ROOT,
                "%-16s %s -> %s (change %s)",
                title,
                Estimate.number(s.before().mean()),
                Estimate.number(s.after().mean()),
                s.change().signed());
    }
}
