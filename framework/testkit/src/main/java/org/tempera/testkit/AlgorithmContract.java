package org.tempera.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.tempera.base.json.PlainJson;
import org.tempera.core.config.CheckpointSettings;
import org.tempera.core.config.CombinationSettings;
import org.tempera.core.config.EvaluationSettings;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.config.ReferenceSettings;
import org.tempera.core.config.RewardRole;
import org.tempera.core.config.RewardSettings;
import org.tempera.core.config.RunSettings;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.reward.NamedReward;
import org.tempera.core.train.Trainer;
import org.tempera.core.train.TrainingSpec;
import org.tempera.core.train.WorkerRun;
import org.tempera.core.workers.GradientSums;
import org.tempera.core.workers.Group;
import org.tempera.graph.workers.LocalWorkers;
import org.tempera.graph.workers.LostWorkerException;
import org.tempera.spi.HostTensor;
import org.tempera.spi.MetricNames;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.spi.algorithm.AlgorithmWrapper;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.critic.Critic;
import org.tempera.spi.reward.GraphReward;
import org.tempera.toy.ToyPolicy;
import org.testng.annotations.Test;

/**
 * Checks what every algorithm plugin must hold to. Extend it in the plugin's tests, with a config whose batch size
 * divides 16, and run it as any TestNG test. The test of an algorithm that learns from the steps that were taken
 * extends {@link StepwiseContract} instead.
 *
 * @param <C> the plugin's configuration
 */
public abstract class AlgorithmContract<C extends Record> extends ProviderContract<C, AlgorithmProvider<C>> {
    static final int SAMPLES = 16;
    static final int STEPS = 5;
    private static final int EPOCHS = 12;
    private static final String CONSTRAINT = "even";

    protected AlgorithmContract() {
        super(AlgorithmProvider.class);
    }

    /** The critic that the algorithm is run with, for an algorithm that needs one. */
    protected Optional<Critic> critic() {
        return Optional.empty();
    }

    /** The policy's learning rate in the test of learning. */
    protected double learningRate() {
        return 0.02;
    }

    /** Samples that follow one another with the same prompt, for an algorithm that compares these; a divisor of 8. */
    protected int samplesPerPrompt() {
        return 1;
    }

    /** Whether the algorithm learns from pairs of a file of choices, and no steps lead to them. */
    private boolean learnsFromPairs() {
        return create().needs().contains(Need.PAIRS);
    }

    private int steps() {
        return learnsFromPairs() ? 0 : STEPS;
    }

    final EpochShape shape() {
        return new EpochShape(SAMPLES, steps(), learnsFromPairs() ? 2 : samplesPerPrompt());
    }

    @Test
    public void aPlanHasWholeMinibatchesAndEndsWithAnUpdate() {
        Algorithm algorithm = prepared();
        int steps = steps();
        List<Minibatch> plan = planned(algorithm);
        for (Minibatch m : plan) {
            assertThat(m.samples())
                    .withFailMessage(
                            "a micro-batch has %d rows, expected batchSize() = %d: the graph's shapes are static.",
                            m.samples().length, algorithm.batchSize())
                    .hasSize(algorithm.batchSize());
            for (int i = 0; i < m.samples().length; i++) {
                assertThat(m.samples()[i] >= 0
                                && m.samples()[i] < SAMPLES
                                && m.steps()[i] >= 0
                                && m.steps()[i] < Math.max(1, steps))
                        .withFailMessage(
                                "a micro-batch has (sample, step) = (%d, %d), of %d samples with %d steps.",
                                m.samples()[i], m.steps()[i], SAMPLES, steps)
                        .isTrue();
            }
        }
        assertThat(plan.get(plan.size() - 1).apply())
                .withFailMessage("the last micro-batch of a plan must apply the gradients, or they are lost.")
                .isTrue();
        assertThat(prepared().plan(shape(), 11))
                .withFailMessage("two plans of one seed differ: draw from the seed alone.")
                .isEqualTo(plan);
    }

    private List<Minibatch> planned(Algorithm algorithm) {
        List<Minibatch> plan = algorithm.plan(shape(), 11);
        assertThat(plan)
                .withFailMessage(
                        "plan() gives no micro-batch for %d samples whose rewards differ: nothing would be learnt.",
                        SAMPLES)
                .isNotEmpty();
        return plan;
    }

    @Test
    public void saysHowManyMinibatchesMayRunSideBySide() {
        List<Minibatch> plan = planned(prepared());
        int first = 1;
        while (!plan.get(first - 1).apply()) {
            first++;
        }
        assertThat(create().accumulation(shape()))
                .withFailMessage(
                        "accumulation() says %d micro-batches, but the first optimiser step of a plan averages over %d:"
                                + " no more than these can run side by side.",
                        create().accumulation(shape()), first)
                .isBetween(1, first);
    }

