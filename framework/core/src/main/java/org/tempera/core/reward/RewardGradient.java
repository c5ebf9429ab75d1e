package org.tempera.core.reward;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.tempera.core.config.BallScore;
import org.tempera.core.config.BallSettings;
import org.tempera.core.config.CombinationSettings;
import org.tempera.core.plugin.StandIn;
import org.tempera.graph.TrainingGraph;
import org.tempera.nn.preprocess.ContinuousImages;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.verdict.ScoreScale;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.RewardInput;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The combined training reward in the graph, so that a gradient goes through it: what {@link RewardCombiner} computes
 * from scores, for rewards that all have a gradient. Scales of standardised rewards are fed, as the combiner has them.
 */
public final class RewardGradient {
    private static final String SCALE = "scale/";

    private final Map<String, GraphReward> trained = new LinkedHashMap<>();
    private final Map<String, Double> weights = new LinkedHashMap<>();
    private final List<String> standardised;
    private final CombinationSettings combination;
    private final RewardCombiner combiner;

    /**
     * The combination of a run's rewards.
     *
     * @param trained those that are trained on, each a {@link GraphReward}
     * @param combiner has the scales
     */
    public RewardGradient(List<NamedReward> trained, CombinationSettings combination, RewardCombiner combiner) {
        trained.forEach(r -> {
            this.trained.put(r.name(), (GraphReward) r.reward());
            weights.put(r.name(), r.settings().weight());
        });
        this.combination = combination;
        this.combiner = combiner;
        standardised = combiner.standardisedNames();
    }

    /**
     * The reward of pictures.
     *
     * @param reward {@code [batch]}
     * @param inputs by name: token ids of prompts, and scales
     * @param feeds what is fed to them, by the same names, for the prompts of the rows
     */
    public record Built(
            Operand<TFloat32> reward,
            Map<String, Operand<?>> inputs,
            Function<List<String>, Map<String, Object>> feeds) {}

    /**
     * How a standardised reward is scaled.
     *
     * @param mean {@code [1]}
     * @param deviation {@code [1]}
     */
    private record Scale(Operand<TFloat32> mean, Operand<TFloat32> deviation) {}

    /**
     * Builds the reward of pictures, whose pixels are not rounded to 8 bits on the way.
     *
     * @param name prefix of the inputs
     * @param images RGB in [0,1], {@code [batch, height, width, 3]}
     */
    public Built build(TrainingGraph graph, GraphScope scope, String name, Operand<TFloat32> images) {
        ContinuousImages.declare(scope, images);
        GraphRewards built = new GraphRewards(graph, name, images, trained);
        Map<String, Scale> scales = scales(graph, name);
        return built(name, combined(scope.tf(), built.scores(), scales), built, scales);
    }

    /**
     * Builds by how much the reward is lower at the worst picture of a small ball around each: its steepness there.
     *
     * @param name prefix of the inputs
     * @param images RGB in [0,1], {@code [batch, height, width, 3]}
     * @param radius of the ball, as that of a reward's own ball
     */
    public Built steepness(TrainingGraph graph, String name, Operand<TFloat32> images, double radius) {
        Map<String, Scale> scales = scales(graph, name);
        GraphReward fall = BallReward.of(new Combined(this, scales), new BallSettings(radius, BallScore.FALL), 1);
        GraphRewards built = new GraphRewards(graph, name, images, Map.of(ScoreNames.TRAINING, fall));
        return built(name, built.scores().values().iterator().next(), built, scales);
    }

    /** The combination as a reward by itself. */
    private record Combined(RewardGradient of, Map<String, Scale> scales) implements GraphReward, StandIn {
        @Override
        public Operand<TFloat32> build(GraphScope scope, RewardInput input) {
            Map<String, Operand<TFloat32>> scores = new LinkedHashMap<>();
            of.trained.forEach((name, reward) -> scores.put(name, reward.build(scope.child(name), input)));
            return of.combined(scope.tf(), scores, scales);
        }

