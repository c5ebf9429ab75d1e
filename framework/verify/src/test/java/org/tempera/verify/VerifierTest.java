package org.tempera.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.tempera.graph.ThreadSettings;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class VerifierTest {
    private static final String GOOD =
            """
            {"format": "tempera-oracle/1", "tensors": "t.safetensors", "cases": [
              {"name": "twice", "kind": "double", "inputs": {"x": "x", "factor": 2}, "outputs": {"y": "y"}}]}
            """;

    private Path folder;

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("oracle");
        Shape shape = Shape.of(2, 2);
        new SafetensorsWriter()
                .addFloats("x", shape, new float[] {1, 2, 3, 4})
                .addFloats("y", shape, new float[] {2, 4, 6, 8.0004f})
                .addFloats("far", shape, new float[] {2, 4, 6, 8.1f})
                .addFloats("nan", shape, new float[] {2, 4, Float.NaN, 8})
                .write(folder.resolve("t.safetensors"));
    }

    @AfterMethod
    public void deleteFolder() throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    @Test
    public void holdsWithinItsTolerance() throws IOException {
        CaseResult result = run(GOOD);
        assertThat(result.ok()).isTrue();
        assertThat(result.error()).isBetween(4.9e-5, 5.1e-5);
        assertThat(result.tolerance()).isEqualTo(1e-4);
        assertThat(result.message()).isEmpty();
    }

    @Test
    public void saysWhereTheWorstDifferenceIs() throws IOException {
        CaseResult result = run(GOOD.replace("\"y\": \"y\"", "\"y\": \"far\""));
        assertThat(result.ok()).isFalse();
        assertThat(result.message()).hasValue("worst at y[1,1]: got 8.00, expected 8.10");
    }

    @Test
    public void toleranceOfTheCaseCounts() throws IOException {
        assertThat(run(GOOD.replace("\"kind\"", "\"tolerance\": 1e-5, \"kind\""))
                        .ok())
                .isFalse();
    }

    @Test
    public void nanAndOtherShapesFailWhateverTheTolerance() throws IOException {
        CaseResult nan =
                run(GOOD.replace("\"y\": \"y\"", "\"y\": \"nan\"").replace("\"kind\"", "\"tolerance\": 1e9, \"kind\""));
        assertThat(nan.ok()).isFalse();
        assertThat(nan.message()).hasValue("not finite at y[1,0]: got 6.0, expected NaN");
        Comparison shape = Comparison.of(
                "y",
                new OracleValue.Floats(HostTensor.of(new float[2], 2)),
                new OracleValue.Floats(HostTensor.of(new float[2], 1, 2)));
        assertThat(shape.within(1e9)).isFalse();
        assertThat(shape.difference()).isEqualTo("y has shape [2], expected [1, 2]");
    }

    @Test
    public void integersMustBeEqual() {
        Comparison one = Comparison.of(
                "ids",
                new OracleValue.Integers(new long[] {49406, 5, 49407}, new int[] {1, 3}),
                new OracleValue.Integers(new long[] {49406, 6, 49407}, new int[] {1, 3}));
        assertThat(one.error()).isLessThan(1e-4);
        assertThat(one.within(1e-4)).isFalse();
        assertThat(one.difference()).isEqualTo("1 of 3 integers differ, worst at ids[0,1]: got 5, expected 6");
    }

    @DataProvider
    public Object[][] unusable() {
        return new Object[][] {
            {"/1", "/2", "key 'format': expected \"tempera-oracle/1\", found \"tempera-oracle/2\""},
            {"\"kind\": \"double\", ", "", "case 'twice', key 'kind': expected a string, found nothing"},
            {"\"double\"", "\"triple\"", "case 'twice', key 'kind': nothing serves 'triple'.\nKnown kinds: [double]"},
            {
                "\"y\": \"y\"",
                "\"y\": \"z\"",
                "case 'twice', output 'y': no tensor is named 'z'. t.safetensors has 4: far"
            },
            {"\"y\": \"y\"", "\"w\": \"y\"", "case 'twice', output 'w': kind 'double' computes [y] only"},
            {
                "\"factor\": 2",
                "\"faktor\": 2",
                "case 'twice', input 'factor': missing; kind 'double' needs it. Its inputs are [faktor, x]"
            },
            {"\"factor\": 2", "\"factor\": \"2\"", "case 'twice', input 'factor': expected a number, found \"2\""},
            {"\"x\": \"x\"", "\"x\": \"q\"", "case 'twice', input 'x': no tensor is named 'q'"},
            {"t.safetensors", "u.safetensors", "u.safetensors: no such file"},
            {"t.safetensors", "t.safetensors\\u0000", "key 'tensors': expected the name of a safetensors file beside it"
            },
            {"t.safetensors", "../t.safetensors", "key 'tensors': expected the name of a safetensors file beside it"},
            {"]}", "]", "is not sound JSON"},
            {
                "\"inputs\": {",
                "\"tolerance\": -1, \"inputs\": {",
                "key 'tolerance': expected a number of at least 0, found -1"
            },
        };
    }

    @Test(dataProvider = "unusable")
    public void saysWhyAFolderCannotBeUsed(String from, String to, String message) {
        assertThatThrownBy(() -> run(GOOD.replace(from, to)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message);
    }

    @Test
    public void aCrashOfTheCodeUnderTestIsAFailure() throws IOException {
        CaseResult result = run(GOOD.replace("\"factor\": 2", "\"factor\": 13"));
        assertThat(result.ok()).isFalse();
        assertThat(result.message()).hasValue("cannot be computed: java.lang.IllegalStateException: unlucky");
    }

    @Test
    public void pathsStartAtTheFolder() throws IOException {
        Files.writeString(
                folder.resolve("oracle.json"),
                GOOD.replace("\"factor\": 2", "\"lora\": {\"file\": \"../a/lora.safetensors\", \"scale\": 0.7}")
                        .replace("\"kind\"", "\"weights\": \"../sd/model\", \"kind\""));
        try (OracleFolder oracle = OracleFolder.open(folder)) {
            StoredCase c = oracle.cases().get(0);
            assertThat(c.weights()).isEqualTo(folder.getParent().resolve("sd/model"));
            assertThat(c.adapter().orElseThrow().file())
                    .isEqualTo(folder.getParent().resolve("a/lora.safetensors"));
            assertThat(c.adapter().orElseThrow().scale()).isEqualTo(0.7);
        }
    }

    @Test
    public void aPathOfACaseMustBeOneAndOtherKeysMayHoldAnything() throws IOException {
        Files.writeString(
                folder.resolve("oracle.json"),
                GOOD.replace("\"factor\": 2", "\"file\": \"a\\u0000\", \"lora\": {\"file\": \"a\\u0000\"}")
                        .replace("\"kind\"", "\"weights\": \"\\u0000\", \"note\": [null, NaN, 1e400], \"kind\""));
        try (OracleFolder oracle = OracleFolder.open(folder)) {
            StoredCase c = oracle.cases().get(0);
            for (ThrowingCallable path : List.<ThrowingCallable>of(c::weights, c::adapter, () -> c.path("file"))) {
                assertThatThrownBy(path)
                        .isInstanceOf(UserException.class)
                        .hasMessageContaining("oracle.json: case 'twice'")
                        .hasMessageContaining("expected a path");
            }
        }
    }

    private CaseResult run(String json) throws IOException {
        Files.writeString(folder.resolve("oracle.json"), json);
        Verifier verifier = new Verifier(
                Map.of("double", new Doubling()), () -> new GraphOracleRunner(List.of(), new ThreadSettings(1, 1)));
        try (OracleFolder oracle = OracleFolder.open(folder)) {
            return verifier.run(oracle.cases().get(0));
        }
    }

    private static final class Doubling implements OracleKind {
        @Override
        public String kind() {
            return "double";
        }

        @Override
        public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
            HostTensor x = c.tensor("x");
            if (c.number("factor") == 13) {
                throw new IllegalStateException("unlucky");
            }
            float[] y = x.data().clone();
            for (int i = 0; i < y.length; i++) {
                y[i] *= (float) c.number("factor");
            }
            return Map.of("y", new OracleValue.Floats(HostTensor.of(y, x.shape())));
        }
    }
}
