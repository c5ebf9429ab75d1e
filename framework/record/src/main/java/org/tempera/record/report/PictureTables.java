package org.tempera.record.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.tempera.record.html.Html;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.tempera.record.metrics.Sample;
import org.tempera.record.verdict.Estimate;

/** What the report says of single pictures and prompts: the first evaluation beside the last. */
final class PictureTables {
    private static final int MOST_PROMPTS = 48;
    private static final int MOST_SCORES = 24;
    private static final int DISAGREEING = 6;
    /** Fewer pictures than this have no correlation worth a number. */
    private static final int FEWEST = 8;

    private final List<Score> scores;
    private final List<Pair> pairs = new ArrayList<>();
    /** Pictures that are shown, by index: several scores often have the same best one. */
    private final Map<Integer, String> encoded = new HashMap<>();
    /** Samples of the last evaluation, by index. */
    private final List<Sample> last;

    /**
     * A score of the pictures.
     *
     * @param name as in samples.jsonl
     * @param label for people
     * @param heldOut whether it judges and was not trained on
     */
    record Score(String name, String label, boolean heldOut) {}

    /** The same prompt and noise before and after training. */
    private record Pair(Sample before, Sample after) {
        double before(Score score) {
            return of(before, score);
        }

        double after(Score score) {
            return of(after, score);
        }

        double change(Score score) {
            return after(score) - before(score);
        }
    }

    /**
     * Tables of a run.
     *
     * @param samples of its evaluations, in any order
     * @param scores what they were scored by, that which was trained on first, or else those that are held out; the
     *     first 24 count, since tables grow with their square
     */
    PictureTables(List<Sample> samples, List<Score> scores) {
        this.scores = scores.subList(0, Math.min(MOST_SCORES, scores.size()));
        SortedMap<Integer, SortedMap<Integer, Sample>> byEpoch = new TreeMap<>();
        samples.forEach(
                s -> byEpoch.computeIfAbsent(s.epoch(), e -> new TreeMap<>()).put(s.index(), s));
        List<SortedMap<Integer, Sample>> evaluations = List.copyOf(byEpoch.values());
        SortedMap<Integer, Sample> latest =
                evaluations.isEmpty() ? new TreeMap<>() : evaluations.get(evaluations.size() - 1);
        last = List.copyOf(latest.values());
        if (evaluations.size() < 2) {
            return;
        }
        evaluations.get(0).forEach((index, before) -> {
            Sample after = latest.get(index);
            if (after != null && after.prompt().equals(before.prompt())) {
                pairs.add(new Pair(before, after));
            }
        });
    }

    /** A row for each prompt: the means before and after of every score; empty without two evaluations. */
    String prompts() {
        if (pairs.isEmpty()) {
            return "";
        }
        Map<String, List<Pair>> byPrompt = new LinkedHashMap<>();
        pairs.forEach(p -> byPrompt.computeIfAbsent(p.before().prompt(), k -> new ArrayList<>())
                .add(p));
        StringBuilder out = new StringBuilder("<thead><tr><th>prompt</th><th>pictures</th>");
        scores.forEach(s -> out.append("<th>").append(Html.escape(s.label())).append("</th>"));
        out.append("</tr></thead>\n<tbody>\n");
        byPrompt.entrySet().stream().limit(MOST_PROMPTS).forEach(e -> {
            out.append("<tr><th class=\"text\">")
                    .append(Html.escape(e.getKey()))
                    .append("</th><td>");
            out.append(e.getValue().size()).append("</td>");
            for (Score score : scores) {
                double[] before =
                        e.getValue().stream().mapToDouble(p -> p.before(score)).toArray();
                double[] after =
                        e.getValue().stream().mapToDouble(p -> p.after(score)).toArray();
                out.append("<td class=\"").append(direction(before, after)).append("\">");
                out.append(number(mean(before)))
                        .append(" \u2192 ")
                        .append(number(mean(after)))
                        .append("</td>");
            }
            out.append("</tr>\n");
        });
        int more = byPrompt.size() - MOST_PROMPTS;
        return table(out.append("</tbody>").toString())
                + "<p class=\"note\">Means before training \u2192 at the last evaluation"
                + (more > 0 ? "; " + more + " more prompts are in samples.jsonl" : "") + ".</p>\n";
    }

