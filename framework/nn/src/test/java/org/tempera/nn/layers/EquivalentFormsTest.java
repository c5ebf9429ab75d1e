package org.tempera.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.BiFunction;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

/** Layers that are computed in a cheaper form give the numbers of the plain one. */
public class EquivalentFormsTest {
    record In(HostTensor x) {}

    record Out(HostTensor cheap, HostTensor plain) {}

    /** Builds both forms; the plain one is the second. */
    private static void check(
            int[] shape,
            double tolerance,
            BiFunction<GraphParameters, Forward, BiFunction<Operand<TFloat32>, Boolean, Operand<TFloat32>>> layer) {
        try (TrainingGraph graph = new TrainingGraph(7)) {
            Operand<TFloat32> x = graph.floatInput("x", shape);
            Forward f = new Forward(graph.scope().child("forward"));
            var form = layer.apply(GraphParameters.fresh(graph.scope().child("layer")), f);
            Program<In, Out> program = Program.define("forms", In.class, Out.class)
                    .feed("x", x)
                    .fetch("cheap", form.apply(x, true))
                    .fetch("plain", form.apply(x, false))
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                Out out = program.run(session, new In(GradientCheck.random("x", 1, shape)));
                assertThat(out.cheap().shape()).isEqualTo(out.plain().shape());
                for (int i = 0; i < out.plain().size(); i++) {
                    assertThat(out.cheap().get(i)).isCloseTo(out.plain().get(i), within((float) tolerance));
                }
            }
        }
    }

    @Test
    public void convolutionOfADoubledImage() {
        check(new int[] {2, 3, 5, 4}, 1e-6, (parameters, f) -> {
            Convolution c = new Convolution(parameters, 4, 3, 3);
            return (x, cheap) ->
                    cheap ? c.applyEnlarged(f, x, 6, 10) : c.apply(f, NearestUpsampling.apply(f, x, 6, 10));
        });
    }

    @Test
    public void convolutionOfBandsOfRows() {
        for (int bands : new int[] {1, 2, 3, 6}) {
            check(new int[] {2, 8, 5, 4}, 1e-6, (parameters, f) -> {
                Convolution c = new Convolution(parameters, 4, 3, 3, 1, 0, 0);
                return (x, cut) -> cut ? RowBands.convolve(f, x, 3, bands, band -> c.apply(f, band)) : c.apply(f, x);
            });
        }
    }

    /** 64 x 64 pixels and 9 x 1,024 taps are more than a band may have. */
    @Test
    public void convolutionsOfLargeImagesAreCut() {
        assertThat(RowBands.count(64, 64, 9 * 1024)).isEqualTo(2);
        check(new int[] {1, 64, 64, 1024}, 1e-4, (parameters, f) -> {
            Convolution c = new Convolution(parameters, 1024, 2, 3);
            return (x, cut) -> cut
                    ? c.apply(f, x)
                    : f.concat(
                            List.of(
                                    rows(f, c.apply(f, rows(f, x, 0, 40)), 0, 32),
                                    rows(f, c.apply(f, rows(f, x, 24, 40)), 8, 32)),
                            1);
        });
    }

    private static Operand<TFloat32> rows(Forward f, Operand<TFloat32> x, int first, int count) {
        long[] s = x.shape().asArray();
        return f.tf().slice(x, f.tf().constant(new int[] {0, first, 0, 0}), f.tf().constant(new int[] {
            (int) s[0], count, (int) s[2], (int) s[3]
        }));
    }

    /** As part of a larger image, which is convolved as one, with a kernel of 4.7 million numbers. */
    @Test
    public void convolutionOfASmallImageWithALargeKernel() {
        check(new int[] {2, 4, 6, 2048}, 1e-5, (parameters, f) -> {
            Convolution c = new Convolution(parameters, 2048, 256, 3);
            int[][] below = {{0, 0}, {0, 12}, {0, 10}, {0, 0}};
            return (x, alone) -> alone
                    ? c.apply(f, x)
                    : f.tf().slice(
                                    c.apply(f, f.tf().pad(x, f.tf().constant(below), f.tf().constant(0f))),
                                    f.ints(0, 0, 0, 0),
                                    f.ints(2, 4, 6, 256));
        });
    }

    @Test
    public void smallImagesWithLargeKernelsAreUnfolded() {
        assertThat(Unfolded.of(new int[] {2, 8, 8, 1280}, new int[] {3, 3, 1280, 1280}, "SAME")
                        .isFaster())
                .isTrue();
        assertThat(Unfolded.of(new int[] {2, 9, 9, 1280}, new int[] {2, 2, 1280, 1280}, "VALID")
                        .isFaster())
                .isTrue();
        assertThat(Unfolded.of(new int[] {2, 16, 16, 1280}, new int[] {3, 3, 1280, 1280}, "SAME")
                        .isFaster())
                .isFalse();
        assertThat(Unfolded.of(new int[] {64, 8, 8, 256}, new int[] {3, 3, 256, 256}, "SAME")
                        .isFaster())
                .isFalse();
    }

    @Test
    public void bandsDivideTheRows() {
        assertThat(RowBands.count(512, 512, 9 * 128)).isEqualTo(16);
        assertThat(RowBands.count(64, 64, 9 * 320)).isEqualTo(1);
        assertThat(RowBands.count(97, 4096, 9 * 512))
                .as("a prime number of rows is cut into single ones or not at all")
                .isEqualTo(1);
    }

    @Test
    public void convolutionOfAnImageEnlargedToAnOddSize() {
        check(new int[] {1, 3, 2, 4}, 0, (parameters, f) -> {
            Convolution c = new Convolution(parameters, 4, 3, 3);
            return (x, cheap) -> cheap ? c.applyEnlarged(f, x, 5, 3) : c.apply(f, NearestUpsampling.apply(f, x, 5, 3));
        });
    }
}
