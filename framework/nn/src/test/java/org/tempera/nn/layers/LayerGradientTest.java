package org.tempera.nn.layers;

import java.util.Optional;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class LayerGradientTest {
    private static final double TOLERANCE = 1e-2;

    private static int[] shape(int... sizes) {
        return sizes;
    }

    @Test
    public void linear() {
        GradientCheck.check(
                TOLERANCE, (l, x) -> new Linear(l.parameters(), 5, 3, true).apply(l.forward(), x[0]), shape(4, 5));
    }

    /** In a weight of 1,600 numbers, whose adapter's 80 get their gradients without its own. */
    @Test
    public void linearWithAnAdapterInIt() {
        GradientCheck.check(
                TOLERANCE,
                (l, x) -> {
                    ParameterSource adapted = (name, layout, shape, fresh) -> adapted(l, shape, fresh);
                    return new Linear(adapted, 40, 40, false).apply(l.forward(), x[0]);
                },
                shape(3, 40));
    }

    private static Weight adapted(GradientCheck.Layer l, Shape shape, Initializer fresh) {
        Ops tf = l.forward().tf();
        Operand<TFloat32> plain = tf.fill(tf.constant(shape.asArray()), tf.constant(0.1f));
        return AdaptedWeight.of(l.forward(), l.parameters(), plain, shape, 1, fresh);
    }

    @Test
    public void convolution() {
        GradientCheck.check(
                TOLERANCE,
                (l, x) -> new Convolution(l.parameters(), 3, 2, 3).apply(l.forward(), x[0]),
                shape(2, 5, 4, 3));
    }

    @DataProvider
    public static Object[][] paddings() {
        return new Object[][] {{"SAME", 3}, {"VALID", 2}};
    }

    @Test(dataProvider = "paddings")
    public void convolutionOfUnfoldedImages(String padding, int size) {
        GradientCheck.check(
                TOLERANCE,
                (l, x) -> {
                    Shape sizes = Shape.of(size, size, 3, 2);
                    Weight kernel =
                            l.parameters().weight("weight", Layout.CONVOLUTION, sizes, new Initializer.Uniform(0.5f));
                    return Unfolded.of(shape(2, 5, 4, 3), shape(size, size, 3, 2), padding)
                            .convolve(l.forward(), x[0], kernel.value(Weights.POLICY));
                },
                shape(2, 5, 4, 3));
    }

    @Test
    public void convolutionWithStrideAndLopsidedPadding() {
        GradientCheck.check(
                TOLERANCE,
                (l, x) -> new Convolution(l.parameters(), 3, 2, 3, 2, 0, 1).apply(l.forward(), x[0]),
                shape(2, 5, 4, 3));
    }

    @Test
    public void convolutionOfBandsOfRows() {
        GradientCheck.check(
                TOLERANCE,
                (l, x) -> {
                    Convolution c = new Convolution(l.parameters(), 3, 2, 3, 1, 0, 0);
                    return RowBands.convolve(l.forward(), x[0], 3, 2, band -> c.apply(l.forward(), band));
                },
                shape(2, 6, 4, 3));
    }

    @Test
    public void convolutionOfADoubledImage() {
        GradientCheck.check(
                TOLERANCE,
                (l, x) -> new Convolution(l.parameters(), 3, 2, 3).applyEnlarged(l.forward(), x[0], 6, 4),
                shape(2, 3, 2, 3));
    }

    @Test
    public void groupNorm() {
        GradientCheck.check(
                2e-2, (l, x) -> new GroupNorm(l.parameters(), 6, 3, 1e-5).apply(l.forward(), x[0]), shape(2, 3, 2, 6));
    }

    @Test
    public void layerNorm() {
        GradientCheck.check(
                2e-2, (l, x) -> new LayerNorm(l.parameters(), 6, 1e-5).apply(l.forward(), x[0]), shape(4, 6));
    }

    @Test
    public void attention() {
        GradientCheck.check(
                TOLERANCE,
                (l, x) -> Attention.apply(l.forward(), x[0], x[1], x[2], 2, 2, Optional.empty()),
                shape(6, 4),
                shape(10, 4),
                shape(10, 4));
    }

    /** Scores at a time: those of two queries, of one head, of three heads, and all. */
    @DataProvider
    public static Object[] scoresAtATime() {
        return new Object[] {2 * 4, 5 * 4, 3 * 5 * 4, 1000};
    }

    @Test(dataProvider = "scoresAtATime")
    public void attentionInGroups(int most) {
        GradientCheck.check(
                TOLERANCE,
                (l, x) -> new FrugalAttention(2, 2, 5, 4, 3, most).apply(l.forward(), x[0], x[1], x[2]),
                shape(2, 2, 5, 3),
                shape(2, 2, 4, 3),
                shape(2, 2, 4, 3));
    }

    @Test
    public void attentionWithMaskAndOneHead() {
        GradientCheck.check(
                TOLERANCE,
                (l, x) -> Attention.apply(
                        l.forward(),
                        x[0],
                        x[1],
                        x[2],
                        2,
                        1,
                        Optional.of(l.forward().tf().constant(new float[][][][] {{{{0, -1e9f, 0}, {0, 0, -1e9f}}}}))),
                shape(4, 4),
                shape(6, 4),
                shape(6, 4));
    }

    @Test
    public void feedForward() {
        GradientCheck.check(2e-2, (l, x) -> new FeedForward(l.parameters(), 3).apply(l.forward(), x[0]), shape(4, 3));
    }

    @Test
    public void embeddingSumsTheGradientsOfRepeatedIds() {
        GradientCheck.check(
                TOLERANCE,
                (l, x) -> {
                    Embedding table = new Embedding(l.parameters(), 5, 3);
                    var tf = l.forward().tf();
                    return tf.math.mul(
                            x[0],
                            tf.math.square(table.apply(l.forward(), tf.constant(new int[][] {{0, 2, 2}, {1, 0, 4}}))));
                },
                shape(2, 3, 3));
    }

    @Test
    public void nearestUpsamplingToAnOddSize() {
        GradientCheck.check(
                TOLERANCE,
                (l, x) -> l.forward().tf().math.square(NearestUpsampling.apply(l.forward(), x[0], 5, 3)),
                shape(2, 3, 2, 2));
    }

    @Test
    public void sinusoidalEmbedding() {
        GradientCheck.check(
                TOLERANCE, (l, x) -> new SinusoidalEmbedding(7, true, 1).apply(l.forward(), x[0]), shape(3));
    }

    @DataProvider
    public static Object[] activations() {
        return Activation.values();
    }

    @Test(dataProvider = "activations")
    public void activation(Activation activation) {
        GradientCheck.check(2e-2, (l, x) -> activation.apply(l.forward(), x[0]), shape(9));
    }
}
