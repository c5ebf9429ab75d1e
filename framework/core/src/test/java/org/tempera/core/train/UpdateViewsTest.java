package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.plugin.PluginFault;
import org.tempera.spi.MetricNames;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.algorithm.UpdateScope.Denoising;
import org.tempera.spi.algorithm.UpdateScope.Renoising;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

/** What a loss can be built from besides the step that was taken. */
public class UpdateViewsTest {
    private static final Renoising UNIFORM = new Renoising(Renoising.Level.UNIFORM, 1, true);

    @Test
    public void unrolledStepsEndWhereSamplingEnded() {
        for (int steps = 1; steps <= 3; steps++) {
            int last = steps;
            Map<String, Double> metrics = epoch(0, scope -> {
                Operand<TFloat32> off = scope.graph()
                        .tf()
                        .math
                        .sub(scope.unrolled(last), scope.denoising(UNIFORM).clean());
                return mean(scope, scope.graph().tf().math.abs(off));
            });
            assertThat(metrics.get("loss")).as("%d steps", last).isLessThan(1e-6);
        }
    }

    @Test
    public void theRewardOfTheFinalLatentsIsTheRewardThatWasGiven() {
        Map<String, Double> metrics = epoch(
                0, scope -> mean(scope, scope.reward(scope.denoising(UNIFORM).clean())));
        assertThat(metrics.get("loss")).isCloseTo(metrics.get(MetricNames.TRAIN_REWARD), within(1e-5));
    }

    @Test
    public void theRewardRisesAlongItsGradient() {
        for (Function<UpdateScope, Operand<TFloat32>> latents : List.<Function<UpdateScope, Operand<TFloat32>>>of(
                scope -> scope.unrolled(1),
                scope -> scope.unrolled(3),
                scope -> scope.lastStepAgain(0),
                scope -> scope.step().clean())) {
            Function<UpdateScope, Operand<TFloat32>> loss =
                    scope -> scope.graph().tf().math.neg(mean(scope, scope.reward(latents.apply(scope))));
            List<Double> rewards = rewards(8, loss);
            assertThat(rewards.get(7) - rewards.get(0)).isGreaterThan(0.02);
        }
    }

    @Test
    public void partlyLiveStepsHaveTheGradientOfFewerSteps() {
        for (int live = 1; live <= 3; live++) {
            int last = live;
            Map<String, Double> fewer = epoch(0, scope -> mean(scope, scope.reward(scope.unrolled(last))));
            Map<String, Double> partly = epoch(0, scope -> {
                float some = last;
                Operand<TFloat32> rows = scope.graph().tf().constant(new float[] {some, some, some, some});
                return mean(scope, scope.reward(scope.unrolled(3, rows)));
            });
            for (String name : List.of("loss", "train/grad_norm")) {
                assertThat(partly.get(name))
                        .as("%s with %d steps live", name, live)
                        .isCloseTo(fewer.get(name), within(1e-5));
            }
            assertThat(fewer.get("train/grad_norm")).isPositive();
        }
    }

    @Test
    public void denoisingIsLearnt() {
        Function<UpdateScope, Operand<TFloat32>> loss = scope -> {
            Denoising d = scope.denoising(UNIFORM);
            return mean(scope, square(scope, d.prediction(Weights.POLICY), d.target()));
        };
        double once = epoch(0.05, loss).get("loss");
        double often = epoch(spec(0.05, new FromLoss(loss, 60))).get("loss");
        assertThat(often)
                .as("mean over 60 passes of what is %s in the first", once)
                .isLessThan(0.8 * once);
    }

    @Test
    public void theReferenceHasNoGradientAndStartsEqual() {
        Map<String, Double> metrics = epoch(0.05, scope -> {
            Denoising d = scope.denoising(UNIFORM);
            return mean(scope, square(scope, d.prediction(Weights.REFERENCE), d.target()));
        });
        assertThat(metrics.get("train/grad_norm")).isZero();
    }

    @Test
    public void viewsOfTheSameStepsShareTheirInputs() {
        Map<String, Double> metrics = epoch(0, scope -> {
            Ops tf = scope.graph().tf();
            Operand<TFloat32> one = tf.constant(new float[] {1, 1, 1, 1});
            Operand<TFloat32> two = tf.constant(new float[] {2, 2, 2, 2});
            Operand<TFloat32> off = tf.math.add(
                    tf.math.abs(tf.math.sub(scope.unrolled(3, one), scope.unrolled(3, two))),
                    tf.math.abs(tf.math.sub(scope.unrolled(2), scope.unrolled(3))));
            return mean(scope, off);
        });
        assertThat(metrics.get("loss")).isLessThan(1e-6);
    }

