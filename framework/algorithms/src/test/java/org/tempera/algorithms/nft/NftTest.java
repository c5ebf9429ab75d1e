package org.tempera.algorithms.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.tempera.algorithms.loss.DistanceConfig;
import org.tempera.algorithms.loss.DistanceLoss;
import org.tempera.algorithms.nft.NftLoss.Weighting;
import org.tempera.algorithms.stats.GroupAdvantagesConfig;
import org.tempera.algorithms.stats.StepwiseConfig;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.core.checkpoint.NamedTensor;
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
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.algorithm.UpdateScope.Renoising.Level;
import org.tempera.spi.reward.GraphReward;
import org.tempera.toy.ToyPolicy;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class NftTest {
    private static final int SAMPLES = 16;
    private static final BehaviourSettings PUBLISHED = new NftProvider().behaviour();

    private static NftConfig config(double fraction, Level level, double distance) {
        return config(1, 1, fraction, level, distance);
    }

    private static NftConfig config(double beta, int passes, double fraction, Level level, double distance) {
        return new NftConfig(
                new StepwiseConfig(new UpdateConfig(8, 1, passes), fraction),
                level,
                beta,
                Weighting.ADAPTIVE,
                GroupAdvantagesConfig.defaults(),
                new DistanceConfig(distance),
                false);
    }

    private static BehaviourSettings staying() {
        return new BehaviourSettings(
                true, false, new FollowSettings(DecayKind.CONSTANT, 1, 0.001, 0, 1, FollowUnit.EPOCHS));
    }

    /** A run of the toy policy from latents without noise of their own steps. */
    private static Trainer trainer(Algorithm algorithm, BehaviourSettings behaviour, double eta) {
        GraphReward brightness = GraphReward.of(
                (scope, in) -> scope.tf().math.mean(in.images(), scope.tf().constant(new int[] {1, 2, 3})));
        List<String> prompts = List.of("cat", "horse");
        return new Trainer(new TrainingSpec(
                        new RunSettings(9, 7, Path.of("unused"), 1, 1, 1),
                        new SamplingSettings(Path.of("unused"), 8, SAMPLES / 8, 4, 5, eta, 1.0, ""),
                        new OptimizerSettings(0.02, 0, 0, 0.9, 0.999, 1e-8, 0, 1),
                        new EvaluationSettings(0, Optional.empty(), 8, 3, 4),
                        CheckpointSettings.defaults(),
                        CombinationSettings.defaults(),
                        new ToyPolicy(4),
                        algorithm,
                        Optional.empty(),
                        List.of(new NamedReward(
                                "brightness",
                                new RewardSettings(RewardRole.TRAIN, 1, false, FailurePolicy.FAIL, 0),
                                brightness)),
                        Optional.empty(),
                        prompts,
                        prompts)
                .with(behaviour, ReferenceSettings.defaults()));
    }

    private static Map<String, float[]> tensors(Trainer trainer) {
        Map<String, float[]> all = new TreeMap<>();
        for (NamedTensor t : trainer.checkpoint(OptionalDouble.empty()).tensors()) {
            all.put(t.name(), t.values().data().clone());
        }
        return all;
    }

    /** Of all that the policy trains, before and after epochs. */
    private static double moved(Trainer trainer, int epochs) {
        Map<String, float[]> before = tensors(trainer);
        for (int i = 0; i < epochs; i++) {
            trainer.trainEpoch();
        }
        Map<String, float[]> after = tensors(trainer);
        double squares = 0;
        for (String name : List.of("policy/mix", "policy/shift")) {
            for (int i = 0; i < before.get(name).length; i++) {
                squares += Math.pow(after.get(name)[i] - before.get(name)[i], 2);
            }
        }
        return Math.sqrt(squares);
    }

    /** DiffusionNFT on samples of a given advantage, whatever their reward. */
    private record Told(Algorithm nft, float advantage) implements Algorithm {
        @Override
        public Set<Need> needs() {
            return nft.needs();
        }

        @Override
        public boolean learnsOffPolicy() {
            return nft.learnsOffPolicy();
        }

        @Override
        public int batchSize() {
            return nft.batchSize();
        }

        @Override
        public Losses build(UpdateScope scope) {
            return nft.build(scope);
        }

        @Override
        public Targets prepare(EpochColumns epoch, RewardTable rewards) {
            float[][] rows = new float[epoch.samples()][];
            Arrays.fill(rows, new float[] {advantage});
            return new Targets(Map.of(Targets.ADVANTAGE, rows), Map.of());
        }

        @Override
        public List<Minibatch> plan(EpochShape epoch, long seed) {
            return nft.plan(epoch, seed);
        }
    }

    @DataProvider
    public Object[][] terms() {
        return new Object[][] {{"positive", 5f}, {"negative", -5f}};
    }

    /** At the ends of the range one of the two terms has all the weight. */
    @Test(dataProvider = "terms")
    public void eachTermMovesTheWeights(String term, float advantage) {
        Algorithm nft = new Told(new Nft(config(1, Level.OF_STEPS, 0)), advantage);
        try (Trainer trainer = trainer(nft, staying(), 0)) {
            assertThat(moved(trainer, 1)).as(term).isGreaterThan(1e-3);
        }
    }

    /** Even samples, behaviour weights that are the policy: not a bit changes. */
    @Test
    public void evenSamplesMoveNothing() {
        Algorithm nft = new Told(new Nft(config(1, Level.OF_STEPS, 0)), 0);
        try (Trainer trainer = trainer(nft, staying(), 0)) {
            assertThat(moved(trainer, 1)).isZero();
        }
    }

    @Test
    public void theDistanceToTheReferenceHoldsTheWeights() {
        Algorithm free = new Told(new Nft(config(1, Level.OF_STEPS, 0)), 5);
        Algorithm held = new Told(new Nft(config(1, Level.OF_STEPS, 1e4)), 5);
        try (Trainer one = trainer(free, PUBLISHED, 0);
                Trainer other = trainer(held, PUBLISHED, 0)) {
            double far = moved(one, 4);
            assertThat(moved(other, 4)).isBetween(1e-6, 0.5 * far);
            assertThat(other.trainEpoch().metrics())
                    .containsKeys(Nft.TO_BEHAVIOUR, DistanceLoss.TO_REFERENCE)
                    .doesNotContainKey("train/on_policy_ratio_error");
        }
    }

    /** Rollouts without any noise of steps, drawn by the behaviour weights, with either choice of timesteps. */
    @Test
    public void theRewardRisesWithoutNoiseInSampling() {
        for (Level level : Level.values()) {
            try (Trainer trainer = trainer(new Nft(config(0.1, 2, 0.6, level, 1e-4)), PUBLISHED, 0)) {
                double first = reward(trainer);
                double last = first;
                for (int i = 0; i < 11; i++) {
                    last = reward(trainer);
                }
                assertThat(last).as("%s", level).isGreaterThan(first + 0.03);
            }
        }
    }

    private static double reward(Trainer trainer) {
        return trainer.trainEpoch().metrics().getOrDefault("reward/train/mean", Double.NaN);
    }

    @Test
    public void advantagesAreThoseOfTheGroupByTheEpochsDeviation() {
        Nft nft = new Nft(config(1, Level.OF_STEPS, 0));
        float[] rewards = {1, 3, 10, 14};
        Targets targets = nft.prepare(
                new EpochColumns(List.of("cat", "cat", "dog", "dog"), new float[] {1, 0}, 1, Map.of()),
                new RewardTable(rewards, Map.of("r", rewards)));
        double deviation = Math.sqrt((36 + 16 + 9 + 49) / 4.0);
        float[][] advantages = targets.columns().get(Targets.ADVANTAGE);
        assertThat(advantages[0]).hasSize(1);
        assertThat((double) advantages[0][0]).isCloseTo(-1 / deviation, within(1e-4));
        assertThat((double) advantages[3][0]).isCloseTo(2 / deviation, within(1e-4));
        assertThat(nft.hasNothingToLearn(targets)).isFalse();
    }

    @Test
    public void equalRewardsTeachNothingUnlessTheReferenceDoes() {
        EpochColumns epoch = new EpochColumns(List.of("cat", "cat"), new float[] {1, 0}, 1, Map.of());
        RewardTable equal = new RewardTable(new float[] {2, 2}, Map.of("r", new float[] {2, 2}));
        for (double distance : new double[] {0, 1e-4}) {
            Nft nft = new Nft(config(1, Level.OF_STEPS, distance));
            assertThat(nft.hasNothingToLearn(nft.prepare(epoch, equal))).isEqualTo(distance == 0);
        }
    }

    /** Steps without noise have timesteps, too, and an epoch may have no others. */
    @Test
    public void aPlanVisitsAShareOfAllSteps() {
        Nft nft = new Nft(config(0.6, Level.OF_STEPS, 0));
        EpochShape deterministic = new EpochShape(SAMPLES, 10, List.of(), 4);
        List<Minibatch> plan = nft.plan(deterministic, 3);
        assertThat(plan).hasSize(2 * 6);
        assertThat(nft.accumulation(deterministic)).isEqualTo(6);
        assertThat(plan.stream().filter(Minibatch::apply)).hasSize(2);
        assertThat(plan.stream()
                        .flatMapToInt(m -> Arrays.stream(m.steps()))
                        .distinct()
                        .count())
                .isEqualTo(10);
    }

    @Test
    public void groupsOfOneAreRefused() {
        assertThatThrownBy(() -> new Nft(NftConfig.defaults()).check(new EpochShape(16, 10, 1)))
                .isInstanceOf(UserException.class)
                .hasMessage("sampling.samples-per-prompt: expected 2 or more, for algorithm.nft compares the"
                        + " samples of a prompt with each other, found 1");
    }
}
