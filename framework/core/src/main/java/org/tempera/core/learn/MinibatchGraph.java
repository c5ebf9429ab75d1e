package org.tempera.core.learn;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tempera.core.graph.TrainingGraph;
import org.tempera.core.rollout.StepInputs;
import org.tempera.nn.diffusion.GaussianLogProb;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.critic.CriticNetwork;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.NoiseProcess.Transition;
import org.tempera.spi.policy.PolicyShape;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The networks evaluated at a micro-batch: each view is built, and its inputs are fed, only if a loss asks for it. */
final class MinibatchGraph implements UpdateScope {
    private final TrainingGraph graph;
    private final GraphScope scope;
    private final StepInputs in;
    private final PolicyShape shape;
    private final GuidedStep step;
    private final Optional<CriticNetwork> critic;
    private final double guidance;
    private final Map<String, int[]> columnShapes;
    private final Optional<Operand<TFloat32>> learnt;
    private final Operand<TInt32> dropoutSeed;
    private final Map<String, Operand<TFloat32>> inputs = new LinkedHashMap<>();
    private @Nullable TakenStep taken;
    private @Nullable Operand<TFloat32> value;

    /**
     * A micro-batch of which nothing is built yet.
     *
     * @param columnShapes shapes of the rollout's columns, each {@code [batch]} or {@code [batch, ...]}
     * @param maySkip whether rows may be left out of what is learnt from
     */
    MinibatchGraph(
            TrainingGraph graph,
            StepInputs in,
            PolicyShape shape,
            GuidedStep step,
            Optional<CriticNetwork> critic,
            double guidance,
            Map<String, int[]> columnShapes,
            boolean maySkip) {
        this.graph = graph;
        this.scope = graph.scope().child("update");
        this.in = in;
        this.shape = shape;
        this.step = step;
        this.critic = critic;
        this.guidance = guidance;
        this.columnShapes = columnShapes;
        this.dropoutSeed = graph.intInput("update-dropout-seed", 2);
        this.learnt = maySkip ? Optional.of(allLearnt()) : Optional.empty();
    }

    Operand<TInt32> dropoutSeed() {
        return dropoutSeed;
    }

    /** What must be fed, by the names of {@link MinibatchFeeds}; complete once the loss is built. */
    Map<String, Operand<TFloat32>> inputs() {
        return inputs;
    }

    /** 1 where nothing is fed: the critic alone is fitted to samples that have a reward. */
    private Operand<TFloat32> allLearnt() {
        Ops tf = scope.tf();
        Operand<TFloat32> rows = tf.placeholderWithDefault(
                tf.ones(tf.constant(new int[] {in.batch()}), TFloat32.class), Shape.of(in.batch()));
        inputs.put(MinibatchFeeds.LEARNT, rows);
        return rows;
    }

    /**
     * The same numbers, {@code [batch, ...]}, with no gradient in rows that are not learnt from. All that a loss can move
     * the weights by passes here, so that it need not know of such rows.
     */
    private Operand<TFloat32> learnt(Operand<TFloat32> rows) {
        return learnt.map(weights -> weighted(rows, weights)).orElse(rows);
    }

    private Operand<TFloat32> weighted(Operand<TFloat32> rows, Operand<TFloat32> weights) {
        Ops tf = scope.tf();
        int[] ones = new int[rows.shape().numDimensions()];
        Arrays.fill(ones, 1);
        ones[0] = in.batch();
        Operand<TFloat32> fixed = tf.stopGradient(rows);
        return tf.math.add(fixed, tf.math.mul(tf.math.sub(rows, fixed), tf.reshape(weights, tf.constant(ones))));
    }

    @Override
    public GraphScope graph() {
        return scope;
    }

    @Override
    public int batchSize() {
        return in.batch();
    }

    @Override
    public int latentSize() {
        return shape.latentSize();
    }

    @Override
    public Operand<TFloat32> column(String name) {
        return inputs.computeIfAbsent(MinibatchFeeds.column(name), k -> {
            int[] sizes = columnShapes.getOrDefault(name, new int[1]).clone();
            sizes[0] = in.batch();
            return graph.floatInput("update-column-" + name, sizes);
        });
    }

    @Override
    public Step step() {
        if (taken == null) {
            taken = new TakenStep();
        }
        return taken;
    }

    @Override
    public Operand<TFloat32> value() {
        if (value == null) {
            CriticNetwork c = critic.orElseThrow(
                    () -> new IllegalStateException("the loss reads a critic's value, but the run has no critic"));
            Operand<TFloat32> features = graph.floatInput("update-features", in.batch(), c.featureWidth());
            inputs.put(MinibatchFeeds.FEATURES, features);
            inputs.put(StepInputs.FRACTIONS, in.fractions());
            value = learnt(c.value(scope.child("critic"), features, in.fractions(), Optional.of(dropoutSeed)));
        }
        return value;
    }

    /** The step that was taken, under the present weights. */
    private final class TakenStep implements Step {
        private final Operand<TFloat32> next;
        private final Operand<TFloat32> mean;
        private final Operand<TFloat32> standardDeviation;
        private @Nullable Operand<TFloat32> referenceMean;

        TakenStep() {
            next = graph.floatInput(
                    "update-next", in.batch(), shape.latentHeight(), shape.latentWidth(), shape.latentChannels());
            inputs.putAll(in.inputs());
            inputs.put(MinibatchFeeds.NEXT, next);
            Transition whole = in.transition(step, scope, Weights.POLICY, guidance);
            mean = learnt(whole.mean());
            standardDeviation = learnt(whole.standardDeviation());
        }

        @Override
        public Operand<TFloat32> logProb() {
            return GaussianLogProb.sum(scope.tf(), next, mean, standardDeviation);
        }

        @Override
        public Operand<TFloat32> mean() {
            return mean;
        }

        @Override
        public Operand<TFloat32> standardDeviation() {
            return standardDeviation;
        }

        @Override
        public Operand<TFloat32> referenceMean() {
            if (referenceMean == null) {
                Transition reference = in.transition(step, scope.child("reference"), Weights.REFERENCE, guidance);
                referenceMean = scope.tf().stopGradient(reference.mean());
            }
            return referenceMean;
        }
    }
}
