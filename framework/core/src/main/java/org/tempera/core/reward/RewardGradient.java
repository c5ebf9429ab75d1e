package org.tempera.core.reward;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.tempera.core.config.CombinationSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.nn.preprocess.ContinuousImages;
import org.tempera.record.verdict.ScoreScale;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.reward.GraphReward;
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
     * Builds the reward of pictures, whose pixels are not rounded to 8 bits on the way.
     *
     * @param name prefix of the inputs
     * @param images RGB in [0,1], {@code [batch, height, width, 3]}
     */
    public Built build(TrainingGraph graph, GraphScope scope, String name, Operand<TFloat32> images) {
        ContinuousImages.declare(scope, images);
        GraphRewards built = new GraphRewards(graph, name, images, trained);
        Map<String, Operand<?>> inputs = new LinkedHashMap<>();
        built.tokenInputs().forEach((tokens, input) -> inputs.put(name + tokens, input));
        Ops tf = scope.tf();
        Map<String, Operand<TFloat32>> scores = new LinkedHashMap<>(built.scores());
        for (String reward : standardised) {
            Operand<TFloat32> mean = graph.floatInput(name + "-mean-of-" + reward, 1);
            Operand<TFloat32> deviation = graph.floatInput(name + "-deviation-of-" + reward, 1);
            inputs.put(name + SCALE + reward + "/mean", mean);
            inputs.put(name + SCALE + reward + "/deviation", deviation);
            scores.computeIfPresent(reward, (k, s) -> tf.math.div(tf.math.sub(s, mean), deviation));
        }
        return new Built(combined(tf, scores), inputs, prompts -> {
            Map<String, Object> feeds = new LinkedHashMap<>();
            built.tokens(prompts).forEach((tokens, ids) -> feeds.put(name + tokens, ids));
            for (String reward : standardised) {
                ScoreScale scale = combiner.scale(reward);
                feeds.put(name + SCALE + reward + "/mean", one(scale.mean()));
                feeds.put(name + SCALE + reward + "/deviation", one(scale.deviation()));
            }
            return feeds;
        });
    }

    private static HostTensor one(double number) {
        return HostTensor.of(new float[] {(float) number}, 1);
    }

    private Operand<TFloat32> combined(Ops tf, Map<String, Operand<TFloat32>> scores) {
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
