package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.tempera.core.config.FailurePolicy;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.Reward;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.Test;

/** An error at any moment of building ends it, where TensorFlow would wait for ever for what is open. */
public class FailedBuildTest {
    @Test(timeOut = 60_000)
    public void anErrorOfAnInitializerIsThrownOn() {
        assertThatThrownBy(() -> build(reward(new OutOfMemoryError("of a test"))))
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessage("of a test");
        assertThatThrownBy(() -> build(reward(new NoClassDefFoundError("of a plugin"))))
                .isInstanceOf(NoClassDefFoundError.class);
    }

    @Test(timeOut = 60_000)
    public void anErrorWhileTheGraphIsBuiltIsThrownOn() {
        assertThatThrownBy(() -> build(GraphReward.of((scope, in) -> {
                    throw new StackOverflowError("of a reward");
                })))
                .isInstanceOf(StackOverflowError.class);
    }

    private static void build(Reward reward) {
        new Trainer(TinyRuns.spec(1, reward, FailurePolicy.FAIL)).close();
    }

    /** Its weight cannot be read while the session is filled. */
    private static Reward reward(Error error) {
        return GraphReward.of((scope, in) -> {
            scope.parameter(
                    "of-a-file",
                    Shape.of(1),
                    Initializer.values(target -> {
                        throw error;
                    }),
                    false);
            return scope.tf().math.mean(in.images(), scope.tf().constant(new int[] {1, 2, 3}));
        });
    }
}
