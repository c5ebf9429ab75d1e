package org.tempera.record.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.tempera.record.archive.RunRecord;
import org.testng.annotations.Test;

public class GaoFittingTest {
    /** KL at epoch 4 k is k squared: the curve at distances 1, 2, 3. */
    private static double[] curve(double alpha, double beta) {
        double[] truth = new double[4];
        for (int k = 0; k < truth.length; k++) {
            truth[k] = .6 + (k == 0 ? 0 : k * (alpha - beta * Math.log(k)));
        }
        return truth;
    }

    private static GaoCurve fitted(double[]... truths) {
        List<RunRecord> runs = new ArrayList<>();
        for (int i = 0; i < truths.length; i++) {
            runs.add(MadeRecords.of("ddpo", i + 1)
                    .scatter(0)
                    .curves(new double[] {0, 1, 2, 3}, truths[i])
                    .measured(0, 4, 8, 12)
                    .make());
        }
        return Comparison.of(runs).proxies().get(0).groups().get(0).gao().orElseThrow();
    }

    /** One seed of three turns nowhere, and two draws of it outweigh one of the others: 7 of 27 draws do. */
    @Test
    public void aPeakThatSomeDrawsDoNotHaveHasNoUpperEnd() {
        GaoCurve gao = fitted(curve(.3, .2), curve(.3, .2), curve(.1, -.25));
        assertThat(gao.peaking()).isCloseTo(20.0 / 27, within(.06));
        assertThat(gao.turning()).isLessThanOrEqualTo(gao.peaking());
        assertThat(gao.peakDistance().orElseThrow()).satisfies(peak -> {
            assertThat(peak.value()).isCloseTo(Math.exp((.7 / 3) / .05 - 1), within(1e-6));
            assertThat(peak.lower()).isCloseTo(Math.exp(.5), within(1e-6));
            assertThat(peak.upper()).isInfinite();
        });
    }

    @Test
    public void aPeakThatAllDrawsHaveHasBothEnds() {
        GaoCurve gao = fitted(curve(.3, .2), curve(.35, .2), curve(.4, .2));
        assertThat(gao.peaking()).isEqualTo(1);
        assertThat(gao.peakDistance().orElseThrow()).satisfies(peak -> {
            assertThat(peak.lower()).isBetween(Math.exp(.5) - 1e-6, peak.value());
            assertThat(peak.upper()).isBetween(peak.value(), Math.exp(1) + 1e-6);
        });
    }
}
