package org.tempera.record.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.tempera.record.html.Html;
import org.tempera.record.verdict.AtEqualReward;
import org.tempera.record.verdict.Estimate;
import org.tempera.record.verdict.RunsBeside;

/** Runs beside each other, as a section of a report: how each went, and what they keep at the same training reward. */
final class BesideTable {
    private BesideTable() {}

    static String html(RunsBeside beside) {
        StringBuilder out = new StringBuilder("<section><h2>Beside other runs</h2>");
        table(out, RunsBeside.COLUMNS, beside.rows());
        out.append("<p class=\"note\">Of each run from its first to its last evaluation.</p>");
        List<List<String>> levels = beside.runs().stream()
                .flatMap(run -> run.like().stream()
                        .flatMap(like -> like.levels().stream().map(level -> level(run.name(), like.truth(), level))))
                .toList();
        if (!levels.isEmpty()) {
            table(
                    out,
                    List.of("other run", "training reward", "truth here", "truth there", "difference, paired"),
                    levels);
            out.append("<p class=\"note\">The truth where both runs first reach the same training reward.</p>");
        }
        beside.runs().forEach(run -> run.like()
                .ifPresent(like -> Stream.concat(like.without().stream(), like.notes().stream())
                        .forEach(note -> out.append("<p class=\"note\">")
                                .append(Html.escape(run.name() + ": " + note))
                                .append("</p>"))));
        return out.append("</section>\n").toString();
    }

    private static List<String> level(String run, String truth, AtEqualReward.Level level) {
        return List.of(
                run,
                Estimate.number(level.reward()),
                crossing(truth, level.own()),
                crossing(truth, level.other()),
                level.difference().signed());
    }

    private static String crossing(String truth, AtEqualReward.Crossing c) {
        return truth + " " + Estimate.number(c.truth()) + " at epoch " + String.format(Locale.ROOT, "%.1f", c.epoch());
    }

    private static void table(StringBuilder out, List<String> columns, List<List<String>> rows) {
        out.append("<div class=\"scroll\"><table>\n<thead><tr>");
        columns.forEach(c -> out.append("<th>").append(Html.escape(c)).append("</th>"));
        out.append("</tr></thead>\n<tbody>\n");
        for (List<String> row : rows) {
            out.append("<tr><th>").append(Html.escape(row.get(0))).append("</th>");
            row.subList(1, row.size())
                    .forEach(
                            cell -> out.append("<td>").append(Html.escape(cell)).append("</td>"));
            out.append("</tr>\n");
        }
        out.append("</tbody></table></div>");
    }
}