    @Test
    public void whatALossCannotHaveIsItsAuthorsMistake() {
        Renoising other = new Renoising(Renoising.Level.OF_STEPS, 1, true);
        Renoising threes = new Renoising(Renoising.Level.UNIFORM, 3, true);
        Map<String, Function<UpdateScope, Operand<TFloat32>>> losses = Map.of(
                "has latents noised again in two ways in its loss; one is supported",
                scope -> mean(
                        scope,
                        square(
                                scope,
                                scope.denoising(UNIFORM).clean(),
                                scope.denoising(other).clean())),
                "has micro-batches of 4 rows, which are no whole number of groups of 3 rows that are alike",
                scope -> mean(scope, scope.denoising(threes).clean()),
                "unrolls 4 steps of 3",
                scope -> mean(scope, scope.unrolled(4)));
        losses.forEach((message, loss) -> assertThatThrownBy(() -> epoch(0, loss))
                .isInstanceOf(PluginFault.class)
                .hasMessageStartingWith("the algorithm " + message + ". It is the plugin's mistake"));
    }

    private static List<Double> rewards(int epochs, Function<UpdateScope, Operand<TFloat32>> loss) {
        List<Double> rewards = new ArrayList<>();
        try (Trainer trainer = new Trainer(spec(0.05, loss))) {
            for (int i = 0; i < epochs; i++) {
                rewards.add(trainer.trainEpoch().metrics().get(MetricNames.TRAIN_REWARD));
            }
        }
        return rewards;
    }

    private static Map<String, Double> epoch(double rate, Function<UpdateScope, Operand<TFloat32>> loss) {
        return epoch(spec(rate, loss));
    }

    private static Map<String, Double> epoch(TrainingSpec spec) {
        try (Trainer trainer = new Trainer(spec)) {
            return trainer.trainEpoch().metrics();
        }
    }

    private static TrainingSpec spec(double rate, Function<UpdateScope, Operand<TFloat32>> loss) {
        return spec(rate, new FromLoss(loss, 1));
    }

    private static TrainingSpec spec(double rate, Algorithm algorithm) {
        return TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL, rate, algorithm, Optional.empty());
    }

    private static Operand<TFloat32> square(UpdateScope scope, Operand<TFloat32> a, Operand<TFloat32> b) {
        return scope.graph().tf().math.square(scope.graph().tf().math.sub(a, b));
    }

    private static Operand<TFloat32> mean(UpdateScope scope, Operand<TFloat32> x) {
        Ops tf = scope.graph().tf();
        int[] axes = new int[x.shape().numDimensions()];
        Arrays.setAll(axes, i -> i);
        return tf.math.mean(x, tf.constant(axes));
    }

    /** A loss on its own: every sample in turn, four at a time, so many times. */
    private record FromLoss(Function<UpdateScope, Operand<TFloat32>> loss, int passes) implements Algorithm {
        @Override
        public Set<Need> needs() {
            return Set.of(Need.REWARD_GRADIENT);
        }

        @Override
        public int batchSize() {
            return 4;
        }

        @Override
        public Losses build(UpdateScope scope) {
            Operand<TFloat32> built = loss.apply(scope);
            return new Losses(built, Optional.empty(), Map.of("loss", built));
        }

        @Override
        public Targets prepare(EpochColumns epoch, RewardTable rewards) {
            return new Targets(Map.of(), Map.of());
        }

        @Override
        public List<Minibatch> plan(EpochShape epoch, long seed) {
            int samples = epoch.samples();
            List<Minibatch> plan = new ArrayList<>();
            for (int i = 0; i < passes * samples; i += 4) {
                int first = i % samples;
                plan.add(new Minibatch(
                        new int[] {first, first + 1, first + 2, first + 3}, new int[4], first + 4 == samples));
            }
            return plan;
        }

        @Override
        public Map<String, Object> state() {
            return Map.of();
        }

        @Override
        public void restore(Map<String, Object> state) {}
    }
}
