package org.tempera.core.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.PolicyShape;
import org.tempera.spi.policy.Trajectory;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A rollout that is taken back has exactly the columns that the algorithm declares now. */
public class RolloutBufferTest {
    private static final PolicyShape SHAPE =
            new PolicyShape(new PolicyShape.Latent(1, 1, 2), new PolicyShape.Image(1, 1));
    private static final Schedule SCHEDULE = new Schedule(new Steps(), 3, 1);

    private static RolloutBuffer buffer(Map<String, int[]> columns, int features) {
        return new RolloutBuffer(List.of("a", "b", "c", "d"), SCHEDULE, SHAPE, columns, features);
    }

    private static Map<String, HostTensor> stored() {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        tensors.put("latents", HostTensor.of(new float[2 * 4 * 2], 2, 4, 1, 1, 2));
        tensors.put("column/log_prob", HostTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
        tensors.put("column/mean", HostTensor.of(new float[2 * 3 * 2], 2, 3, 1, 1, 2));
        tensors.put("features", HostTensor.of(new float[2 * 3 * 5], 2, 3, 5));
        return tensors;
    }

    private static Map<String, int[]> declared() {
        return Map.of("log_prob", new int[] {2}, "mean", new int[] {2, 1, 1, 2});
    }

    @Test
    public void givesBackWhatItWasGiven() {
        RolloutBuffer buffer = buffer(declared(), 5);
        buffer.restore(stored());
        assertThat(buffer.collected()).isEqualTo(2);
        assertThat(buffer.tensors()).isEqualTo(stored());
    }

    @DataProvider
    public Object[][] others() {
        return new Object[][] {
            {
                "a column is missing",
                Map.of("log_prob", new int[] {2}, "mean", new int[] {2, 1, 1, 2}, "reference_log_prob", new int[] {2}),
                5
            },
            {"a column is too many", Map.of("log_prob", new int[] {2}), 5},
            {"another row", Map.of("log_prob", new int[] {2}, "mean", new int[] {2, 2}), 5},
            {"another width", declared(), 4},
            {"no features any more", declared(), 0},
        };
    }

    @Test(dataProvider = "others")
    public void refusesARolloutOfOtherColumns(String what, Map<String, int[]> columns, int features) {
        assertThatThrownBy(() -> buffer(columns, features).restore(stored()))
                .as(what)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    public void refusesColumnsWithoutLatentsAndNamesOfNoColumn() {
        Map<String, HostTensor> without = stored();
        without.remove("latents");
        assertThatThrownBy(() -> buffer(declared(), 5).restore(without))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("latents");
        Map<String, HostTensor> odd = stored();
        odd.put("x", HostTensor.of(new float[6], 2, 3));
        assertThatThrownBy(() -> buffer(declared(), 5).restore(odd))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x");
    }

    @Test
    public void tellsAnEpochThatNoArrayHoldsBeforeItIsMade() {
        PolicyShape large = new PolicyShape(new PolicyShape.Latent(1024, 1024, 16), new PolicyShape.Image(8192, 8192));
        assertThatThrownBy(() -> new RolloutBuffer(Collections.nCopies(64, "a"), SCHEDULE, large, Map.of(), 0))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "too large an epoch: its latents are 4,294,967,296 numbers, and at most 2,147,483,639 can be"
                                + " kept. Use fewer samples or steps in an epoch.");
    }

    /** Three timesteps; nothing is built. */
    private static final class Steps implements NoiseProcess {
        @Override
        public int trainTimesteps() {
            return 10;
        }

        @Override
        public int coefficientCount() {
            return 1;
        }

        @Override
        public Trajectory trajectory(int steps, double eta) {
            return new Trajectory(new float[] {9, 5, 1}, new float[3][1], new boolean[] {true, true, true}, 1);
        }

        @Override
        public Transition transition(
                GraphScope scope, Operand<TFloat32> latents, Operand<TFloat32> output, Operand<TFloat32> coefficients) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int forwardCoefficientCount() {
            return 1;
        }

        @Override
        public float[] forwardCoefficients(double timestep) {
            return new float[1];
        }

        @Override
        public Forward diffuse(
                GraphScope scope, Operand<TFloat32> clean, Operand<TFloat32> noise, Operand<TFloat32> coefficients) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Operand<TFloat32> clean(
                GraphScope scope, Operand<TFloat32> noisy, Operand<TFloat32> output, Operand<TFloat32> coefficients) {
            throw new UnsupportedOperationException();
        }
    }
}
