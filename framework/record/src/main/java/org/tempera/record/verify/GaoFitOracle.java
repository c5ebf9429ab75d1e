package org.tempera.record.verify;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tempera.record.statistics.GaoFit;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;

/** Serves cases of kind {@code gao-fit}: {@link GaoFit} of the case's points, and its peak where it has one. */
public final class GaoFitOracle implements OracleKind {
    @Override
    public String kind() {
        return "gao-fit";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        GaoFit fit = CaseNumbers.checked(
                c,
                () -> GaoFit.of(CaseNumbers.row(c, "d"), CaseNumbers.row(c, "r"), GaoFit.Form.parse(c.word("form"))));
        Map<String, OracleValue> values = new LinkedHashMap<>();
        values.put("alpha", CaseNumbers.output(fit.alpha()));
        values.put("beta", CaseNumbers.output(fit.beta()));
        fit.peak().ifPresent(peak -> {
            values.put("peak", CaseNumbers.output(peak.distance()));
            values.put("peak_value", CaseNumbers.output(peak.value()));
        });
        return values;
    }
}
