package org.tempera.core.learn;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tempera.core.reward.RewardGradient;
import org.tempera.core.rollout.StepInputs;
import org.tempera.graph.TrainingGraph;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.critic.CriticNetwork;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.policy.PolicyShape;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The networks evaluated at a micro-batch: each view is built, and its inputs are fed, only if a loss asks for it. */
final class MinibatchGraph implements UpdateScope {
    /** Name of the input for the critic's features. */
    static final String FEATURES = "features";

    /** Name of the input that decides dropout. */
    static final String DROPOUT = "dropout-seed";

    private static final String LEARNT = "learnt";
    private static final String COLUMN = "column/";

    private final TrainingGraph graph;
    private final GraphScope scope;
    private final OwnParameters own;
    private final PolicyShape shape;
    private final Parts parts;
    private final StepInputs in;
    private final MinibatchInputs inputs = new MinibatchInputs();
    private final Map<String, Operand<TFloat32>> columns = new HashMap<>();
    private final Map<Renoising, Denoising> renoised = new HashMap<>();
    private final Map<Chain, Operand<TFloat32>> lastSteps = new HashMap<>();
    private final Map<String, Operand<TFloat32>> shared = new HashMap<>();
    private final Optional<Operand<TFloat32>> learnt;
    private boolean textUsed;
    private @Nullable TakenStep taken;
    private @Nullable Operand<TFloat32> value;
    private int rewarded;

    /**
     * What the views are built of.
     *
     * @param step the network and its noise process
     * @param steps denoising steps of a sample; 0 where none led to it
     * @param columnShapes shapes of the rollout's columns, each {@code [batch]} or {@code [batch, ...]}
     * @param columnsOfNoise those of them that are 0 at steps without noise
     * @param rewards that are trained on, with a gradient; absent where one has none
     * @param maySkip whether rows may be left out of what is learnt from
     * @param noisy whether steps have noise, and with it log-probabilities
     */
    record Parts(
            GuidedStep step,
            Optional<CriticNetwork> critic,
            int steps,
            Map<String, int[]> columnShapes,
            Set<String> columnsOfNoise,
            Optional<RewardGradient> rewards,
            boolean maySkip,
            boolean noisy) {}

    /** Which last steps: so many, drawn again or as they were, with a gradient in all or in some of them. */
    private record Chain(int steps, int draw, Optional<Output<TFloat32>> live) {}

    /** A micro-batch of which nothing is built yet. */
    MinibatchGraph(TrainingGraph graph, int batchSize, PolicyShape shape, Parts parts) {
        this.graph = graph;
        this.scope = graph.scope().child("update");
        this.own = new OwnParameters(scope);
        this.shape = shape;
        this.parts = parts;
        this.in = StepInputs.declare(graph, "update", batchSize, shape, parts.step());
        this.learnt = parts.maySkip() ? Optional.of(allLearnt()) : Optional.empty();
    }

    /** Name of the input for a column of the targets or the rollout. */
    static String columnInput(String name) {
        return COLUMN + name;
    }

    /** What must be fed; complete once the loss is built. */
    MinibatchInputs inputs() {
        return inputs;
    }

    /** Names of the columns that the loss reads. */
    Set<String> columnsRead() {
        return columns.keySet();
    }

    /** What the loss reads of a step that its noise decides, in words; empty if nothing. */
    Optional<String> readOfNoise() {
        return Optional.ofNullable(taken).flatMap(TakenStep::readOfNoise).or(() -> columns.keySet().stream()
                .filter(parts.columnsOfNoise()::contains)
                .sorted()
                .findFirst()
                .map(name -> "column '" + name + "'"));
    }

    StepInputs stepInputs() {
        return in;
    }

    GuidedStep guidedStep() {
        return parts.step();
    }

    boolean noisy() {
        return parts.noisy();
    }

    /** A new input of the graph. */
    Operand<TFloat32> input(String name, int... sizes) {
        return graph.floatInput("update-" + name, sizes);
    }

    /** An input that several views read: declared, with what it is fed with, by the first. */
    Operand<TFloat32> sharedInput(String name, Function<MinibatchRows, ?> source, Supplier<Operand<TFloat32>> input) {
        return shared.computeIfAbsent(name, k -> {
            Operand<TFloat32> made = input.get();
            inputs.add(name, made, source);
            return made;
        });
    }

    /** A new input for latents. */
    Operand<TFloat32> latentInput(String name) {
        return input(name, batchSize(), shape.latentHeight(), shape.latentWidth(), shape.latentChannels());
    }

    /** Has the text of the step's inputs fed. */
    void useText() {
        if (!textUsed) {
            textUsed = true;
            inputs.addAll(in.textInputs(), rows -> StepInputs.text(rows.text()));
        }
    }

