package org.tempera.record.page;

import java.util.Locale;
import org.tempera.record.compare.Axis;
import org.tempera.record.compare.Matched;
import org.tempera.record.compare.Measure;
import org.tempera.record.compare.Summary;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.statistics.Interval;
import org.tempera.record.verdict.Estimate;
import org.tempera.spi.MetricNames;

/** What a page calls the numbers of a comparison. */
final class Labels {
    private Labels() {}

    static String of(Axis axis) {
        return switch (axis) {
            case EPOCHS -> "epochs";
            case QUERIES -> "reward queries";
            case SECONDS -> "seconds of training";
        };
    }

    static String of(Measure measure) {
        String on = measure.set().map(s -> " (" + s + ")").orElse("");
        return switch (measure.kind()) {
            case PROXY -> "training reward" + on;
            case DIVERGENCE -> "KL divergence from the base, nats" + on;
            case GAP ->
                PictureWall.label(measure.name())
                        + measure.set()
                                .map(s -> ", rise on seen prompts less that on " + s)
                                .orElse(", rise on seen prompts less that on others");
            case METRIC -> metric(measure.name());
            case TRUTH, HELD_OUT_SCORE -> truth(measure.name()) + on;
            default -> PictureWall.label(measure.name()) + on;
        };
    }

    /** What is one quantity on every set of prompts, and of a row's number in every part of the trajectory. */
    static String quantity(Measure measure) {
        return measure.kind() + " " + MetricNames.ofAnyPart(measure.name());
    }

    /** What judges, by its name in a comparison. */
    static String truth(String name) {
        return name.equals(ScoreNames.HELD_OUT) ? "held-out score" : name;
    }

    private static String metric(String name) {
        return switch (name) {
            case MetricNames.EXPLAINED_VARIANCE -> "variance explained by the critic";
            case MetricNames.DORMANT_FRACTION -> "dormant share of the critic's neurons";
            case MetricNames.CRITIC_LOSS -> "loss of the critic";
            case MetricNames.VALUE_MEAN -> "mean of the critic's values";
            case MetricNames.TRAIN_REWARD -> "training reward, mean of each epoch";
            case MetricNames.TRAIN_REWARD_DEVIATION -> "deviation of the training reward in each epoch";
            case MetricNames.KL_TO_REFERENCE -> "divergence of a step from the reference";
            case MetricNames.HELD_ABOVE -> "share of steps held above";
            case MetricNames.HELD_BELOW -> "share of steps held below";
            case MetricNames.GRADIENT_NORM -> "norm of the gradient";
            case MetricNames.ON_POLICY_LOG_PROB_ERROR -> "log-probability error before an update, nats";
            case MetricNames.APPROX_KL ->
                "approximate KL of an update, nats of a picture (of a number, under log-prob = mean)";
            case MetricNames.CLIP_FRACTION -> "share of ratios clipped";
            case MetricNames.RATIO_MEAN -> "mean of the ratios";
            case MetricNames.GROUPS_WITHOUT_SPREAD -> "share of groups without spread";
            default -> name;
        };
    }

    /** What a metric has no words for keeps its name as it is. */
    static String title(Measure measure) {
        String words = of(measure);
        return measure.kind() == Measure.Kind.METRIC && words.equals(measure.name()) ? words : capital(words);
    }

    static String of(Interval i) {
        return Double.isFinite(i.lower()) && !Double.isNaN(i.upper())
                ? Estimate.number(i.value()) + " [" + Estimate.number(i.lower()) + ", " + Estimate.number(i.upper())
                        + "]"
                : Estimate.number(i.value());
    }

    static Table.Cell cell(Interval i) {
        return Double.isFinite(i.value()) ? new Table.Cell(of(i), i.value()) : Table.Cell.of("not known");
    }

    /** How probable so much is by chance. */
    static Table.Cell chance(double chance) {
        return Double.isFinite(chance)
                ? new Table.Cell(Matched.Difference.shown(chance), chance)
                : Table.Cell.of("not known");
    }

    static Table.Cell cell(Summary s) {
        return cell(s.mean());
    }

    /** With its first letter in upper case, for a heading. */
    static String capital(String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
