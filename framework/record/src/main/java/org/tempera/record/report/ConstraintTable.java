package org.tempera.record.report;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.tempera.record.html.Html;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.verdict.Estimate;
import org.tempera.spi.MetricNames;

/** Rewards that a run kept above bounds, as a section of its report: how far, and with what weight. */
final class ConstraintTable {
    private ConstraintTable() {}

    /** Empty where the run had none. */
    static String html(List<MetricRow> metrics) {
        TreeSet<String> names = new TreeSet<>();
        metrics.forEach(row -> row.values().keySet().stream()
                .flatMap(metric -> MetricNames.constraint(metric).stream())
                .forEach(names::add));
        if (names.isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder(
                """
                <section><h2>Constraints</h2><div class="scroll"><table>
                <thead><tr><th>constraint</th><th>bound</th><th>slack, first epoch</th><th>slack, last epoch</th><th>least slack</th>\
                <th>multiplier, last epoch</th><th>largest multiplier</th></tr></thead>
                <tbody>
                """);
        for (String name : names) {
            double[] slacks = values(metrics, MetricNames.slack(name));
            double[] multipliers = values(metrics, MetricNames.multiplier(name));
            out.append("<tr><th>").append(Html.escape(name)).append("</th>");
            cell(out, last(values(metrics, MetricNames.bound(name))));
            cell(out, slacks.length == 0 ? Double.NaN : slacks[0]);
            cell(out, last(slacks));
            cell(out, Arrays.stream(slacks).min().orElse(Double.NaN));
            cell(out, last(multipliers));
            cell(out, Arrays.stream(multipliers).max().orElse(Double.NaN));
            out.append("</tr>\n");
        }
        out.append("</tbody></table></div><p class=\"note\">Slack is the mean over an epoch's samples less the bound,")
                .append(
                        " as it is scored; below 0 the constraint is violated. The training reward's own weight is 1.</p>");
        for (String name : names) {
            out.append(plot("Slack of " + name, MetricNames.slack(name), metrics));
            out.append(plot("Multiplier of " + name, MetricNames.multiplier(name), metrics));
        }
        return out.append("</section>\n").toString();
    }

    private static String plot(String title, String metric, List<MetricRow> metrics) {
        double[] epochs = metrics.stream()
                .filter(row -> row.values().containsKey(metric))
                .mapToDouble(MetricRow::epoch)
                .toArray();
        return new SvgPlot(title)
                .line(metric, 3, epochs, values(metrics, metric))
                .render();
    }

    private static double[] values(List<MetricRow> metrics, String metric) {
        return metrics.stream()
                .filter(row -> row.values().containsKey(metric))
                .mapToDouble(row -> row.values().getOrDefault(metric, Double.NaN))
                .toArray();
    }

    private static double last(double[] values) {
        return values.length == 0 ? Double.NaN : values[values.length - 1];
    }

    private static void cell(StringBuilder out, double x) {
        out.append("<td>")
                .append(Double.isFinite(x) ? Estimate.number(x) : "none")
                .append("</td>");
    }
}
