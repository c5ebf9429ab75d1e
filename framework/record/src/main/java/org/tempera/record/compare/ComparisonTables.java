package org.tempera.record.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.tempera.base.files.IoReason;
import org.tempera.base.files.ReplacedFile;
import org.tempera.base.files.WritingAdvice;
import org.tempera.base.text.Printable;
import org.tempera.record.run.RunFolder;
import org.tempera.record.statistics.Interval;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.spi.UserException;

/**
 * A comparison as tables of comma-separated values (RFC 4180), tidy: one observation a row. A number that there is none
 * of is an empty field.
 */
public final class ComparisonTables {
    private static final Pattern FORMULA = Pattern.compile("[=+@-]");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");

    private final Comparison comparison;
    private final Set<String> axes = new LinkedHashSet<>();

    private ComparisonTables(Comparison comparison) {
        this.comparison = comparison;
        groups().forEach(of -> axes.addAll(of.group().settings().keySet()));
    }

    /** A group and what it was trained on. */
    private record OnProxy(ProxyComparison proxy, Group group) {}

    private Stream<OnProxy> groups() {
        return comparison.proxies().stream().flatMap(p -> Stream.concat(p.groups().stream(), p.controls().stream())
                .map(g -> new OnProxy(p, g)));
    }

    /** The tables by the names of their files. */
    public static Map<String, String> of(Comparison comparison) {
        ComparisonTables tables = new ComparisonTables(comparison);
        Map<String, String> all = new LinkedHashMap<>();
        all.put("runs.csv", tables.runs());
        all.put("scores.csv", tables.scores());
        all.put("matched.csv", tables.matched());
        all.put("pairs.csv", tables.pairs());
        all.put("answers.csv", tables.answers());
        all.put("matrix.csv", tables.matrix());
        return all;
    }

    /**
     * Fails where the tables cannot be written without the loss of something else.
     *
     * @throws UserException if a file of the name of one is there that is none of these
     */
    public static void requireOwn(Comparison comparison, Path folder) {
        if (Files.isDirectory(folder)) {
            of(comparison)
                    .forEach((name, text) -> ReplacedFile.requireOwn(
                            folder.resolve(name),
                            ".csv",
                            text.substring(0, text.indexOf(',', text.indexOf(',') + 1) + 1), // two columns
                            "a table of compare"));
        }
    }

