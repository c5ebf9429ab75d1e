package org.tempera.diffusers.verify;

import java.util.Map;
import org.tempera.diffusers.flow.FlowNoise;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;

/** Serves cases of kind {@code flow-ode-step}: steps of a flow without noise, and the clean latents they imply. */
public final class FlowOdeStepOracle implements OracleKind {
    @Override
    public String kind() {
        return "flow-ode-step";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        return FlowCase.of(c, FlowNoise.SDE, 0)
                .run(runner, (in, step) -> Map.of("next", step.mean(), "clean", step.predictedClean()));
    }
}