    @Test
    public void preparesWhateverTheRewardsAre() {
        for (float[] rewards : learnsFromPairs() ? List.of(rewards(1)) : List.of(rewards(1), new float[SAMPLES])) {
            Targets targets = create().prepare(epoch(7), table(rewards));
            targets.columns().forEach((name, rows) -> {
                assertThat(rows.length)
                        .withFailMessage("'%s' has %d samples, expected %d.", name, rows.length, SAMPLES)
                        .isEqualTo(SAMPLES);
                for (float[] row : rows) {
                    assertThat(row.length == 1 || row.length == steps())
                            .withFailMessage(
                                    "'%s' has %d steps of a sample, expected 1 or %d.", name, row.length, steps())
                            .isTrue();
                    for (float x : row) {
                        assertThat(Float.isFinite(x))
                                .withFailMessage(
                                        "a number of '%s' is %s. Rewards that are all equal are no rare case: their"
                                                + " deviation is 0.",
                                        name, x)
                                .isTrue();
                    }
                }
            });
        }
    }

    @Test
    public void goesOnFromItsState() throws PlainJson.MalformedException {
        Algorithm first = create();
        for (int epoch = 0; epoch < 3; epoch++) {
            first.prepare(epoch(epoch), table(rewards(epoch)));
        }
        Algorithm second = create();
        second.restore(PlainJson.readObject(PlainJson.pretty(first.state())));
        Map<String, float[][]> expected =
                first.prepare(epoch(3), table(rewards(3))).columns();
        second.prepare(epoch(3), table(rewards(3))).columns().forEach((name, column) -> assertThat(
                        Arrays.deepEquals(column, expected.get(name)))
                .withFailMessage(
                        "'%s' differs after state() was written as JSON and restored: a resumed run would not"
                                + " equal one that never stopped. All that an epoch leaves behind belongs into"
                                + " state().",
                        name)
                .isTrue());
    }

    @Test
    public void learns() throws IOException {
        Optional<BrightChoices> choices =
                learnsFromPairs() ? Optional.of(BrightChoices.make(SAMPLES)) : Optional.empty();
        try (Trainer trainer = trainer(learningRate(), choices)) {
            double first = reward(trainer);
            double last = first;
            for (int i = 1; i < EPOCHS; i++) {
                last = reward(trainer);
            }
            assertThat(last)
                    .withFailMessage(
                            "%d epochs on a toy policy, %s, moved the reward from %s to %s. Does"
                                    + " the policy's loss fall where %s?",
                            EPOCHS,
                            choices.isPresent()
                                    ? "of whose pairs the brighter picture was chosen"
                                    : "whose reward is brightness",
                            first,
                            last,
                            choices.isPresent() ? "the chosen picture is more likely" : "the advantage is high")
                    .isGreaterThan(first + 0.03);
        } finally {
            choices.ifPresent(BrightChoices::delete);
        }
    }

