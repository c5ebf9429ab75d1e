package org.tempera.record.verdict;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Several runs on the same rewards beside each other, such as of other algorithms, settings or seeds.
 *
 * @param runs the first is the one that the others are compared with
 */
public record RunsBeside(List<Run> runs) {
    /** What the columns of {@link #rows} hold. */
    public static final List<String> COLUMNS = List.of(
            "run", "algorithm", "seed", "epochs", "training reward", "truth", "best by held-out", "over-optimised");

    /**
     * One of the runs.
     *
     * @param name such as its folder
     * @param settings equal for runs that differ in seed, length and place only
     * @param epochs complete ones at the last evaluation
     * @param like what both keep at the same training reward; empty for the first run
     */
    public record Run(
            String name,
            String algorithm,
            long seed,
            String settings,
            int epochs,
            RunVerdict verdict,
            Optional<AtEqualReward> like) {
        /** Gold where there is one, else the held-out score. */
        public Optional<SeriesSummary> truth() {
            return verdict.gold().or(verdict::heldOutScore);
        }

        private List<String> row() {
            return List.of(
                    name,
                    algorithm,
                    Long.toString(seed),
                    Integer.toString(epochs),
                    verdict.proxy().map(RunsBeside::fromTo).orElse("none"),
                    truth().map(t -> (verdict.gold().isPresent() ? "gold " : "held-out ") + fromTo(t))
                            .orElse("none"),
                    verdict.best().map(b -> "epoch " + b.epoch()).orElse("none"),
                    verdict.shownAnswer()
                            + (verdict.since().isPresent()
                                    ? " since epoch " + verdict.since().getAsInt()
                                    : ""));
        }
    }

    /**
     * Runs that differ in their seeds only, with the means of what they reached; the intervals are over the seeds.
     *
     * @param reward empty where the runs learnt from choices
     * @param truth empty where the runs have none
     */
    public record Seeds(String algorithm, List<Run> runs, Optional<Estimate> reward, Optional<Estimate> truth) {
        private List<String> row() {
            return List.of(
                    "mean of " + runs.size() + " seeds, 95 % over seeds",
                    algorithm,
                    "",
                    "",
                    reward.map(Estimate::toString).orElse("none"),
                    truth.map(Estimate::toString).orElse("none"),
                    "",
                    "");
        }
    }

    public RunsBeside {
        runs = List.copyOf(runs);
    }

    /**
     * The groups of two and more runs that differ in their seeds only. A run that is named twice, or whose copy is
     * named too, is one of them.
     */
    public List<Seeds> seeds() {
        Map<String, Map<Long, Run>> groups = new LinkedHashMap<>();
        runs.forEach(r ->
                groups.computeIfAbsent(r.settings(), s -> new LinkedHashMap<>()).putIfAbsent(r.seed(), r));
        return groups.values().stream()
                .filter(group -> group.size() > 1)
                .map(group -> seeds(List.copyOf(group.values())))
                .toList();
    }

    private static Seeds seeds(List<Run> group) {
        double[] rewards = group.stream()
                .flatMap(r -> r.verdict().proxy().stream())
                .mapToDouble(p -> p.after().mean())
                .toArray();
        double[] truths = group.stream()
                .flatMap(r -> r.truth().stream())
                .mapToDouble(t -> t.after().mean())
                .toArray();
        return new Seeds(group.get(0).algorithm(), List.copyOf(group), mean(rewards), mean(truths));
    }

    private static Optional<Estimate> mean(double[] values) {
        return values.length == 0 ? Optional.empty() : Optional.of(Estimate.ofMean(values, Estimate.CONFIDENCE));
    }

    /** For people: a row for each run, then one for each group of seeds. */
    public List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        runs.forEach(r -> rows.add(r.row()));
        seeds().forEach(s -> rows.add(s.row()));
        return rows;
    }

    private static String fromTo(SeriesSummary s) {
        return Estimate.number(s.before().mean()) + " -> "
                + Estimate.number(s.after().mean());
    }
}
