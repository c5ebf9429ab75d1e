package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.metrics.Sample;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.metrics.SignNames;
import org.tempera.record.statistics.StratifiedBootstrap;
import org.tempera.record.verdict.Evaluations;
import org.tempera.record.verdict.Ruler;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.record.verdict.ScoreSeries;

/** Compares the runs on one training reward. */
final class Comparer {
    private static final String MEND =
            "Evaluate all runs alike (the same prompts, noise, sampler, rewards and files), or compare those apart.";

    private final RunSorting sorting;
    private final StratifiedBootstrap bootstrap;

    /**
     * The runs on one training reward.
     *
     * @param atReward what {@link ProxyComparison#atReward} is read from
     * @param atDivergence what {@link ProxyComparison#atDivergence} is read from
     */
    record Compared(ProxyComparison proxy, Optional<Matching> atReward, Optional<Matching> atDivergence) {}

    Comparer(RunSorting sorting, StratifiedBootstrap bootstrap) {
        this.sorting = sorting;
        this.bootstrap = bootstrap;
    }

    Compared compare(RunSorting.OnProxy named) {
        List<String> notes = new ArrayList<>();
        Map<String, RunRecord> controls = new LinkedHashMap<>();
        named.groups().forEach(g -> controls.putAll(sorting.controlsOf(g, notes)));
        List<RunRecord> full = new ArrayList<>(named.runs());
        full.addAll(new LinkedHashSet<>(controls.values()));
        Map<String, RunRecord> kept = new LinkedHashMap<>();
        CommonSamples.of(full, notes).forEach(r -> kept.put(r.name(), r));
        Map<String, RunRecord> whole = new LinkedHashMap<>();
        full.forEach(r -> whole.put(r.name(), r));
        controls.replaceAll((run, control) -> kept.getOrDefault(control.name(), control));
        RunSorting.OnProxy on = new RunSorting.OnProxy(
                named.name(), named.groups().stream().map(g -> g.of(kept)).toList());
        List<RunRecord> runs = on.runs();
        Scores scores = comparable(runs, Scores.of(runs, notes), notes);
        boolean trained = !scores.trained().isEmpty();
        Fingerprints.requireSameStart(runs, trained);
        Map<String, ComparedRun> comparedControls = controls(runs.get(0), controls, whole, scores, notes);
        List<RunRecord> all = Stream.concat(
                        runs.stream(), controls.values().stream().distinct())
                .toList();
        Map<String, SetsOfRun> sets = SetsOfRun.of(all, scores, notes);
        List<List<String>> notesOfGroups = new ArrayList<>();
        on.groups().forEach(g -> notesOfGroups.add(new ArrayList<>()));
        List<Group> groups = IntStream.range(0, on.groups().size())
                .parallel()
                .mapToObj(i -> {
                    RunSorting.Members members = on.groups().get(i);
                    List<ComparedRun> compared = members.runs().stream()
                            .map(r -> compared(
                                    r,
                                    whole.getOrDefault(r.name(), r),
                                    scores,
                                    Optional.ofNullable(controls.get(r.name()))
                                            .flatMap(c -> Optional.ofNullable(comparedControls.get(c.name()))),
                                    notesOfGroups.get(i)))
                            .toList();
                    return group(members, false, compared, sets, scores);
                })
                .toList();
        notesOfGroups.forEach(notes::addAll);
        List<Group> controlled = controlGroups(on, controls, comparedControls, sets, scores);
        notes.addAll(BuildsApart.notes(
                Stream.concat(groups.stream(), controlled.stream()).toList()));
        Summaries summaries = new Summaries(bootstrap);
        boolean rewarded = trained
                && groups.stream()
                        .flatMap(g -> g.runs().stream())
                        .allMatch(r -> r.evaluations().proxy().isPresent());
        Optional<String> truth = scores.truth();
        List<SignRelation> signs =
                SignRelation.of(groups.stream().map(Group::runs).toList(), bootstrap);
        truth.ifPresent(t -> signs.stream()
                .filter(s -> s.sign().equals(SignNames.STEEPNESS))
                .forEach(s -> notes.add(s.sentence(t.equals(ScoreNames.GOLD) ? t : "the held-out score"))));
        Optional<Matching> atReward =
                truth.filter(t -> rewarded && !groups.isEmpty()).map(t -> Matching.atReward(groups, t, summaries));
        Optional<Matching> atDivergence = truth.flatMap(t -> Matching.atDivergence(groups, sets, t, summaries));
        ProxyComparison proxy = new ProxyComparison(
                on.name(),
                truth,
                groups,
                controlled,
                atReward.map(Matching::matched),
                atDivergence.map(Matching::matched),
                notes,
                signs);
        return new Compared(proxy, atReward, atDivergence);
    }

