package org.tempera.record.compare;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.statistics.StratifiedBootstrap;

/**
 * Runs beside each other.
 *
 * @param proxies the runs by what they were trained on
 * @param matrix what training on each reward did to every reward; empty where no runs can be read at an equal reward
 * @param notes what a reader must know, a sentence each
 */
public record Comparison(List<ProxyComparison> proxies, Optional<RewardMatrix> matrix, List<String> notes) {
    public Comparison {
        proxies = List.copyOf(proxies);
        notes = List.copyOf(notes);
    }

    /** What the draws of intervals begin with, so that equal records give equal numbers. */
    private static final long SEED = 21;

    /** The same without a question that was asked beforehand. */
    public static Comparison of(List<RunRecord> runs) {
        return of(runs, List.of());
    }

    /**
     * Compares runs.
     *
     * @param runs any number, in the order in which they are shown
     * @param questions that they were made to answer; each is answered by itself
     * @throws org.tempera.spi.UserException if none was evaluated, two are the same, or what they were measured by
     *     differs in a part that the comparison depends on
     */
    public static Comparison of(List<RunRecord> runs, List<Question> questions) {
        RunSorting sorting = RunSorting.of(Renamed.of(runs));
        StratifiedBootstrap bootstrap = StratifiedBootstrap.of(SEED);
        Comparer comparer = new Comparer(sorting, questions, bootstrap);
        List<ProxyComparison> proxies =
                sorting.proxies().stream().map(comparer::compare).toList();
        return new Comparison(proxies, MatrixOfRewards.of(proxies, new Summaries(bootstrap)), sorting.notes())
                .noting(open(questions, proxies));
    }

    /** Of the questions that no groups here answer. */
    private static List<String> open(List<Question> questions, List<ProxyComparison> proxies) {
        return questions.stream()
                .map(Question::name)
                .filter(question -> proxies.stream()
                        .flatMap(p -> Stream.concat(p.atReward().stream(), p.atDivergence().stream()))
                        .flatMap(m -> m.answers().stream())
                        .noneMatch(a -> a.question().equals(question)))
                .map(question ->
                        "The question " + question + " is open: there are no two groups here that it compares.")
                .toList();
    }

    /** The same with further notes. */
    public Comparison noting(List<String> more) {
        return new Comparison(
                proxies, matrix, Stream.concat(notes.stream(), more.stream()).toList());
    }

    /** The number of runs, controls among them. */
    public long runs() {
        return proxies.stream()
                .flatMap(p -> Stream.concat(p.groups().stream(), p.controls().stream()))
                .flatMap(g -> g.runs().stream())
                .map(ComparedRun::record)
                .map(RunRecord::name)
                .distinct()
                .count();
    }

    /** Tables for people, one for each training reward: a row of headings, then one for each group. */
    public List<List<List<String>>> tables() {
        return proxies.stream().map(ComparisonText::table).toList();
    }

    /** The verdicts and what else a reader must know, for people, by training reward. */
    public List<List<String>> lines() {
        return proxies.stream().map(ComparisonText::lines).toList();
    }
}
