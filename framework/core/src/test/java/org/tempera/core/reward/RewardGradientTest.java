package org.tempera.core.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tempera.core.config.CombinationRule;
import org.tempera.core.config.CombinationSettings;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.RewardRole;
import org.tempera.core.config.RewardSettings;
import org.tempera.core.workers.Group;
import org.tempera.graph.Lanes;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.record.image.ImageSize;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.HostTensor;
import org.tempera.spi.reward.GraphReward;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What the graph combines, with its gradient, is what the combiner makes of the same scores. */
public class RewardGradientTest {
    private static final List<String> PROMPTS = List.of("a", "b", "c");
    private static final float[] PIXELS = {0.1f, 0.5f, 0.9f, 0.2f, 0.3f, 0.4f, 0.8f, 0.6f, 0.7f};

    record Feeds(HostTensor images, Map<String, Object> inputs) {}

    record Fetches(HostTensor reward, HostTensor gradient) {}

    @DataProvider
    public Object[][] rules() {
        List<Object[]> all = new ArrayList<>();
        for (CombinationRule rule : CombinationRule.values()) {
            if (rule != CombinationRule.NORMALISED_SUM) {
                all.add(new Object[] {rule, false});
                all.add(new Object[] {rule, true});
            }
        }
        return all.toArray(new Object[0][]);
    }

    @Test(dataProvider = "rules")
    public void isTheCombinersReward(CombinationRule rule, boolean normalise) {
        List<NamedReward> rewards = List.of(
                channel("red", 0, 2, normalise), channel("green", 1, 0.5, normalise), channel("blue", 2, 1, false));
        CombinationSettings combination = new CombinationSettings(rule, 0.7);
        RewardCombiner combiner = new RewardCombiner(rewards, combination);
        Map<String, float[]> first = new LinkedHashMap<>();
        first.put("red", new float[] {1, 2, 4});
        first.put("green", new float[] {0, 3, 1});
        first.put("blue", new float[] {5, 5, 6});
        combiner.fixScales(first);
        Map<String, float[]> scores = new LinkedHashMap<>();
        List.of("red", "green", "blue").forEach(name -> scores.put(name, new float[3]));
        for (int i = 0; i < 3; i++) {
            scores.get("red")[i] = PIXELS[3 * i];
            scores.get("green")[i] = PIXELS[3 * i + 1];
            scores.get("blue")[i] = PIXELS[3 * i + 2];
        }
        float[] expected = combiner.combine(PROMPTS, scores, List.of()).reward();
        try (TrainingGraph graph = new TrainingGraph(1)) {
            Operand<TFloat32> images = graph.floatInput("images", 3, 1, 1, 3);
            RewardGradient.Built built =
                    new RewardGradient(rewards, combination, combiner).build(graph, graph.scope(), "test", images);
            Operand<TFloat32> sum = graph.scope()
                    .tf()
                    .reduceSum(built.reward(), graph.scope().tf().constant(0));
            Program<Feeds, Fetches> program = Program.define("combine", Feeds.class, Fetches.class)
                    .feed("images", images)
                    .feedMap("inputs", built.inputs())
                    .fetch("reward", built.reward())
                    .fetch("gradient", graph.gradients(sum, List.of(images)).get(0))
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                Fetches at = run(program, session, built, PIXELS);
                assertThat(at.reward().data()).containsExactly(expected, within(1e-5f));
                for (int k = 0; k < PIXELS.length; k++) {
                    float[] moved = PIXELS.clone();
                    moved[k] += 1e-2f;
                    float slope = (sum(run(program, session, built, moved)) - sum(at)) / 1e-2f;
                    assertThat(at.gradient().get(k)).as("pixel %d", k).isCloseTo(slope, within(2e-2f));
                }
            }
        }
    }

    /** Of rewards that are linear the fall is the radius times the gradient's length over its root mean square. */
    @Test
    public void theCombinationFallsAtItsWorstPicture() {
        List<NamedReward> rewards =
                List.of(channel("red", 0, 2, false), channel("green", 1, 1, true), channel("blue", 2, -3, false));
        RewardCombiner combiner = new RewardCombiner(rewards, CombinationSettings.defaults());
        Map<String, float[]> first = new LinkedHashMap<>();
        List.of("red", "green", "blue").forEach(name -> first.put(name, new float[] {0, 1, 2}));
        double radius = 0.01;
        try (TrainingGraph graph = new TrainingGraph(1)) {
            Steepness steepness = new Steepness(
                    graph,
                    new RewardGradient(rewards, CombinationSettings.defaults(), combiner),
                    new ImageSize(1, 1),
                    3,
                    radius);
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1));
                    Lanes lanes = new Lanes(1)) {
                List<RgbImage> pictures = IntStream.range(0, 4)
                        .mapToObj(i -> RgbImage.of(1, 1, new byte[] {(byte) (40 + i), 90, 100}))
                        .toList();
                double[] found = combiner.scaledBy(
                        first,
                        () -> steepness.of(session, Group.alone().with(lanes), pictures, List.of("a", "b", "c", "d")));
                // The deviation of 0, 1, 2 is 1.
                double rms = Math.sqrt((2 * 2 + 1 + 3 * 3) / 3.0);
                assertThat(found).hasSize(4).containsExactly(expected(radius * 3 * rms), within(1e-5));
                assertThat(combiner.state()).as("scales serve once").isEmpty();
            }
        }
    }

    private static double[] expected(double each) {
        return new double[] {each, each, each, each};
    }

    private static Fetches run(
            Program<Feeds, Fetches> program, TrainingSession session, RewardGradient.Built built, float[] pixels) {
        return program.run(
                session,
                new Feeds(HostTensor.of(pixels, 3, 1, 1, 3), built.feeds().apply(PROMPTS)));
    }

    private static float sum(Fetches fetches) {
        float sum = 0;
        for (float r : fetches.reward().data()) {
            sum += r;
        }
        return sum;
    }

    /** The mean of one channel. */
    private static NamedReward channel(String name, int channel, double weight, boolean normalise) {
        GraphReward reward = GraphReward.of((scope, in) -> {
            var tf = scope.tf();
            var part = tf.slice(
                    in.images(), tf.constant(new int[] {0, 0, 0, channel}), tf.constant(new int[] {3, 1, 1, 1}));
            return tf.math.mean(part, tf.constant(new int[] {1, 2, 3}));
        });
        return new NamedReward(
                name, new RewardSettings(RewardRole.TRAIN, weight, normalise, FailurePolicy.FAIL, 0), reward);
    }
}
