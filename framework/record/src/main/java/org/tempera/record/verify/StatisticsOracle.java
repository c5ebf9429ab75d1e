package org.tempera.record.verify;

import java.util.Map;
import org.tempera.record.statistics.Aggregate;
import org.tempera.record.statistics.HolmCorrection;
import org.tempera.record.statistics.IsotonicFit;
import org.tempera.record.statistics.ProbabilityOfImprovement;
import org.tempera.record.statistics.RankCorrelation;
import org.tempera.record.statistics.VendiScore;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;

/** Serves cases of kind {@code statistics}: the statistic that the case's {@code name} names, of its numbers. */
public final class StatisticsOracle implements OracleKind {
    @Override
    public String kind() {
        return "statistics";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        return Map.of("value", CaseNumbers.checked(c, () -> value(c)));
    }

    private static OracleValue value(OracleCase c) {
        String name = c.word("name");
        return switch (name) {
            case "iqm" -> CaseNumbers.output(Aggregate.interquartileMean().of(CaseNumbers.matrix(c, "scores")));
            case "optimality-gap" ->
                CaseNumbers.output(Aggregate.optimalityGap(c.number("gamma")).of(CaseNumbers.matrix(c, "scores")));
            case "probability-of-improvement" ->
                CaseNumbers.output(ProbabilityOfImprovement.of(CaseNumbers.matrix(c, "x"), CaseNumbers.matrix(c, "y")));
            case "holm" -> CaseNumbers.output(HolmCorrection.of(CaseNumbers.row(c, "p")));
            case "spearman" -> CaseNumbers.output(RankCorrelation.of(CaseNumbers.row(c, "x"), CaseNumbers.row(c, "y")));
            case "vendi" -> CaseNumbers.output(VendiScore.of(CaseNumbers.matrix(c, "embeddings"), c.number("order")));
            case "isotonic" ->
                CaseNumbers.output(
                        c.hasInput("weights")
                                ? IsotonicFit.of(CaseNumbers.row(c, "y"), CaseNumbers.row(c, "weights"))
                                : IsotonicFit.of(CaseNumbers.row(c, "y")));
            default ->
                throw new UserException(CaseNumbers.at(c, "name")
                        + "expected iqm, optimality-gap, probability-of-improvement, holm, spearman, vendi or isotonic,"
                        + " found '" + name + "'.");
        };
    }
}
