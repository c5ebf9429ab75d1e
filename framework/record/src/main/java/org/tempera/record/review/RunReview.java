package org.tempera.record.review;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.tempera.base.files.NamedPath;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.metrics.Sample;
import org.tempera.record.metrics.SamplesLog;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.report.RunReport;
import org.tempera.record.report.Timeline;
import org.tempera.record.run.OwnFiles;
import org.tempera.record.run.RunFacts;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.AlikeEvaluations;
import org.tempera.record.verdict.AtEqualReward;
import org.tempera.record.verdict.Evaluations;
import org.tempera.record.verdict.Independence;
import org.tempera.record.verdict.MeasuredAlike;
import org.tempera.record.verdict.Ruler;
import org.tempera.record.verdict.Rulers;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.record.verdict.RunsBeside;
import org.tempera.record.verdict.ScoreSeries;
import org.tempera.record.verdict.SeriesSummary;
import org.tempera.spi.MetricNames;
import org.tempera.spi.UserException;

/**
 * Judges a run by what lies in its folder, alone or against its control: a run that differs only in being trained on
 * random rewards; and sets it beside another. Builds no graph, so a run may be looked at while it goes on.
 */
public final class RunReview {
    private static final String EVALUATIONS = "their evaluations";

    private final RunFolder folder;
    private final Roles roles;
    private final AlikeEvaluations alike;
    private final Optional<String> lost;
    private final Supplier<Optional<Ruler>> keys;
    private final List<String> notes;
    private final Evaluations evaluations;
    private final List<Independence> independence;
    private final Map<String, Double> bounds;

    /**
     * What the scores of a run are.
     *
     * @param heldOut names of the rewards that judge
     * @param logged names of the rewards that are only shown
     * @param gold whether the run has a gold score
     * @param weighed whether it is known that those that judge are weighed by their independence; where it is not, the
     *     ruler says so
     */
    public record Roles(List<String> heldOut, List<String> logged, boolean gold, boolean weighed) {
        public Roles {
            heldOut = List.copyOf(heldOut);
            logged = List.copyOf(logged);
        }

        /** Of a run whose ruler says how those that judge are weighed. */
        public Roles(List<String> heldOut, List<String> logged, boolean gold) {
            this(heldOut, logged, gold, false);
        }
    }

    private RunReview(
            RunFolder folder,
            Roles roles,
            AlikeEvaluations alike,
            Optional<String> lost,
            Supplier<Optional<Ruler>> keys,
            List<String> notes,
            Evaluations evaluations,
            List<Independence> independence,
            Map<String, Double> bounds) {
        this.folder = folder;
        this.roles = roles;
        this.alike = alike;
        this.lost = lost;
        this.keys = keys;
        this.notes = List.copyOf(notes);
        this.evaluations = evaluations;
        this.independence = independence;
        this.bounds = Map.copyOf(bounds);
    }

    /**
     * Reads a run's evaluations.
     *
     * @throws UserException if its samples.jsonl cannot be read or is damaged
     */
    public static RunReview of(RunFolder folder, Roles roles) {
        return of(folder, roles, Optional::empty);
    }

    /**
     * The same.
     *
     * @param keys what the run's config says of its ruler, without what lies in files: it is compared with another
     *     run's where one of them kept no ruler
     */
    public static RunReview of(RunFolder folder, Roles roles, Supplier<Optional<Ruler>> keys) {
        ConstantEpochs constant = new ConstantEpochs();
        RollBacks rollBacks = new RollBacks();
        Map<String, Double> bounds = new LinkedHashMap<>();
        KeptLogs logs = new KeptLogs(folder);
        if (OwnFiles.exists(folder.metrics())) {
            JsonlMetrics.forEach(folder.metrics(), row -> {
                constant.take(row);
                rollBacks.take(row);
                bounds.putAll(bounds(row));
                logs.take(row);
            });
        }
        List<Sample> evaluated = OwnFiles.exists(folder.samples()) ? evaluated(folder, constant::take) : List.of();
        AlikeEvaluations alike = AlikeEvaluations.of(evaluated, Rulers.read(folder));
        Optional<String> lost = logs.lost(evaluated);
        List<String> notes = new ArrayList<>(alike.notes());
        lost.ifPresent(l -> notes.add("samples.jsonl: " + l));
        notes.addAll(logs.notes(evaluated, alike.samples()));
        constant.note().ifPresent(notes::add);
        rollBacks.note().ifPresent(notes::add);
        requireScored(folder, alike.samples(), roles);
        List<Independence> independence = Independence.ofRun(alike.samples(), roles.heldOut(), alike.ruler());
        boolean weighed = roles.weighed() || Independence.weighs(alike.ruler());
        notes.addAll(Independence.notes(independence, weighed));
        Evaluations evaluations = evaluations(alike.samples(), roles);
        return new RunReview(
                folder,
                roles,
                alike,
                lost,
                keys,
                notes,
                weighed ? evaluations.weighedBy(Independence.weights(independence)) : evaluations,
                independence,
                bounds);
    }

