package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.config.StochasticSteps;
import org.tempera.spi.HostTensor;
import org.tempera.spi.MetricNames;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochEnd;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.SampledStep;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.NoiseProcess;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Some steps of a trajectory add noise, and the others none: only the former are learnt from. */
public class StochasticWindowTest {
    private static final int STEPS = 6;

    @Test
    public void stepsOutsideTheWindowAddNoNoiseAndHaveNone() {
        Recording algorithm = new Recording();
        Rollout rollout = rollout(2, algorithm, 2, 3, 2);
        assertThat(rollout.stochasticSteps()).containsExactly(3, 4);
        HostTensor means = column(rollout, Rollout.MEAN);
        for (int step = 0; step < STEPS; step++) {
            boolean noisy = rollout.stochasticSteps().contains(step);
            float[] mean = at(means, 0, step);
            float[] next = at(rollout.latents(), 0, step + 1);
            assertThat(Arrays.equals(mean, next)).as("step " + step).isEqualTo(!noisy);
            for (String name : List.of(Rollout.LOG_PROB, Rollout.VALUE)) {
                for (int sample = 0; sample < rollout.samples(); sample++) {
                    float number = at(column(rollout, name), sample, step)[0];
                    assertThat(Float.isFinite(number)).isTrue();
                    // The critic starts at zero: its values say something in the second epoch.
                    assertThat(number != 0).as(name + " at step " + step).isEqualTo(noisy);
                }
            }
            assertThat(at(rollout.features().orElseThrow(), 0, step)[1])
                    .as("the critic's bias at step " + step)
                    .isEqualTo(noisy ? 1 : 0);
        }
    }

    @Test
    public void aColumnOfWhatWasDrawnIsOfStepsWithNoiseAlone() {
        Recording algorithm = new Recording() {
            @Override
            public List<RolloutColumn> columns() {
                return List.of(
                        RolloutColumn.LOG_PROB, RolloutColumn.MEAN, new RolloutColumn("drawn", SampledStep::next));
            }
        };
        Rollout rollout = rollout(1, algorithm, 2, 3, 2);
        HostTensor drawn = column(rollout, "drawn");
        for (int step = 0; step < STEPS; step++) {
            float[] next = at(rollout.latents(), 0, step + 1);
            assertThat(at(drawn, 0, step))
                    .as("step " + step)
                    .containsExactly(rollout.stochasticSteps().contains(step) ? next : new float[next.length]);
        }
    }

    /**
     * Of every two steps features are shared; the second pair's are those before step 2, whichever of them is
     * stochastic.
     */
    @Test
    public void featuresAreSharedIntoTheWindow() {
        Rollout shared = rollout(1, new Recording(), 2, 3, 1);
        Rollout own = rollout(1, new Recording(), 1, 2, 2);
        assertThat(at(shared.features().orElseThrow(), 0, 3))
                .containsExactly(at(own.features().orElseThrow(), 0, 2));
    }

    @Test
    public void onlyTheWindowIsLearntFrom() {
        Recording algorithm = new Recording();
        try (Trainer trainer = new Trainer(spec(algorithm, 1, 3, 2))) {
            EpochResult result = trainer.trainEpoch();
            assertThat(algorithm.visited).containsExactlyInAnyOrder(3, 4);
            assertThat(algorithm.visitedByCritic).containsExactlyInAnyOrder(3, 4);
            assertThat(result.metrics().get("train/grad_norm")).isPositive();
            assertThat(result.metrics().get(MetricNames.ON_POLICY_RATIO_ERROR)).isLessThan(1e-5);
            assertThat(result.metrics().values()).allSatisfy(v -> assertThat(v).isFinite());
        }
    }

    /** What a loss reads of a step that its noise decides. */
    @DataProvider
    public Object[][] readOfNoise() {
        return new Object[][] {
            {
                "log-probabilities",
                (Function<UpdateScope, Operand<TFloat32>>) scope -> scope.step().logProb()
            },
            {
                "standard deviations",
                (Function<UpdateScope, Operand<TFloat32>>) scope -> scope.step().standardDeviation()
            },
            {"column 'log_prob'", (Function<UpdateScope, Operand<TFloat32>>) scope -> scope.column(Rollout.LOG_PROB)},
        };
    }

