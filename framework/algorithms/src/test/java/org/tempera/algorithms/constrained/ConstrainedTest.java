package org.tempera.algorithms.constrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tempera.algorithms.ddpo.DdpoConfig;
import org.tempera.algorithms.ddpo.DdpoProvider;
import org.tempera.algorithms.kl.KlConfig;
import org.tempera.algorithms.kl.KlGateConfig;
import org.tempera.algorithms.loss.RegulariserConfig;
import org.tempera.algorithms.stats.NormalisationConfig;
import org.tempera.algorithms.stats.RewardNormalisation;
import org.tempera.base.json.PlainJson;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.ForwardingAlgorithm;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardNames;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Targets;
import org.testng.annotations.Test;

public class ConstrainedTest {
    private static final float[] GOOD = {1, 2, 3, 4};
    private static final float[] WORSE = {-1, 0, 1, 2};

    /** DDPO that takes the mixed reward as it is. */
    static Algorithm ddpo() {
        DdpoConfig d = DdpoConfig.defaults();
        NormalisationConfig n = d.rewardNormalisation();
        return new DdpoProvider()
                .create(new DdpoConfig(
                        d.update(),
                        d.surrogate(),
                        new NormalisationConfig(RewardNormalisation.Kind.NONE, n.bufferSize(), n.minCount(), 0),
                        d.regulariser()));
    }

    private static Constrained constrained(Map<String, ConstraintConfig> constraints) {
        ConstrainedConfig c = ConstrainedConfig.defaults();
        return new Constrained(
                new ConstrainedConfig(c.of(), c.rewardNormalisation(), c.margin(), constraints, c.multiplier()),
                ddpo());
    }

    private static Targets prepare(Algorithm algorithm, float[] training, float[] kept) {
        return algorithm.prepare(
                new EpochColumns(List.of("a", "a", "b", "b"), new float[] {2, 1}, 4, Map.of()),
                new RewardTable(training, Map.of("main", training)).withConstraints(Map.of("kept", kept)));
    }

    @Test
    public void boundsAreTheFirstEpochsMeansLessTheMarginAndMultipliersGrowBelowThem() {
        Constrained algorithm = constrained(Map.of());
        double deviation = Math.sqrt(1.25);
        Targets first = prepare(algorithm, GOOD, GOOD);
        assertThat(first.metrics())
                .containsEntry("constraint/kept/multiplier", 0.0)
                .containsEntry("constraint/kept/bound", 2.5 - 0.25 * deviation)
                .hasEntrySatisfying(
                        "constraint/kept/slack", s -> assertThat(s).isCloseTo(0.25 * deviation, offset(1e-12)));
        Targets second = prepare(algorithm, GOOD, WORSE);
        assertThat(second.metrics())
                .as("it held in the first epoch")
                .containsEntry("constraint/kept/bound", 2.5 - 0.25 * deviation)
                .containsEntry("constraint/kept/multiplier", 0.0)
                .hasEntrySatisfying(
                        "constraint/kept/slack", s -> assertThat(s).isCloseTo(0.25 * deviation - 2, offset(1e-12)));
        float[] opposite = {4, 3, 2, 1};
        Targets third = prepare(algorithm, GOOD, opposite);
        double l = ConstrainedConfig.defaults().multiplier().learningRate() * (2 / deviation - 0.25);
        assertThat(third.metrics().get("constraint/kept/multiplier")).isCloseTo(l, offset(1e-12));
        float[] advantages = new float[4];
        for (int i = 0; i < 4; i++) {
            advantages[i] = third.columns().get(Targets.ADVANTAGE)[i][0];
        }
        double best = 1.5 / deviation * (1 - l) / (1 + l);
        assertThat((double) advantages[3]).isCloseTo(best, offset(1e-6));
        assertThat((double) advantages[0]).isCloseTo(-best, offset(1e-6));
    }

    @Test
    public void aBoundOrAMarginOfItsOwnWins() {
        Constrained given = constrained(Map.of("kept", new ConstraintConfig(Optional.of(10.0), Optional.empty())));
        assertThat(prepare(given, GOOD, GOOD).metrics()).containsEntry("constraint/kept/slack", 2.5 - 10);
        Constrained margin = constrained(Map.of("kept", new ConstraintConfig(Optional.empty(), Optional.of(2.0))));
        assertThat(prepare(margin, GOOD, GOOD).metrics().get("constraint/kept/slack"))
                .isCloseTo(2 * Math.sqrt(1.25), offset(1e-12));
    }

