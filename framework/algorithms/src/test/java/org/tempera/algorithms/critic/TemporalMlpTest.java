package org.tempera.algorithms.critic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.tempera.algorithms.Preset;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.critic.CriticNetwork.State;
import org.tempera.spi.critic.Recyclable.DenseLayer;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.policy.PolicyShape;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class TemporalMlpTest {
    private static final int ROWS = 6;
    private static final int WIDTH = 5;

    record Feeds(HostTensor features, HostTensor fractions, int[] seed) {}

    record Fetches(HostTensor values, HostTensor trained, float loss, Map<String, HostTensor> gradients) {}

    private static TemporalMlpConfig config(Nonlinearity nonlinearity, TimestepInput timestep, double dropout) {
        return new TemporalMlpConfig(
                Preset.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                4,
                1,
                Optional.of(List.of(7, 4)),
                Optional.of(List.of(dropout, dropout)),
                Optional.of(nonlinearity),
                Optional.of(timestep),
                Optional.empty());
    }

    private static HostTensor random(long seed, int... shape) {
        int size = 1;
        for (int s : shape) {
            size *= s;
        }
        float[] data = new float[size];
        Random random = new Random(seed);
        for (int i = 0; i < size; i++) {
            data[i] = (float) random.nextGaussian();
        }
        return HostTensor.of(data, shape);
    }

    private static HostTensor fractions() {
        return HostTensor.of(new float[] {0.98f, 0.9f, 0.6f, 0.4f, 0.2f, 0.02f}, ROWS);
    }

    /** A critic in a session. */
    private static final class Running implements AutoCloseable {
        final TrainingGraph graph = new TrainingGraph(5);
        final TemporalMlpNetwork critic;
        final Program<Feeds, Fetches> program;
        final TrainingSession session;

        Running(TemporalMlpConfig config) {
            critic = new TemporalMlp(config).build(graph.scope(), new CriticFeatures.Given(WIDTH));
            Operand<TFloat32> features = graph.floatInput("features", ROWS, WIDTH);
            Operand<TFloat32> fractions = graph.floatInput("fractions", ROWS);
            Operand<TInt32> seed = graph.intInput("seed", 2);
            Operand<TFloat32> values = critic.value(graph.scope().child("off"), features, fractions, Optional.empty());
            Operand<TFloat32> trained = critic.value(graph.scope().child("on"), features, fractions, Optional.of(seed));
            var tf = graph.scope().tf();
            Operand<TFloat32> loss = tf.math.mean(tf.math.square(trained), tf.constant(0));
            Map<String, Operand<TFloat32>> gradients = new LinkedHashMap<>();
            List<Operand<TFloat32>> of = graph.gradients(
                    loss,
                    critic.trainable().stream()
                            .<Operand<TFloat32>>map(Parameter::value)
                            .toList());
            for (int i = 0; i < of.size(); i++) {
                gradients.put(critic.trainable().get(i).name(), of.get(i));
            }
            program = Program.define("critic", Feeds.class, Fetches.class)
                    .feed("features", features)
                    .feed("fractions", fractions)
                    .feed("seed", seed)
                    .fetch("values", values)
                    .fetch("trained", trained)
                    .fetch("loss", loss)
                    .fetchMap("gradients", gradients)
                    .build();
            session = graph.seal(new ThreadSettings(1, 1));
        }

        Fetches run(int seed) {
            return program.run(session, new Feeds(random(1, ROWS, WIDTH), fractions(), new int[] {seed, 0}));
        }

        @Override
        public void close() {
            session.close();
            graph.close();
        }
    }

    @DataProvider
    Object[][] critics() {
        return new Object[][] {
            {Nonlinearity.NONE, TimestepInput.NONE, 0.0},
            {Nonlinearity.SILU, TimestepInput.SINUSOIDAL, 0.0},
            {Nonlinearity.GELU, TimestepInput.FRACTION, 0.3}
        };
    }

    @Test(dataProvider = "critics")
    public void gradientsAreTheNumericOnes(Nonlinearity nonlinearity, TimestepInput timestep, double dropout) {
        try (Running r = new Running(config(nonlinearity, timestep, dropout))) {
            // The last layer starts small: give it weight, so that gradients of the others show.
            Parameter last = r.critic.layers().get(2).weight();
            r.session.write(last, random(3, 4, 1));
            Map<String, HostTensor> gradients = r.run(11).gradients();
            for (Parameter p : r.critic.trainable()) {
                HostTensor gradient = gradients.get(p.name());
                double largest = 1e-3;
                for (float g : gradient.data()) {
                    largest = Math.max(largest, Math.abs(g));
                }
                for (int k = 0; k < gradient.size(); k += Math.max(1, gradient.size() / 6)) {
                    double numeric = (loss(r, p, k, 1e-2f) - loss(r, p, k, -1e-2f)) / 2e-2;
                    assertThat(Math.abs(numeric - gradient.get(k)) / largest)
                            .as("%s[%d]: numeric %f, analytic %f", p.name(), k, numeric, gradient.get(k))
                            .isLessThan(5e-3);
                }
            }
        }
    }

    private static double loss(Running r, Parameter p, int entry, float by) {
        HostTensor before = r.session.read(p);
        float[] data = before.data().clone();
        data[entry] += by;
        r.session.write(p, HostTensor.of(data, before.shape()));
        double loss = r.run(11).loss();
        r.session.write(p, before);
        return loss;
    }

    @Test
    public void dropoutFollowsItsSeedAndIsOffWithoutOne() {
        try (Running r = new Running(config(Nonlinearity.RELU, TimestepInput.NONE, 0.5))) {
            r.session.write(r.critic.layers().get(2).weight(), random(3, 4, 1));
            Fetches first = r.run(1);
            assertThat(r.run(1).trained()).isEqualTo(first.trained());
            assertThat(r.run(2).trained()).isNotEqualTo(first.trained());
            assertThat(r.run(2).values()).isEqualTo(first.values());
        }
    }

    @Test
    public void dropoutKeepsTheMeanOfAnAffineCritic() {
        TemporalMlpConfig config = config(Nonlinearity.NONE, TimestepInput.NONE, 0.4);
        try (Running r = new Running(config)) {
            r.session.write(r.critic.layers().get(2).weight(), random(3, 4, 1));
            float[] values = r.run(0).values().data();
            double[] mean = new double[ROWS];
            int draws = 1500;
            for (int i = 0; i < draws; i++) {
                float[] trained = r.run(i).trained().data();
                for (int k = 0; k < ROWS; k++) {
                    mean[k] += trained[k] / draws;
                }
            }
            for (int k = 0; k < ROWS; k++) {
                assertThat(mean[k]).isCloseTo(values[k], within(0.25));
            }
        }
    }

    @Test
    public void theReferencePresetIsThePublishedCritic() {
        TemporalMlpConfig config =
                TemporalMlpConfig.of(Preset.REFERENCE, Optional.of(FeatureKind.POOLED_LATENT), Optional.empty());
        try (TrainingGraph graph = new TrainingGraph(1)) {
            TemporalMlpNetwork critic = new TemporalMlp(config).build(graph.scope(), new CriticFeatures.Given(768));
            assertThat(critic.layers().stream().map(l -> l.weight().shape().toString()))
                    .containsExactly("[768, 1024]", "[1024, 128]", "[128, 64]", "[64, 16]", "[16, 1]");
            assertThat(critic.layers().stream().map(DenseLayer::standardDeviation))
                    .containsOnly(1.0 / 769);
            assertThat(critic.layers().get(0).nonlinearity().applyAsDouble(-2)).isEqualTo(-2);
            assertThat(config.shape().dropout()).containsExactly(0.2, 0.2, 0.1, 0.0);
        }
    }

    @Test
    public void aKeyThatIsGivenWinsOverThePreset() {
        TemporalMlpConfig.Shape shape = new TemporalMlpConfig(
                        Preset.REFERENCE,
                        Optional.of(FeatureKind.POOLED_LATENT),
                        Optional.empty(),
                        2,
                        1,
                        Optional.of(List.of(32)),
                        Optional.empty(),
                        Optional.of(Nonlinearity.SILU),
                        Optional.empty(),
                        Optional.empty())
                .shape();
        assertThat(shape.hidden()).containsExactly(32);
        assertThat(shape.dropout()).containsExactly(0.0);
        assertThat(shape.nonlinearity()).isEqualTo(Nonlinearity.SILU);
        assertThat(shape.timestep()).isEqualTo(TimestepInput.NONE);
        assertThat(shape.initialisation()).isEqualTo(Initialisation.REFERENCE);
    }

    @Test
    public void anEncoderIsAskedForWhereFeaturesNeedOne() {
        assertThatThrownBy(() -> TemporalMlpConfig.of(Preset.REFERENCE, Optional.empty(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "encoder must name a CLIP folder for features = decoded-latent; or set features = pooled-latent");
        assertThatThrownBy(() -> new TemporalMlpConfig(
                        Preset.DEFAULT,
                        Optional.empty(),
                        Optional.empty(),
                        4,
                        1,
                        Optional.of(List.of(8, 8)),
                        Optional.of(List.of(0.1)),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()))
                .hasMessage("dropout must hold one number for each of the 2 hidden layers, was [0.1]");
    }

    @Test
    public void theNonlinearityOnTheHostIsThatOfTheGraph() {
        // GELU of 1 and SiLU of 1, to seven digits
        assertThat(Nonlinearity.GELU.onHost().applyAsDouble(1)).isCloseTo(0.8413447, within(1e-7));
        assertThat(Nonlinearity.SILU.onHost().applyAsDouble(1)).isCloseTo(0.7310586, within(1e-7));
        assertThat(Nonlinearity.RELU.onHost().applyAsDouble(-1)).isZero();
    }

    record LatentFeeds(HostTensor latents, HostTensor clean) {}

    record Pooled(HostTensor features) {}

    @Test
    public void pooledLatentsAreMeansOfCellsAndDeviations() {
        // 3 rows and 2 columns in a grid of 2: rows 0-1 and 1-2 overlap, columns 0 and 1 are cells of their own.
        PolicyShape shape = new PolicyShape(new PolicyShape.Latent(3, 2, 1), new PolicyShape.Image(24, 16));
        PooledLatentFeatures pooling = new PooledLatentFeatures(shape, 2);
        assertThat(pooling.width()).isEqualTo(10);
        try (TrainingGraph graph = new TrainingGraph(1)) {
            Operand<TFloat32> latents = graph.floatInput("latents", 1, 3, 2, 1);
            Operand<TFloat32> clean = graph.floatInput("clean", 1, 3, 2, 1);
            Operand<TFloat32> t = graph.floatInput("t", 1);
            Program<LatentFeeds, Pooled> program = Program.define("pool", LatentFeeds.class, Pooled.class)
                    .feed("latents", latents)
                    .feed("clean", clean)
                    .fetch("features", pooling.build(graph.scope(), new State(latents, clean, t)))
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                HostTensor got = program.run(
                                session,
                                new LatentFeeds(
                                        HostTensor.of(new float[] {1, 2, 3, 4, 5, 0}, 1, 3, 2, 1),
                                        HostTensor.of(new float[] {9, 9, 9, 9, 9, 9}, 1, 3, 2, 1)))
                        .features();
                assertThat(got.shape()).containsExactly(1, 10);
                // cells (1+3)/2, (2+4)/2, (3+5)/2, (4+0)/2; deviation of 0..5 is 1.7078; 9 is cut to 5
                assertThat(got.data())
                        .containsExactly(new float[] {2, 3, 4, 2, 1.7078f, 5, 5, 5, 5, 0.001f}, within(1e-3f));
            }
        }
    }
}
