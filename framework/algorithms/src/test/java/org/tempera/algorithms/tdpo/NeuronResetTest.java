package org.tempera.algorithms.tdpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.inference.TestUtils;
import org.tempera.algorithms.tdpo.NeuronReset.Layer;
import org.tempera.algorithms.tdpo.NeuronReset.Outgoing;
import org.testng.annotations.Test;

public class NeuronResetTest {
    private static final DoubleUnaryOperator IDENTITY = DoubleUnaryOperator.identity();
    private static final float[][] OUTPUTS = {{-2, 1, 0, 3}, {-4, -1, 0, 1}};

    private static NeuronMask mask(boolean... dormant) {
        float[][] row = {new float[dormant.length]};
        for (int j = 0; j < dormant.length; j++) {
            row[0][j] = dormant[j] ? -1 : 1;
        }
        return NeuronMask.of(Dormancy.REFERENCE, List.<float[][]>of(row), IDENTITY, 0);
    }

    @Test
    public void scoresOfTheTwoDefinitions() {
        // relu means 0, 0.5, 0, 2, their mean 0.625; magnitudes 3, 1, 0, 2, their mean 1.5
        assertThat(Dormancy.REFERENCE.scores(OUTPUTS, IDENTITY))
                .containsExactly(new double[] {0, 0.8, 0, 3.2}, offset(1e-8));
        assertThat(Dormancy.CONTRIBUTION.scores(OUTPUTS, IDENTITY))
                .containsExactly(new double[] {2, 2 / 3.0, 0, 4 / 3.0}, offset(1e-8));
        assertThat(Dormancy.CONTRIBUTION.scores(OUTPUTS, x -> Math.max(x, 0)))
                .containsExactly(new double[] {0, 0.8, 0, 3.2}, offset(1e-8));
        assertThat(Dormancy.CONTRIBUTION.scores(new float[2][3], IDENTITY)).containsOnly(0);
    }

    @Test
    public void onlyTheContributionIsBlindToSigns() {
        float[][] flipped = {{2, -1, 0, -3}, {4, 1, 0, -1}};
        assertThat(dormant(Dormancy.CONTRIBUTION, flipped, 0.1))
                .isEqualTo(dormant(Dormancy.CONTRIBUTION, OUTPUTS, 0.1));
        assertThat(dormant(Dormancy.REFERENCE, flipped, 0)).isNotEqualTo(dormant(Dormancy.REFERENCE, OUTPUTS, 0));
    }

    private static boolean[] dormant(Dormancy d, float[][] outputs, double threshold) {
        return NeuronMask.of(d, List.<float[][]>of(outputs), IDENTITY, threshold)
                .reset(0, ResetMode.DORMANT);
    }

    @Test
    public void aNeuronAtTheThresholdIsDormant() {
        float[][] outputs = {{1, 3}};
        assertThat(dormant(Dormancy.CONTRIBUTION, outputs, 0.49)).containsExactly(false, false);
        assertThat(dormant(Dormancy.CONTRIBUTION, outputs, 0.5)).containsExactly(true, false);
    }

    @Test
    public void modesPickTheirNeurons() {
        NeuronMask m = mask(true, false);
        assertThat(m.reset(0, ResetMode.ACTIVE)).containsExactly(false, true);
        assertThat(m.reset(0, ResetMode.DORMANT)).containsExactly(true, false);
        assertThat(m.reset(0, ResetMode.ALL)).containsExactly(true, true);
        assertThat(m.reset(0, ResetMode.NONE)).containsExactly(false, false);
        assertThat(m.dormantFraction()).isEqualTo(0.5);
    }

    @Test
    public void overlapIsOfTheDormantOnes() {
        assertThat(mask(true, true, false).overlap(mask(false, true, false))).isEqualTo(1);
        assertThat(mask(true, false, true).overlap(mask(true, true, false))).isEqualTo(0.5);
        assertThat(mask(true, false).overlap(mask(false, true))).isZero();
        assertThat(mask(true, false).overlap(mask(false, false))).isZero();
    }