    @Test(dataProvider = "readOfNoise")
    public void aPlanThatVisitsOtherStepsIsTheAlgorithmsMistake(
            String named, Function<UpdateScope, Operand<TFloat32>> read) {
        Algorithm everywhere = new TinyReinforce() {
            @Override
            public Losses build(UpdateScope scope) {
                Ops tf = scope.graph().tf();
                return new Losses(
                        tf.math.add(whole(tf, scope.step().mean()), whole(tf, read.apply(scope))),
                        Optional.empty(),
                        Map.of());
            }

            private Operand<TFloat32> whole(Ops tf, Operand<TFloat32> values) {
                return tf.math.mean(tf.reshape(values, tf.constant(new int[] {-1})), tf.constant(0));
            }

            @Override
            public List<Minibatch> plan(EpochShape epoch, long seed) {
                return super.plan(new EpochShape(epoch.samples(), epoch.steps(), 1), seed);
            }
        };
        try (Trainer trainer = new Trainer(sampled(
                TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL, 0.05, everywhere, Optional.empty()),
                3,
                2))) {
            assertThatThrownBy(trainer::trainEpoch)
                    .hasMessageContaining("plans step 0, which added no noise, and its loss reads " + named
                            + ", which only the steps [3, 4] have");
        }
    }

    @Test
    public void aWindowMustLieAmongTheSteps() {
        assertThatThrownBy(() -> sampling(5, 2, 1))
                .hasMessage(
                        "stochastic-steps must be so few that they lie among the 6 steps, was first = 5, count = 2");
        assertThatThrownBy(() -> sampling(3, 2, 0))
                .hasMessage("stochastic-steps must be left out where eta is 0, which adds noise to no step, was first ="
                        + " 3, count = 2");
        assertThat(new StochasticSteps(4, Optional.empty()).of(STEPS)).isEqualTo("4 to 5");
    }

    @Test
    public void stepsThatStochasticityMovesAreThePolicysMistake() {
        TrainingSpec spec = spec(new Recording(), 1, 3, 2);
        NoiseProcess still = spec.policy().noiseProcess();
        NoiseProcess moved = changed(NoiseProcess.class, still, "trajectory", args -> {
            int steps = (Integer) args[0];
            double eta = (Double) args[1];
            return still.trajectory(eta > 0 ? steps : steps + 1, eta).first(steps);
        });
        DiffusionPolicy policy = changed(DiffusionPolicy.class, spec.policy(), "noiseProcess", args -> moved);
        assertThatThrownBy(() -> SpecCopy.of(spec).policy(policy).build().check())
                .hasMessageContaining("the policy gives steps that no window can be made of: trajectories must start"
                        + " alike and visit the same timesteps, were [83.333336, ");
    }

    @Test
    public void aWindowOfStepsThatTheModelCannotScatterIsRefused() {
        TrainingSpec spec = spec(new Recording(), 1, 3, 2);
        NoiseProcess of = spec.policy().noiseProcess();
        NoiseProcess early = changed(NoiseProcess.class, of, "trajectory", args -> {
            int steps = (Integer) args[0];
            return of.trajectory(steps, (Double) args[1]).where(step -> step < 3, of.trajectory(steps, 0));
        });
        DiffusionPolicy policy = changed(DiffusionPolicy.class, spec.policy(), "noiseProcess", args -> early);
        assertThatThrownBy(() -> SpecCopy.of(spec).policy(policy).build().check())
                .hasMessage(
                        "sampling.stochastic-steps: expected a step that the model can draw with noise, found 3 to 4"
                                + " of 6: the algorithm learns from log-probabilities, and steps without noise have none");
    }

    /** The same but for one method. */
    private static <T> T changed(Class<T> type, T of, String method, Function<Object[], Object> answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, called, args) ->
                        called.getName().equals(method) ? answer.apply(args) : called.invoke(of, args)));
    }

    /** Timesteps of six steps are not whole; nothing of a run depends on that they are. */
    @Test
    public void timestepsNeedNotBeWhole() {
        Rollout rollout = rollout(1, new Recording(), 1, 0, STEPS);
        assertThat(rollout.timesteps()[1]).isEqualTo(400f / 6);
        assertThat(rollout.stochasticSteps()).containsExactly(0, 1, 2, 3, 4, 5);
    }

    /** The rollout of the last epoch. */
    private static Rollout rollout(int epochs, Recording algorithm, int featureInterval, int first, int count) {
        try (Trainer trainer = new Trainer(spec(algorithm, featureInterval, first, count))) {
            for (int i = 0; i < epochs; i++) {
                trainer.trainEpoch();
            }
        }
        return algorithm.seen.orElseThrow();
    }

    private static TrainingSpec spec(Algorithm algorithm, int featureInterval, int first, int count) {
        return sampled(
                TinyRuns.spec(
                        2,
                        TinyRuns.brightness(),
                        FailurePolicy.FAIL,
                        0.05,
                        algorithm,
                        Optional.of(TinyActorCritic.critic(featureInterval))),
                first,
                count);
    }

    private static TrainingSpec sampled(TrainingSpec spec, int first, int count) {
        return SpecCopy.of(spec).sampling(sampling(first, count, 1)).build();
    }

    private static SamplingSettings sampling(int first, int count, double eta) {
        return new SamplingSettings(Path.of("unused"), 4, 1, 1, STEPS, eta, 2.0, "")
                .withStochasticSteps(new StochasticSteps(first, Optional.of(count)));
    }

    private static HostTensor column(Rollout rollout, String name) {
        return Objects.requireNonNull(rollout.columns().get(name));
    }

    /** The numbers of a sample's step. */
    private static float[] at(HostTensor all, int sample, int step) {
        int size = all.size() / (all.size(0) * all.size(1));
        int first = (sample * all.size(1) + step) * size;
        return Arrays.copyOfRange(all.data(), first, first + size);
    }

    /** {@link TinyActorCritic} that remembers what it saw and planned. */
    private static class Recording extends TinyActorCritic {
        private final Set<Integer> visited = new LinkedHashSet<>();
        private final Set<Integer> visitedByCritic = new LinkedHashSet<>();
        private Optional<Rollout> seen = Optional.empty();

        Recording() {
            super(8);
        }

        @Override
        public List<RolloutColumn> columns() {
            return List.of(RolloutColumn.LOG_PROB, RolloutColumn.MEAN);
        }

        @Override
        public List<Minibatch> plan(EpochShape epoch, long seed) {
            return noted(visited, super.plan(epoch, seed));
        }

        @Override
        public List<Minibatch> replayPlan(EpochShape kept, long seed) {
            return noted(visitedByCritic, super.replayPlan(kept, seed));
        }

        private static List<Minibatch> noted(Set<Integer> steps, List<Minibatch> plan) {
            plan.forEach(m -> Arrays.stream(m.steps()).forEach(steps::add));
            return plan;
        }

        @Override
        public void endOfEpoch(EpochEnd end) {
            seen = Optional.of(end.rollout());
        }
    }
}