    /** The colour of a change: none within noise, which one picture says nothing of, or where it cannot be seen. */
    private static String direction(double[] before, double[] after) {
        Estimate change = Estimate.ofChange(before, after, Estimate.CONFIDENCE);
        if (number(mean(before)).equals(number(mean(after)))) {
            return "";
        }
        return change.isAbove0() ? "up" : change.isBelow0() ? "down" : "";
    }

    /**
     * The best and the worst of all samples of the last evaluation by each score, with their pictures where these were
     * kept; empty where no score tells two samples apart.
     *
     * @param grid the last evaluation's, which keeps the first pictures; empty where there is none
     */
    String extremes(Optional<GridFile> grid) {
        int kept = grid.map(GridFile::pictures).orElse(0);
        StringBuilder out = new StringBuilder();
        for (Score score : scores) {
            List<Sample> scored =
                    last.stream().filter(s -> Double.isFinite(of(s, score))).toList();
            if (scored.size() > 1) {
                // Among equals one that can be shown.
                Comparator<Sample> shown = Comparator.comparing(s -> s.index() >= kept);
                Comparator<Sample> least = Comparator.comparingDouble(s -> of(s, score));
                out.append("<div class=\"pair\"><h3>")
                        .append(Html.escape(score.label()))
                        .append("</h3>\n");
                out.append(
                        figure("best", Collections.min(scored, least.reversed().thenComparing(shown)), score, grid));
                out.append(figure("worst", Collections.min(scored, least.thenComparing(shown)), score, grid));
                out.append("</div>\n");
            }
        }
        return out.isEmpty() ? "" : out + "<p class=\"note\">" + lookedAt(kept) + "</p>\n";
    }

    private String lookedAt(int kept) {
        String all = "Of all " + last.size() + " pictures of the evaluation, by samples.jsonl";
        if (kept == 0) {
            return all + ". None of them was kept.";
        }
        return kept < last.size()
                ? all + ". The first " + kept
                        + " were kept, in the evaluation's picture; of the others there are scores"
                        + " and prompts alone."
                : all + ".";
    }

    private static double of(Sample sample, Score score) {
        return sample.rewards().getOrDefault(score.name(), Double.NaN);
    }

    private String figure(String role, Sample sample, Score score, Optional<GridFile> grid) {
        String picture = grid.filter(g -> sample.index() < g.pictures())
                .map(g -> image(role + " by " + score.label(), g, sample.index()))
                .orElse("<div class=\"unkept\">picture " + (sample.index() + 1) + " was not kept</div>");
        return "<figure>" + picture + "<figcaption>" + role + " " + number(of(sample, score)) + "<span>"
                + Html.escape(sample.prompt()) + "</span></figcaption></figure>\n";
    }

    private String image(String alternative, GridFile grid, int index) {
        return "<img alt=\"" + Html.escape(alternative) + "\" width=\"" + grid.width() + "\" height=\"" + grid.height()
                + "\" src=\"data:image/png;base64," + encoded.computeIfAbsent(index, i -> encoded(grid.picture(i)))
                + "\">";
    }

    private static String encoded(RgbImage picture) {
        return Base64.getEncoder().encodeToString(PngFiles.encode(picture, Map.of()));
    }

    /**
     * How far the held-out rewards went with what was trained on, and with each other, picture by picture; and the
     * pictures of which they say the least good of what training says the most. Empty without held-out rewards.
     */
    String disagreement() {
        List<Score> heldOut = scores.stream().filter(Score::heldOut).toList();
        Optional<Score> trained = scores.stream().findFirst().filter(s -> !s.heldOut());
        if (heldOut.isEmpty() || heldOut.size() + trained.stream().count() < 2 || pairs.size() < FEWEST) {
            return "";
        }
        StringBuilder out = new StringBuilder(
                "<thead><tr><th>changes of</th><th>and of</th><th>correlation</th></tr></thead><tbody>");
        for (int i = 0; i < heldOut.size(); i++) {
            Score judge = heldOut.get(i);
            trained.ifPresent(t -> correlation(out, t, judge));
        }
        for (int i = 0; i < heldOut.size(); i++) {
            for (int j = i + 1; j < heldOut.size(); j++) {
                correlation(out, heldOut.get(i), heldOut.get(j));
            }
        }
        return table(out.append("</tbody>").toString())
                + "<p class=\"note\">Over " + pairs.size()
                + " pictures. Near 1 the two rose and fell together; near 0 they"
                + " have nothing to do with each other, and below it what one gains the other loses.</p>\n"
                + trained.map(t -> apart(t, heldOut)).orElse("");
    }

