package org.tempera.core.train;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tempera.base.random.StatelessRandom;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochEnd;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.critic.Critic;
import org.tempera.spi.critic.CriticNetwork;
import org.tempera.spi.critic.Recyclable;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** {@link TinyReinforce} beside an affine critic that is fitted to the latest samples once more after each epoch. */
class TinyActorCritic implements Algorithm {
    private static final int BATCH = 4;

    private final TinyReinforce policy = new TinyReinforce();
    private final int replayed;
    private Optional<Rollout> seen = Optional.empty();

    TinyActorCritic(int replayed) {
        this.replayed = replayed;
    }

    /** An affine map of the predicted clean latent's mean, taken before each so many steps. */
    static Critic critic(int featureInterval) {
        return (scope, shape, network) -> new Affine(scope, featureInterval);
    }

    private static final class Affine implements CriticNetwork {
        private final Parameter weight;
        private final int interval;

        Affine(GraphScope scope, int interval) {
            this.interval = interval;
            weight = scope.parameter("weight", Shape.of(2, 1), Initializer.zeros(), true);
        }

        @Override
        public int featureWidth() {
            return 2;
        }

        @Override
        public int featureInterval() {
            return interval;
        }

        @Override
        public Operand<TFloat32> features(GraphScope scope, State state) {
            Ops tf = scope.tf();
            Operand<TFloat32> mean = tf.math.mean(state.predictedClean(), tf.constant(new int[] {1, 2, 3}));
            return tf.stack(List.of(mean, tf.onesLike(mean)), org.tensorflow.op.core.Stack.axis(1L));
        }

        @Override
        public Operand<TFloat32> value(
                GraphScope scope,
                Operand<TFloat32> features,
                Operand<TFloat32> fractions,
                Optional<Operand<TInt32>> dropoutSeed) {
            Ops tf = scope.tf();
            return tf.reshape(tf.linalg.matMul(features, weight.value()), tf.constant(new int[] {-1}));
        }

        @Override
        public List<Parameter> trainable() {
            return List.of(weight);
        }

        @Override
        public Optional<Recyclable> recyclable() {
            return Optional.empty();
        }
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.CRITIC);
    }

    @Override
    public List<RolloutColumn> columns() {
        return policy.columns();
    }

    @Override
    public int accumulation(EpochShape epoch) {
        return policy.accumulation(epoch);
    }

    @Override
    public int batchSize() {
        return BATCH;
    }

    @Override
    public Losses build(UpdateScope scope) {
        Ops tf = scope.graph().tf();
        Losses of = policy.build(scope);
        Operand<TFloat32> error = tf.math.sub(scope.value(), scope.column(Targets.RETURN));
        return new Losses(of.policy(), Optional.of(tf.math.mean(tf.math.square(error), tf.constant(0))), of.metrics());
    }

    /** The rollout of the latest epoch. */
    Rollout seen() {
        return seen.orElseThrow();
    }

    @Override
    public void endOfEpoch(EpochEnd end) {
        seen = Optional.of(end.rollout());
    }

    @Override
    public Targets prepare(EpochColumns epoch, RewardTable rewards) {
        Map<String, float[][]> columns =
                new HashMap<>(policy.prepare(epoch, rewards).columns());
        float[][] returns = new float[epoch.samples()][epoch.steps()];
        for (int i = 0; i < returns.length; i++) {
            Arrays.fill(returns[i], rewards.training()[i]);
        }
        columns.put(Targets.RETURN, returns);
        return new Targets(columns, Map.of());
    }

    @Override
    public List<Minibatch> plan(EpochShape epoch, long seed) {
        return policy.plan(epoch, seed);
    }

    @Override
    public int replayedSamples() {
        return replayed;
    }

    @Override
    public List<Minibatch> replayPlan(EpochShape kept, long seed) {
        int[] order = StatelessRandom.of(seed).permutation(kept.samples());
        int[] rows = Arrays.copyOf(order, BATCH);
        return List.of(new Minibatch(rows, steps(kept, 0), false), new Minibatch(rows, steps(kept, 1), true));
    }

    /** The steps that may be visited, in turn. */
    private static int[] steps(EpochShape kept, int first) {
        int[] steps = new int[BATCH];
        List<Integer> all = kept.stochasticSteps();
        Arrays.setAll(steps, i -> all.get((first + i) % all.size()));
        return steps;
    }

    @Override
    public Map<String, Object> state() {
        return policy.state();
    }

    @Override
    public void restore(Map<String, Object> state) {
        policy.restore(state);
    }
}