    @Test
    public void goesOnFromItsState() throws PlainJson.MalformedException {
        Constrained first = constrained(Map.of());
        prepare(first, GOOD, GOOD);
        prepare(first, GOOD, WORSE);
        Constrained second = constrained(Map.of());
        second.restore(PlainJson.readObject(PlainJson.pretty(first.state())));
        Targets expected = prepare(first, GOOD, WORSE);
        Targets got = prepare(second, GOOD, WORSE);
        assertThat(got.metrics()).isEqualTo(expected.metrics());
        assertThat(got.columns().get(Targets.ADVANTAGE))
                .isDeepEqualTo(expected.columns().get(Targets.ADVANTAGE));
        assertThat(second.state()).isEqualTo(first.state());
    }

    /** As where a run that was stopped goes on with another config. */
    @Test
    public void aBoundThatIsGivenLaterOnCounts() throws PlainJson.MalformedException {
        Constrained first = constrained(Map.of());
        prepare(first, GOOD, GOOD);
        Constrained second = constrained(Map.of("kept", new ConstraintConfig(Optional.of(3.0), Optional.empty())));
        second.restore(PlainJson.readObject(PlainJson.pretty(first.state())));
        assertThat(prepare(second, GOOD, GOOD).metrics())
                .containsEntry("constraint/kept/bound", 3.0)
                .containsEntry("constraint/kept/slack", 2.5 - 3);
        double violation = 0.5 / Math.sqrt(1.25); // in deviations of the base model's scores, as before
        double rate = ConstrainedConfig.defaults().multiplier().learningRate();
        assertThat(prepare(second, GOOD, GOOD).metrics().get("constraint/kept/multiplier"))
                .isCloseTo(rate * violation, offset(1e-12));
    }

    @Test
    public void aConstraintThatNoRewardIsIsRefusedByName() {
        assertThatThrownBy(() -> constrained(Map.of("jpg", ConstraintConfig.defaults()))
                        .check(new RewardNames(List.of("main"), List.of("jpeg"), List.of("jpg"))))
                .isInstanceOf(UserException.class)
                .hasMessage("algorithm.constrained.constraints.jpg: expected the name of a reward with role ="
                        + " constraint, one of [jpeg], found 'jpg'");
    }

    @Test
    public void aSampleThatIsSkippedMeasuresNoBound() {
        Constrained algorithm = constrained(Map.of("kept", new ConstraintConfig(Optional.empty(), Optional.of(1.0))));
        float[] filled = {2, 4, 3, 3};
        Targets targets = algorithm.prepare(
                new EpochColumns(List.of("a", "a", "b", "b"), new float[] {2, 1}, 4, Map.of()),
                new RewardTable(GOOD, Map.of("main", GOOD))
                        .withConstraints(Map.of("kept", filled))
                        .withSkipped(new boolean[] {false, false, true, true}));
        assertThat(targets.metrics()).containsEntry("constraint/kept/slack", 1.0);
        float[] advantages = new float[4];
        for (int i = 0; i < 4; i++) {
            advantages[i] = targets.columns().get(Targets.ADVANTAGE)[i][0];
        }
        // Of 1 and 2, the rewards of the others.
        assertThat(advantages[0]).isCloseTo(-1, offset(1e-4f));
        assertThat(advantages[1]).isCloseTo(1, offset(1e-4f));
    }

    @Test
    public void theWrappedGateIsNotComparedWithTheMixedReward() {
        DdpoConfig d = DdpoConfig.defaults();
        KlGateConfig none = KlGateConfig.none();
        ConstrainedConfig c = ConstrainedConfig.defaults();
        Constrained algorithm = new Constrained(
                c,
                new DdpoProvider()
                        .create(new DdpoConfig(
                                d.update(),
                                d.surrogate(),
                                d.rewardNormalisation(),
                                new RegulariserConfig(
                                        KlConfig.defaults(),
                                        0.1,
                                        new KlGateConfig(
                                                List.of("lagrangian"),
                                                none.on(),
                                                none.share(),
                                                none.smallestShare(),
                                                none.largestShare())))));
        assertThatThrownBy(() -> algorithm.check(new RewardNames(List.of("main"), List.of("kept"), List.of())))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(
                        "algorithm.ddpo.kl-gate.against: expected rewards that are not trained on alone, one of"
                                + " [main, kept], found 'lagrangian'");
    }

    @Test
    public void toAWrappedAlgorithmTheRewardsAreCombined() {
        Algorithm separate = new ForwardingAlgorithm(new DdpoProvider().create(DdpoConfig.defaults())) {
            @Override
            public Set<Need> needs() {
                return Set.of(Need.SEPARATE_REWARDS);
            }
        };
        assertThat(new Constrained(ConstrainedConfig.defaults(), separate).needs())
                .containsExactly(Need.CONSTRAINTS);
    }

    @Test
    public void aMarginIsRefusedWhereTheBoundIsGiven() {
        assertThatThrownBy(() -> new ConstraintConfig(Optional.of(1.0), Optional.of(0.5)))
                .hasMessage("margin must be left out where bound is given, was 0.5");
    }
}
