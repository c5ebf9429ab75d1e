package org.tempera.nn.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.tempera.spi.UserException;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

public class TensorCheckTest {
    private TensorSource source;

    @BeforeClass
    public void writeWeights() {
        Path file = Fixtures.folder().resolve("model.safetensors");
        new SafetensorsWriter()
                .addFloats("a", Shape.of(2, 3), new float[6])
                .addFloats("b", Shape.of(4), new float[] {1, Float.NaN, 2, Float.POSITIVE_INFINITY})
                .addLongs("position_ids", Shape.of(1), new long[1])
                .write(file);
        source = SafetensorsFile.open(file);
    }

    @AfterClass
    public void closeWeights() {
        source.close();
    }

    @Test
    public void acceptsWhatFits() {
        Map<String, Shape> expected = Map.of("a", Shape.of(2, 3), "b", Shape.of(4));
        assertThatCode(() -> TensorCheck.requireExactly(source, expected, "position_ids"::equals))
                .doesNotThrowAnyException();
    }

    @Test
    public void listsEveryMissingSurplusAndMisshapedTensor() {
        Map<String, Shape> expected =
                Map.of("a", Shape.of(3, 2), "c.weight", Shape.of(1), "d", Shape.of(), "position_ids", Shape.of(1));
        assertThatThrownBy(() -> TensorCheck.requireExactly(source, expected))
                .isInstanceOf(UserException.class)
                .hasMessage(source.path() + ": the weights do not fit the model's configuration:"
                        + "\n  2 missing:\n    c.weight [1]\n    d []"
                        + "\n  1 of another shape:\n    a: expected [3, 2], found [2, 3]"
                        + "\n  1 surplus:\n    b [4]"
                        + "\nCheck that config.json and the weights belong to one model.");
    }

    @Test
    public void namesFileAndTensorOfANaN() {
        assertThatCode(() -> TensorCheck.requireFinite(source, "a", source.readFloats("a")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> TensorCheck.requireFinite(source, "b", source.readFloats("b")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(source.path() + ": tensor 'b' [4]: expected finite numbers, found 2 of 4")
                .hasMessageContaining("first: NaN at index 1");
    }

    @Test
    public void namesWhatIsInfiniteOnceItIsRounded() {
        float largest = Float.intBitsToFloat(0x7f7f7fff);
        float beyond = Math.nextUp(largest);
        assertThat(HalfFloats.fromBfloat16(HalfFloats.toBfloat16(largest))).isFinite();
        assertThat(HalfFloats.fromBfloat16(HalfFloats.toBfloat16(beyond))).isInfinite();
        Path file = Fixtures.folder().resolve("large.safetensors");
        new SafetensorsWriter()
                .addFloats("held", Shape.of(2), new float[] {largest, -largest})
                .addFloats("beyond", Shape.of(3), new float[] {largest, -beyond, beyond})
                .addFloats("both", Shape.of(4), new float[] {beyond, Float.NaN, beyond, Float.NEGATIVE_INFINITY})
                .write(file);
        try (TensorSource large = SafetensorsFile.open(file)) {
            assertThatCode(() -> TensorCheck.readForBfloat16(large, "held", (values, count) -> {}))
                    .doesNotThrowAnyException();
            assertThatCode(() -> TensorCheck.readFinite(large, "beyond", (values, count) -> {}))
                    .doesNotThrowAnyException();
            assertThatThrownBy(() -> TensorCheck.readForBfloat16(large, "both", (values, count) -> {}))
                    .as("what float32 does not hold either")
                    .hasMessageContaining(
                            "expected finite numbers, found 2 of 4 NaN or infinite (first: NaN at index 1)");
            assertThatThrownBy(() -> TensorCheck.readForBfloat16(large, "beyond", (values, count) -> {}))
                    .isInstanceOf(UserException.class)
                    .hasMessage(file + ": tensor 'beyond' [3]: expected numbers within the range of bfloat16, found 2"
                            + " of 3 beyond it (first: " + -beyond + " at index 1). See whether the file is damaged;"
                            + " float32 (run.precision) holds such numbers.");
        }
        assertThatThrownBy(() -> TensorCheck.readForBfloat16(source, "b", (values, count) -> {}))
                .hasMessageContaining("expected finite numbers, found 2 of 4");
    }
}
