package org.tempera.core.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tempera.core.config.BallScore;
import org.tempera.core.config.BallSettings;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.RewardRole;
import org.tempera.core.config.RewardSettings;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.HostReward;
import org.testng.annotations.Test;

/** A reward in a ball around each picture, against arithmetic by hand: r(x) = 1 - mean (x - c)^2. */
public class BallRewardTest {
    private static final float CENTRE = 0.4f;
    private static final double RADIUS = 0.05;
    private static final int NUMBERS = 2 * 2 * 3;

    private record Feeds(HostTensor images) {}

    private record Fetches(HostTensor score, HostTensor gradient) {}

    /** Against the gradient is away from the centre: every distance d grows to d (1 + radius / rms d). */
    @Test
    public void theWorstPictureIsAStepAgainstTheGradient() {
        HostTensor images = images();
        Fetches worst = run(1, new BallSettings(RADIUS, BallScore.WORST), images);
        Fetches fall = run(1, new BallSettings(RADIUS, BallScore.FALL), images);
        Fetches own = run(1, BallSettings.none(), images);
        for (int row = 0; row < images.size(0); row++) {
            double rms = rms(images, row);
            double factor = 1 + RADIUS / rms;
            assertThat((double) own.score().data()[row]).isCloseTo(1 - rms * rms, within(1e-6));
            assertThat((double) worst.score().data()[row]).isCloseTo(1 - Math.pow(rms + RADIUS, 2), within(1e-6));
            assertThat((double) fall.score().data()[row])
                    .isCloseTo(Math.pow(rms + RADIUS, 2) - rms * rms, within(1e-6));
            for (int k = 0; k < NUMBERS; k++) {
                double d = images.data()[row * NUMBERS + k] - CENTRE;
                assertThat((double) worst.gradient().data()[row * NUMBERS + k])
                        .as("the gradient is that of the worst picture")
                        .isCloseTo(-2 * d * factor / NUMBERS, within(1e-6));
            }
        }
    }

    @Test
    public void aFallHasNoGradientToFollow() {
        assertThat(((GraphReward) reward(1, new BallSettings(RADIUS, BallScore.WORST))
                                .reward())
                        .differentiable())
                .isTrue();
        NamedReward fall = reward(1, new BallSettings(RADIUS, BallScore.FALL));
        assertThat(((GraphReward) fall.reward()).differentiable()).isFalse();
        assertThat(fall.problem()).isEmpty();
        NamedReward none = new NamedReward(
                "host",
                new RewardSettings(RewardRole.TRAIN, 1, false, FailurePolicy.FAIL, 0)
                        .within(new BallSettings(RADIUS, BallScore.WORST)),
                (HostReward) samples -> new float[samples.size()]);
        assertThat(none.problem()).hasValueSatisfying(p -> assertThat(p).startsWith("rewards.host.ball.radius: "));
    }

    /** Where a low score is wanted the worst picture is the one with the highest. */
    @Test
    public void aNegativeWeightTurnsTheDirection() {
        HostTensor images = images();
        Fetches worst = run(-1, new BallSettings(RADIUS, BallScore.WORST), images);
        Fetches fall = run(-1, new BallSettings(RADIUS, BallScore.FALL), images);
        for (int row = 0; row < images.size(0); row++) {
            double rms = rms(images, row);
            assertThat((double) worst.score().data()[row]).isCloseTo(1 - Math.pow(rms - RADIUS, 2), within(1e-6));
            assertThat(fall.score().data()[row]).isPositive();
        }
    }

    /** At the top of the reward there is no direction, and in a corner of the pictures' range no way out. */
    @Test
    public void aPictureWithoutAWayStaysAsItIs() {
        HostTensor images = HostTensor.rows(2, NUMBERS, i -> filled(i == 0 ? CENTRE : 1f));
        Fetches fall = run(1, new BallSettings(RADIUS, BallScore.FALL), HostTensor.of(images.data(), 2, 2, 2, 3));
        assertThat(fall.score().data()).containsExactly(0f, 0f);
    }

    private static float[] filled(float value) {
        float[] all = new float[NUMBERS];
        Arrays.fill(all, value);
        return all;
    }

    private static HostTensor images() {
        Random random = new Random(3);
        float[] data = new float[3 * NUMBERS];
        for (int i = 0; i < data.length; i++) {
            data[i] = 0.2f + 0.5f * random.nextFloat();
        }
        return HostTensor.of(data, 3, 2, 2, 3);
    }

    private static double rms(HostTensor images, int row) {
        double sum = 0;
        for (int k = 0; k < NUMBERS; k++) {
            sum += Math.pow(images.data()[row * NUMBERS + k] - CENTRE, 2);
        }
        return Math.sqrt(sum / NUMBERS);
    }

    private static NamedReward reward(double weight, BallSettings ball) {
        GraphReward quadratic = GraphReward.of((scope, in) -> {
            var tf = scope.tf();
            var square = tf.math.square(tf.math.sub(in.images(), tf.constant(CENTRE)));
            return tf.math.sub(tf.constant(1f), tf.math.mean(square, tf.constant(new int[] {1, 2, 3})));
        });
        return new NamedReward(
                "quadratic",
                new RewardSettings(RewardRole.TRAIN, weight, false, FailurePolicy.FAIL, 0).within(ball),
                quadratic);
    }

    private static Fetches run(double weight, BallSettings ball, HostTensor images) {
        NamedReward reward = reward(weight, ball);
        try (TrainingGraph graph = new TrainingGraph(0)) {
            var input = graph.floatInput("images", images.shape());
            GraphRewards built =
                    new GraphRewards(graph, "scores", input, Map.of("quadratic", (GraphReward) reward.reward()));
            var score = built.scores().values().iterator().next();
            var tf = graph.scope().tf();
            var gradient = graph.gradients(tf.reduceSum(score, tf.constant(0)), List.of(input))
                    .get(0);
            var program = Program.define("score", Feeds.class, Fetches.class)
                    .feed("images", input)
                    .fetch("score", score)
                    .fetch("gradient", gradient)
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1, 1))) {
                return program.run(session, new Feeds(images));
            }
        }
    }
}