    /** The bounds that an epoch kept rewards above, by the names of these. */
    private static Map<String, Double> bounds(MetricRow row) {
        Map<String, Double> bounds = new LinkedHashMap<>();
        row.values().keySet().stream()
                .flatMap(metric -> MetricNames.constraint(metric).stream())
                .forEach(name -> Optional.ofNullable(row.values().get(MetricNames.bound(name)))
                        .ifPresent(bound -> bounds.put(name, bound)));
        return bounds;
    }

    /**
     * Fails if the folder shows that the run was evaluated, and the scores are lost.
     *
     * @throws UserException with what shows it
     */
    public RunReview requireScores() {
        lost.ifPresent(why -> {
            throw new UserException(folder.samples() + ": " + why);
        });
        return this;
    }

    /** Fails if a score that the run should have is in none of its samples: what says so is of another run. */
    private static void requireScored(RunFolder folder, List<Sample> evaluated, Roles roles) {
        Set<String> missing = new TreeSet<>(roles.heldOut());
        missing.addAll(roles.logged());
        if (roles.gold()) {
            missing.add(ScoreNames.GOLD);
        }
        Set<String> found = new TreeSet<>();
        evaluated.forEach(s -> found.addAll(s.rewards().keySet()));
        missing.removeAll(found);
        if (!evaluated.isEmpty() && !missing.isEmpty()) {
            String says = (OwnFiles.exists(folder.facts()) ? folder.facts() : folder.config())
                    .getFileName()
                    .toString();
            throw new UserException(folder.path() + ": by its " + says + " the run was evaluated by "
                    + String.join(", ", missing) + ", and no evaluation in samples.jsonl has such a score; it has "
                    + found + ". Put back the " + says + " of this run.");
        }
    }

    /**
     * The same, compared with a control.
     *
     * @param control the folder of the run with random rewards
     * @throws UserException if it was not evaluated at the same epochs, with the same prompts and noise, by the same
     *     ruler
     */
    public RunReview against(Path control) {
        return against(control, Optional::empty);
    }

    /**
     * The same.
     *
     * @param itsKeys what the control's config says of its ruler
     */
    public RunReview against(Path control, Supplier<Optional<Ruler>> itsKeys) {
        try (RunFolder other = RunFolder.view(control)) {
            return against(control, other, itsKeys);
        }
    }

    private RunReview against(Path control, RunFolder other, Supplier<Optional<Ruler>> itsKeys) {
        AlikeEvaluations ofOther = AlikeEvaluations.of(evaluated(other, trained -> {}), Rulers.read(other));
        List<String> known = requireSameRuler(
                control + ": is no control of " + folder.path() + ": ",
                ofOther.ruler(),
                itsKeys,
                truthScopes(),
                "A control differs only in being trained on random rewards.");
        Map<Place, Sample> theirs = new LinkedHashMap<>();
        ofOther.samples().forEach(s -> theirs.put(Place.of(s), s));
        List<Sample> matching = alike.samples().stream()
                .map(s -> match(control, s, theirs.get(Place.of(s))))
                .toList();
        ScoreSeries truth = evaluations(matching, roles)
                .weighedBy(evaluations.weights())
                .truth()
                .orElseThrow(
                        () -> new UserException(
                                folder.path()
                                        + ": has neither a gold score nor a held-out reward, so there is nothing to compare with a control."));
        List<String> all = new ArrayList<>(notes);
        ofOther.notes().forEach(n -> all.add("Of the control: " + n));
        RunFacts.read(other).ifPresent(facts -> trainedOnOtherThanChance(facts).ifPresent(all::add));
        all.addAll(known);
        return new RunReview(
                folder, roles, alike, lost, keys, all, evaluations.withControl(truth), independence, bounds);
    }

