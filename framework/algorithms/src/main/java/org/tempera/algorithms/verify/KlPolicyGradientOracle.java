package org.tempera.algorithms.verify;

import java.util.Map;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;

/**
 * Serves cases of kind {@code kl-policy-gradient}: the surrogate with the divergence from the reference policy in the
 * loss.
 */
public final class KlPolicyGradientOracle implements OracleKind {
    @Override
    public String kind() {
        return "kl-policy-gradient";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        return PolicyGradientOracle.compute(c, runner, c.number("kl_coefficient"));
    }
}
