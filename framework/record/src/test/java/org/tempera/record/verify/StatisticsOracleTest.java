package org.tempera.record.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.ServiceLoader;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;
import org.testng.annotations.Test;

public class StatisticsOracleTest {
    private static final HostTensor SCORES = HostTensor.of(new float[] {1, 2, 3, 90}, 2, 2);
    private static final HostTensor ROW = HostTensor.of(new float[] {4, 1}, 2);

    @Test
    public void theNameChoosesTheStatistic() {
        assertThat(value(Map.of("name", "iqm", "scores", SCORES))).containsExactly(2.5f);
        assertThat(value(Map.of("name", "optimality-gap", "scores", SCORES, "gamma", 2.0)))
                .containsExactly(0.25f);
        assertThat(value(Map.of("name", "probability-of-improvement", "x", SCORES, "y", SCORES)))
                .containsExactly(0.5f);
        assertThat(value(Map.of("name", "holm", "p", HostTensor.of(new float[] {0.25f, 0.125f}, 2))))
                .containsExactly(0.25f, 0.25f);
        assertThat(value(Map.of("name", "spearman", "x", ROW, "y", ROW))).containsExactly(1f);
        assertThat(value(Map.of(
                        "name", "vendi", "embeddings", HostTensor.of(new float[] {3, 0, 0, 1}, 2, 2), "order", 2)))
                .containsExactly(2f);
        assertThat(value(Map.of("name", "isotonic", "y", ROW))).containsExactly(2.5f, 2.5f);
        assertThat(value(Map.of("name", "isotonic", "y", ROW, "weights", HostTensor.of(new float[] {1, 3}, 2))))
                .containsExactly(1.75f, 1.75f);
    }

    @Test
    public void aCurveWithoutPeakHasNone() {
        Map<String, OracleValue> rising = compute(
                "gao-fit",
                Map.of(
                        "d",
                        HostTensor.of(new float[] {1, 2}, 2),
                        "r",
                        HostTensor.of(new float[] {1, 4}, 2),
                        "form",
                        "rl"));
        assertThat(rising).containsOnlyKeys("alpha", "beta");
        Map<String, OracleValue> turning = compute(
                "gao-fit",
                Map.of(
                        "d",
                        HostTensor.of(new float[] {1, 2}, 2),
                        "r",
                        HostTensor.of(new float[] {1, 1}, 2),
                        "form",
                        "best-of-n"));
        assertThat(turning).containsOnlyKeys("alpha", "beta", "peak", "peak_value");
    }

    @Test
    public void whatCannotBeComputedIsTheCasesError() {
        assertThatThrownBy(() -> value(Map.of("name", "median", "scores", SCORES)))
                .isInstanceOf(UserException.class)
                .hasMessage("case 'odd', input 'name': expected iqm, optimality-gap, probability-of-improvement, holm,"
                        + " spearman, vendi or isotonic, found 'median'.");
        assertThatThrownBy(() -> value(Map.of("name", "iqm", "scores", ROW)))
                .isInstanceOf(UserException.class)
                .hasMessage("case 'odd', input 'scores': expected two axes, found [2].");
        assertThatThrownBy(() -> value(Map.of("name", "holm", "p", ROW)))
                .isInstanceOf(UserException.class)
                .hasMessage("case 'odd': probabilities: expected 0 to 1, found 4.0.");
    }

    private static float[] value(Map<String, Object> inputs) {
        return ((OracleValue.Floats) compute("statistics", inputs).get("value"))
                .tensor()
                .data();
    }

    private static Map<String, OracleValue> compute(String kind, Map<String, Object> inputs) {
        OracleKind served = ServiceLoader.load(OracleKind.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(k -> k.kind().equals(kind))
                .findFirst()
                .orElseThrow();
        OracleRunner none = proxy(OracleRunner.class, Map.of());
        return served.compute(proxy(OracleCase.class, inputs), none);
    }

    /** A case whose inputs are these; plain arithmetic asks for nothing else. */
    private static <T> T proxy(Class<T> type, Map<String, Object> inputs) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> switch (method.getName()) {
                    case "name" -> "odd";
                    case "hasInput" -> inputs.containsKey(args[0]);
                    case "number" -> ((Number) inputs.get(args[0])).doubleValue();
                    case "word", "tensor" -> inputs.get(args[0]);
                    default -> throw new AssertionError(method);
                }));
    }
}
