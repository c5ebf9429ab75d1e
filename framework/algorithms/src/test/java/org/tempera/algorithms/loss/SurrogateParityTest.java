package org.tempera.algorithms.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.nn.diffusion.GaussianDivergence;
import org.tempera.nn.diffusion.GaussianLogProb;
import org.tempera.spi.HostTensor;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** GRPO-Guard's and Flow-DPPO's losses beside PyTorch's numbers (src/test/python/make_surrogate_fixture.py). */
public class SurrogateParityTest {
    private static JsonNode fixture() throws IOException {
        try (InputStream in = SurrogateParityTest.class.getResourceAsStream("surrogates.json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    @DataProvider
    Object[][] cases() throws IOException {
        List<Object[]> cases = new ArrayList<>();
        for (JsonNode c : fixture().get("cases")) {
            cases.add(new Object[] {
                c.get("surrogate").asText() + ", " + c.get("over").asText(), c
            });
        }
        return cases.toArray(Object[][]::new);
    }

    @Test(dataProvider = "cases")
    public void lossesAndGradientsAreTheOnesOfPyTorch(String name, JsonNode c) throws IOException {
        JsonNode f = fixture();
        int rows = f.get("shape").get(0).asInt();
        int size = f.get("shape").get(1).asInt();
        LogProbKind kind = LogProbKind.parse(c.get("over").asText());
        Surrogate surrogate = surrogate(c, kind);
        Map<String, HostTensor> in = new LinkedHashMap<>();
        for (Map.Entry<String, String> e :
                Map.of("x", "mean", "old", "old_mean", "next", "sample").entrySet()) {
            in.put(e.getKey(), HostTensor.of(floats(f.get(e.getValue())), rows, size, 1, 1));
        }
        in.put("std", HostTensor.of(floats(f.get("std")), rows, 1, 1, 1));
        in.put("advantage", HostTensor.of(floats(f.get("advantage")), rows));
        Map<String, HostTensor> got = GraphCheck.run(in, (tf, x) -> {
            Surrogate.Terms terms = surrogate.build(tf, rows(tf, x, kind, rows, size));
            return Map.of("loss", terms.loss(), "ratio", terms.ratios());
        });
        assertThat(got.get("ratio").data()).containsExactly(floats(c.get("ratio")), within(2e-5f));
        assertThat(got.get("loss").scalarValue())
                .isCloseTo((float) c.get("loss").asDouble(), within(2e-5f));
        assertThat(got.get("gradient").data()).containsExactly(floats(c.get("gradient")), within(1e-4f));
    }

    private static Surrogate surrogate(JsonNode c, LogProbKind kind) {
        double bound = c.get("bound").asDouble();
        return c.get("surrogate").asText().equals("guard")
                ? new GuardedSurrogateLoss(PolicyObjective.clipped(kind, bound, 1000))
                : new TrustRegionLoss(bound, ClippedSurrogateLoss.UNBOUNDED);
    }

    private static Surrogate.Rows rows(Ops tf, Map<String, Operand<TFloat32>> x, LogProbKind kind, int rows, int size) {
        Operand<TFloat32> std = x.get("std");
        return new Surrogate.Rows(
                kind.of(tf, GaussianLogProb.sum(tf, x.get("next"), x.get("x"), std), size),
                kind.of(tf, GaussianLogProb.sum(tf, x.get("next"), x.get("old"), std), size),
                x.get("advantage"),
                Optional.of(new Surrogate.Move(
                        kind.of(tf, GaussianDivergence.sum(tf, x.get("x"), x.get("old"), std), size),
                        tf.reshape(std, tf.constant(new int[] {rows})))));
    }

    private static float[] floats(JsonNode numbers) {
        float[] floats = new float[numbers.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) numbers.get(i).asDouble();
        }
        return floats;
    }
}
