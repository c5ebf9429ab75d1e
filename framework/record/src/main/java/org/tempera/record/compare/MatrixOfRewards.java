package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.run.RunFacts;
import org.tempera.record.verdict.Evaluations;
import org.tempera.record.verdict.LevelReached;
import org.tempera.record.verdict.Ruler;
import org.tempera.record.verdict.ScoreScale;
import org.tempera.record.verdict.ScoreSeries;

/** Reads every score at the highest training reward that all groups on it reach. */
final class MatrixOfRewards {
    private MatrixOfRewards() {}

    /** The matrix; empty if there is no level to read at. */
    static Optional<RewardMatrix> of(List<ProxyComparison> proxies, Summaries summaries) {
        List<String> notes = new ArrayList<>();
        List<RunRecord> runs = proxies.stream()
                .flatMap(p -> p.groups().stream())
                .flatMap(g -> g.runs().stream())
                .map(ComparedRun::record)
                .toList();
        List<Ruler.Difference> drawn = runs.stream()
                .flatMap(r -> Fingerprints.differences(runs.get(0), r, List.of(Ruler.DRAWING)).stream())
                .limit(1)
                .toList();
        if (!drawn.isEmpty()) {
            // Within a training reward this is refused; between them only the matrix would lay them side by side.
            return Optional.of(new RewardMatrix(
                    List.of(),
                    List.of(),
                    List.of("There is no matrix of rewards, for the runs on different training rewards were drawn"
                            + " otherwise: "
                            + drawn.get(0).key() + ": " + drawn.get(0).values("there", "here") + ".")));
        }
        List<String> scores = scores(runs, notes);
        List<RewardMatrix.Row> rows = new ArrayList<>();
        for (ProxyComparison proxy : proxies) {
            proxy.atReward()
                    .filter(m -> !m.levels().isEmpty())
                    .map(m -> m.levels().get(m.levels().size() - 1))
                    .ifPresent(level ->
                            level.groups().forEach(at -> rows.add(row(proxy, at, level.value(), scores, summaries))));
        }
        return rows.isEmpty() ? Optional.empty() : Optional.of(new RewardMatrix(scores, rows, notes));
    }

    /** Names of all scores but those that were not measured alike. */
    private static List<String> scores(List<RunRecord> runs, List<String> notes) {
        Set<String> names = new LinkedHashSet<>();
        runs.forEach(
                r -> r.facts().rewards().stream().map(RunFacts.ScoredBy::name).forEach(names::add));
        if (runs.stream().anyMatch(r -> r.facts().gold())) {
            names.add(ScoreNames.GOLD);
        }
        names.removeIf(name -> {
            Optional<Ruler.Difference> difference = Fingerprints.difference(runs, name);
            difference.ifPresent(d -> notes.add("The matrix has no column of " + name
                    + ", which was measured otherwise in some runs: " + d.key() + ": " + d.values("there", "here")
                    + "."));
            return difference.isPresent();
        });
        return List.copyOf(names);
    }

    private static RewardMatrix.Row row(
            ProxyComparison proxy, Matched.AtLevel at, double level, List<String> scores, Summaries summaries) {
        Map<String, ComparedRun> byName = new LinkedHashMap<>();
        proxy.groups().forEach(g -> g.runs().forEach(r -> byName.put(r.name(), r)));
        List<ComparedRun> runs = at.seeds().stream()
                .flatMap(s -> Optional.ofNullable(byName.get(s.run())).stream())
                .toList();
        List<double[]> changes =
                runs.stream().map(r -> changes(r, level, scores)).toList();
        List<Summary> cells = new ArrayList<>();
        for (int i = 0; i < scores.size(); i++) {
            int column = i;
            cells.add(summaries.of(changes.stream().mapToDouble(c -> c[column]).toArray()));
        }
        return new RewardMatrix.Row(proxy.proxy(), at.group(), level, cells);
    }

    /** Of one seed; NaN of a score that it does not have. */
    private static double[] changes(ComparedRun run, double level, List<String> scores) {
        double[] proxy = run.evaluations().proxy().orElseThrow().means();
        LevelReached at = LevelReached.of(proxy, level).orElseThrow();
        Map<String, ScoreSeries> known = new LinkedHashMap<>();
        Evaluations own = run.evaluations();
        Stream.of(own.heldOut().stream(), own.logged().stream(), own.gold().stream())
                .flatMap(s -> s)
                .forEach(s -> known.put(s.name(), s));
        List<String> others = scores.stream().filter(n -> !known.containsKey(n)).toList();
        Evaluations.of(run.record().evaluated(), ScoreNames.TRAINING, List.of(), others, Optional.empty())
                .logged()
                .forEach(s -> known.put(s.name(), s));
        return scores.stream()
                .mapToDouble(n -> Optional.ofNullable(known.get(n))
                        .map(s -> change(s, at))
                        .orElse(Double.NaN))
                .toArray();
    }

    private static double change(ScoreSeries series, LevelReached at) {
        ScoreScale base = ScoreScale.of(series.scores().get(0));
        return series.hasScores() ? base.standardise(at.of(series.means())) : Double.NaN;
    }
}
