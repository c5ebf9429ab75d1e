package org.tempera.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.GraphScope;
import org.tempera.testing.Messages;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Gradients as they are added where TensorFlow Java can register none, against TensorFlow's own. */
public class StepwiseGradientsTest {
    private static final int[] SHAPE = {2, 3};

    /** Something made of {@code x} and {@code w}, both {@code [2, 3]}. */
    private interface Made {
        Operand<TFloat32> of(GraphScope scope, Ops tf, Operand<TFloat32> x, Operand<TFloat32> w);
    }

    record In(HostTensor x, HostTensor w) {}

    record Out(Map<String, HostTensor> gradients) {}

    @DataProvider
    public Object[][] made() {
        Made residual = (s, tf, x, w) -> tf.math.add(x, tf.math.mul(tf.math.tanh(x), w));
        Made broadcast = (s, tf, x, w) -> tf.math.add(x, tf.math.mean(tf.math.mul(x, w), tf.constant(1), KEEP));
        Made centred = (s, tf, x, w) -> {
            Operand<TFloat32> off = tf.math.sub(x, tf.math.mean(tf.math.mul(x, w), tf.constant(1), KEEP));
            return tf.math.sub(tf.math.mean(off, tf.constant(0)), tf.math.square(off));
        };
        Made row = (s, tf, x, w) -> tf.math.sub(tf.math.mean(x, tf.constant(0)), tf.math.mul(x, w));
        Made gated = (s, tf, x, w) -> tf.math.mul(x, tf.math.sigmoid(tf.math.mul(x, w)));
        Made quotient = (s, tf, x, w) ->
                tf.math.div(tf.math.mul(x, w), tf.math.add(tf.math.square(x), tf.constant(new float[] {1, 2, 3})));
        Made joined = (s, tf, x, w) -> {
            Operand<TFloat32> both = tf.concat(List.of(x, tf.math.mul(tf.math.exp(x), w), x), tf.constant(1));
            return tf.math.square(both);
        };
        Made many = (s, tf, x, w) -> tf.math.addN(List.of(x, tf.math.tanh(x), tf.math.mul(w, x), w));
        Made twice = (s, tf, x, w) -> tf.math.mul(tf.math.mul(x, x), tf.math.mul(w, x));
        Made parts = (s, tf, x, w) -> {
            var split = tf.split(tf.constant(1), tf.math.mul(x, w), 3L);
            return tf.math.mul(split.output().get(0), split.output().get(2));
        };
        Made larger = (s, tf, x, w) -> tf.math.maximum(tf.math.mul(x, w), tf.math.mul(tf.math.square(x), w));
        Made products = (s, tf, x, w) -> {
            Operand<TFloat32> square = tf.linalg.matMul(x, w, org.tensorflow.op.linalg.MatMul.transposeB(true));
            return tf.math.add(square, tf.linalg.matMul(square, square));
        };
        Made region = (s, tf, x, w) -> {
            Operand<TFloat32> cube = tf.math.mul(x, tf.math.square(w));
            Operand<TFloat32> own = s.withGradient(
                    cube,
                    List.of(x, w),
                    // Of another function, so that TensorFlow's own would be noticed.
                    (t, dy) -> List.of(t.math.mul(dy, w), t.math.mul(dy, t.constant(7f))));
            return tf.math.add(x, tf.math.mul(own, x));
        };
        Made stopped = (s, tf, x, w) -> tf.math.mul(x, tf.stopGradient(tf.math.mul(x, w)));
        Made deep = (s, tf, x, w) -> {
            Operand<TFloat32> h = x;
            for (int i = 0; i < 8; i++) {
                h = tf.math.add(h, tf.math.tanh(tf.math.mul(h, w)));
                h = tf.math.add(h, x);
            }
            return h;
        };
        return new Object[][] {
            {"residual", residual},
            {"broadcast", broadcast},
            {"centred", centred},
            {"row", row},
            {"gated", gated},
            {"quotient", quotient},
            {"joined", joined},
            {"many", many},
            {"twice", twice},
            {"parts", parts},
            {"larger", larger},
            {"products", products},
            {"region", region},
            {"stopped", stopped},
            {"deep", deep},
        };
    }

    private static final org.tensorflow.op.math.Mean.Options[] KEEP = {org.tensorflow.op.math.Mean.keepDims(true)};

    @Test(dataProvider = "made")
    public void areThoseThatTensorFlowAddsAtOnce(String name, Made made) {
        Map<String, HostTensor> expected = gradients(new TrainingGraph(1), made);
        Map<String, HostTensor> found = gradients(TrainingGraph.withStepwiseGradients(1), made);
        assertThat(found).containsOnlyKeys(expected.keySet());
        expected.forEach((of, e) -> {
            HostTensor f = found.getOrDefault(of, e);
            for (int i = 0; i < e.size(); i++) {
                assertThat(f.get(i)).as(name + ": " + of + "[" + i + "]").isCloseTo(e.get(i), within(2e-6f));
            }
        });
    }

    @Test
    public void whatIsNotKnownIsSaid() {
        try (TrainingGraph graph = TrainingGraph.withStepwiseGradients(1)) {
            Operand<TFloat32> x = graph.floatInput("x");
            Ops tf = graph.scope().tf();
            Operand<TFloat32> y = tf.withName("power").math.pow(x, tf.math.square(x));
            Messages.assertMessage("gradient-not-known", Path.of("unused"), () -> graph.gradients(y, List.of(x)));
        }
    }

    private static Map<String, HostTensor> gradients(TrainingGraph opened, Made made) {
        try (TrainingGraph graph = opened) {
            Operand<TFloat32> x = graph.floatInput("x", SHAPE);
            Operand<TFloat32> w = graph.floatInput("w", SHAPE);
            GraphScope scope = graph.scope();
            Ops tf = scope.tf();
            Operand<TFloat32> y = made.of(scope, tf, x, w);
            Operand<TFloat32> sum = tf.reduceSum(tf.reshape(y, tf.constant(new int[] {-1})), tf.constant(0));
            List<Operand<TFloat32>> g = graph.gradients(sum, List.of(x, w));
            Program<In, Out> program = Program.define("gradients", In.class, Out.class)
                    .feed("x", x)
                    .feed("w", w)
                    .fetchMap("gradients", Map.of("x", g.get(0), "w", g.get(1)))
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                HostTensor at = HostTensor.of(new float[] {0.3f, -0.7f, 1.1f, 0.4f, -0.2f, 0.9f}, SHAPE);
                HostTensor by = HostTensor.of(new float[] {-0.5f, 0.8f, 0.6f, 1.2f, -0.3f, 0.7f}, SHAPE);
                return new TreeMap<>(program.run(session, new In(at, by)).gradients());
            }
        }
    }
}
