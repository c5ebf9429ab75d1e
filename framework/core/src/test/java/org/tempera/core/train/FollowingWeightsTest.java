package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.tempera.core.checkpoint.NamedTensor;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.ReferenceSettings;
import org.tempera.core.plugin.PluginFault;
import org.tempera.core.reward.RewardCombiner;
import org.tempera.core.workers.Group;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.BehaviourSettings;
import org.tempera.spi.algorithm.DecayKind;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.FollowSettings;
import org.tempera.spi.algorithm.FollowUnit;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.algorithm.UpdateScope.Denoising;
import org.tempera.spi.algorithm.UpdateScope.Renoising;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

/** Copies of the policy's weights that follow it, in a run. */
public class FollowingWeightsTest {
    private static final FollowSettings NEVER = constant(1, FollowUnit.EPOCHS);

    @Test
    public void aRunThatAsksForNoCopiesHasNone() {
        assertThat(variables(spec(0.05, new Distance(Weights.POLICY))))
                .contains("policy/mix", "policy/shift")
                .noneMatch(name -> name.startsWith("behaviour") || name.startsWith("reference"));
    }

    @Test
    public void aCopyOfEachTrainedParameterIsKeptWhereSomethingReadsIt() {
        TrainingSpec spec = spec(0.05, new Distance(Weights.POLICY));
        String[] copies = {"behaviour/policy/mix", "behaviour/policy/shift"};
        assertThat(variables(spec.with(behaviour(true, false, NEVER), ReferenceSettings.defaults())))
                .contains(copies);
        assertThat(variables(spec.with(behaviour(false, true, NEVER), ReferenceSettings.defaults())))
                .contains(copies);
        assertThat(variables(spec(0.05, new Distance(Weights.BEHAVIOUR, Need.BEHAVIOUR_WEIGHTS))))
                .contains(copies);
        assertThat(variables(spec(0.05, new Distance(Weights.REFERENCE))
                        .with(BehaviourSettings.defaults(), new ReferenceSettings(true, NEVER))))
                .contains("reference/policy/mix", "reference/policy/shift")
                .noneMatch(name -> name.startsWith("behaviour"));
    }

    @Test
    public void aCopyFollowsAfterEveryEpoch() {
        float d = 0.75f;
        TrainingSpec spec = spec(0.05, new Distance(Weights.POLICY))
                .with(behaviour(false, true, constant(d, FollowUnit.EPOCHS)), ReferenceSettings.defaults());
        try (Trainer trainer = new Trainer(spec)) {
            Map<String, float[]> before = tensors(trainer);
            for (String name : List.of("policy/mix", "policy/shift")) {
                assertThat(before.get("behaviour/" + name)).isEqualTo(before.get(name));
            }
            for (int epoch = 0; epoch < 3; epoch++) {
                trainer.trainEpoch();
                Map<String, float[]> after = tensors(trainer);
                for (String name : List.of("policy/mix", "policy/shift")) {
                    float[] expected = before.get("behaviour/" + name).clone();
                    for (int i = 0; i < expected.length; i++) {
                        expected[i] = d * expected[i] + (1 - d) * after.get(name)[i];
                    }
                    assertThat(after.get(name)).isNotEqualTo(before.get(name));
                    assertThat(after.get("behaviour/" + name)).containsExactly(expected, within(1e-7f));
                }
                before = after;
            }
        }
    }

    @Test
    public void aCopyWithoutDecayIsThePolicyAfterEveryUpdate() {
        TrainingSpec spec = spec(0.05, new Distance(Weights.BEHAVIOUR, Need.BEHAVIOUR_WEIGHTS))
                .with(behaviour(false, false, constant(0, FollowUnit.UPDATES)), ReferenceSettings.defaults());
        try (Trainer trainer = new Trainer(spec)) {
            trainer.trainEpoch();
            Map<String, float[]> now = tensors(trainer);
            assertThat(now.get("behaviour/policy/mix")).isEqualTo(now.get("policy/mix"));
        }
    }

    @Test
    public void evaluationsDrawWithTheCopyIfAsked() {
        TrainingSpec spec = spec(0.5, new Distance(Weights.POLICY));
        assertThat(evaluatedAfterAnEpoch(spec)).isNotEqualTo(evaluated(spec));
        TrainingSpec copy = spec.with(behaviour(false, true, NEVER), ReferenceSettings.defaults());
        assertThat(evaluatedAfterAnEpoch(copy)).isEqualTo(evaluated(spec));
        // A rollout that the copy draws leaves evaluations to the policy.
        TrainingSpec drawn = spec.with(behaviour(true, false, NEVER), ReferenceSettings.defaults());
        assertThat(evaluated(drawn)).isEqualTo(evaluated(spec));
        assertThat(evaluatedAfterAnEpoch(drawn)).isNotEqualTo(evaluated(spec));
    }

    @Test
    public void rolloutsAreDrawnWithTheCopyIfAskedAndSoAreTheirLogProbabilities() {
        List<float[]> still = logProbabilities(spec(0, new Distance(Weights.POLICY)));
        assertThat(logProbabilities(spec(0.5, new Distance(Weights.POLICY))).get(8))
                .isNotEqualTo(still.get(8));
        List<float[]> drawn = logProbabilities(spec(0.5, new Distance(Weights.POLICY))
                .with(behaviour(true, false, NEVER), ReferenceSettings.defaults()));
        assertThat(drawn).usingRecursiveComparison().isEqualTo(still);
    }