    /** Refuses where truth or training reward were measured otherwise; leaves out what else was. */
    private static Scores comparable(List<RunRecord> runs, Scores scores, List<String> notes) {
        List<String> scopes = scores.truthScopes();
        scopes.add(Ruler.TRAINING);
        Fingerprints.require(runs, scopes, "their evaluations", MEND).ifPresent(notes::add);
        Scores kept = scores;
        for (String name : Stream.concat(scores.heldOut().stream(), scores.shown().stream())
                .toList()) {
            Optional<String> difference = difference(runs, name);
            if (difference.isPresent()) {
                notes.add("The scores by " + name + " are left out, for they were measured otherwise in some runs: "
                        + difference.get() + ".");
                kept = kept.without(name);
            }
        }
        return kept;
    }

    /** In what two runs differ of which one was scored otherwise, for people; empty if all were scored alike. */
    private static Optional<String> difference(List<RunRecord> runs, String score) {
        return Fingerprints.difference(runs, score).isEmpty()
                ? Optional.empty()
                : runs.stream()
                        .flatMap(one -> runs.stream()
                                .flatMap(other -> Fingerprints.difference(List.of(one, other), score).stream()
                                        .map(d -> d.key() + ": " + d.values("in " + one.name(), "in " + other.name()))))
                        .findFirst();
    }

    /** @param whole the run with all of its samples, which are not always compared */
    private static ComparedRun compared(
            RunRecord run, RunRecord whole, Scores scores, Optional<ComparedRun> control, List<String> notes) {
        Evaluations own = scores.of(run);
        Optional<ScoreSeries> itsTruth = control.flatMap(c -> truthAt(own.epochs(), c.evaluations()));
        if (control.isPresent() && itsTruth.isEmpty()) {
            notes.add(run.name() + " is judged without its control "
                    + control.get().name() + ", which was not evaluated at the same epochs.");
        }
        Evaluations judged = itsTruth.map(own::withControl).orElse(own);
        Optional<RunVerdict> verdict = own.epochs().isEmpty()
                ? Optional.empty()
                : Optional.of(RunVerdict.of(judged, scores.asItKnew(whole, run, own))
                        .independent(scores.independence())
                        .with(run.notes()));
        return new ComparedRun(
                run,
                judged,
                GroupLines.spent(run, own.epochs()),
                verdict,
                itsTruth.isPresent() ? control.map(ComparedRun::name) : Optional.empty());
    }

    /** A control's truth at a run's evaluations; empty if it lacks one. */
    private static Optional<ScoreSeries> truthAt(List<Integer> epochs, Evaluations control) {
        return control.truth()
                .filter(t -> control.epochs().containsAll(epochs))
                .map(t -> new ScoreSeries(
                        t.name(),
                        epochs.stream()
                                .map(epoch -> t.scores().get(control.epochs().indexOf(epoch)))
                                .toList()));
    }

