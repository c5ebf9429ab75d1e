package org.tempera.algorithms.tdpo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.tempera.algorithms.verify.AdvantagesOracle;
import org.tempera.algorithms.verify.CriticLossOracle;
import org.tempera.algorithms.verify.NeuronResetOracle;
import org.tempera.graph.ThreadSettings;
import org.tempera.spi.HostTensor;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleValue;
import org.tempera.verify.GraphOracleRunner;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class TdpoOracleTest {
    @DataProvider
    Object[][] advantages() {
        return rows("tdpo-advantages", 2);
    }

    @DataProvider
    Object[][] criticLoss() {
        return rows("critic-loss", 2);
    }

    @DataProvider
    Object[][] neuronReset() {
        return rows("neuron-reset", 5);
    }

    private static Object[][] rows(String kind, int count) {
        List<OracleFolder.Case> cases = OracleFolder.cases(kind);
        assertThat(cases).hasSize(count);
        return cases.stream().map(c -> new Object[] {c}).toArray(Object[][]::new);
    }

    @Test(dataProvider = "advantages")
    public void advantagesAreThePublishedOnes(OracleFolder.Case c) {
        Map<String, OracleValue> got = new AdvantagesOracle().compute(c);
        for (String output : c.outputs()) {
            assertThat(got.get(output)).isInstanceOfSatisfying(OracleValue.Floats.class, f -> {
                assertThat(f.tensor().shape()).isEqualTo(c.expected(output).shape());
                assertThat(OracleFolder.error(
                                f.tensor().data(), c.expected(output).data()))
                        .as(output)
                        .isLessThanOrEqualTo(c.tolerance());
            });
        }
    }

    @Test
    public void theKindIsFoundAsAService() {
        assertThat(ServiceLoader.load(OracleKind.class).stream()
                        .map(p -> p.get().kind()))
                .contains("tdpo-advantages", "critic-loss", "neuron-reset", "policy-gradient");
    }

    @Test(dataProvider = "criticLoss")
    public void theCriticsLossAndGradientsAreThePublishedOnes(OracleFolder.Case c) {
        check(c, new CriticLossOracle());
    }

    @Test(dataProvider = "criticLoss")
    public void theCriticsGradientsAreThoseOfDoublePrecision(OracleFolder.Case c) {
        Map<String, float[]> exact = AffineCritic.read(c.path("critic"))
                .clippedLoss(
                        AffineCritic.rows(c.tensor("features")),
                        c.tensor("returns").data(),
                        c.tensor("old_values").data(),
                        c.number("clip_range"));
        Map<String, OracleValue> got = compute(c, new CriticLossOracle());
        exact.forEach((output, numbers) -> assertThat(
                        OracleFolder.error(floats(got, output).data(), numbers))
                .as(output)
                .isLessThanOrEqualTo(1e-5));
    }

    @Test(dataProvider = "neuronReset")
    public void resetsAreThePublishedOnes(OracleFolder.Case c) {
        check(c, new NeuronResetOracle());
    }

    private static Map<String, OracleValue> compute(OracleFolder.Case c, OracleKind kind) {
        try (GraphOracleRunner runner = new GraphOracleRunner(List.of(), new ThreadSettings(1, 1))) {
            return kind.compute(c, runner);
        }
    }

    private static HostTensor floats(Map<String, OracleValue> got, String output) {
        assertThat(got.get(output)).as(output).isInstanceOf(OracleValue.Floats.class);
        return ((OracleValue.Floats) got.get(output)).tensor();
    }

    /** Every output that the case expects, and no other, has the expected shape and numbers. */
    private static void check(OracleFolder.Case c, OracleKind kind) {
        Map<String, OracleValue> got = compute(c, kind);
        assertThat(got.keySet()).isEqualTo(c.outputs());
        got.forEach((output, value) -> {
            if (value instanceof OracleValue.Integers integers) {
                assertThat(integers.data()).as(output).isEqualTo(c.expectedIntegers(output));
            } else {
                HostTensor tensor = floats(got, output);
                assertThat(tensor.shape())
                        .as(output)
                        .isEqualTo(c.expected(output).shape());
                assertThat(OracleFolder.error(tensor.data(), c.expected(output).data()))
                        .as(output)
                        .isLessThanOrEqualTo(c.tolerance());
            }
        });
    }
}
