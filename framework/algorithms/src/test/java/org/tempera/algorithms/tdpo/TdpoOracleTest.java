package org.tempera.algorithms.tdpo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import org.tempera.algorithms.tdpo.NeuronReset.Outgoing;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleValue;
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
                .contains("tdpo-advantages");
    }

    @Test(dataProvider = "criticLoss")
    public void theAffineCriticsLossAndGradientsAreThePublishedOnes(OracleFolder.Case c) {
        Map<String, float[]> got = AffineCritic.read(c.path("critic"))
                .clippedLoss(
                        AffineCritic.rows(c.tensor("features")),
                        c.tensor("returns").data(),
                        c.tensor("old_values").data(),
                        c.number("clip_range"));
        assertThat(got.keySet()).containsAll(c.outputs());
        for (String output : c.outputs()) {
            assertThat(OracleFolder.error(got.get(output), c.expected(output).data()))
                    .as(output)
                    .isLessThanOrEqualTo(c.tolerance());
        }
    }

    @Test(dataProvider = "neuronReset")
    public void resetsAreThePublishedOnes(OracleFolder.Case c) {
        AffineCritic critic = AffineCritic.read(c.path("critic"));
        NeuronMask mask = NeuronMask.of(
                Dormancy.REFERENCE,
                critic.hidden(AffineCritic.rows(c.tensor("features"))),
                DoubleUnaryOperator.identity(),
                c.number("threshold"));
        List<NeuronReset.Layer> layers = new ArrayList<>();
        for (double[][] w : critic.weights) {
            layers.add(new NeuronReset.Layer(w[0].length, w.length, true, 1));
        }
        ResetMode mode = ResetMode.valueOf(c.word("mode").toUpperCase(java.util.Locale.ROOT));
        NeuronReset reset = NeuronReset.of(layers, mask, mode, Outgoing.DRAWN);

        assertThat(mask.dormantFraction())
                .isCloseTo(
                        c.expected("dormant_fraction").scalarValue(),
                        org.assertj.core.data.Offset.offset(c.tolerance()));
        Map<String, long[]> got = new TreeMap<>();
        for (int i = 0; i < mask.layers(); i++) {
            got.put("reset:" + i, ones(mask.reset(i, mode)));
        }
        for (int i = 0; i < layers.size(); i++) {
            for (String what : List.of("redrawn:", "moments:")) {
                got.put(
                        what + "layers." + critic.indices.get(i) + ".weight",
                        ones(transpose(
                                reset.weightMask(i),
                                layers.get(i).in(),
                                layers.get(i).out())));
                got.put(what + "layers." + critic.indices.get(i) + ".bias", ones(reset.biasMask(i)));
            }
        }
        TreeSet<String> outputs = new TreeSet<>(c.outputs());
        outputs.remove("dormant_fraction");
        assertThat(got.keySet()).isEqualTo(outputs);
        for (String output : outputs) {
            assertThat(got.get(output)).as(output).isEqualTo(c.expectedIntegers(output));
        }
    }

    /** From {@code [in, out]} to PyTorch's {@code [out, in]}. */
    private static boolean[] transpose(boolean[] mask, int in, int out) {
        boolean[] t = new boolean[mask.length];
        for (int i = 0; i < in; i++) {
            for (int j = 0; j < out; j++) {
                t[j * in + i] = mask[i * out + j];
            }
        }
        return t;
    }

    private static long[] ones(boolean[] mask) {
        long[] out = new long[mask.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = mask[i] ? 1 : 0;
        }
        return out;
    }
}