    /** The runs on random rewards, those that can be compared; by name. */
    private static Map<String, ComparedRun> controls(
            RunRecord run,
            Map<String, RunRecord> controls,
            Map<String, RunRecord> whole,
            Scores scores,
            List<String> notes) {
        Map<String, ComparedRun> compared = new LinkedHashMap<>();
        for (RunRecord control : new LinkedHashSet<>(controls.values())) {
            Set<String> had = new HashSet<>();
            control.evaluated().stream().map(Sample::rewards).forEach(r -> had.addAll(r.keySet()));
            if (!had.containsAll(scores.gold() ? List.of(ScoreNames.GOLD) : scores.heldOut())) {
                notes.add("The control " + control.name() + " is left out, for it has not the scores that judge the"
                        + " runs.");
                continue;
            }
            List<RunRecord> both = List.of(run, control);
            Fingerprints.require(both, scores.truthScopes(), "their evaluations", MEND);
            Fingerprints.requireSameStart(both, false);
            Scores its = scores.ofControl();
            for (String name : its.shown()) {
                its = Fingerprints.difference(both, name).isPresent() ? its.without(name) : its;
            }
            RunRecord all = whole.getOrDefault(control.name(), control);
            compared.put(control.name(), compared(control, all, its, Optional.empty(), notes));
        }
        return compared;
    }

    private List<Group> controlGroups(
            RunSorting.OnProxy on,
            Map<String, RunRecord> controls,
            Map<String, ComparedRun> compared,
            Map<String, SetsOfRun> sets,
            Scores scores) {
        Map<String, List<ComparedRun>> byName = new LinkedHashMap<>();
        Set<String> shown = new HashSet<>();
        for (RunSorting.Members members : on.groups()) {
            members.runs().stream()
                    .flatMap(r -> Optional.ofNullable(controls.get(r.name())).stream())
                    .flatMap(c -> Optional.ofNullable(compared.get(c.name())).stream())
                    .filter(c -> shown.add(c.name()))
                    .forEach(c -> byName.computeIfAbsent(controlName(c, members, on), n -> new ArrayList<>())
                            .add(c));
        }
        return byName.entrySet().stream()
                .map(of -> group(
                        new RunSorting.Members(
                                of.getKey(),
                                RunSorting.withoutSeed(
                                        of.getValue().get(0).record().settings()),
                                Map.of(),
                                List.of()),
                        true,
                        of.getValue(),
                        sets,
                        scores.ofControl()))
                .toList();
    }

    /** By what the control chose of what runs choose, for variants of an algorithm may share it; else by the group. */
    private static String controlName(ComparedRun control, RunSorting.Members members, RunSorting.OnProxy on) {
        String choices = RunSorting.withoutSeed(control.record().settings()).entrySet().stream()
                .filter(choice -> on.groups().stream()
                        .flatMap(g -> g.runs().stream())
                        .anyMatch(r -> choice.getValue().equals(r.settings().get(choice.getKey()))))
                .map(Map.Entry::getValue)
                .collect(Collectors.joining(", "));
        return "control of " + (choices.isEmpty() ? members.name() : choices);
    }

    private Group group(
            RunSorting.Members members,
            boolean control,
            List<ComparedRun> runs,
            Map<String, SetsOfRun> sets,
            Scores scores) {
        Summaries summaries = new Summaries(bootstrap);
        Curves curves = new Curves(summaries);
        GroupLines collected = GroupLines.of(runs, sets, scores);
        Map<Measure, List<Line>> lines = collected.lines();
        List<Curve> all = new ArrayList<>();
        lines.forEach((measure, its) -> {
            for (Axis axis : measure.kind() == Measure.Kind.METRIC ? List.of(Axis.EPOCHS) : List.of(Axis.values())) {
                curves.of(measure, axis, its).ifPresent(all::add);
            }
        });
        String algorithm = runs.get(0).record().facts().algorithms();
        List<String> notes = new ArrayList<>();
        if (runs.size() == 1) {
            notes.add(members.name() + " has one seed: its intervals are over the pictures of that run, and say nothing"
                    + " about other seeds.");
        }
        return new Group(
                members.name(),
                algorithm,
                members.settings(),
                control,
                collected.runs(),
                all,
                Trades.of(lines, summaries),
                scores.truth().flatMap(t -> GaoFitting.of(runs, sets, t, bootstrap)),
                Judgement.of(members.name(), runs.get(0).record().facts().algorithm(), runs),
                notes);
    }
}