    /**
     * Writes the tables into a folder, which is made where it is not there; each file whole or not at all.
     *
     * @return the files
     * @throws UserException if one cannot be written
     */
    public static List<Path> write(Comparison comparison, Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UserException(
                    folder + ": cannot be made (" + IoReason.of(e) + "). "
                            + WritingAdvice.of(folder, e, "name another folder"),
                    e);
        }
        List<Path> files = new ArrayList<>();
        of(comparison).forEach((name, text) -> {
            RunFolder.writeText(folder.resolve(name), text);
            files.add(folder.resolve(name));
        });
        return files;
    }

    private static String table(List<String> columns, List<List<String>> rows) {
        return Stream.concat(Stream.of(columns), rows.stream())
                .map(row -> row.stream().map(ComparisonTables::field).collect(Collectors.joining(",")))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /** Names may be from others' records: a spreadsheet takes what begins like a formula for text after a quote. */
    private static String field(String cell) {
        String text = Printable.line(cell);
        if (FORMULA.matcher(text).lookingAt() && !NUMBER.matcher(text).matches()) {
            text = "'" + text;
        }
        return text.indexOf(',') >= 0 || text.indexOf('"') >= 0 ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }

    private static String number(double x) {
        return Double.isFinite(x) ? Double.toString(x) : "";
    }

    private static List<String> fields(Summary s) {
        return Stream.concat(
                        numbers(s.mean().value(), s.mean().lower(), s.mean().upper()),
                        Stream.concat(
                                numbers(
                                        s.interquartileMean().value(),
                                        s.interquartileMean().lower(),
                                        s.interquartileMean().upper()),
                                Stream.of(Integer.toString(s.seeds()))))
                .toList();
    }

    private static final List<String> SUMMARY =
            List.of("mean", "lower", "upper", "iqm", "iqm_lower", "iqm_upper", "seeds");

    private static Stream<String> numbers(double... numbers) {
        return DoubleStream.of(numbers).mapToObj(ComparisonTables::number);
    }

    private static List<String> joined(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private List<String> names(OnProxy of) {
        List<String> names =
                new ArrayList<>(List.of(of.proxy().proxy(), of.group().name()));
        axes.forEach(axis -> names.add(of.group().settings().getOrDefault(axis, "")));
        return names;
    }

    private List<String> nameColumns() {
        return joined(
                List.of("proxy", "group"),
                axes.stream().map(axis -> "setting_" + axis).toList());
    }

    /** One row a run. */
    private String runs() {
        List<List<String>> rows = new ArrayList<>();
        groups().forEach(of -> of.group().runs().forEach(run -> {
            RunVerdict.Answer answer =
                    run.verdict().map(RunVerdict::overOptimised).orElse(RunVerdict.Answer.CANNOT_SAY);
            rows.add(joined(
                    names(of),
                    List.of(
                            run.name(),
                            run.record().facts().algorithm(),
                            Long.toString(run.seed()),
                            Boolean.toString(of.group().control()),
                            run.control().orElse(""),
                            Integer.toString(run.record().epochs()),
                            of.group().control() ? "" : answer.toString(),
                            run.verdict()
                                    .filter(v ->
                                            v.since().isPresent() && !of.group().control())
                                    .map(v -> Integer.toString(v.since().getAsInt()))
                                    .orElse(""),
                            run.verdict()
                                    .filter(v -> v.bestEpoch().isPresent())
                                    .map(v -> Integer.toString(v.bestEpoch().getAsInt()))
                                    .orElse(""),
                            run.record().ruler().map(r -> r.fingerprint()).orElse(""))));
        }));
        return table(
                joined(
                        nameColumns(),
                        List.of(
                                "run",
                                "algorithm",
                                "seed",
                                "is_control",
                                "control",
                                "epochs",
                                "over_optimised",
                                "since",
                                "best",
                                "fingerprint")),
                rows);
    }

    /** One row a run, score and place. */
    private String scores() {
        List<List<String>> rows = new ArrayList<>();
        groups().forEach(of -> of.group().runs().forEach(run -> run.lines().forEach(line -> {
            for (int i = 0; i < line.places().size(); i++) {
                ComparedRun.Spent at = line.places().get(i);
                rows.add(Stream.of(
                                names(of).stream(),
                                Stream.of(run.name(), Long.toString(run.seed()), Integer.toString(at.epoch())),
                                numbers(at.queries(), at.seconds()),
                                Stream.of(
                                        line.measure().kind().toString(),
                                        line.measure().set().orElse(""),
                                        line.measure().name()),
                                numbers(line.values().get(i)))
                        .flatMap(s -> s)
                        .toList());
            }
        })));
        return table(
                joined(
                        nameColumns(),
                        List.of("run", "seed", "epoch", "queries", "seconds", "kind", "set", "score", "value")),
                rows);
    }

    private Stream<Matched> matched(ProxyComparison proxy) {
        return Stream.concat(proxy.atReward().stream(), proxy.atDivergence().stream());
    }

    /** One row a group and level, and one a seed and level. */
    private String matched() {
        List<List<String>> rows = new ArrayList<>();
        for (ProxyComparison proxy : comparison.proxies()) {
            matched(proxy).forEach(matched -> matched.levels()
                    .forEach(level -> level.groups().forEach(at -> {
                        List<String> where =
                                List.of(proxy.proxy(), at.group(), matched.by().toString(), number(level.value()));
                        rows.add(joined(
                                joined(where, List.of("", matched.truth())),
                                joined(
                                        fields(at.truth()),
                                        List.of(
                                                "",
                                                number(at.queries().value()),
                                                number(at.seconds().value()),
                                                number(at.cpuSeconds().value())))));
                        at.seeds()
                                .forEach(seed -> rows.add(joined(
                                        joined(where, List.of(seed.run(), matched.truth())),
                                        List.of(
                                                number(seed.truth()),
                                                "",
                                                "",
                                                "",
                                                "",
                                                "",
                                                "1",
                                                number(seed.epoch()),
                                                number(seed.queries()),
                                                number(seed.seconds()),
                                                number(seed.cpuSeconds())))));
                    })));
        }
        return table(
                joined(
                        joined(List.of("proxy", "group", "by", "level", "run", "truth"), SUMMARY),
                        List.of("epoch", "queries", "seconds", "cpu_seconds")),
                rows);
    }

    private static final List<String> DIFFERENCE = List.of(
            "level",
            "truth",
            "difference",
            "lower",
            "upper",
            "improvement",
            "improvement_lower",
            "improvement_upper",
            "p",
            "p_corrected");

    /** One row a pair of groups and level. */
    private String pairs() {
        List<List<String>> rows = new ArrayList<>();
        for (ProxyComparison proxy : comparison.proxies()) {
            matched(proxy).forEach(matched -> matched.pairs().forEach(pair -> {
                List<String> where = List.of(
                        proxy.proxy(), pair.first(), pair.second(), matched.by().toString());
                pair.shared()
                        .forEach(d -> rows.add(joined(joined(where, List.of("shared")), fields(matched.truth(), d))));
                pair.highest()
                        .ifPresent(
                                d -> rows.add(joined(joined(where, List.of("highest")), fields(matched.truth(), d))));
            }));
        }
        return table(joined(List.of("proxy", "first", "second", "by", "levels"), DIFFERENCE), rows);
    }

    private static List<String> fields(String truth, Matched.Difference d) {
        Interval difference = d.difference();
        Interval improvement = d.improvement();
        return Stream.of(
                        Stream.of(number(d.level()), truth),
                        numbers(difference.value(), difference.lower(), difference.upper()),
                        numbers(improvement.value(), improvement.lower(), improvement.upper()),
                        numbers(d.chance(), d.corrected()))
                .flatMap(s -> s)
                .toList();
    }

    /**
     * One row a pair of a question, at the highest training reward that both reach, whether there is one or not; then
     * what is exploration: one row for each level of all groups, and one at the same divergence.
     */
    private String answers() {
        List<List<String>> rows = new ArrayList<>();
        for (Answer answer : comparison.answers()) {
            for (Answer.Asked asked : answer.pairs()) {
                Matched.Pair pair = asked.atReward();
                List<String> where = List.of(
                        answer.question(),
                        asked.proxy().orElse(""),
                        pair.first(),
                        pair.second(),
                        Integer.toString(pair.firstSeeds().read()),
                        Integer.toString(pair.secondSeeds().read()));
                String told = answer.isOpen()
                        ? "open"
                        : asked.why().isPresent() ? "not tested" : asked.isClear() ? "yes" : "no";
                List<String> none = new ArrayList<>(Collections.nCopies(DIFFERENCE.size(), ""));
                none.set(1, asked.truth());
                rows.add(joined(
                        joined(where, List.of("highest", told)),
                        pair.highest().map(d -> fields(asked.truth(), d)).orElse(none)));
                pair.shared()
                        .forEach(d -> rows.add(joined(joined(where, List.of("shared", "")), fields(asked.truth(), d))));
                asked.atDivergence()
                        .flatMap(Matched.Pair::highest)
                        .ifPresent(d ->
                                rows.add(joined(joined(where, List.of("highest kl", "")), fields(asked.truth(), d))));
            }
        }
        return table(
                joined(
                        List.of(
                                "question",
                                "proxy",
                                "first",
                                "second",
                                "first_seeds",
                                "second_seeds",
                                "levels",
                                "told_apart"),
                        DIFFERENCE),
                rows);
    }

    /** One row a group and score. */
    private String matrix() {
        List<List<String>> rows = new ArrayList<>();
        comparison.matrix().ifPresent(matrix -> matrix.rows().forEach(row -> {
            for (int i = 0; i < matrix.scores().size(); i++) {
                if (row.changes().get(i).seeds() > 0) {
                    rows.add(joined(
                            List.of(
                                    row.proxy(),
                                    row.group(),
                                    number(row.level()),
                                    matrix.scores().get(i)),
                            fields(row.changes().get(i))));
                }
            }
        }));
        return table(joined(List.of("proxy", "group", "level", "score"), SUMMARY), rows);
    }
}
