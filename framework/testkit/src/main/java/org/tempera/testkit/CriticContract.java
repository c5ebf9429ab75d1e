package org.tempera.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.learn.SupervisedTrainer;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.critic.CriticNetwork;
import org.tempera.spi.critic.CriticProvider;
import org.tempera.spi.critic.Recyclable;
import org.tempera.spi.critic.Recyclable.DenseLayer;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyShape;
import org.tempera.toy.ToyPolicy;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

/**
 * Checks what every critic plugin must hold to. Extend it in the plugin's tests, and run it as any TestNG test. The
 * critic is built on {@link ToyPolicy}, unless {@link #policy()} says otherwise.
 *
 * @param <C> the plugin's configuration
 */
public abstract class CriticContract<C extends Record> extends ProviderContract<C, CriticProvider<C>> {
    private static final int BATCH = 8;
    private static final int UPDATES = 150;
    private static final double TOLERANCE = 1e-4;

    record StateFeeds(HostTensor latents, HostTensor clean, HostTensor fractions) {}

    record ValueFeeds(HostTensor features, HostTensor fractions) {}

    record Fetches(Map<String, HostTensor> outputs) {}

    protected CriticContract() {
        super(CriticProvider.class);
    }

    /** The policy whose states the critic values. */
    protected DiffusionPolicy policy() {
        return new ToyPolicy();
    }

    @Test
    public void featuresAreOneFiniteRowForEachState() {
        try (Built b = new Built(BATCH)) {
            HostTensor features = b.features();
            assertThat(features.shape())
                    .withFailMessage(
                            "features() gives %s, expected [batch, featureWidth] = [%d, %d].",
                            Arrays.toString(features.shape()), BATCH, b.network.featureWidth())
                    .isEqualTo(new int[] {BATCH, b.network.featureWidth()});
            requireFinite(features, "features()");
            assertThat(b.network.featureInterval())
                    .withFailMessage("featureInterval() must be at least 1, which is features at every step.")
                    .isPositive();
        }
    }

    @Test
    public void valuesAreOneFiniteNumberForEachState() {
        try (Built b = new Built(BATCH)) {
            HostTensor values = b.values(b.features());
            assertThat(values.shape())
                    .withFailMessage("value() gives %s, expected [batch].", Arrays.toString(values.shape()))
                    .isEqualTo(new int[] {BATCH});
            requireFinite(values, "value()");
            assertThat(values.data())
                    .withFailMessage("without a dropout seed the same features must have the same values.")
                    .isEqualTo(b.values(b.features()).data());
        }
    }

    @Test
    public void aValueDoesNotDependOnTheBatch() {
        HostTensor features;
        HostTensor together;
        try (Built b = new Built(BATCH)) {
            features = b.features();
            together = b.values(features);
        }
        try (Built b = new Built(1)) {
            for (int i = 0; i < BATCH; i++) {
                float alone = b.valueOf(features.rows(i, i + 1), fraction(i)).data()[0];
                assertThat(Math.abs((double) alone - together.data()[i]))
                        .withFailMessage(
                                "state %d is worth %s in a batch of %d and %s alone: reduce over no axis 0.",
                                i, together.data()[i], BATCH, alone)
                        .isLessThanOrEqualTo(TOLERANCE * Math.max(1, Math.abs(together.data()[i])));
            }
        }
    }

    @Test
    public void canBeFittedToReturns() {
        try (Built b = new Built(BATCH)) {
            HostTensor features = b.features();
            float[] returns = new float[BATCH];
            Random random = new Random(9);
            for (int i = 0; i < BATCH; i++) {
                returns[i] = (float) random.nextGaussian();
            }
            Map<String, Object> data =
                    Map.of("features", features, "fractions", b.fractions(), "returns", HostTensor.of(returns, BATCH));
            double first = loss(b.trainer.step(b.session, data, 1));
            double last = first;
            for (int i = 1; i < UPDATES; i++) {
                last = loss(b.trainer.step(b.session, data, 1));
            }
            assertThat(last)
                    .withFailMessage(
                            "%d updates on %d states leave the squared error at %s, from %s: value() must read the"
                                    + " parameters of trainable(), with a gradient.",
                            UPDATES, BATCH, last, first)
                    .isLessThan(0.9 * first);
        }
    }

    @Test
    public void neuronsThatCanBeResetAreLayersInARow() {
        try (Built b = new Built(BATCH)) {
            Optional<Recyclable> recyclable = b.network.recyclable();
            if (recyclable.isEmpty()) {
                return;
            }
            List<DenseLayer> layers = recyclable.get().layers();
            Map<String, HostTensor> hidden = b.hidden(b.features());
            assertThat(hidden.values())
                    .withFailMessage(
                            "hidden() gives %d layers of %d: every layer has hidden neurons but the last.",
                            hidden.size(), layers.size())
                    .hasSize(layers.size() - 1);
            int i = 0;
            for (HostTensor h : hidden.values()) {
                long out = layers.get(i).weight().shape().get(1);
                assertThat(h.shape())
                        .withFailMessage(
                                "hidden layer %d gives %s, expected [batch, %d] by its weight.",
                                i, Arrays.toString(h.shape()), out)
                        .isEqualTo(new int[] {BATCH, (int) out});
                assertThat(layers.get(i + 1).weight().shape().get(0))
                        .withFailMessage("layer %d must take the %d outputs of layer %d.", i + 1, out, i)
                        .isEqualTo(out);
                i++;
            }
            for (DenseLayer layer : layers) {
                assertThat(b.network.trainable())
                        .withFailMessage(
                                "'%s' can be reset but is not in trainable().",
                                layer.weight().name())
                        .contains(layer.weight());
            }
        }
    }

