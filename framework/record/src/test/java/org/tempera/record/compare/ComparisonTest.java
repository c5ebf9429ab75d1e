package org.tempera.record.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.LongStream;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.evaluation.MeasuredPicture;
import org.tempera.record.evaluation.MeasuredSet;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.metrics.Sample;
import org.tempera.record.page.ComparisonPage;
import org.tempera.record.run.RunFacts;
import org.tempera.record.statistics.Interval;
import org.tempera.record.verdict.Ruler;
import org.tempera.record.verdict.RunVerdict.Answer;
import org.tempera.record.verdict.ScoreScale;
import org.tempera.spi.UserException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ComparisonTest {
    private static final double[] RISE = {0, 1, 2, 3};
    private static final double[] TURNING = {.6, .7, .6, .4};
    private static final double[] HOLDING = {.6, .7, .75, .8};

    private static List<RunRecord> seeds(int count, String algorithm, double[] truth) {
        return LongStream.rangeClosed(1, count)
                .mapToObj(seed ->
                        MadeRecords.of(algorithm, seed).curves(RISE, truth).make())
                .toList();
    }

    @SafeVarargs
    private static List<RunRecord> all(List<RunRecord>... lists) {
        List<RunRecord> all = new ArrayList<>();
        for (List<RunRecord> each : lists) {
            all.addAll(each);
        }
        return all;
    }

    private static ProxyComparison one(List<RunRecord> runs) {
        Comparison comparison = Comparison.of(runs);
        assertThat(comparison.proxies()).hasSize(1);
        return comparison.proxies().get(0);
    }

    private static Curve curve(Group group, Measure.Kind kind, Axis axis) {
        return group.curves(kind, axis).get(0);
    }

    @Test
    public void seedsAreAGroupWithBandsOverSeeds() {
        ProxyComparison compared = one(all(seeds(5, "ddpo", TURNING), seeds(5, "tdpo", HOLDING)));
        assertThat(compared.proxy()).isEqualTo("aesthetic");
        assertThat(compared.truth()).contains("gold");
        assertThat(compared.groups()).extracting(Group::name).containsExactly("ddpo", "tdpo");
        Curve truth = curve(compared.groups().get(0), Measure.Kind.TRUTH, Axis.QUERIES);
        assertThat(truth.points()).extracting(Curve.Point::x).containsExactly(0.0, 4 * 96.0, 8 * 96.0, 12 * 96.0);
        Summary last = truth.points().get(3).y();
        assertThat(last.seeds()).isEqualTo(5);
        assertThat(last.basis()).isEqualTo(Basis.SEEDS);
        assertThat(last.value()).isCloseTo(.4, within(.03));
        assertThat(last.mean().lower()).isLessThan(last.value());
        assertThat(last.mean().upper()).isGreaterThan(last.value());
        // Before training all seeds are the same model.
        assertThat(truth.points().get(0).y().mean()).satisfies(i -> {
            assertThat(i.lower()).isCloseTo(.6, within(1e-12));
            assertThat(i.upper()).isCloseTo(.6, within(1e-12));
        });
    }

    /** Seed s takes 10 + s seconds an epoch: the first seed ends at 12 * 11. */
    @Test
    public void secondsAreReadAtPlacesThatAllSeedsHave() {
        Group group = one(seeds(3, "ddpo", TURNING)).groups().get(0);
        Curve proxy = curve(group, Measure.Kind.PROXY, Axis.SECONDS);
        List<Curve.Point> points = proxy.points();
        assertThat(points.get(points.size() - 1).x()).isEqualTo(132);
        double[] bySeed = {3, 3.0 * 11 / 12, 3.0 * 11 / 13};
        assertThat(points.get(points.size() - 1).y().value())
                .isCloseTo((bySeed[0] + bySeed[1] + bySeed[2]) / 3, within(1e-9));
        assertThat(points).extracting(Curve.Point::x).contains(44.0, 48.0, 52.0).isSorted();
    }

    @Test
    public void oneSeedHasTheIntervalOfItsPictures() {
        Group group = one(seeds(1, "ddpo", TURNING)).groups().get(0);
        Summary last =
                curve(group, Measure.Kind.TRUTH, Axis.EPOCHS).points().get(3).y();
        assertThat(last.basis()).isEqualTo(Basis.PICTURES);
        assertThat(last.mean().upper()).isGreaterThan(last.mean().lower());
        assertThat(group.notes()).singleElement().asString().contains("over the pictures of that run");
        assertThat(group.verdict().answer()).isEqualTo(Answer.CANNOT_SAY);
        assertThat(group.verdict().overOptimised()).isEqualTo(1);
        assertThat(group.verdict().thin()).singleElement().asString().startsWith("1 seed:");
        assertThat(group.verdict().explanation())
                .startsWith("It cannot be said whether ddpo over-optimises: the evidence is too thin (1 seed).")
                .contains("By their own pictures 1 of 1 run over-optimised, since epoch 8");
    }

    @Test
    public void anAlgorithmIsJudgedByItsSeeds() {
        ProxyComparison compared = one(all(seeds(5, "ddpo", TURNING), seeds(5, "tdpo", HOLDING)));
        GroupVerdict fallen = compared.groups().get(0).verdict();
        assertThat(fallen.answer()).isEqualTo(Answer.YES);
        assertThat(fallen.thin()).isEmpty();
        assertThat(fallen.fall().orElseThrow().mean()).isCloseTo(-.3, within(1e-9));
        assertThat(fallen.fall().orElseThrow().samples()).isEqualTo(5);
        assertThat(fallen.since().orElseThrow().epoch()).isEqualTo(8);
        assertThat(fallen.since().orElseThrow().queries()).isEqualTo(8 * 96);
        assertThat(fallen.explanation())
                .startsWith("ddpo over-optimises. Over 5 seeds the training reward changed by +3.000")
                .contains("from its best earlier mean, at epoch 4, to epoch 12")
                .contains("Without controls, wear by the updates alone cannot be told apart.")
                .contains("5 of 5 runs over-optimised (of all seeds 48 to 100 %, with 95 % confidence), since epoch 8,"
                        + " after 768 reward queries.");
        assertThat(fallen.advice())
                .anyMatch(a -> a.contains("evaluation.on-fall"))
                .anyMatch(a -> a.contains("algorithm.ddpo.kl-loss"))
                .anyMatch(a -> a.contains("control of each seed"));
        GroupVerdict held = compared.groups().get(1).verdict();
        assertThat(held.answer()).isEqualTo(Answer.NO);
        assertThat(held.overOptimised()).isZero();
        assertThat(held.since()).isEmpty();
    }

    /** Three seeds rise by 0.5, 1 and 2.5: Student's interval of their mean is 1.33 +- 2.59, which shows nothing. */
    @Test
    public void wantOfEvidenceIsNoNo() {
        List<RunRecord> runs = new ArrayList<>();
        double[] rises = {.5, 1, 2.5};
        for (int i = 0; i < 3; i++) {
            runs.add(MadeRecords.of("ddpo", i + 1)
                    .curves(new double[] {0, rises[i] / 3, rises[i] / 2, rises[i]}, new double[] {.6, .7, .4, .1})
                    .make());
        }
        GroupVerdict unlike = one(runs).groups().get(0).verdict();
        assertThat(unlike.overOptimised()).isEqualTo(3);
        assertThat(unlike.answer()).isEqualTo(Answer.CANNOT_SAY);
        assertThat(unlike.advice()).noneMatch(a -> a.contains("wear the model"));
        GroupVerdict flat = one(seedsOf(3, new double[] {0, 0, .01, 0}, new double[] {.6, .7, .4, .1}))
                .groups()
                .get(0)
                .verdict();
        assertThat(flat.answer()).isEqualTo(Answer.NO);
        assertThat(flat.nothingOptimised()).isTrue();
        assertThat(flat.shownAnswer()).isEqualTo("no (no rise)");
        assertThat(flat.explanation())
                .startsWith("ddpo optimised nothing, so that nothing shows what a rise would cost. Over 3 seeds the"
                        + " training reward changed by ");
        assertThat(flat.advice()).anyMatch(a -> a.contains("wear the model"));
    }

    /** Differences of -0.1, -0.15 and -0.9 to the controls, far apart, neither show wear nor its absence. */
    @Test
    public void controlsThatDisagreeAreNoNo() {
        assertThat(againstControls(.5, .45, -.3)).isEqualTo(Answer.CANNOT_SAY);
        assertThat(againstControls(.41, .4, .39)).isEqualTo(Answer.NO);
        assertThat(againstControls(-.2, -.21, -.19)).isEqualTo(Answer.YES);
    }

    /** The interval that decides is of the seeds that have a control. */
    @Test
    public void itIsSaidHowManySeedsHaveAControl() {
        GroupVerdict some = againstControls(5, .5, .45, -.3);
        assertThat(some.answer()).isEqualTo(Answer.CANNOT_SAY);
        assertThat(some.explanation())
                .contains("Over 5 seeds the training reward")
                .contains(" from the controls' on random rewards, over the 3 of 5 seeds that have one.");
        assertThat(some.advice())
                .contains(
                        "Train a control of the other seeds, too (run.seed = 4, 5): those of 3 leave open whether wear"
                                + " explains the fall.");
        assertThat(ComparisonPage.of(Comparison.of(withControls(5, .5, .45, -.3))))
                .contains("(3 seeds)");
        GroupVerdict all = againstControls(3, .5, .45, -.3);
        assertThat(all.explanation()).contains(" from the controls' on random rewards. Wear");
        assertThat(all.advice()).noneMatch(a -> a.contains("control"));
        assertThat(ComparisonText.lines(one(withControls(3, .5))))
                .anyMatch(line -> line.startsWith("control of ddpo has one seed: its intervals are over the pictures"));
        assertThat(againstControls(5, -.2, -.21, -.19).advice())
                .as("where three decide")
                .noneMatch(a -> a.contains("control of the other"));
    }

    private static Answer againstControls(double... ends) {
        return againstControls(3, ends).answer();
    }

    private static GroupVerdict againstControls(int seeds, double... ends) {
        return one(withControls(seeds, ends)).groups().get(0).verdict();
    }

    /** Runs whose gold ends at 0.4, the first of them with controls that end at 0.8 less these. */
    private static List<RunRecord> withControls(int seeds, double... ends) {
        List<RunRecord> runs = new ArrayList<>(seedsOf(seeds, RISE, new double[] {.6, .7, .5, .4}));
        for (int i = 0; i < ends.length; i++) {
            runs.add(MadeRecords.of("ddpo", i + 1)
                    .scatter(0)
                    .curves(new double[] {0, 0, 0, 0}, new double[] {.6, .6, .6, .8 - ends[i]})
                    .control()
                    .make());
        }
        return runs;
    }

    private static List<RunRecord> seedsOf(int count, double[] proxy, double[] truth) {
        return LongStream.rangeClosed(1, count)
                .mapToObj(seed -> MadeRecords.of("ddpo", seed)
                        .scatter(0)
                        .curves(proxy, truth)
                        .make())
                .toList();
    }

    /** A choice that changes the training reward sets itself apart, and not all others from each other. */
    @Test
    public void choicesOnTheSameTrainingRewardStayTogether() {
        List<RunRecord> runs = new ArrayList<>();
        for (String choice : List.of("none", "ball", "stop")) {
            runs.add(MadeRecords.of("ddpo", 1)
                    .reward("aesthetic", choice.equals("ball") ? "steep" : "few")
                    .settings(Map.of("mitigation", choice))
                    .make());
        }
        List<ProxyComparison> proxies = Comparison.of(runs).proxies();
        assertThat(proxies)
                .extracting(ProxyComparison::proxy)
                .containsExactlyInAnyOrder("aesthetic", "aesthetic (mitigation ball)");
        assertThat(proxies)
                .filteredOn(p -> p.proxy().equals("aesthetic"))
                .flatExtracting(ProxyComparison::groups)
                .extracting(Group::name)
                .containsExactly("mitigation none", "mitigation stop");
    }

    /** A run whose first checkpoint has gone far has nothing measured at the divergences of those that stay near. */
    @Test
    public void divergencesAreComparedBetweenCheckpoints() {
        RunRecord near = MadeRecords.of("ddpo", 1).measured(0, 4, 8).make();
        RunRecord far = MadeRecords.of("tdpo", 1).measured(0, 8, 12).make();
        Matched matched = one(List.of(near, far)).atDivergence().orElseThrow();
        assertThat(matched.levels()).isEmpty();
        assertThat(matched.without()).isPresent();
        RunRecord both = MadeRecords.of("tdpo", 1).measured(0, 4, 12).make();
        assertThat(one(List.of(near, both)).atDivergence().orElseThrow().levels())
                .extracting(Matched.Level::value)
                .allMatch(level -> level > 1 && level <= 4);
    }

    /** Two seeds that are alike by chance are told apart from nothing. */
    private static List<RunRecord> measured(String algorithm, double[] truth, Integer... epochs) {
        return LongStream.rangeClosed(1, 3)
                .mapToObj(seed -> MadeRecords.of(algorithm, seed)
                        .curves(RISE, truth)
                        .withoutGold()
                        .measured(epochs)
                        .make())
                .toList();
    }

    /** The same numbers are no difference, whichever checkpoints were measured besides. */
    @Test
    public void heldOutScoresOfASetHaveOneZeroForAllRuns() {
        List<RunRecord> all = all(measured("ddpo", TURNING, 0, 4, 8, 12), measured("tdpo", TURNING, 4, 8, 12));
        for (List<RunRecord> runs : List.of(all, all(all.subList(3, 6), all.subList(0, 3)))) {
            ProxyComparison compared = one(runs);
            assertThat(compared.atDivergence().orElseThrow().pairs())
                    .singleElement()
                    .satisfies(pair -> assertThat(pair.shared())
                            .hasSize(4)
                            .allSatisfy(d -> assertThat(d.difference().value()).isCloseTo(0, within(1e-12))));
            assertThat(compared.notes()).noneMatch(n -> n.contains("held-out score"));
        }
    }

    /** It is linear in the one reward that it is made of: its interval is that of the reward, in deviations. */
    @Test
    public void theHeldOutScoreOfASetIsAMeanOverPromptsAsItsRewardsAre() {
        RunRecord run = measured("ddpo", TURNING, 0, 4, 8, 12).get(0);
        Group group = one(List.of(run)).groups().get(0);
        Interval reward = atLast(group, Measure.of(Measure.Kind.HELD_OUT, "careful", "seen"));
        Interval score = atLast(group, Measure.of(Measure.Kind.TRUTH, "held-out", "seen"));
        double unit = ScoreScale.of(run.evaluations().get(0).sets().get(0).numbers("careful"))
                .deviation();
        assertThat(reward.value()).isCloseTo(TURNING[3], within(1e-9));
        assertThat(score.upper() - score.value()).isCloseTo((reward.upper() - reward.value()) / unit, within(1e-9));
    }

    private static Interval atLast(Group group, Measure measure) {
        List<Curve.Point> points = group.curves(measure.kind(), Axis.EPOCHS).stream()
                .filter(c -> c.measure().equals(measure))
                .findFirst()
                .orElseThrow()
                .points();
        return points.get(points.size() - 1).y().mean();
    }

    @Test
    public void withoutTheWeightsBeforeTrainingASetHasNoHeldOutScore() {
        ProxyComparison compared = one(all(measured("ddpo", TURNING, 4, 8, 12), measured("tdpo", HOLDING, 4, 8, 12)));
        assertThat(compared.atDivergence()).isEmpty();
        assertThat(compared.notes())
                .contains("The set of prompts 'seen' has no held-out score, for 'evaluate' measured it of no run before"
                        + " training, by which such scores are standardised: evaluate one of the runs with --checkpoint"
                        + " all.");
        assertThat(compared.groups().get(0).curves(Measure.Kind.HELD_OUT, Axis.EPOCHS))
                .as("what the score would be made of is there")
                .anyMatch(c -> c.measure().equals(Measure.of(Measure.Kind.HELD_OUT, "careful", "seen")));
    }

    @Test
    public void twoSeedsTellNothingApart() {
        ProxyComparison compared = one(all(seeds(2, "ddpo", TURNING), seeds(2, "tdpo", HOLDING)));
        assertThat(compared.atReward().orElseThrow().pairs())
                .allMatch(p -> p.highest().stream().noneMatch(Matched.Difference::isClear))
                .allMatch(p -> p.highest().stream().allMatch(d -> Double.isNaN(d.chance())));
    }

    /** Twice as fast, and just as far: at the same reward both have the same of the truth. */
    @Test
    public void truthIsReadAtTheSameReward() {
        double[] truth = {.6, .7, .5, .3};
        List<RunRecord> slow = LongStream.rangeClosed(1, 3)
                .mapToObj(seed -> MadeRecords.of("ddpo", seed)
                        .scatter(0)
                        .curves(RISE, truth)
                        .make())
                .toList();
        List<RunRecord> fast = LongStream.rangeClosed(1, 3)
                .mapToObj(seed -> MadeRecords.of("grpo", seed)
                        .scatter(0)
                        .curves(new double[] {0, 2, 4}, new double[] {.6, .8, .4})
                        .make())
                .toList();
        Matched matched = one(all(slow, fast)).atReward().orElseThrow();
        assertThat(matched.without()).isEmpty();
        assertThat(matched.levels()).extracting(Matched.Level::value).containsExactly(.75, 1.5, 2.25, 3.0);
        Matched.AtLevel ddpo = matched.levels().get(1).groups().get(0);
        Matched.AtLevel grpo = matched.levels().get(1).groups().get(1);
        assertThat(ddpo.truth().value()).isCloseTo(.6, within(1e-9));
        assertThat(ddpo.queries().value()).isCloseTo(6 * 96, within(1e-9));
        assertThat(grpo.truth().value()).isCloseTo(.75, within(1e-9));
        assertThat(grpo.queries().value()).isCloseTo(3 * 96, within(1e-9));
        Matched.Difference highest = matched.pairs().get(0).highest().orElseThrow();
        assertThat(highest.level()).isEqualTo(3);
        assertThat(highest.difference().value()).isCloseTo(.3 - .6, within(1e-9));
        assertThat(highest.improvement().value()).isZero();
    }

    @Test
    public void manyPairsAreCorrectedFor() {
        Matched matched = one(all(seeds(5, "ddpo", TURNING), seeds(5, "tdpo", HOLDING), seeds(5, "grpo", new double[] {
                    .6, .7, .61, .41
                })))
                .atReward()
                .orElseThrow();
        assertThat(matched.pairs()).hasSize(3);
        Matched.Difference apart = matched.pairs().get(0).highest().orElseThrow();
        assertThat(apart.isClear()).isTrue();
        assertThat(apart.difference().upper()).isNegative();
        assertThat(apart.corrected()).isGreaterThan(apart.chance());
        Matched.Difference alike = matched.pairs().get(1).highest().orElseThrow();
        assertThat(alike.isClear()).isFalse();
        assertThat(alike.improvement().lower()).isLessThan(alike.improvement().upper());
    }

    private static List<RunRecord> ending(String algorithm, double... golds) {
        List<RunRecord> runs = new ArrayList<>();
        for (double gold : golds) {
            runs.add(MadeRecords.of(algorithm, runs.size() + 1)
                    .scatter(0)
                    .curves(RISE, new double[] {.6, .7, .6, gold})
                    .make());
        }
        return runs;
    }

    /**
     * By scipy 1.17.1: ttest_ind(equal_var=False), trim_mean(.25), mannwhitneyu / 25; Holm by hand; the intervals are
     * percentiles of all draws, which 400,000 drawn by numpy agree with.
     */
    @Test
    public void numbersAreThoseOfScipy() {
        Matched matched = one(all(
                        ending("x", .41, .38, .45, .40, .43),
                        ending("y", .52, .47, .50, .49, .58),
                        ending("z", .44, .46, .41, .47, .43)))
                .atReward()
                .orElseThrow();
        Summary x = matched.levels().get(3).groups().get(0).truth();
        assertThat(x.mean()).satisfies(i -> isInterval(i, .414, .394, .436));
        assertThat(x.interquartileMean()).satisfies(i -> isInterval(i, .41333333, .38666667, .44333333));
        List<Matched.Difference> pairs =
                matched.pairs().stream().map(p -> p.highest().orElseThrow()).toList();
        assertThat(pairs.get(0).difference()).satisfies(i -> isInterval(i, -.098, -.14, -.062));
        assertThat(pairs.get(1).difference()).satisfies(i -> isInterval(i, -.028, -.056, 0));
        assertThat(pairs).extracting(d -> d.improvement().value()).containsExactly(0.0, .2, .98);
        double[] chances = {.00343145610558, .12125750972653, .01647573182614};
        double[] corrected = {.01029436831674, .12125750972653, .03295146365227};
        for (int i = 0; i < chances.length; i++) {
            assertThat(pairs.get(i).chance()).isCloseTo(chances[i], within(1e-9));
            assertThat(pairs.get(i).corrected()).isCloseTo(corrected[i], within(1e-9));
        }
    }

    private static void isInterval(Interval found, double value, double lower, double upper) {
        assertThat(found.value()).isCloseTo(value, within(1e-8));
        assertThat(found.lower()).isCloseTo(lower, within(1e-8));
        assertThat(found.upper()).isCloseTo(upper, within(1e-8));
    }

    @Test
    public void runsThatDidNotRiseAreLeftOutAndNamed() {
        List<RunRecord> flat = List.of(MadeRecords.of("rwr", 1)
                .curves(new double[] {0, 0, 0, 0}, HOLDING)
                .make());
        Matched matched = one(all(seeds(3, "ddpo", TURNING), flat)).atReward().orElseThrow();
        assertThat(matched.notes()).singleElement().asString().startsWith("The training reward of 1 of 1 runs of rwr");
        assertThat(matched.levels().get(0).groups())
                .extracting(Matched.AtLevel::group)
                .containsExactly("ddpo");
        assertThat(matched.pairs()).singleElement().satisfies(pair -> {
            assertThat(pair.untested()).contains(Matched.Untested.FEW_SEEDS);
            assertThat(pair.highest()).isEmpty();
        });
    }

    @Test
    public void whatWasMeasuredOtherwiseIsRefusedByItsPart() {
        List<RunRecord> runs = List.of(
                MadeRecords.of("ddpo", 1).make(),
                MadeRecords.of("tdpo", 1).steps("50").make());
        assertThatThrownBy(() -> Comparison.of(runs))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        """
                        tdpo/seed-1: cannot be compared with ddpo/seed-1: their evaluations were measured otherwise:
                          - sampling.steps: 20 there, 50 here
                        Evaluate all runs alike (the same prompts, noise, sampler, rewards and files), or compare those apart.""");
    }

    @Test
    public void aTrainingRewardOfTheSameNameIsNotTheSame() {
        List<RunRecord> runs = List.of(
                MadeRecords.of("ddpo", 1).make(),
                MadeRecords.of("tdpo", 1).reward("aesthetic", "many").make());
        assertThatThrownBy(() -> Comparison.of(runs))
                .hasMessageContaining("their training rewards have one name and were measured otherwise:")
                .hasMessageContaining("rewards.aesthetic.head: content few012345678 there, content many01234567 here");
    }

    @Test
    public void aScoreThatIsLeftOutNamesTheRunsThatDiffer() {
        RunRecord first = MadeRecords.of("ddpo", 1).make();
        RunRecord alike = MadeRecords.of("ddpo", 2).make();
        RunRecord other = MadeRecords.of("tdpo", 1).careful("fedcba9876543210").make();
        assertThat(one(List.of(first, alike, other)).notes())
                .contains("The scores by careful are left out, for they were measured otherwise in some runs:"
                        + " rewards.careful.head: content 0123456789ab in " + first.name()
                        + ", content fedcba987654 in " + other.name() + ".");
    }

    /** What stands in one list on the page, and under a heading for each reward in the terminal. */
    @Test
    public void aNoteOfOneTrainingRewardNamesItOnThePage() {
        List<RunRecord> runs = new ArrayList<>();
        for (long seed = 1; seed <= 3; seed++) {
            for (String reward : List.of("aesthetic", "clip")) {
                runs.add(MadeRecords.of("ddpo", seed)
                        .reward(reward, reward)
                        .steepness(.1, .2, .5, reward.equals("clip") ? .6 : .9)
                        .make());
            }
        }
        assertThat(ComparisonPage.of(Comparison.of(runs)))
                .contains("Trained on aesthetic: Over 3 runs of 1 group steepness")
                .contains("Trained on clip: Over 3 runs of 1 group steepness");
    }

    @Test
    public void anAxisOfASweepMayChooseTheReward() {
        List<RunRecord> runs = new ArrayList<>();
        for (String head : List.of("few", "many")) {
            for (long seed = 1; seed <= 2; seed++) {
                runs.add(MadeRecords.of("ddpo", seed)
                        .reward("aesthetic", head)
                        .settings(Map.of("proxy", head))
                        .make());
            }
        }
        Comparison comparison = Comparison.of(runs);
        assertThat(comparison.proxies())
                .extracting(ProxyComparison::proxy)
                .containsExactly("aesthetic (proxy few)", "aesthetic (proxy many)");
        RewardMatrix matrix = comparison.matrix().orElseThrow();
        assertThat(matrix.scores()).containsExactly("careful", "gold");
        assertThat(matrix.notes()).singleElement().asString().startsWith("The matrix has no column of aesthetic");
    }

    @Test
    public void otherRewardsAreNeverLaidSideBySideButInTheMatrix() {
        List<RunRecord> runs = new ArrayList<>();
        for (long seed = 1; seed <= 3; seed++) {
            runs.add(MadeRecords.of("ddpo", seed).scatter(0).make());
            runs.add(MadeRecords.of("ddpo", seed)
                    .scatter(0)
                    .reward("clip", "clip")
                    .make());
        }
        Comparison comparison = Comparison.of(runs);
        assertThat(comparison.proxies()).extracting(ProxyComparison::proxy).containsExactly("aesthetic", "clip");
        RewardMatrix matrix = comparison.matrix().orElseThrow();
        assertThat(matrix.scores()).containsExactly("aesthetic", "careful", "clip", "gold");
        RewardMatrix.Row row = matrix.rows().get(0);
        assertThat(row.level()).isEqualTo(3);
        // 16 pictures, a tenth apart from each other: a deviation of 0.476, half of it for the careful one.
        assertThat(row.changes().get(0).value()).isCloseTo(3 / .4760952, within(1e-5));
        assertThat(row.changes().get(1).value()).isCloseTo(-.1 / .2380476, within(1e-5));
        assertThat(row.changes().get(2).seeds()).isZero();
        assertThat(row.changes().get(3).value()).isCloseTo(-.1 / .4760952, within(1e-5));
    }

    @Test
    public void aControlIsFoundByItsAxesAndSeed() {
        List<RunRecord> runs = new ArrayList<>();
        for (long seed = 1; seed <= 3; seed++) {
            for (String algorithm : List.of("ddpo", "tdpo")) {
                runs.add(MadeRecords.of(algorithm, seed)
                        .curves(RISE, TURNING)
                        .settings(Map.of("algorithm", algorithm, "proxy", "aesthetic"))
                        .make());
            }
            runs.add(MadeRecords.of("ddpo", seed)
                    .curves(new double[] {0, 0, 0, 0}, new double[] {.6, .6, .6, .6})
                    .settings(Map.of("algorithm", "ddpo", "proxy", "random"))
                    .control()
                    .make());
        }
        ProxyComparison compared = one(runs);
        Group ddpo = compared.groups().get(0);
        assertThat(ddpo.runs()).allMatch(r -> r.control().isPresent());
        assertThat(ddpo.verdict().answer()).isEqualTo(Answer.YES);
        assertThat(ddpo.verdict().againstControl().orElseThrow().mean()).isCloseTo(-.2, within(.05));
        assertThat(compared.groups().get(1).runs()).allMatch(r -> r.control().isEmpty());
        assertThat(compared.controls()).extracting(Group::name).containsExactly("control of ddpo");
        assertThat(compared.controls().get(0).curves(Measure.Kind.TRUTH, Axis.EPOCHS))
                .hasSize(1);
    }

    @Test
    public void aVariantIsJudgedAgainstTheControlOfItsAlgorithm() {
        List<RunRecord> runs = new ArrayList<>();
        for (long seed = 1; seed <= 3; seed++) {
            for (String variant : List.of("ddpo-kl", "ddpo")) {
                runs.add(MadeRecords.of("ddpo", seed)
                        .curves(RISE, TURNING)
                        .settings(Map.of("algorithm", variant))
                        .make());
            }
            runs.add(MadeRecords.of("ddpo", seed)
                    .curves(new double[] {0, 0, 0, 0}, new double[] {.6, .6, .6, .6})
                    .settings(Map.of("algorithm", "ddpo"))
                    .control()
                    .make());
        }
        ProxyComparison compared = one(runs);
        assertThat(compared.groups()).flatExtracting(Group::runs).allMatch(r -> r.control()
                .isPresent());
        assertThat(compared.notes())
                .containsExactly(
                        "Runs of ddpo-kl have no control of their own settings, and are judged against those of"
                                + " ddpo, the same algorithm.");
        assertThat(compared.controls()).extracting(Group::name).containsExactly("control of ddpo");
    }

    @Test
    public void wearIsNotOverOptimisation() {
        List<RunRecord> runs = new ArrayList<>();
        for (long seed = 1; seed <= 3; seed++) {
            runs.add(MadeRecords.of("ddpo", seed).curves(RISE, TURNING).make());
            runs.add(MadeRecords.of("ddpo", seed)
                    .curves(new double[] {0, 0, 0, 0}, new double[] {.6, .6, .5, .35})
                    .control()
                    .make());
        }
        GroupVerdict verdict = one(runs).groups().get(0).verdict();
        assertThat(verdict.answer()).isEqualTo(Answer.NO);
        assertThat(verdict.explanation()).contains("Wear by the updates alone may explain the fall.");
    }

    @Test
    public void aCopyOfARunIsNoSeedOfItsOwn() {
        List<RunRecord> runs = List.of(
                MadeRecords.of("ddpo", 1).make(), MadeRecords.of("ddpo", 1).make());
        assertThatThrownBy(() -> Comparison.of(runs))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("one more copy of that run");
    }

    @Test
    public void childrenOfSweepsWithOtherKeysAreNoSeedsOfOneGroup() {
        Map<String, String> choice = Map.of("algorithm", "ddpo");
        List<RunRecord> runs = new ArrayList<>();
        for (String rate : List.of("1e-4", "1e-3")) {
            for (long seed = 1; seed <= 3; seed++) {
                runs.add(MadeRecords.of("ddpo", seed)
                        .settings(choice)
                        .keys(Map.of("optimizer.learning-rate", rate, "run.seed", "" + seed))
                        .make()
                        .named(rate + "/seed-" + seed, choice));
            }
        }
        assertThat(one(runs).groups())
                .extracting(Group::name)
                .containsExactly("ddpo (optimizer.learning-rate = 1e-4)", "ddpo (optimizer.learning-rate = 1e-3)");
    }

    /** Two runs of one choice, made with some keys each; the second by another seed. */
    private static List<RunRecord> children(Map<String, String> one, Map<String, String> other) {
        Map<String, String> choice = Map.of("algorithm", "ddpo");
        return List.of(
                MadeRecords.of("ddpo", 1).settings(choice).keys(one).make(),
                MadeRecords.of("ddpo", 2).settings(choice).keys(other).make());
    }

    @Test
    public void aKeyThatOneVersionDoesNotKnowTellsNoChildrenApartAndIsSaid() {
        List<RunRecord> runs = children(Map.of("a", "1", "run.epochs", "9"), Map.of("a", "1", "new", "2"));
        assertThat(one(runs).groups()).extracting(Group::name).containsExactly("ddpo");
        assertThat(Comparison.of(runs).notes()).as("of equal fingerprints").isEmpty();
        RunRecord other = MadeRecords.of("ddpo", 2)
                .settings(Map.of("algorithm", "ddpo"))
                .keys(runs.get(1).sweepKeys())
                .elsewhere()
                .make();
        assertThat(Comparison.of(List.of(runs.get(0), other)).notes())
                .containsExactly("Of ddpo/seed-1, ddpo/seed-2 not all say what new was, as runs of different versions:"
                        + " they are taken to be alike in that.");
    }

    @DataProvider
    public Object[][] apart() {
        Map<String, String> stop = Map.of("evaluation.on-fall", "stop", "evaluation.every", "1");
        Map<String, String> use = Map.of("rewards.a.use", "a", "rewards.a.weight", "1");
        return new Object[][] {
            {
                "a reward that one has",
                use,
                Map.of("rewards.a.use", "a", "rewards.a.weight", "1", "rewards.b.use", "b", "rewards.b.weight", "1"),
                List.of("ddpo (rewards.b.use = none)", "ddpo (rewards.b.use = b)")
            },
            {
                "how often what may stop a run is looked at",
                stop,
                Map.of("evaluation.on-fall", "stop", "evaluation.every", "10"),
                List.of("ddpo (evaluation.every = 1)", "ddpo (evaluation.every = 10)")
            },
            {
                "whether it may stop",
                stop,
                Map.of("evaluation.on-fall", "warn", "evaluation.every", "1"),
                List.of("ddpo (evaluation.on-fall = stop)", "ddpo (evaluation.on-fall = warn or nothing)")
            },
            {
                "what is evaluated where that only warns",
                Map.of(
                        "evaluation.on-fall", "warn",
                        "evaluation.on-drift", "nothing",
                        "evaluation.every", "1",
                        "evaluation.image-statistics", "true",
                        "evaluation.steepness.radius", "0.1"),
                Map.of(
                        "evaluation.on-fall", "nothing",
                        "evaluation.on-drift", "warn",
                        "evaluation.every", "10",
                        "evaluation.image-statistics", "false",
                        "evaluation.steepness.radius", "0.2"),
                List.of("ddpo")
            },
            {
                "what is measured afterwards",
                Map.of("a", "1", "evaluate.pictures", "3", "evaluate.every", "1"),
                Map.of("a", "1", "evaluate.pictures", "4", "evaluate.prompts.seen", "prompts.txt"),
                List.of("ddpo")
            },
            {"seed and length", Map.of("run.seed", "1", "run.epochs", "9"), Map.of("run.seed", "2"), List.of("ddpo")},
        };
    }

    @Test(dataProvider = "apart")
    public void whatDecidesTellsChildrenApart(
            String what, Map<String, String> one, Map<String, String> other, List<String> groups) {
        assertThat(one(children(one, other)).groups())
                .as(what)
                .extracting(Group::name)
                .containsExactlyElementsOf(groups);
    }

    @Test
    public void aControlOfAnotherSweepsKeysIsThatOfAVariantAndItIsSaid() {
        Map<String, String> choice = Map.of("algorithm", "ddpo");
        List<RunRecord> runs = new ArrayList<>();
        for (String rate : List.of("1e-4", "1e-3")) {
            runs.add(MadeRecords.of("ddpo", 1)
                    .settings(choice)
                    .keys(Map.of("optimizer.learning-rate", rate, "rewards.aesthetic.role", "train"))
                    .make()
                    .named(rate + "/seed-1", choice));
        }
        runs.add(MadeRecords.of("ddpo", 1)
                .settings(choice)
                .keys(Map.of("optimizer.learning-rate", "1e-4", "rewards.aesthetic.role", "logged"))
                .control()
                .make());
        assertThat(one(runs).notes())
                .filteredOn(note -> note.contains("control of their own"))
                .containsExactly(
                        "Runs of ddpo (optimizer.learning-rate = 1e-3) have no control of their own settings, and"
                                + " are judged against those of ddpo (optimizer.learning-rate = 1e-4), the same algorithm.");
    }

    /** It may be of either, so that it is a seed of neither. */
    @Test
    public void aRunWhoseKeysAreNotKnownIsNoSeedOfThoseThatAreToldApart() {
        List<RunRecord> runs = new ArrayList<>(children(Map.of("a", "1"), Map.of("a", "2")));
        runs.add(MadeRecords.of("ddpo", 3).settings(Map.of("algorithm", "ddpo")).make());
        assertThat(one(runs).groups())
                .extracting(Group::name)
                .containsExactly("ddpo (a = 1)", "ddpo (a = 2)", "ddpo (a = not known)");
    }

    @Test
    public void earlierRunsAreTakenToBeAlikeAndItIsSaid() {
        List<RunRecord> runs = List.of(
                MadeRecords.of("ddpo", 1).make(),
                MadeRecords.of("ddpo", 2).withoutRuler().make());
        assertThat(one(runs).notes())
                .singleElement()
                .asString()
                .startsWith("It is not known what measured ddpo/seed-2");
    }

    @Test
    public void withoutGoldTheHeldOutScoreJudges() {
        List<RunRecord> runs = LongStream.rangeClosed(1, 3)
                .mapToObj(seed -> MadeRecords.of("ddpo", seed)
                        .curves(RISE, TURNING)
                        .withoutGold()
                        .make())
                .toList();
        ProxyComparison compared = one(runs);
        assertThat(compared.truth()).contains("held-out");
        assertThat(compared.groups().get(0).verdict().explanation()).contains("the held-out score by -");
    }

    /** A judge of the training reward's own head would rise with it, and has no say; nor has it in the control. */
    @Test
    public void allRunsAndControlsAreJudgedByTheSameWeights() {
        List<RunRecord> runs = new ArrayList<>();
        for (long seed = 1; seed <= 3; seed++) {
            runs.add(MadeRecords.of("ddpo", seed)
                    .curves(RISE, TURNING)
                    .withoutGold()
                    .weighed()
                    .make());
            runs.add(MadeRecords.of("ddpo", seed)
                    .curves(new double[] {0, 1, 1, 1}, new double[] {.6, .6, .6, .6})
                    .scatter(0)
                    .withoutGold()
                    .weighed()
                    .control()
                    .make());
        }
        ProxyComparison compared = one(runs);
        assertThat(compared.notes())
                .anyMatch(n -> n.startsWith("Held out, but not independent of the training reward: alike"));
        GroupVerdict verdict = compared.groups().get(0).verdict();
        assertThat(verdict.answer()).isEqualTo(Answer.YES);
        Curve control = curve(compared.controls().get(0), Measure.Kind.TRUTH, Axis.EPOCHS);
        assertThat(control.points().get(3).y().value()).isCloseTo(0, within(1e-9));
    }

    /** KL at epoch 4 k is k squared: distances are 1, 2, 3. */
    @Test
    public void goldIsFittedAgainstTheRootOfKl() {
        double alpha = .3;
        double beta = .2;
        double[] truth = new double[4];
        for (int k = 0; k < 4; k++) {
            truth[k] = .6 + (k == 0 ? 0 : k * (alpha - beta * Math.log(k)));
        }
        List<RunRecord> runs = LongStream.rangeClosed(1, 3)
                .mapToObj(seed -> MadeRecords.of("ddpo", seed)
                        .scatter(0)
                        .curves(RISE, truth)
                        .measured(0, 4, 8, 12)
                        .make())
                .toList();
        Group group = one(runs).groups().get(0);
        GaoCurve gao = group.gao().orElseThrow();
        assertThat(gao.fit().alpha()).isCloseTo(alpha, within(1e-9));
        assertThat(gao.fit().beta()).isCloseTo(beta, within(1e-9));
        assertThat(gao.error()).isCloseTo(0, within(1e-9));
        assertThat(gao.peakDistance().orElseThrow().value()).isCloseTo(Math.exp(.5), within(1e-9));
        assertThat(gao.turning()).isEqualTo(1);
        assertThat(gao.points()).hasSize(9);
        assertThat(gao.points().get(0).queries()).isEqualTo(4 * 96);
    }

    @Test
    public void setsOfPromptsAreCurvesAndTrades() {
        List<RunRecord> runs = new ArrayList<>();
        for (long seed = 1; seed <= 2; seed++) {
            for (String algorithm : List.of("ddpo", "tdpo")) {
                runs.add(MadeRecords.of(algorithm, seed).measured(0, 4, 12).make());
            }
        }
        ProxyComparison compared = one(runs);
        Group group = compared.groups().get(0);
        Curve gap = group.curves(Measure.Kind.GAP, Axis.EPOCHS).stream()
                .filter(c -> c.measure().name().equals("aesthetic"))
                .findFirst()
                .orElseThrow();
        assertThat(gap.measure().set()).isEqualTo(Optional.of("nouns"));
        assertThat(gap.points()).extracting(p -> p.y().value()).containsExactly(0.0, .5, 1.5);
        assertThat(group.curves(Measure.Kind.PICTURE, Axis.QUERIES))
                .extracting(c -> c.measure().toString())
                .containsExactly("saturation of seen", "saturation of nouns");
        assertThat(group.trades())
                .extracting(t -> t.x() + " / " + t.y())
                .contains("kl of seen / gold of seen", "train / vendi of seen", "train / distance of nouns");
        Matched atKl = compared.atDivergence().orElseThrow();
        assertThat(atKl.by()).isEqualTo(new Measure(Measure.Kind.DIVERGENCE, "kl", Optional.of("seen")));
        assertThat(atKl.levels().get(3).value()).isEqualTo(9);
        assertThat(group.curves(Measure.Kind.METRIC, Axis.EPOCHS)).hasSize(1);
    }

    /** Another scale of the adapters is another model; fewer numbers of the same model do not replace more. */
    @Test
    public void whatWasMeasuredOtherwiseIsNoCheckpointOfTheRun() {
        RunRecord run = MadeRecords.of("ddpo", 1).measured(0, 4, 12).make();
        ModelEvaluation last = run.evaluations().get(2);
        ModelEvaluation halved = new ModelEvaluation(
                last.source(),
                last.epoch(),
                ruler(last.ruler())
                        .put(Ruler.POLICY, "policy.toy.adapter.alpha", "2")
                        .build(),
                last.sets().stream().map(s -> only(s, "gold", 0)).toList());
        ModelEvaluation less = new ModelEvaluation(
                last.source(),
                last.epoch(),
                ruler(last.ruler()).build(),
                last.sets().stream().map(s -> only(s, "kl", 1)).toList());
        List<ModelEvaluation> all = new ArrayList<>(run.evaluations());
        all.add(halved);
        all.add(less);
        ProxyComparison alone = one(List.of(run));
        ProxyComparison compared = one(List.of(evaluated(run, all)));
        assertThat(compared.groups().get(0).trades())
                .isEqualTo(alone.groups().get(0).trades());
        assertThat(compared.notes())
                .contains("What 'evaluate' measured of ddpo/seed-1 with another policy than it trained is left out"
                        + " (policy.toy.adapter.alpha: none in training, 2 there).");
    }

    /** A large run's record keeps some of its pictures: the others' are compared by the same ones. */
    @Test
    public void setsAreComparedByThePicturesThatAllHave() {
        RunRecord full = MadeRecords.of("ddpo", 1).measured(0, 4, 12).make();
        RunRecord other = MadeRecords.of("tdpo", 1).measured(0, 4, 12).make();
        RunRecord halved = evaluated(
                other,
                other.evaluations().stream()
                        .map(e -> new ModelEvaluation(
                                e.source(),
                                e.epoch(),
                                e.ruler(),
                                e.sets().stream()
                                        .map(s -> new MeasuredSet(
                                                s.name(),
                                                s.pictures().stream()
                                                        .filter(p -> p.seed() % 2 == 0)
                                                        .toList(),
                                                s.diversity()))
                                        .toList()))
                        .toList());
        ProxyComparison compared = one(List.of(full, halved));
        assertThat(compared.notes())
                .contains(
                        "Of the set of prompts 'seen' 4 of up to 8 pictures are compared, those that are kept of every"
                                + " run.");
        List<Curve> gold = compared.groups().stream()
                .flatMap(g -> g.curves(Measure.Kind.TRUTH, Axis.EPOCHS).stream())
                .filter(c -> c.measure().set().isPresent())
                .toList();
        // Before training both are the same model, and so is what is seen of it.
        assertThat(gold).hasSize(4);
        assertThat(gold.stream().map(c -> c.points().get(0).y().value()).distinct())
                .hasSize(1);
    }

    private static Ruler.Builder ruler(Ruler ruler) {
        Ruler.Builder builder = new Ruler.Builder();
        ruler.scopes().forEach(builder::putAll);
        return builder;
    }

    private static MeasuredSet only(MeasuredSet set, String name, double value) {
        return new MeasuredSet(
                set.name(),
                set.pictures().stream()
                        .map(p -> new MeasuredPicture(p.prompt(), p.seed(), Map.of(name, value)))
                        .toList(),
                Map.of());
    }

    private static RunRecord evaluated(RunRecord made, List<ModelEvaluation> evaluations) {
        return ChangedRecord.of(made).evaluations(evaluations).make();
    }

    @Test
    public void runsThatLearntFromChoicesHaveNoRewardToCompareAt() {
        List<RunRecord> runs = new ArrayList<>();
        for (RunRecord made : seeds(3, "diffusion-dpo", TURNING)) {
            RunFacts facts = made.facts();
            RunFacts ofChoices = new RunFacts(
                    facts.algorithm(),
                    facts.policy(),
                    facts.seed(),
                    facts.rewards().subList(1, 2),
                    facts.gold(),
                    16,
                    facts.settings());
            runs.add(ChangedRecord.of(made)
                    .facts(ofChoices)
                    .make()
                    .with(made.evaluated().stream()
                            .map(ComparisonTest::withoutTraining)
                            .toList()));
        }
        Comparison comparison = Comparison.of(runs);
        ProxyComparison compared = comparison.proxies().get(0);
        assertThat(compared.proxy()).isEqualTo("choices");
        assertThat(compared.atReward()).isEmpty();
        assertThat(comparison.matrix()).isEmpty();
        assertThat(compared.groups().get(0).verdict().thin())
                .containsExactly(
                        "The runs learnt from choices: there is no training reward whose rise could be compared.");
        assertThat(compared.groups().get(0).verdict().explanation())
                .as("that nothing can be said of a run is no \"did not\"")
                .contains(" By their own pictures it can be said of none of the 3 runs whether it over-optimised.")
                .doesNotContain("0 of 3");
        assertThat(comparison.tables().get(0)).hasSize(2);
        assertThat(comparison.tables().get(0).get(1)).contains("0 of 3 (3 undecided)");
    }

    private static Sample withoutTraining(Sample s) {
        SortedMap<String, Double> scores = new TreeMap<>(s.rewards());
        scores.keySet().removeAll(List.of("train", "aesthetic"));
        return new Sample(s.epoch(), s.phase(), s.index(), s.prompt(), s.seed(), scores, s.ruler());
    }

    @Test
    public void samplesThatAllRunsHaveAreCompared() {
        RunRecord full = MadeRecords.of("ddpo", 1).make();
        RunRecord small = MadeRecords.of("ddpo", 2).make();
        RunRecord some = small.with(
                small.evaluated().stream().filter(s -> s.index() % 2 == 0).toList());
        ProxyComparison compared = one(List.of(full, some));
        assertThat(compared.notes())
                .containsExactly(
                        "Of each evaluation 8 of up to 16 samples are compared, those that are kept of every run.");
        assertThat(compared.groups().get(0).runs())
                .allMatch(r -> r.record().evaluated().size() == 8 * 4)
                .as("no sample that is there has no score")
                .allMatch(r -> r.verdict().orElseThrow().notes().isEmpty());
    }

    @Test
    public void aRunWithoutAScoreSomewhereIsNotCompared() {
        List<RunRecord> runs = seeds(3, "ddpo", TURNING);
        RunRecord first = runs.get(0);
        RunRecord failed = withoutGold(first, 8);
        ProxyComparison compared = one(all(List.of(failed), runs.subList(1, 3), seeds(3, "tdpo", HOLDING)));
        assertThat(compared.atReward().orElseThrow().notes())
                .containsExactly("1 of 3 runs of ddpo have evaluations without any gold score, and are left out where"
                        + " runs are compared.");
        assertThat(compared.groups().get(0).verdict()).satisfies(verdict -> {
            assertThat(verdict.answer()).isEqualTo(Answer.YES);
            assertThat(verdict.fall().orElseThrow().samples()).isEqualTo(3);
            assertThat(verdict.explanation()).contains(" Passed over, for want of the truth of some seed: epoch 8.");
        });
    }

    /** The run without any gold at one of its evaluations. */
    private static RunRecord withoutGold(RunRecord run, int epoch) {
        return run.with(run.evaluated().stream()
                .map(s -> s.epoch() == epoch ? withoutGold(s) : s)
                .toList());
    }

    private static GroupVerdict verdict(List<RunRecord> runs) {
        return one(runs).groups().get(0).verdict();
    }

    @Test
    public void aSeedWithoutATruthAtOneEvaluationTurnsNoVerdict() {
        double[] peaked = {.6, 1.1, .9, .61};
        List<RunRecord> runs = new ArrayList<>(seeds(5, "ddpo", peaked));
        GroupVerdict all = verdict(runs);
        runs.set(4, withoutGold(runs.get(4), 0));
        GroupVerdict failed = verdict(runs);
        assertThat(failed.answer()).isEqualTo(Answer.YES).isEqualTo(all.answer());
        assertThat(failed.fall()).isEqualTo(all.fall());
        assertThat(failed.explanation())
                .contains("from its best earlier mean, at epoch 4, to epoch 12")
                .contains(" Passed over, for want of the truth of some seed: epoch 0. By their own");
        assertThat(all.explanation()).doesNotContain("Passed over");
    }

    @Test
    public void aSeedWithoutATruthAtTheEndIsLeftOutAndNamed() {
        List<RunRecord> runs = new ArrayList<>(seeds(4, "ddpo", TURNING));
        runs.set(3, withoutGold(runs.get(3), 12));
        GroupVerdict three = verdict(runs);
        assertThat(three.answer()).isEqualTo(Answer.YES);
        assertThat(three.explanation())
                .contains(". Over 3 seeds the training reward changed by ")
                .contains(" Left out, for want of scores at the first or the last evaluation: ddpo/seed-4.");
        GroupVerdict two = verdict(runs.subList(1, 4));
        assertThat(two.answer()).isEqualTo(Answer.CANNOT_SAY);
        assertThat(two.thin())
                .containsExactly(
                        "2 seeds with scores at both ends: ddpo/seed-4 lacked a training reward or the truth at"
                                + " the first or the last evaluation.");
    }

    private static Sample withoutGold(Sample s) {
        SortedMap<String, Double> scores = new TreeMap<>(s.rewards());
        scores.put("gold", Double.NaN);
        return new Sample(s.epoch(), s.phase(), s.index(), s.prompt(), s.seed(), scores, s.ruler());
    }

    /** Records are rounded as finely as their own size allows. */
    @Test
    public void runsOfOneModelAreComparedHoweverCoarselyTheirRecordsAreRounded() {
        RunRecord fine = MadeRecords.of("ddpo", 1).make();
        RunRecord coarse = MadeRecords.of("ddpo", 2).make();
        double step = .46 / RunRecord.COARSEST; // of the 16 pictures' deviation
        Comparison compared = Comparison.of(List.of(fine, moved(coarse, x -> step * Math.rint(x / step))));
        assertThat(compared.proxies().get(0).groups()).hasSize(1);
        assertThatThrownBy(() -> Comparison.of(List.of(fine, moved(coarse, x -> x + 2 * step))))
                .as("of another model")
                .isInstanceOf(UserException.class)
                .hasMessageContaining("Runs are compared that begin with the same model");
    }

    private static RunRecord moved(RunRecord run, DoubleUnaryOperator change) {
        return run.with(run.evaluated().stream()
                .map(s -> {
                    SortedMap<String, Double> scores = new TreeMap<>(s.rewards());
                    scores.computeIfPresent("train", (name, x) -> change.applyAsDouble(x));
                    return new Sample(s.epoch(), s.phase(), s.index(), s.prompt(), s.seed(), scores, s.ruler());
                })
                .toList());
    }

    @Test
    public void foldersOfOneNameAreToldApart() {
        RunRecord one = MadeRecords.of("ddpo", 1).make();
        RunRecord other = MadeRecords.of("tdpo", 1).make();
        RunRecord alike = other.named(one.name(), other.settings());
        assertThat(one(List.of(one, alike)).groups())
                .flatExtracting(Group::runs)
                .extracting(ComparedRun::name)
                .containsExactly("ddpo/seed-1", "ddpo/seed-1 (2)");
    }

    @Test
    public void costsBetweenThoseKnownAreInProportion() {
        RunRecord made = MadeRecords.of("ddpo", 1).make();
        RunRecord thinned = ChangedRecord.of(made)
                .costs(made.costs().stream().filter(c -> c.epoch() % 5 == 0).toList())
                .make();
        List<ComparedRun.Spent> spent =
                one(List.of(thinned)).groups().get(0).runs().get(0).costs();
        assertThat(spent.get(2)).isEqualTo(new ComparedRun.Spent(8, 8 * 96, 8 * 11, 8 * 9));
        assertThat(spent.get(3).queries()).isNaN();
    }

    @Test
    public void aShareHasItsExactInterval() {
        // scipy 1.17.1: binomtest(4, 5).proportion_ci()
        Interval four = Judgement.share(4, 5);
        assertThat(four.lower()).isCloseTo(.2835821, within(1e-6));
        assertThat(four.upper()).isCloseTo(.9949492, within(1e-6));
        assertThat(Judgement.share(0, 5).upper()).isCloseTo(.5218238, within(1e-6));
        assertThat(Judgement.share(5, 5).lower()).isCloseTo(.4781762, within(1e-6));
    }

    /** Of seed 3 seven pictures have a score at the end, and nothing can be said of it. */
    @Test
    public void aShareIsOfTheSeedsThatCouldBeDecided() {
        List<RunRecord> runs = LongStream.rangeClosed(1, 3)
                .mapToObj(seed -> {
                    RunRecord made =
                            MadeRecords.of("ddpo", seed).curves(RISE, TURNING).make();
                    return seed < 3
                            ? made
                            : made.with(made.evaluated().stream()
                                    .map(s -> s.epoch() == 12 && s.index() > 6 ? withoutGold(s) : s)
                                    .toList());
                })
                .toList();
        Comparison comparison = Comparison.of(runs);
        GroupVerdict verdict = comparison.proxies().get(0).groups().get(0).verdict();
        assertThat(verdict.unsaid()).isEqualTo(1);
        assertThat(verdict.explanation())
                .contains("By their own pictures 2 of 3 runs (1 undecided) over-optimised (of the seeds that could be"
                        + " decided 16 to 100 %, with 95 % confidence; of all, with the others as no and as yes, 9 to"
                        + " 100 %)");
        assertThat(comparison.tables().get(0).get(1)).contains("2 of 3 (1 undecided)");
        assertThat(verdict.answer()).isNotEqualTo(Answer.NO);
        // scipy 1.17.1: binomtest(2, 5) and binomtest(4, 5).proportion_ci()
        Interval bounds = Judgement.shareOfAll(2, 1, 2);
        assertThat(bounds.lower()).isCloseTo(.0527450, within(1e-6));
        assertThat(bounds.upper()).isCloseTo(.9949492, within(1e-6));
    }
}