        @Override
        public Class<?> plugin() {
            return StandIn.pluginOf(of.trained.values().iterator().next());
        }
    }

    private Map<String, Scale> scales(TrainingGraph graph, String name) {
        Map<String, Scale> scales = new LinkedHashMap<>();
        for (String reward : standardised) {
            scales.put(
                    reward,
                    new Scale(
                            graph.floatInput(name + "-mean-of-" + reward, 1),
                            graph.floatInput(name + "-deviation-of-" + reward, 1)));
        }
        return scales;
    }

    private Built built(String name, Operand<TFloat32> reward, GraphRewards built, Map<String, Scale> scales) {
        Map<String, Operand<?>> inputs = new LinkedHashMap<>();
        built.tokenInputs().forEach((tokens, input) -> inputs.put(name + tokens, input));
        scales.forEach((scaled, scale) -> {
            inputs.put(name + SCALE + scaled + "/mean", scale.mean());
            inputs.put(name + SCALE + scaled + "/deviation", scale.deviation());
        });
        return new Built(reward, inputs, prompts -> {
            Map<String, Object> feeds = new LinkedHashMap<>();
            built.tokens(prompts).forEach((tokens, ids) -> feeds.put(name + tokens, ids));
            for (String scaled : standardised) {
                ScoreScale scale = combiner.scale(scaled);
                feeds.put(name + SCALE + scaled + "/mean", one(scale.mean()));
                feeds.put(name + SCALE + scaled + "/deviation", one(scale.deviation()));
            }
            return feeds;
        });
    }

    private static HostTensor one(double number) {
        return HostTensor.of(new float[] {(float) number}, 1);
    }

    private Operand<TFloat32> combined(Ops tf, Map<String, Operand<TFloat32>> raw, Map<String, Scale> scales) {
        Map<String, Operand<TFloat32>> scores = new LinkedHashMap<>(raw);
        scales.forEach((scaled, scale) -> scores.computeIfPresent(
                scaled, (k, s) -> tf.math.div(tf.math.sub(s, scale.mean()), scale.deviation())));
        return switch (combination.rule()) {
            case WEIGHTED_SUM -> weighted(tf, scores);
            case MEAN_MINUS_K_STD -> meanMinusDeviations(tf, scores);
            case MIN -> smallest(tf, scores);
            case NORMALISED_SUM ->
                throw new IllegalStateException("a sum that is normalised over an epoch has no gradient");
        };
    }

    private static Operand<TFloat32> smallest(Ops tf, Map<String, Operand<TFloat32>> scores) {
        return scores.values().stream()
                .<Operand<TFloat32>>map(s -> s)
                .reduce((a, b) -> tf.math.minimum(a, b))
                .orElseThrow();
    }

    private Operand<TFloat32> weighted(Ops tf, Map<String, Operand<TFloat32>> scores) {
        List<Operand<TFloat32>> terms = new ArrayList<>();
        scores.forEach((name, score) -> terms.add(
                tf.math.mul(score, tf.constant(weights.getOrDefault(name, 0.0).floatValue()))));
        return terms.size() == 1 ? terms.get(0) : tf.math.addN(terms);
    }

    /** The deviation has no gradient where all rewards agree; there it is zero. */
    private Operand<TFloat32> meanMinusDeviations(Ops tf, Map<String, Operand<TFloat32>> scores) {
        float sum = (float) weights.values().stream().mapToDouble(w -> w).sum();
        Operand<TFloat32> mean = tf.math.div(weighted(tf, scores), tf.constant(sum));
        Map<String, Operand<TFloat32>> squares = new LinkedHashMap<>();
        scores.forEach((name, score) -> squares.put(name, tf.math.square(tf.math.sub(score, mean))));
        Operand<TFloat32> variance = tf.math.div(weighted(tf, squares), tf.constant(sum));
        Operand<TFloat32> deviation = tf.math.sqrt(tf.math.maximum(variance, tf.constant(Float.MIN_NORMAL)));
        return tf.math.sub(mean, tf.math.mul(deviation, tf.constant((float) combination.k())));
    }
}