    @Test
    public void aReferenceMovesIfAsked() {
        TrainingSpec spec = spec(0.05, new Distance(Weights.REFERENCE));
        List<Double> stays = distances(spec.with(BehaviourSettings.defaults(), new ReferenceSettings(true, NEVER)));
        // A copy that never follows is the model before training, as a reference that does not move is.
        assertThat(stays).isEqualTo(distances(spec));
        assertThat(stays.get(0)).isZero();
        assertThat(stays.get(1)).isPositive();
        assertThat(stays.get(2)).isGreaterThan(stays.get(1));
        List<Double> moves = distances(
                spec.with(BehaviourSettings.defaults(), new ReferenceSettings(true, constant(0, FollowUnit.EPOCHS))));
        assertThat(moves).containsOnly(0.0);
    }

    @Test
    public void whatDoesNotFitTheAlgorithmIsRefused() {
        TrainingSpec onPolicy =
                spec(0.05, new TinyReinforce()).with(behaviour(true, false, NEVER), ReferenceSettings.defaults());
        assertThatThrownBy(() -> new Trainer(onPolicy))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "behaviour.draws: expected false, found true: the algorithm learns from steps that the policy"
                                + " itself took");
        TrainingSpec noReference =
                spec(0.05, new TinyReinforce()).with(BehaviourSettings.defaults(), new ReferenceSettings(true, NEVER));
        assertThatThrownBy(() -> new Trainer(noReference))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("reference.moves: expected false, found true: nothing in this run reads");
        assertThatThrownBy(() -> new Trainer(spec(0.05, new Distance(Weights.BEHAVIOUR))))
                .isInstanceOf(PluginFault.class)
                .hasMessageContaining("reads the weights BEHAVIOUR, which it does not declare among its needs");
    }

    private static BehaviourSettings behaviour(boolean draws, boolean evaluated, FollowSettings follow) {
        return new BehaviourSettings(draws, evaluated, follow);
    }

    private static FollowSettings constant(double decay, FollowUnit counts) {
        return new FollowSettings(DecayKind.CONSTANT, decay, 0.001, 0, 1, counts);
    }

    private static TrainingSpec spec(double rate, Algorithm algorithm) {
        return TinyRuns.spec(4, TinyRuns.brightness(), FailurePolicy.FAIL, rate, algorithm, Optional.empty());
    }

    private static List<String> variables(TrainingSpec spec) {
        try (TrainingModel model =
                new TrainingModel(spec, Group.alone(), new RewardCombiner(spec.rewards(), spec.combination()))) {
            return model.parameters().stream().map(Parameter::name).toList();
        }
    }

    private static Map<String, float[]> tensors(Trainer trainer) {
        Map<String, float[]> all = new TreeMap<>();
        for (NamedTensor t : trainer.checkpoint(OptionalDouble.empty()).tensors()) {
            all.put(t.name(), t.values().data().clone());
        }
        return all;
    }

    private static float[] evaluated(TrainingSpec spec) {
        try (Trainer trainer = new Trainer(spec)) {
            return trainer.evaluate().training().orElseThrow();
        }
    }

    private static float[] evaluatedAfterAnEpoch(TrainingSpec spec) {
        try (Trainer trainer = new Trainer(spec)) {
            trainer.trainEpoch();
            return trainer.evaluate().training().orElseThrow();
        }
    }

    private static List<Double> distances(TrainingSpec spec) {
        List<Double> all = new ArrayList<>();
        try (Trainer trainer = new Trainer(spec)) {
            for (int i = 0; i < 3; i++) {
                all.add(trainer.trainEpoch().metrics().get("distance"));
            }
        }
        return all;
    }

    /** Of two epochs. */
    private static List<float[]> logProbabilities(TrainingSpec spec) {
        List<float[]> seen = ((Distance) spec.algorithm()).seen();
        try (Trainer trainer = new Trainer(spec)) {
            trainer.trainEpoch();
            trainer.trainEpoch();
        }
        return seen;
    }

    /**
     * Learns to denoise the first samples, in one update an epoch, and tells how far the policy's outputs are from
     * others.
     */
    private record Distance(Weights to, Set<Need> needs, List<float[]> seen) implements Algorithm {
        Distance(Weights to, Need... needs) {
            this(to, Set.of(needs), new ArrayList<>());
        }

        @Override
        public List<RolloutColumn> columns() {
            return List.of(RolloutColumn.LOG_PROB);
        }

        @Override
        public boolean learnsOffPolicy() {
            return true;
        }

        @Override
        public int batchSize() {
            return 4;
        }

        @Override
        public Losses build(UpdateScope scope) {
            Denoising d = scope.denoising(new Renoising(Renoising.Level.UNIFORM, 1, false));
            Operand<TFloat32> loss = meanSquare(scope, d.prediction(Weights.POLICY), d.target());
            Operand<TFloat32> distance = meanSquare(scope, d.prediction(Weights.POLICY), d.prediction(to));
            return new Losses(loss, Optional.empty(), Map.of("distance", distance));
        }

        private static Operand<TFloat32> meanSquare(UpdateScope scope, Operand<TFloat32> a, Operand<TFloat32> b) {
            Ops tf = scope.graph().tf();
            return tf.math.mean(tf.math.square(tf.math.sub(a, b)), tf.constant(new int[] {0, 1, 2, 3}));
        }

        @Override
        public Targets prepare(EpochColumns epoch, RewardTable rewards) {
            for (float[] row : epoch.column(Rollout.LOG_PROB)) {
                seen.add(row.clone());
            }
            return new Targets(Map.of(), Map.of());
        }

        @Override
        public List<Minibatch> plan(EpochShape epoch, long seed) {
            int[] rows = new int[4];
            Arrays.setAll(rows, i -> i);
            return List.of(new Minibatch(rows, new int[4], true));
        }
    }
}