    @Test
    public void weightsIntoAndOutOfANeuronChangeAndNoOthers() {
        // 2 inputs, hidden 3 and 2, 1 output; reset: hidden neuron 1 of the first layer, 0 of the second
        List<Layer> layers = List.of(new Layer(2, 3, true, 1), new Layer(3, 2, true, 1), new Layer(2, 1, true, 1));
        NeuronReset reset = new NeuronReset(
                layers, List.of(new boolean[] {false, true, false}, new boolean[] {true, false}), Outgoing.DRAWN);
        boolean t = true;
        boolean f = false;
        assertThat(reset.weightMask(0)).containsExactly(f, t, f, f, t, f);
        assertThat(reset.biasMask(0)).containsExactly(f, t, f);
        assertThat(reset.weightMask(1)).containsExactly(t, f, t, t, t, f);
        assertThat(reset.biasMask(1)).containsExactly(t, f);
        assertThat(reset.weightMask(2)).containsExactly(t, f);
        assertThat(reset.biasMask(2)).containsExactly(f);
        float[] old = {9, 9, 9, 9, 9, 9};
        float[] drawn = reset.redrawWeight(1, old, new Random(0));
        for (int i = 0; i < 6; i++) {
            assertThat(drawn[i] != 9).as("entry %d", i).isEqualTo(reset.weightMask(1)[i]);
        }
        assertThat(old).containsOnly(9);
        assertThat(reset.zeroBias(1, new float[] {5, 6})).containsExactly(0, 6);
    }

    @Test
    public void outgoingZerosLeaveTheFunctionToTheOthersButIncomingWins() {
        List<Layer> layers = List.of(new Layer(1, 2, false, 1), new Layer(2, 2, false, 1), new Layer(2, 1, false, 1));
        NeuronReset reset = new NeuronReset(
                layers, List.of(new boolean[] {true, false}, new boolean[] {true, false}), Outgoing.ZERO);
        float[] drawn = reset.redrawWeight(1, new float[] {9, 9, 9, 9}, new Random(0));
        assertThat(drawn[0]).isNotZero().isNotEqualTo(9);
        assertThat(drawn[1]).isZero();
        assertThat(drawn[2]).isNotZero().isNotEqualTo(9);
        assertThat(drawn[3]).isEqualTo(9);
        assertThat(reset.biasMask(0)).isEmpty();
    }

    @Test
    public void drawnWeightsHaveThePublishedDistribution() {
        double deviation = NeuronReset.referenceDeviation(768);
        assertThat(deviation).isEqualTo(1 / 769.0);
        List<Layer> layers = List.of(new Layer(100, 50, true, deviation), new Layer(50, 1, true, deviation));
        boolean[] all = new boolean[50];
        Arrays.fill(all, true);
        NeuronReset reset = new NeuronReset(layers, List.of(all), Outgoing.DRAWN);
        float[] drawn = reset.redrawWeight(0, new float[5000], new ResetSchedule(10, true).random(42, 10));
        double[] z = new double[drawn.length];
        Arrays.setAll(z, i -> drawn[i] / deviation);
        assertThat(StatUtils.mean(z)).isCloseTo(0, offset(0.05));
        assertThat(StatUtils.variance(z)).isCloseTo(1, offset(0.06));
        assertThat(TestUtils.kolmogorovSmirnovTest(new NormalDistribution(0, 1), z))
                .isGreaterThan(0.01);
    }

    @Test
    public void theScheduleDecidesWhenAndFromWhichNumbers() {
        ResetSchedule published = new ResetSchedule(10, true);
        assertThat(published.due(9)).isFalse();
        assertThat(published.due(10)).isTrue();
        assertThat(published.random(42, 10).nextLong())
                .isEqualTo(published.random(42, 20).nextLong());
        ResetSchedule fresh = new ResetSchedule(10, false);
        assertThat(fresh.random(42, 10).nextLong())
                .isNotEqualTo(fresh.random(42, 20).nextLong());
        assertThat(fresh.random(42, 10).nextLong())
                .isEqualTo(fresh.random(42, 10).nextLong());
    }

    @Test
    public void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> Dormancy.REFERENCE.scores(new float[][] {{Float.NaN}}, IDENTITY))
                .hasMessage("activations must be finite, found NaN in neuron 0");
        assertThatThrownBy(() -> new NeuronReset(
                        List.of(new Layer(1, 2, true, 1), new Layer(3, 1, true, 1)),
                        List.of(new boolean[2]),
                        Outgoing.DRAWN))
                .hasMessage("hidden layer 0 is 2 wide, the next layer takes 3, and the mask holds 2");
    }
}
