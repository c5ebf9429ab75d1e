package org.tempera.record.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.page.ComparisonPage;
import org.testng.annotations.Test;

/** What is compared is found on the page. */
public class PageOfRunsTest {
    private static final double[] RISE = {0, 1, 2, 3};
    private static final double[] TURNING = {.6, .75, .6, .3};
    private static final double[] HOLDING = {.6, .7, .75, .8};

    static List<RunRecord> runs() {
        List<RunRecord> runs = new ArrayList<>();
        for (int seed = 1; seed <= 4; seed++) {
            for (String algorithm : List.of("ddpo", "tdpo-r")) {
                double[] truth = algorithm.equals("ddpo") ? TURNING : HOLDING;
                runs.add(MadeRecords.of(algorithm, seed)
                        .curves(RISE, truth)
                        .measured(0, 4, 8, 12)
                        .make());
            }
            runs.add(
                    MadeRecords.of("ddpo", seed).curves(RISE, HOLDING).control().make());
        }
        return runs;
    }

    @Test
    public void everythingThatIsComparedIsShown() {
        Comparison comparison = Comparison.of(runs());
        ComparisonPage.write(comparison, ComparisonPage.Extent.WHOLE, Path.of("target", "comparison-of-records.html"));
        String page = ComparisonPage.of(comparison);
        for (ProxyComparison proxy : comparison.proxies()) {
            for (Group group : proxy.groups()) {
                assertThat(page).contains(group.verdict().explanation().replace("'", "&#39;"));
                for (Curve curve : group.curves()) {
                    if (curve.axis() == Axis.EPOCHS && curve.measure().kind() == Measure.Kind.HELD_OUT) {
                        assertThat(page).contains(curve.measure().name());
                    }
                }
            }
        }
        assertThat(page)
                .contains("<figcaption>Gold against reward queries</figcaption>")
                .contains("<figcaption>Gold against seconds of training</figcaption>")
                .contains("<figcaption>Gold (seen) against KL divergence from the base, nats<")
                .contains("<figcaption>Gain of gold against the root of the KL divergence</figcaption>")
                .contains("<figcaption>Gold at the same training reward</figcaption>")
                .contains("<figcaption>Vendi (nouns) against training reward</figcaption>")
                .contains("rise on seen prompts less that on nouns against epochs</figcaption>")
                .contains("<figcaption>Variance explained by the critic against epochs</figcaption>")
                .doesNotContain("<figcaption>Training reward against epochs</figcaption>")
                .contains("control of ddpo", "Truth at the last evaluation less the control&#39;s")
                .contains("Change of every reward since before training")
                .contains("Fingerprint ");
    }
}
