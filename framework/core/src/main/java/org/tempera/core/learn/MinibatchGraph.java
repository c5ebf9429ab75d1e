package org.tempera.core.learn;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

/** The networks evaluated at a micro-batch, built as a loss asks for them. */
final class MinibatchGraph implements UpdateScope {
    /** The only one of {@link #learntInputs}. */
    static final String LEARNT = "learnt";

    private final TrainingGraph graph;
    private final GraphScope scope;
    private final StepInputs in;
    private final PolicyShape shape;
    private final GuidedStep step;
    private final Optional<CriticNetwork> critic;
    private final double guidance;
    private final Operand<TFloat32> next;
    private final Optional<Operand<TFloat32>> learnt;
    private final Operand<TInt32> dropoutSeed;
    private final Optional<Operand<TFloat32>> features;
    private final Map<String, Operand<TFloat32>> columns = new LinkedHashMap<>();
    private final Transition transition;
    private @Nullable Transition reference;
    private @Nullable Operand<TFloat32> value;

    MinibatchGraph(
            TrainingGraph graph,
            StepInputs in,
            PolicyShape shape,
            GuidedStep step,
            Optional<CriticNetwork> critic,
            double guidance,
            boolean maySkip) {
        this.graph = graph;
        this.scope = graph.scope().child("update");
        this.in = in;
        this.shape = shape;
        this.step = step;
        this.critic = critic;
        this.guidance = guidance;
        this.next = graph.floatInput(
                "update-next", in.batch(), shape.latentHeight(), shape.latentWidth(), shape.latentChannels());
        this.dropoutSeed = graph.intInput("update-dropout-seed", 2);
        this.features = critic.map(c -> graph.floatInput("update-features", in.batch(), c.featureWidth()));
        this.learnt = maySkip ? Optional.of(allLearnt()) : Optional.empty();
        Transition whole = transition(scope, Weights.POLICY);
        this.transition =
                new Transition(learnt(whole.mean()), learnt(whole.standardDeviation()), whole.predictedClean());
    }

    Operand<TFloat32> next() {
        return next;
    }

    Operand<TInt32> dropoutSeed() {
        return dropoutSeed;
    }

    /**
     * Where 1 is fed for rows that are learnt from, 0 for those that are not, {@code [batch]}; only where a sample may be
     * skipped.
     */
    Map<String, Operand<TFloat32>> learntInputs() {
        return learnt.<Map<String, Operand<TFloat32>>>map(rows -> Map.of(LEARNT, rows))
                .orElse(Map.of());
    }

    /** 1 where nothing is fed: the critic alone is fitted to samples that have a reward. */
    private Operand<TFloat32> allLearnt() {
        Ops tf = scope.tf();
        return tf.placeholderWithDefault(
                tf.ones(tf.constant(new int[] {in.batch()}), TFloat32.class), Shape.of(in.batch()));
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
        int[] shape = new int[rows.shape().numDimensions()];
        Arrays.fill(shape, 1);
        shape[0] = in.batch();
        Operand<TFloat32> fixed = tf.stopGradient(rows);
        return tf.math.add(fixed, tf.math.mul(tf.math.sub(rows, fixed), tf.reshape(weights, tf.constant(shape))));
    }

    Map<String, Operand<TFloat32>> columnInputs() {
        return columns;
    }

    Set<String> columns() {
        return columns.keySet();
    }

    /** Where the critic's features are fed; only where there is a critic. */
    Operand<TFloat32> features() {
        return features.orElseThrow();
    }

    Map<String, Operand<TFloat32>> featureInputs() {
        return value == null
                ? Map.of()
                : features.<Map<String, Operand<TFloat32>>>map(f -> Map.of("features", f))
                        .orElse(Map.of());
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
        return columns.computeIfAbsent(name, k -> graph.floatInput("update-column-" + k, in.batch()));
    }

    @Override
    public Operand<TFloat32> logProb() {
        return GaussianLogProb.sum(scope.tf(), next, transition.mean(), transition.standardDeviation());
    }

    @Override
    public Operand<TFloat32> mean() {
        return transition.mean();
    }

    @Override
    public Operand<TFloat32> standardDeviation() {
        return transition.standardDeviation();
    }

    @Override
    public Operand<TFloat32> referenceMean() {
        if (reference == null) {
            reference = transition(scope.child("reference"), Weights.REFERENCE);
        }
        return scope.tf().stopGradient(reference.mean());
    }

    @Override
    public Operand<TFloat32> value() {
        if (value == null) {
            CriticNetwork c = critic.orElseThrow(
                    () -> new IllegalStateException("the loss reads a critic's value, but the run has no critic"));
            value = learnt(
                    c.value(scope.child("critic"), features.orElseThrow(), in.fractions(), Optional.of(dropoutSeed)));
        }
        return value;
    }

    private Transition transition(GraphScope at, Weights weights) {
        return in.transition(step, at, weights, guidance);
    }
}