    /** Each of them plans for itself, so that a plan has to follow from the epoch's numbers and its seed alone. */
    @Test(timeOut = 300_000)
    public void twoWorkersLearnWhatOneOfTwoLanesLearns() throws Exception {
        Optional<BrightChoices> choices =
                learnsFromPairs() ? Optional.of(BrightChoices.make(SAMPLES)) : Optional.empty();
        LocalWorkers workers = new LocalWorkers(2);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Map<String, HostTensor> alone;
            try (Trainer trainer = new Trainer(spec(learningRate(), choices, 2))) {
                alone = trained(trainer);
            }
            Future<String> second = other.submit(() -> {
                Group group = new Group(workers.channel(1), GradientSums.IN_ORDER);
                try (WorkerRun run = new WorkerRun(spec(learningRate(), choices, 1), group)) {
                    return run.run(line -> {});
                }
            });
            try (Group group = new Group(workers.channel(0), GradientSums.IN_ORDER);
                    Trainer first = new Trainer(spec(learningRate(), choices, 1), group)) {
                assertThat(trained(first))
                        .withFailMessage(
                                "two workers learn other weights than one process of as many lanes. A plan follows from"
                                        + " the epoch's numbers and its seed, not from the time, an order of hash codes"
                                        + " or what one process alone has.")
                        .isEqualTo(alone);
            }
            assertThatThrownBy(second::get)
                    .as("nobody told it that the run has ended")
                    .hasCauseInstanceOf(LostWorkerException.class);
        } finally {
            other.shutdownNow();
            choices.ifPresent(BrightChoices::delete);
        }
    }

    /** What two epochs leave in a checkpoint. */
    private static Map<String, HostTensor> trained(Trainer trainer) {
        trainer.trainEpoch();
        trainer.trainEpoch();
        Map<String, HostTensor> all = new TreeMap<>();
        trainer.checkpoint(OptionalDouble.empty()).tensors().forEach(t -> all.put(t.name(), t.values()));
        return all;
    }

    /** An algorithm that has prepared an epoch, so that it can plan. */
    final Algorithm prepared() {
        Algorithm algorithm = create();
        algorithm.check(shape());
        algorithm.prepare(epoch(7), table(rewards(7)));
        return algorithm;
    }

    /**
     * What an {@link AlgorithmWrapper} is made around, a new one at each call.
     *
     * @throws IllegalStateException unless overridden
     */
    protected Algorithm wrapped() {
        throw new IllegalStateException("override wrapped() in the test of an algorithm that is made around another");
    }

    final Algorithm create() {
        AlgorithmProvider<C> provider = provider();
        return provider instanceof AlgorithmWrapper<C> wrapper
                ? wrapper.create(config(), wrapped())
                : provider.create(config());
    }

    final Trainer trainer(double rate) {
        return trainer(rate, Optional.empty());
    }

    private Trainer trainer(double rate, Optional<BrightChoices> choices) {
        return new Trainer(spec(rate, choices, 1));
    }

    /** @param lanes of a process, each of one thread */
    private TrainingSpec spec(double rate, Optional<BrightChoices> choices, int lanes) {
        GraphReward brightness = GraphReward.of(
                (scope, in) -> scope.tf().math.mean(in.images(), scope.tf().constant(new int[] {1, 2, 3})));
        List<String> prompts = List.of("cat", "horse");
        List<NamedReward> rewards = new ArrayList<>();
        rewards.add(new NamedReward(
                "brightness", settings(choices.isPresent() ? RewardRole.LOGGED : RewardRole.TRAIN), brightness));
        if (create().needs().contains(Need.CONSTRAINTS)) {
            GraphReward even = GraphReward.of((scope, in) ->
                    scope.tf().math.mul(brightness.build(scope, in), scope.tf().constant(0f)));
            rewards.add(new NamedReward(CONSTRAINT, settings(RewardRole.CONSTRAINT), even));
        }
        TrainingSpec spec = new TrainingSpec(
                new RunSettings(EPOCHS, 7, Path.of("unused"), lanes, 1, lanes),
                new SamplingSettings(Path.of("unused"), 8, SAMPLES / 8, samplesPerPrompt(), STEPS, 1.0, 2.0, ""),
                new OptimizerSettings(rate, 3e-3 * Math.signum(rate), 0, 0.9, 0.999, 1e-8, 0, 1),
                new EvaluationSettings(0, Optional.empty(), 8, 3, 4),
                CheckpointSettings.defaults(),
                CombinationSettings.defaults(),
                new ToyPolicy(4),
                create(),
                critic(),
                rewards,
                Optional.empty(),
                prompts,
                prompts);
        TrainingSpec whole = choices.map(c -> spec.with(c.choices())).orElse(spec);
        return whole.with(provider().behaviour(), ReferenceSettings.defaults());
    }

    private static RewardSettings settings(RewardRole role) {
        return new RewardSettings(role, 1, false, FailurePolicy.FAIL, 0);
    }

    /** Of the epoch that is trained; where nothing is drawn to learn from, of an evaluation before it. */
    private double reward(Trainer trainer) {
        if (!learnsFromPairs()) {
            return trainer.trainEpoch().metrics().getOrDefault(MetricNames.TRAIN_REWARD, Double.NaN);
        }
        float[] scores = trainer.evaluate().rewards().getOrDefault("brightness", new float[0]);
        trainer.trainEpoch();
        double sum = 0;
        for (float score : scores) {
            sum += score;
        }
        return sum / scores.length;
    }

    /** The same for the same seed; of pairs 1 for the first and 0 for the second. */
    final float[] rewards(int seed) {
        Random random = new Random(seed);
        float[] rewards = new float[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            rewards[i] = learnsFromPairs() ? 1 - i % 2 : (float) random.nextGaussian();
        }
        return rewards;
    }

    /** Rewards of which the constraint, where the algorithm keeps any, is the opposite, less by 1. */
    final RewardTable table(float[] rewards) {
        Map<String, float[]> trained = Map.of("brightness", rewards);
        if (!create().needs().contains(Need.CONSTRAINTS)) {
            return new RewardTable(rewards, trained);
        }
        float[] constraint = new float[rewards.length];
        for (int i = 0; i < constraint.length; i++) {
            constraint[i] = -rewards[i] - 1;
        }
        return new RewardTable(rewards, trained).withConstraints(Map.of(CONSTRAINT, constraint));
    }

    /** Columns of an epoch of two prompts, the algorithm's own among them, plain noise, the same for the same seed. */
    final EpochColumns epoch(long seed) {
        if (learnsFromPairs()) {
            String[] twice = new String[SAMPLES];
            Arrays.setAll(twice, i -> i / 2 % 2 == 0 ? "cat" : "horse");
            return new EpochColumns(List.of(twice), new float[0], 1, Map.of());
        }
        Random random = new Random(seed);
        Map<String, float[][]> columns = new LinkedHashMap<>();
        Set<String> names = new LinkedHashSet<>(List.of(Rollout.LOG_PROB, Rollout.REFERENCE_LOG_PROB, Rollout.VALUE));
        create().columns().forEach(column -> names.add(column.name()));
        for (String name : names) {
            float[][] column = new float[SAMPLES][STEPS];
            for (float[] row : column) {
                for (int i = 0; i < STEPS; i++) {
                    row[i] = (float) (0.1 * random.nextGaussian());
                }
            }
            columns.put(name, column);
        }
        String[] prompts = new String[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            prompts[i] = i / samplesPerPrompt() % 2 == 0 ? "cat" : "horse";
        }
        return new EpochColumns(List.of(prompts), new float[] {80, 60, 40, 20, 0}, 1, columns);
    }
}
