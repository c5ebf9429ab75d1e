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
 * @param answers to the questions of sweeps' files, in their order
 * @param matrix what training on each reward did to every reward; empty where no runs can be read at an equal reward
 * @param notes what a reader must know, a sentence each
 * @param unread what is wrong with each run that is left out because a file of it cannot be read
 */
public record Comparison(
        List<ProxyComparison> proxies,
        List<Answer> answers,
        Optional<RewardMatrix> matrix,
        List<String> notes,
        List<String> unread) {
    public Comparison {
        proxies = List.copyOf(proxies);
        answers = List.copyOf(answers);
        notes = List.copyOf(notes);
        unread = List.copyOf(unread);
    }

    /** What the draws of intervals begin with, so that equal records give equal numbers. */
    private static final long SEED = 21;

    /** The same without a question. */
    public static Comparison of(List<RunRecord> runs) {
        return of(runs, List.of());
    }

    /**
     * Compares runs.
     *
     * @param runs any number, in the order in which they are shown
     * @param questions of the files of their sweeps; each is answered by itself
     * @throws org.tempera.spi.UserException if none was evaluated, two are the same, or what they were measured by
     *     differs in a part that the comparison depends on
     */
    public static Comparison of(List<RunRecord> runs, List<Question> questions) {
        RunSorting sorting = RunSorting.of(Renamed.of(runs));
        StratifiedBootstrap bootstrap = StratifiedBootstrap.of(SEED);
        Comparer comparer = new Comparer(sorting, bootstrap);
        List<Comparer.Compared> compared =
                sorting.proxies().stream().map(comparer::compare).toList();
        List<ProxyComparison> proxies =
                compared.stream().map(Comparer.Compared::proxy).toList();
        Summaries summaries = new Summaries(bootstrap);
        Answering answering = new Answering(compared, summaries);
        return new Comparison(
                proxies,
                questions.stream().map(answering::answer).toList(),
                MatrixOfRewards.of(proxies, summaries),
                sorting.notes(),
                List.of());
    }

    /** The same with further notes. */
    public Comparison noting(List<String> more) {
        return new Comparison(
                proxies,
                answers,
                matrix,
                Stream.concat(notes.stream(), more.stream()).toList(),
                unread);
    }

    /** The same without runs that were asked for. @param why what is wrong with each */
    public Comparison without(List<String> why) {
        return new Comparison(proxies, answers, matrix, notes, why);
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

    /** Tables of alarms for people, one for each training reward; without rows where there is nothing to tell. */
    public List<List<List<String>>> alarmTables() {
        return proxies.stream().map(ComparisonText::alarms).toList();
    }

    /** What the columns of the {@linkplain #alarmTables tables of alarms} count, for people, by training reward. */
    public List<String> alarmColumns() {
        return proxies.stream().map(ComparisonText::alarmColumns).toList();
    }

    /** What is known of the questions, for people: a line for each pair, and one on each question. */
    public List<String> answerLines() {
        return answers.stream().flatMap(a -> ComparisonText.lines(a).stream()).toList();
    }

    /** The verdicts and what else a reader must know, for people, by training reward. */
    public List<List<String>> lines() {
        return proxies.stream().map(ComparisonText::lines).toList();
    }
}
