package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.tempera.core.config.FailurePolicy;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.graph.Precision;
import org.testng.annotations.Test;

public class RoundedRatiosTest {
    private final TrainingSpec spec = TinyRuns.spec(2, TinyRuns.brightness(), FailurePolicy.FAIL);

    private static List<Minibatch> plan(boolean... updates) {
        List<Minibatch> plan = new ArrayList<>();
        for (boolean apply : updates) {
            plan.add(new Minibatch(new int[4], new int[4], apply));
        }
        return plan;
    }

    @Test
    public void whoeverLearnsFromThemTwiceIsToldInBfloat16() {
        assertThat(RoundedRatios.warning(Precision.BFLOAT16, spec.algorithm(), plan(false, true, true)))
                .hasValueSatisfying(text -> assertThat(text)
                        .contains("second update of an epoch on, of which there are 2, importance ratios", "float32"));
        assertThat(RoundedRatios.warning(Precision.FLOAT32, spec.algorithm(), plan(true, true)))
                .isEmpty();
        assertThat(RoundedRatios.warning(Precision.TF32, spec.algorithm(), plan(true, true)))
                .isEmpty();
    }

    /** Before it all ratios are 1, and after it none is read. */
    @Test
    public void oneUpdateAnEpochIsWhatTheWarningAdvises() {
        assertThat(RoundedRatios.warning(Precision.BFLOAT16, spec.algorithm(), plan(false, false, true)))
                .isEmpty();
    }

    @Test
    public void whoReadsNoRatiosIsNotTold() {
        Algorithm without = new TinyReinforce() {
            @Override
            public List<RolloutColumn> columns() {
                return List.of();
            }
        };
        assertThat(RoundedRatios.warning(Precision.BFLOAT16, without, plan(true, true)))
                .isEmpty();
    }

    @Test
    public void itIsToldOnceInARun() {
        List<String> warnings = new ArrayList<>();
        RunListener listener = new RunListener() {
            @Override
            public void warned(String message) {
                warnings.add(message);
            }
        };
        TrainingSpec rounded =
                SpecCopy.of(spec).run(spec.run().with(Precision.BFLOAT16)).build();
        try (Trainer trainer = new Trainer(rounded)) {
            trainer.trainEpoch(listener);
            trainer.trainEpoch(listener);
        }
        assertThat(warnings).singleElement().asString().startsWith("run.precision = bfloat16: ");
    }
}
