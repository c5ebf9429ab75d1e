package org.tempera.algorithms.d3po;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.algorithms.loss.LogProbKind;
import org.tempera.algorithms.stats.PairsConfig;
import org.tempera.algorithms.stats.RewardPairs;
import org.tempera.algorithms.stats.StepwiseConfig;
import org.tempera.graph.ThreadSettings;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.verify.GraphOracleRunner;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

public class D3poTest {
    private static D3poConfig config(LogProbKind kind, Optional<Double> clip) {
        return new D3poConfig(StepwiseConfig.defaults(), PairsConfig.defaults(), 0.5, kind, clip);
    }

    private static Map<String, HostTensor> margins(D3poConfig config, float... logRatios) {
        try (GraphOracleRunner runner = new GraphOracleRunner(List.of(), new ThreadSettings(1, 1))) {
            return runner.run(in -> {
                Operand<TFloat32> x = in.input("x", HostTensor.of(logRatios, logRatios.length));
                Operand<TFloat32> zero = in.input("zero", HostTensor.of(new float[logRatios.length], logRatios.length));
                Operand<TFloat32> margins = D3poLoss.margins(in.scope().tf(), x, zero, config.clip(), config.beta());
                Operand<TFloat32> sum =
                        in.scope().tf().reduceSum(margins, in.scope().tf().constant(0));
                return Map.of(
                        "margins",
                        margins,
                        "gradient",
                        in.gradients(sum, List.of(x)).get(0));
            });
        }
    }

    @Test
    public void marginsByHandAreOfClampedRatios() {
        // Ratios stay in [0.9, 1.1]: log 0.9 = -0.1053605, log 1.1 = 0.0953102.
        Map<String, HostTensor> got =
                margins(config(LogProbKind.MEAN, Optional.empty()), 0.05f, -0.02f, 0.3f, 0.01f, -0.5f, 0.2f);
        assertThat(got.get("margins").data())
                .containsExactly(
                        new float[] {0.035f, 0.5f * (0.0953102f - 0.01f), 0.5f * (-0.1053605f - 0.0953102f)},
                        within(1e-6f));
        // Outside of the band there is no gradient, for neither of the two.
        assertThat(got.get("gradient").data()).containsExactly(0.5f, -0.5f, 0, -0.5f, 0, 0);
    }

    @Test
    public void inNatsTheBandIsSymmetricAndThereIsNoneByItself() {
        assertThat(margins(config(LogProbKind.SUM, Optional.of(2.0)), 3, -1, -4, 1)
                        .get("margins")
                        .data())
                .containsExactly(new float[] {1.5f, -1.5f}, within(1e-6f));
        assertThat(margins(config(LogProbKind.SUM, Optional.empty()), 30, -10, -400, 1)
                        .get("margins")
                        .data())
                .containsExactly(20, -200.5f);
        assertThatThrownBy(() -> config(LogProbKind.MEAN, Optional.of(1.0)))
                .hasMessage("clip-range must be less than 1 under log-prob = mean, was 1.0");
    }

    @Test
    public void samplingComputesTheReferencesNumbersAlone() {
        assertThat(new D3po(D3poConfig.defaults()).columns()).containsExactly(RolloutColumn.REFERENCE_LOG_PROB);
    }

    @Test
    public void onePictureAPromptIsRefused() {
        assertThatThrownBy(() -> new D3po(D3poConfig.defaults()).check(new EpochShape(32, 10, 1)))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("sampling.samples-per-prompt: expected 2 or more, for algorithm.d3po");
    }

    @Test
    public void tiesTeachNothing() {
        D3po d3po = new D3po(D3poConfig.defaults());
        EpochColumns epoch = new EpochColumns(List.of("a", "a", "b", "b"), new float[] {1, 0}, 1, Map.of());
        float[] equal = {2, 2, 5, 5};
        assertThat(d3po.hasNothingToLearn(d3po.prepare(epoch, new RewardTable(equal, Map.of()))))
                .isTrue();
        float[] one = {2, 2, 5, 4};
        assertThat(d3po.hasNothingToLearn(d3po.prepare(epoch, new RewardTable(one, Map.of()))))
                .isFalse();
        assertThat(d3po.prepare(epoch, new RewardTable(one, Map.of())).metrics())
                .containsEntry(RewardPairs.TIED_SHARE, 0.5);
    }
}