    @Test
    public void provenanceNamesHashes() {
        requireHashes(provider().create(config()).provenance());
    }

    /** The critic in a graph of its own. */
    private final class Built implements AutoCloseable {
        private final int rows;
        private final TrainingGraph graph = new TrainingGraph(3);
        private final DiffusionPolicy policy = policy();
        private final CriticNetwork network;
        private final Program<StateFeeds, Fetches> features;
        private final Program<ValueFeeds, Fetches> values;
        private final Program<ValueFeeds, Fetches> hidden;
        private final SupervisedTrainer trainer;
        private final TrainingSession session;

        Built(int rows) {
            this.rows = rows;
            PolicyShape s = policy.shape();
            GraphScope scope = graph.scope().child("contract");
            Ops tf = scope.tf();
            network = provider()
                    .create(config())
                    .build(
                            graph.scope().child("critic"),
                            s,
                            policy.build(graph.scope().child("policy")));
            int[] shape = {rows, s.latentHeight(), s.latentWidth(), s.latentChannels()};
            Operand<TFloat32> latents = graph.floatInput("latents", shape);
            Operand<TFloat32> clean = graph.floatInput("clean", shape);
            Operand<TFloat32> fractions = graph.floatInput("fractions", rows);
            features = Program.define("features", StateFeeds.class, Fetches.class)
                    .feed("latents", latents)
                    .feed("clean", clean)
                    .feed("fractions", fractions)
                    .fetchMap(
                            "outputs",
                            Map.of(
                                    "features",
                                    network.features(scope, new CriticNetwork.State(latents, clean, fractions))))
                    .build();
            Operand<TFloat32> row = graph.floatInput("features", rows, network.featureWidth());
            Operand<TFloat32> returns = graph.floatInput("returns", rows);
            Operand<TFloat32> value = network.value(scope, row, fractions, Optional.empty());
            values = Program.define("value", ValueFeeds.class, Fetches.class)
                    .feed("features", row)
                    .feed("fractions", fractions)
                    .fetchMap("outputs", Map.of("value", value))
                    .build();
            Map<String, Operand<TFloat32>> layers = new LinkedHashMap<>();
            network.recyclable().ifPresent(r -> {
                List<Operand<TFloat32>> all = new ArrayList<>(r.hidden(scope.child("hidden"), row, fractions));
                for (int i = 0; i < all.size(); i++) {
                    layers.put("layer" + i, all.get(i));
                }
            });
            hidden = Program.define("hidden", ValueFeeds.class, Fetches.class)
                    .feed("features", row)
                    .feed("fractions", fractions)
                    .fetchMap("outputs", layers)
                    .build();
            trainer = new SupervisedTrainer(
                    graph,
                    "fit",
                    network.trainable(),
                    new OptimizerSettings(1e-3, 1e-3, 0, 0.9, 0.999, 1e-8, 0, 1),
                    Map.of("features", row, "fractions", fractions, "returns", returns),
                    tf.math.mean(tf.math.squaredDifference(value, returns), tf.constant(0)),
                    Map.of());
            session = graph.seal(ThreadSettings.forThisMachine());
        }

        /** Features of states that are the same on every call. */
        HostTensor features() {
            PolicyShape s = policy.shape();
            Random random = new Random(42);
            float[][] data = new float[2][rows * s.latentSize()];
            for (float[] d : data) {
                for (int i = 0; i < d.length; i++) {
                    d[i] = (float) random.nextGaussian();
                }
            }
            int[] shape = {rows, s.latentHeight(), s.latentWidth(), s.latentChannels()};
            return only(features.run(
                    session,
                    new StateFeeds(HostTensor.of(data[0], shape), HostTensor.of(data[1], shape), fractions())));
        }

        HostTensor values(HostTensor features) {
            return only(values.run(session, new ValueFeeds(features, fractions())));
        }

        HostTensor valueOf(HostTensor features, float fraction) {
            return only(values.run(session, new ValueFeeds(features, HostTensor.of(new float[] {fraction}, 1))));
        }

        Map<String, HostTensor> hidden(HostTensor features) {
            return hidden.run(session, new ValueFeeds(features, fractions())).outputs();
        }

        HostTensor fractions() {
            float[] t = new float[rows];
            for (int i = 0; i < rows; i++) {
                t[i] = fraction(i);
            }
            return HostTensor.of(t, rows);
        }

        @Override
        public void close() {
            session.close();
            graph.close();
            policy.close();
        }
    }

    private static float fraction(int row) {
        return (row + 0.5f) / BATCH;
    }

    private static HostTensor only(Fetches fetches) {
        return fetches.outputs().values().iterator().next();
    }

    private static double loss(Map<String, Double> step) {
        return step.getOrDefault("loss", Double.NaN);
    }

    private static void requireFinite(HostTensor t, String what) {
        for (float v : t.data()) {
            assertThat(Float.isFinite(v))
                    .withFailMessage("%s gives %s.", what, v)
                    .isTrue();
        }
    }
}
