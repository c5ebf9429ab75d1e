package org.tempera.record.report;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tempera.base.files.AtomicFile;
import org.tempera.record.html.Frame;
import org.tempera.record.html.Html;
import org.tempera.record.html.Resources;
import org.tempera.record.image.ImageFiles;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.metrics.Sample;
import org.tempera.record.run.OwnFiles;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.Alarm;
import org.tempera.record.verdict.Estimate;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.record.verdict.RunsBeside;
import org.tempera.record.verdict.SeriesSummary;
import org.tempera.spi.MetricNames;

/**
 * Writes {@code report.html}: verdict, table, plots, pictures and where it all came from, on one page that needs
 * neither network nor scripts nor other files.
 *
 * @param title heading, such as the run's name
 * @param facts what was run, in order: algorithm, policy, seed, epochs, time
 * @param verdict of the evaluations, where there were any
 * @param evaluationEpochs epochs of the evaluations
 * @param control the truth (gold, else the held-out score) in a run on random rewards, where one was compared with
 * @param prompts of the evaluation's pictures, in the order of the grid
 * @param beside other runs that it is set beside, where there are any
 * @param samples of the evaluations, with their scores
 */
public record RunReport(
        String title,
        Map<String, String> facts,
        Optional<RunVerdict> verdict,
        List<Integer> evaluationEpochs,
        Optional<SeriesSummary> control,
        List<String> prompts,
        Optional<RunsBeside> beside,
        List<Sample> samples) {
    private static final String STYLE = Resources.text(RunReport.class, "report.css");
    /** What no text of a page has: it is escaped. */
    private static final char MARK = '\0';

    private static final int PLOTTED = 2_000;
    private static final int LISTED_PROMPTS = 64;
    /** Characters; a configuration may not have more, and what a run was made of has some thousand. */
    private static final int SHOWN_OF_A_FILE = 1 << 18;

    private static final int PROXY_COLOUR = 1;
    private static final int GOLD_COLOUR = 2;
    private static final int OTHER_COLOUR = 6;
    private static final int CONTROL_COLOUR = 6;

    /** A report of one run alone, whose single pictures' scores are not known. */
    public RunReport(
            String title,
            Map<String, String> facts,
            Optional<RunVerdict> verdict,
            List<Integer> evaluationEpochs,
            Optional<SeriesSummary> control,
            List<String> prompts) {
        this(title, facts, verdict, evaluationEpochs, control, prompts, Optional.empty(), List.of());
    }

    /** Reads the run's folder and writes the page into it. */
    public void write(RunFolder folder) {
        String page = page(folder);
        AtomicFile.write(
                folder.report(),
                channel -> send(page, folder, new BufferedOutputStream(Channels.newOutputStream(channel))));
    }

    String render(RunFolder folder) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            send(page(folder), folder, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Sends a page with its pictures, which are no part of it before: they are read and sent a piece at a time. */
    private static void send(String page, RunFolder folder, OutputStream out) throws IOException {
        Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        int from = 0;
        for (int mark = page.indexOf(MARK); mark >= 0; mark = page.indexOf(MARK, from)) {
            int end = page.indexOf(MARK, mark + 1);
            text.write(page, from, mark - from);
            text.flush();
            sendPicture(folder.evaluationGrid(Integer.parseInt(page.substring(mark + 1, end))), out);
            from = end + 1;
        }
        text.write(page, from, page.length() - from);
        text.flush();
    }

    private static void sendPicture(Path file, OutputStream out) throws IOException {
        OutputStream stays = new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int from, int count) throws IOException {
                out.write(bytes, from, count);
            }

            @Override
            public void close() throws IOException {
                flush();
            }
        };
        try (InputStream in = Channels.newInputStream(OwnFiles.open(file, StandardOpenOption.READ));
                OutputStream encoded = Base64.getEncoder().wrap(stays)) {
            in.transferTo(encoded);
        }
    }

    private String page(RunFolder folder) {
        List<MetricRow> metrics =
                OwnFiles.exists(folder.metrics()) ? JsonlMetrics.read(folder.metrics(), PLOTTED) : List.of();
        return new Frame("Tempera run", title, STYLE, body(folder, metrics)).render();
    }

    private String body(RunFolder folder, List<MetricRow> metrics) {
        return factList()
                + verdict.map(this::verdictBlock).orElse("")
                + verdict.map(this::table).orElse("")
                + beside.map(BesideTable::html).orElse("")
                + ConstraintTable.html(metrics)
                + section("Curves", "plots", plots(metrics))
                + section("Pictures", "pictures", pictures(folder))
                + pictureTables(folder)
                + details("Prompts of the pictures", promptList())
                + details("Configuration", file(folder.config()))
                + details("Provenance", file(folder.provenance()));
    }

    /** What there is to say of single pictures and prompts, where their scores are known. */
    private String pictureTables(RunFolder folder) {
        if (verdict.isEmpty() || samples.isEmpty()) {
            return "";
        }
        RunVerdict v = verdict.get();
        List<PictureTables.Score> scores = new ArrayList<>();
        v.proxy().ifPresent(s -> scores.add(new PictureTables.Score(s.name(), "training reward", false)));
        v.heldOut().forEach(s -> scores.add(new PictureTables.Score(s.name(), s.name(), true)));
        v.logged().forEach(s -> scores.add(new PictureTables.Score(s.name(), s.name(), false)));
        v.gold().ifPresent(s -> scores.add(new PictureTables.Score(s.name(), "gold", false)));
        PictureTables tables = new PictureTables(samples, scores);
        int last = evaluationEpochs.get(evaluationEpochs.size() - 1);
        Optional<GridFile> grid = prompts.isEmpty() || !folder.evaluationGrids().contains(last)
                ? Optional.empty()
                : GridFile.read(folder.evaluationGrid(last), prompts.size());
        return section("Best and worst of the pictures at the last evaluation", "extremes", tables.extremes(grid))
                + section("By prompt", "", tables.prompts())
                + section("Where held-out rewards disagree", "", tables.disagreement());
    }

    private String factList() {
        StringBuilder out = new StringBuilder("<dl class=\"facts\">\n");
        facts.forEach((name, value) -> out.append("<div><dt>")
                .append(Html.escape(name))
                .append("</dt><dd>")
                .append(Html.escape(value))
                .append("</dd></div>\n"));
        return out.append("</dl>\n").toString();
    }

    private String verdictBlock(RunVerdict v) {
        String style =
                switch (v.overOptimised()) {
                    case YES -> "yes";
                    case NO -> v.nothingOptimised() ? "unknown" : "no";
                    case CANNOT_SAY -> "unknown";
                };
        String head =
                switch (v.overOptimised()) {
                    case YES -> "Over-optimised since epoch " + v.since().orElse(0);
                    case NO -> v.nothingOptimised() ? "Nothing was optimised" : "Not over-optimised";
                    case CANNOT_SAY -> "Cannot say whether it over-optimised";
                };
        String best = v.best().map(b -> " " + b.sentence()).orElse("");
        return "<section class=\"verdict " + style + "\"><h2>" + head + "</h2><p>"
                + Html.escape(sentence(v.explanation()) + best) + "</p>"
                + Stream.concat(v.alarms().stream().map(Alarm::sentence), v.notes().stream())
                        .map(n -> "<p>" + Html.escape(n) + "</p>")
                        .collect(Collectors.joining())
                + "</section>\n";
    }

    /** What follows the answer, which the heading has given already. */
    private static String sentence(String explanation) {
        String rest = explanation.substring(explanation.indexOf(": ") + 2);
        return rest.substring(0, 1).toUpperCase(Locale.ROOT) + rest.substring(1);
    }

    private String table(RunVerdict v) {
        List<SeriesSummary> shown = v.scores();
        if (shown.isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder(
                """
                <section><h2>Before and after</h2><div class="scroll"><table>
                <thead><tr><th>score</th><th>role</th><th>before</th><th>after</th><th>change, paired</th><th>best</th></tr></thead>
                <tbody>
                """);
        v.proxy().ifPresent(s -> row(out, "training reward", "trained on", s));
        v.heldOut().forEach(s -> row(out, s.name(), "held out", s));
        v.heldOutScore().ifPresent(s -> row(out, "held-out score", "chooses the best", s));
        v.logged().forEach(s -> row(out, s.name(), "logged", s));
        v.gold().ifPresent(s -> row(out, "gold", "truth", s));
        return out.append("</tbody></table></div><p class=\"note\">Means over ")
                .append(shown.get(0).before().samples())
                .append(" samples at fixed prompts and noise, with Student's 95&#160;% intervals.</p></section>\n")
                .toString();
    }

    private void row(StringBuilder out, String name, String role, SeriesSummary s) {
        String direction = s.change().isAbove0() ? "up" : s.change().isBelow0() ? "down" : "";
        out.append("<tr><th>").append(Html.escape(name)).append("</th><td>").append(role);
        out.append("</td><td>").append(s.before()).append("</td><td>").append(s.after());
        out.append("</td><td class=\"")
                .append(direction)
                .append("\">")
                .append(s.change().signed());
        out.append("</td><td>").append(s.peak().shownMean());
        out.append(" at epoch ").append(evaluationEpochs.get(s.best())).append("</td></tr>\n");
    }

    private String plots(List<MetricRow> metrics) {
        StringBuilder out = new StringBuilder();
        double[] x = evaluationEpochs.stream().mapToDouble(Integer::doubleValue).toArray();
        verdict.ifPresent(v -> out.append(together(v, x)));
        out.append(plot("Training reward, mean of each epoch", MetricNames.TRAIN_REWARD, metrics));
        verdict.ifPresent(v -> {
            v.proxy()
                    .ifPresent(p -> out.append(new SvgPlot("Training reward at the evaluations, 95 % band")
                            .line("training reward", PROXY_COLOUR, x, p.byEvaluation())
                            .render()));
            v.gold().ifPresent(g -> {
                SvgPlot plot = new SvgPlot("Gold, the truth, 95 % band").line("gold", GOLD_COLOUR, x, g.byEvaluation());
                control.ifPresent(c -> plot.line("control, random rewards", CONTROL_COLOUR, x, c.byEvaluation()));
                out.append(plot.render());
            });
            for (int i = 0; i < v.heldOut().size(); i++) {
                SeriesSummary s = v.heldOut().get(i);
                out.append(new SvgPlot("Held out: " + s.name() + ", 95 % band")
                        .line(s.name(), heldOutColour(i), x, s.byEvaluation())
                        .render());
            }
            v.heldOutScore()
                    .ifPresent(
                            s -> out.append(new SvgPlot("Held-out score, which chooses the best checkpoint, 95 % band")
                                    .line("held-out score", OTHER_COLOUR, x, s.byEvaluation())
                                    .render()));
            v.signs()
                    .forEach(s -> out.append(new SvgPlot("Sign: " + s.name().replace('_', ' ') + ", 95 % band")
                            .line(s.name(), OTHER_COLOUR, x, s.byEvaluation())
                            .render()));
            v.logged()
                    .forEach(s -> out.append(new SvgPlot("Logged only: " + s.name() + ", 95 % band")
                            .line(s.name(), OTHER_COLOUR, x, s.byEvaluation())
                            .render()));
        });
        out.append(plot("Variance explained by the critic", MetricNames.EXPLAINED_VARIANCE, metrics));
        out.append(plot("Approximate KL of an update, nats", MetricNames.APPROX_KL, metrics));
        out.append(plot("Share of ratios clipped", MetricNames.CLIP_FRACTION, metrics));
        out.append(plot("Dormant share of the critic's neurons", MetricNames.DORMANT_FRACTION, metrics));
        return out.toString();
    }

    /** All scores in one plot, as changes in units of their deviation between samples before training. */
    private String together(RunVerdict v, double[] x) {
        SvgPlot plot =
                new SvgPlot("Change since before training, in standard deviations between samples, 95 % bands").wide();
        v.proxy().ifPresent(p -> plot.line("training reward", PROXY_COLOUR, x, standardised(p)));
        v.gold().ifPresent(g -> plot.line("gold", GOLD_COLOUR, x, standardised(g)));
        control.ifPresent(c -> plot.line(c.name() + ", control", CONTROL_COLOUR, x, standardised(c)));
        for (int i = 0; i < v.heldOut().size(); i++) {
            plot.line(
                    v.heldOut().get(i).name(),
                    heldOutColour(i),
                    x,
                    standardised(v.heldOut().get(i)));
        }
        return plot.render();
    }

    private static List<Estimate> standardised(SeriesSummary s) {
        double unit = s.deviation() > 0 ? s.deviation() : 1;
        double zero = s.before().mean();
        return s.byEvaluation().stream()
                .map(e -> new Estimate(
                        (e.mean() - zero) / unit, (e.lower() - zero) / unit, (e.upper() - zero) / unit, e.samples()))
                .toList();
    }

    private static int heldOutColour(int index) {
        return 3 + index % 4;
    }

    private static String plot(String title, String metric, List<MetricRow> metrics) {
        List<MetricRow> rows =
                metrics.stream().filter(r -> r.values().containsKey(metric)).toList();
        double[] x = rows.stream().mapToDouble(MetricRow::epoch).toArray();
        double[] y = rows.stream()
                .mapToDouble(r -> r.values().getOrDefault(metric, Double.NaN))
                .toArray();
        return new SvgPlot(title)
                .line(metric, metric.equals(MetricNames.TRAIN_REWARD) ? PROXY_COLOUR : OTHER_COLOUR, x, y)
                .render();
    }

    /** The first, the best and the last evaluation's pictures. */
    private String pictures(RunFolder folder) {
        List<Integer> epochs = folder.evaluationGrids();
        if (epochs.isEmpty()) {
            return "";
        }
        Map<Integer, Set<String>> shown = new TreeMap<>();
        shown.computeIfAbsent(epochs.get(0), e -> new LinkedHashSet<>())
                .add(epochs.get(0) == 0 ? "before training" : "first");
        verdict.ifPresent(v -> v.bestEpoch().ifPresent(e -> {
            if (epochs.contains(e)) {
                shown.computeIfAbsent(e, k -> new LinkedHashSet<>()).add("best by held-out score");
            }
        }));
        shown.computeIfAbsent(epochs.get(epochs.size() - 1), e -> new LinkedHashSet<>())
                .add("last");
        StringBuilder out = new StringBuilder();
        shown.forEach((epoch, roles) -> out.append("<figure><figcaption>Epoch ")
                .append(epoch)
                .append(" <span>")
                .append(String.join(", ", roles))
                .append("</span></figcaption><img alt=\"Pictures of epoch ")
                .append(epoch)
                .append("\" src=\"data:image/png;base64,")
                .append(picture(folder, epoch))
                .append("\"></figure>\n"));
        return out.toString();
    }

    /** Marks where an evaluation's picture is sent; fails where the file is none. */
    private static String picture(RunFolder folder, int epoch) {
        ImageFiles.size(folder.evaluationGrid(epoch));
        return MARK + "" + epoch + MARK;
    }

    private String promptList() {
        if (prompts.isEmpty()) {
            return "";
        }
        List<String> items = new ArrayList<>();
        prompts.stream().limit(LISTED_PROMPTS).forEach(p -> items.add("<li>" + Html.escape(p) + "</li>"));
        return "<ol>" + String.join("\n", items) + "</ol>"
                + (prompts.size() > LISTED_PROMPTS ? "<p>and " + (prompts.size() - LISTED_PROMPTS) + " more</p>" : "");
    }

    /** A file's beginning. */
    private static String file(Path file) {
        if (!OwnFiles.exists(file)) {
            return "";
        }
        String text = OwnFiles.readText(file, OwnFiles.LARGEST_LIST);
        int shown = Math.min(text.length(), SHOWN_OF_A_FILE);
        return "<pre>" + Html.escape(text.substring(0, shown)) + "</pre>"
                + (shown < text.length()
                        ? "<p>and " + (text.length() - shown) + " more characters in " + file.getFileName() + "</p>"
                        : "");
    }

    private static String section(String title, String style, String content) {
        return content.isEmpty()
                ? ""
                : "<section><h2>" + title + "</h2><div class=\"" + style + "\">\n" + content + "</div></section>\n";
    }

    private static String details(String title, String content) {
        return content.isEmpty() ? "" : "<details><summary>" + title + "</summary>" + content + "</details>\n";
    }
}