    private void correlation(StringBuilder out, Score a, Score b) {
        out.append("<tr><th>")
                .append(Html.escape(a.label()))
                .append("</th><td>")
                .append(Html.escape(b.label()));
        double r = correlation(changes(a), changes(b));
        out.append("</td><td>").append(Double.isFinite(r) ? String.format(Locale.ROOT, "%.2f", r) : "none");
        out.append("</td></tr>\n");
    }

    /**
     * The pictures whose training reward rose, in deviations of the changes, the most above the held-out rewards' mean.
     */
    private String apart(Score trained, List<Score> heldOut) {
        double[] t = standardised(changes(trained));
        double[] h = new double[t.length];
        for (Score score : heldOut) {
            double[] z = standardised(changes(score));
            for (int i = 0; i < h.length; i++) {
                h[i] += z[i] / heldOut.size();
            }
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < t.length; i++) {
            if (Double.isFinite(t[i] - h[i])) {
                order.add(i);
            }
        }
        order.sort(Comparator.comparingDouble(i -> h[i] - t[i]));
        StringBuilder out = new StringBuilder("<thead><tr><th>where they part</th><th>picture</th><th>");
        out.append(Html.escape(trained.label())).append("</th>");
        heldOut.forEach(s -> out.append("<th>").append(Html.escape(s.label())).append("</th>"));
        out.append("</tr></thead><tbody>\n");
        order.stream().limit(DISAGREEING).forEach(i -> {
            Pair pair = pairs.get(i);
            out.append("<tr><th class=\"text\">")
                    .append(Html.escape(pair.after().prompt()))
                    .append("</th><td>");
            out.append(pair.after().index() + 1).append("</td>").append(change(pair, trained));
            heldOut.forEach(s -> out.append(change(pair, s)));
            out.append("</tr>\n");
        });
        return order.isEmpty() ? "" : table(out.append("</tbody>").toString());
    }

    private static String change(Pair pair, Score score) {
        double change = pair.change(score);
        // Of one picture, so that nobody knows what of it is noise: no colour.
        return "<td>" + (change > 0 ? "+" : "") + number(change) + "</td>";
    }

    private double[] changes(Score score) {
        return pairs.stream().mapToDouble(p -> p.change(score)).toArray();
    }

    /** Differences from the mean in deviations; all zero where nothing differs. */
    private static double[] standardised(double[] x) {
        double[] finite = finite(x);
        double mean = StatUtils.mean(finite);
        double deviation = Math.sqrt(StatUtils.populationVariance(finite));
        double[] z = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            z[i] = deviation > 0 ? (x[i] - mean) / deviation : 0 * x[i];
        }
        return z;
    }

    /** Pearson's correlation of the finite pairs; NaN where one side does not vary. */
    static double correlation(double[] x, double[] y) {
        SimpleRegression line = new SimpleRegression();
        for (int i = 0; i < x.length; i++) {
            if (Double.isFinite(x[i]) && Double.isFinite(y[i])) {
                line.addData(x[i], y[i]);
            }
        }
        return line.getR();
    }

    /** Of the finite; NaN where there are none. */
    private static double mean(double[] x) {
        return StatUtils.mean(finite(x));
    }

    private static double[] finite(double[] x) {
        return Arrays.stream(x).filter(Double::isFinite).toArray();
    }

    private static String number(double x) {
        return Double.isFinite(x) ? Estimate.number(x) : "none";
    }

    private static String table(String rows) {
        return "<div class=\"scroll\"><table>\n" + rows + "</table></div>\n";
    }
}