    /** A note where a control was trained on anything but random rewards. */
    private static Optional<String> trainedOnOtherThanChance(RunFacts control) {
        List<String> trained = control.trainedOnOtherThanChance();
        return trained.isEmpty()
                ? Optional.empty()
                : Optional.of("The control is none: it was trained on " + String.join(", ", trained)
                        + ", and a control is trained on random rewards (use = " + RunFacts.RANDOM
                        + "). Beside it one sees how two trainings differ, not what the reward did.");
    }

    /** What a comparison of the truth depends on. */
    private List<String> truthScopes() {
        return MeasuredAlike.truthScopes(roles.gold(), roles.heldOut());
    }

    /**
     * Fails if another run is known to have been measured otherwise.
     *
     * @return a note, where that is not known
     */
    private List<String> requireSameRuler(
            String where,
            Optional<Ruler> theirs,
            Supplier<Optional<Ruler>> theirKeys,
            List<String> scopes,
            String mend) {
        Optional<Ruler> ours = alike.ruler();
        if (ours.isPresent() && theirs.isPresent()) {
            MeasuredAlike.requireSameRuler(where, EVALUATIONS, theirs.get(), ours.get(), scopes, mend);
            return List.of();
        }
        Optional<Ruler> ourKeys = keys.get();
        Optional<Ruler> its = theirKeys.get();
        boolean known = ourKeys.isPresent() && its.isPresent();
        if (known) {
            MeasuredAlike.requireSameRuler(where, EVALUATIONS, its.get(), ourKeys.get(), scopes, mend);
        }
        return List.of(
                "It is not known whether both runs were measured alike: the folder of one of them does not say what"
                        + " measured it, or a part of it, as those of earlier versions do not."
                        + (known ? " By their configs they were; what lay in their files is not known." : ""));
    }

    /**
     * What this run and another, such as one by another algorithm, keep of the truth at the same training reward.
     *
     * @throws UserException if one of them was not evaluated, or if they differ in the pictures that they begin with,
     *     in what these score in training, or in what the truth is
     */
    public AtEqualReward beside(RunReview other) {
        String where = other.folder.path() + ": cannot be compared with " + folder.path() + ": ";
        for (RunReview review : List.of(this, other)) {
            if (review.evaluations.epochs().isEmpty()
                    || review.evaluations.truth().isEmpty()) {
                throw new UserException(where + "expected evaluations with a gold score or a held-out reward, but "
                        + review.folder.path() + " has none. Train with evaluation.every above 0.");
            }
        }
        if (roles.gold() != other.roles.gold()
                || !(roles.gold() || roles.heldOut().equals(other.roles.heldOut()))) {
            throw new UserException(where + "expected " + truthOf(roles) + " in both, found " + truthOf(other.roles)
                    + ". Score both runs alike.");
        }
        List<String> scopes = truthScopes();
        scopes.add(Ruler.TRAINING);
        List<String> known = requireSameRuler(
                where, other.alike.ruler(), other.keys, scopes, "Evaluate both runs alike, on the same rewards.");
        MeasuredAlike.requireSameStart(
                where, MeasuredAlike.start(alike.samples()), MeasuredAlike.start(other.alike.samples()), true, 0);
        requireSamePlaces(where, places(evaluations), places(other.evaluations));
        return AtEqualReward.of(evaluations, other.evaluations).with(known);
    }

    /** How many samples an evaluation has at most. */
    private static int places(Evaluations evaluations) {
        return evaluations.truth().orElseThrow().scores().get(0).length;
    }

    private static void requireSamePlaces(String where, int ours, int theirs) {
        if (ours != theirs) {
            throw new UserException(where + "expected at most " + ours + " samples at any evaluation, found " + theirs
                    + ": lines of samples.jsonl were added to one of the two, or are missing. Put it back as the run"
                    + " wrote it.");
        }
    }