    /** 1 where nothing is fed: the critic alone is fitted to samples that have a reward. */
    private Operand<TFloat32> allLearnt() {
        Ops tf = scope.tf();
        Operand<TFloat32> rows = tf.placeholderWithDefault(
                tf.ones(tf.constant(new int[] {batchSize()}), TFloat32.class), Shape.of(batchSize()));
        inputs.add(LEARNT, rows, MinibatchRows::learnt);
        return rows;
    }

    /**
     * The same numbers, {@code [batch, ...]}, with no gradient in rows that are not learnt from. All that a loss can
     * move the weights by passes here, so that it need not know of such rows.
     */
    Operand<TFloat32> learnt(Operand<TFloat32> rows) {
        return learnt.map(weights -> weighted(rows, weights)).orElse(rows);
    }

    private Operand<TFloat32> weighted(Operand<TFloat32> rows, Operand<TFloat32> weights) {
        Ops tf = scope.tf();
        int[] ones = new int[rows.shape().numDimensions()];
        Arrays.fill(ones, 1);
        ones[0] = batchSize();
        Operand<TFloat32> fixed = tf.stopGradient(rows);
        return tf.math.add(fixed, tf.math.mul(tf.math.sub(rows, fixed), tf.reshape(weights, tf.constant(ones))));
    }

    @Override
    public GraphScope graph() {
        return own;
    }

    /** Where views are built: what they declare is not the algorithm's. */
    GraphScope views() {
        return scope;
    }

    /** The trainable parameters that the loss declared. */
    List<Parameter> ownParameters() {
        return own.trainable();
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
        return columns.computeIfAbsent(name, k -> {
            int[] sizes = parts.columnShapes().getOrDefault(name, new int[1]).clone();
            sizes[0] = batchSize();
            Operand<TFloat32> column = input("column-" + name, sizes);
            inputs.add(columnInput(name), column, rows -> rows.column(name));
            return column;
        });
    }

    private void requireSteps(String what) {
        if (parts.steps() == 0) {
            throw new UnfitLossException("reads " + what + ", but learns from pairs, which no steps led to");
        }
    }

    @Override
    public Step step() {
        requireSteps("the steps that were taken");
        if (taken == null) {
            taken = new TakenStep(this);
        }
        return taken;
    }

    @Override
    public Denoising denoising(Renoising how) {
        if (how.level() == Renoising.Level.OF_STEPS) {
            requireSteps("the timesteps of steps that were taken");
        }
        if (!renoised.isEmpty() && !renoised.containsKey(how)) {
            throw new UnfitLossException("has latents noised again in two ways in its loss; one is supported");
        }
        return renoised.computeIfAbsent(how, k -> RenoisedLatents.of(this, k));
    }

    @Override
    public Operand<TFloat32> unrolled(int steps) {
        requireSteps("the last steps");
        return lastSteps.computeIfAbsent(new Chain(steps, -1, Optional.empty()), k -> new LastSteps(this)
                .unrolled(steps, parts.steps(), Optional.empty()));
    }

    @Override
    public Operand<TFloat32> unrolled(int steps, Operand<TFloat32> live) {
        requireSteps("the last steps");
        return lastSteps.computeIfAbsent(new Chain(steps, -1, Optional.of(live.asOutput())), k -> new LastSteps(this)
                .unrolled(steps, parts.steps(), Optional.of(live)));
    }

    @Override
    public Operand<TFloat32> lastStepAgain(int draw) {
        requireSteps("the last step");
        return lastSteps.computeIfAbsent(
                new Chain(1, draw, Optional.empty()), k -> new LastSteps(this).again(draw, parts.steps()));
    }

    @Override
    public Operand<TFloat32> reward(Operand<TFloat32> latents) {
        RewardGradient gradient = parts.rewards()
                .orElseThrow(() -> new UnfitLossException(
                        "reads the rewards' gradient, which it does not declare among its needs"));
        Operand<TFloat32> images = parts.step().policy().decode(scope.child("decode"), latents);
        RewardGradient.Built built = gradient.build(graph, scope, "update-reward-" + rewarded++ + "-", images);
        inputs.addAll(built.inputs(), rows -> built.feeds().apply(rows.prompts()));
        return built.reward();
    }

    @Override
    public Operand<TFloat32> value() {
        if (value == null) {
            CriticNetwork c = parts.critic()
                    .orElseThrow(() ->
                            new IllegalStateException("the loss reads a critic's value, but the run has no critic"));
            Operand<TInt32> dropoutSeed = graph.intInput("update-dropout-seed", 2);
            Operand<TFloat32> features = input(FEATURES, batchSize(), c.featureWidth());
            inputs.add(DROPOUT, dropoutSeed, MinibatchRows::dropoutSeed);
            inputs.add(FEATURES, features, MinibatchRows::features);
            inputs.add(StepInputs.FRACTIONS, in.fractions(), rows -> rows.schedule()
                    .fractions(rows.steps()));
            value = learnt(c.value(scope.child("critic"), features, in.fractions(), Optional.of(dropoutSeed)));
        }
        return value;
    }
}