    private static String truthOf(Roles roles) {
        return roles.gold() ? "a gold score" : "the held-out rewards " + roles.heldOut();
    }

    /** The run's evaluations. */
    public Evaluations evaluations() {
        return evaluations;
    }

    /** What a reader of the verdict, or of its absence, must know, a sentence each. */
    public List<String> notes() {
        return notes;
    }

    /** Whether it over-optimised, since when, and which checkpoint is best; empty if nothing was evaluated. */
    public Optional<RunVerdict> verdict() {
        return evaluations.epochs().isEmpty()
                ? Optional.empty()
                : Optional.of(RunVerdict.of(evaluations)
                        .bounded(bounds)
                        .independent(independence)
                        .with(notes));
    }

    /**
     * Writes the run's report, and its timeline of pictures.
     *
     * @param facts what was run, in the order of the page
     * @param pictured how many of an evaluation's samples its picture shows
     */
    public void writeReport(Map<String, String> facts, int pictured) {
        writeReport(facts, pictured, Optional.empty());
    }

    /** The same, with other runs that it is set beside. */
    public void writeReport(Map<String, String> facts, int pictured, Optional<RunsBeside> beside) {
        List<String> prompts = alike.samples().stream()
                .filter(s -> s.epoch() == alike.samples().get(0).epoch() && s.index() < pictured)
                .map(Sample::prompt)
                .toList();
        Map<String, String> shown = new LinkedHashMap<>(facts);
        if (verdict().isEmpty() && !notes.isEmpty()) {
            shown.put("notes", String.join(" ", notes)); // there is no verdict to stand below
        }
        new RunReport(
                        NamedPath.nameOf(folder.path()),
                        shown,
                        verdict(),
                        evaluations.epochs(),
                        evaluations.control().map(SeriesSummary::of),
                        prompts,
                        beside,
                        alike.samples())
                .write(folder);
        Timeline.write(folder, prompts);
    }

    /** Reads the log once. @param trained sees the samples that were trained on */
    private static List<Sample> evaluated(RunFolder folder, Consumer<Sample> trained) {
        return SamplesLog.read(folder.samples(), s -> {
            if (s.phase() == Sample.Phase.TRAIN) {
                trained.accept(s);
            }
            return s.phase() == Sample.Phase.EVALUATION;
        });
    }

    /** The evaluations that these samples are. */
    public static Evaluations evaluations(Collection<Sample> evaluated, Roles roles) {
        return Evaluations.of(
                List.copyOf(evaluated),
                ScoreNames.TRAINING,
                roles.heldOut(),
                roles.logged(),
                roles.gold() ? Optional.of(ScoreNames.GOLD) : Optional.empty());
    }

    private Sample match(Path control, Sample ours, @org.jspecify.annotations.Nullable Sample theirs) {
        String where = control + ": is no control of " + folder.path() + ": ";
        String mend = " A control differs only in being trained on random rewards.";
        if (theirs == null) {
            throw new UserException(where + "expected an evaluation at epoch " + ours.epoch() + " with a sample "
                    + ours.index() + ", found none." + mend);
        }
        if (!theirs.prompt().equals(ours.prompt()) || theirs.seed() != ours.seed()) {
            throw new UserException(where + "expected sample " + ours.index() + " of epoch " + ours.epoch() + " to be "
                    + AlikeEvaluations.drawn(ours) + ", found " + AlikeEvaluations.drawn(theirs) + "." + mend);
        }
        SortedMap<String, Double> missing = new TreeMap<>(ours.rewards());
        missing.keySet().removeAll(theirs.rewards().keySet());
        missing.keySet().retainAll(roles.gold() ? List.of(ScoreNames.GOLD) : roles.heldOut());
        if (!missing.isEmpty()) {
            throw new UserException(where + "expected the scores " + missing.keySet() + ", found "
                    + theirs.rewards().keySet() + "." + mend);
        }
        return theirs;
    }

    private record Place(int epoch, int index) {
        static Place of(Sample s) {
            return new Place(s.epoch(), s.index());
        }
    }
}
