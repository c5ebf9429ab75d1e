package org.tempera.record.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.record.archive.RunRecord;
import org.testng.annotations.Test;

/** Which seeds are read where groups have come equally far, and what the pairs of them are corrected for. */
public class MatchedPairsTest {
    private static final double[] RISE = {0, 1, 2, 3};
    private static final double[] COLLAPSE = {0, 2, 3, -.5};
    private static final double[] FLAT = {0, 0, 0, 0};
    private static final double[] TURNING = {.6, .7, .6, .4};
    private static final double[] HOLDING = {.6, .7, .75, .8};

    /** Three seeds of an algorithm, whose training rewards scatter. @param first that of the first seed */
    private static List<RunRecord> seeds(String algorithm, double[] first, double[] truth) {
        List<RunRecord> runs = new ArrayList<>();
        for (int seed = 1; seed <= 3; seed++) {
            runs.add(MadeRecords.of(algorithm, seed)
                    .rewardScatter(.1)
                    .curves(seed == 1 ? first : RISE, truth)
                    .make());
        }
        return runs;
    }

    @SafeVarargs
    private static ProxyComparison compared(List<RunRecord>... groups) {
        return Comparison.of(List.of(groups).stream().flatMap(List::stream).toList())
                .proxies()
                .get(0);
    }

    private static Matched atReward(ProxyComparison compared) {
        return compared.atReward().orElseThrow();
    }

    /** It over-optimises most visibly: to leave it out would be to choose by the outcome. */
    @Test
    public void aSeedThatRisesAndCollapsesIsRead() {
        ProxyComparison compared = compared(seeds("rwr", COLLAPSE, TURNING), seeds("ddpo", RISE, HOLDING));
        Matched matched = atReward(compared);
        assertThat(matched.notes()).isEmpty();
        Matched.AtLevel rwr = matched.levels().get(3).groups().get(0);
        assertThat(rwr.read()).isEqualTo(new Matched.Seeds(3, 3));
        // It comes to the highest level by its third evaluation, at epoch 8, and the others at the fourth.
        assertThat(rwr.seeds().get(0).epoch()).isLessThanOrEqualTo(8);
        assertThat(matched.pairs().get(0).untested()).isEmpty();
    }

    /** What is told apart at 0.05 does not stand beside a number that is not below it. */
    @Test
    public void aChanceHasTheDigitsThatTellItFromTheLevel() {
        assertThat(Matched.Difference.shown(.0499)).isEqualTo("0.0499");
        assertThat(Matched.Difference.shown(.049996)).isEqualTo("0.049996");
        assertThat(Matched.Difference.shown(.05)).isEqualTo("0.050");
        assertThat(Matched.Difference.shown(.0501)).isEqualTo("0.050");
        assertThat(Matched.Difference.shown(.0312)).isEqualTo("0.031");
        assertThat(Matched.Difference.shown(1)).isEqualTo("1.0");
        assertThat(Matched.Difference.shown(1e-5)).isEqualTo("below 0.0001");
    }

    @Test
    public void howManySeedsAreReadIsSaid() {
        ProxyComparison compared = compared(seeds("rwr", FLAT, TURNING), seeds("ddpo", RISE, HOLDING));
        assertThat(atReward(compared).levels().get(0).groups())
                .extracting(Matched.AtLevel::read)
                .extracting(Matched.Seeds::toString)
                .containsExactly("2 of 3", "3 of 3");
        assertThat(ComparisonText.table(compared))
                .extracting(row -> row.get(5))
                .containsExactly("SEEDS THERE", "2 of 3", "3 of 3");
        assertThat(ComparisonText.lines(compared))
                .contains(
                        "1 of 1 pair of groups on aesthetic is not tested, and corrected for all the same: a test takes 3"
                                + " seeds of either, and 2 of 3 of rwr are read.")
                .anyMatch(line -> line.startsWith("The training reward of 1 of 3 runs of rwr rose clearly at none"));
    }

    /** Seeds of other rewards reach other heights: of two groups the lowest of these is the highest of both. */
    @Test
    public void levelsAreThoseThatEverySeedReaches() {
        List<RunRecord> runs = seeds("ddpo", RISE, HOLDING);
        Matched matched = atReward(compared(runs, seeds("tdpo", RISE, TURNING)));
        double lowest = matched.levels().get(3).value();
        assertThat(lowest).isNotEqualTo(3);
        assertThat(Comparison.of(runs).proxies().get(0).groups().get(0).runs())
                .allMatch(r -> r.evaluations().proxy().orElseThrow().mean(3) >= lowest - 1e-12);
        assertThat(matched.pairs().get(0).highest().orElseThrow().level()).isEqualTo(lowest);
    }

    /** What became of the third group has no say in whether the other two are told apart. */
    @Test
    public void pairsThatCannotBeTestedAreCorrectedFor() {
        List<RunRecord> ddpo = seeds("ddpo", RISE, TURNING);
        List<RunRecord> tdpo = seeds("tdpo", RISE, HOLDING);
        List<RunRecord> alike = seeds("grpo", RISE, HOLDING);
        List<RunRecord> gone = new ArrayList<>();
        for (int seed = 1; seed <= 3; seed++) {
            gone.add(MadeRecords.of("grpo", seed).curves(FLAT, HOLDING).make());
        }
        for (List<RunRecord> third : List.of(alike, gone, alike.subList(0, 2))) {
            Matched matched = atReward(compared(ddpo, tdpo, third));
            assertThat(matched.family()).isEqualTo(3);
            List<Matched.Difference> tested = matched.pairs().stream()
                    .flatMap(p -> p.highest().stream())
                    .filter(d -> Double.isFinite(d.chance()))
                    .toList();
            Matched.Difference least = tested.stream()
                    .min((one, other) -> Double.compare(one.chance(), other.chance()))
                    .orElseThrow();
            assertThat(least.corrected()).isCloseTo(3 * least.chance(), within(1e-15));
            Matched.Difference shared = matched.pairs().get(0).shared().get(3);
            assertThat(shared.corrected()).isGreaterThanOrEqualTo(2 * shared.chance());
        }
    }

    @Test
    public void whyTwoAreNotTestedIsSaid() {
        Matched few = atReward(compared(seeds("ddpo", RISE, HOLDING).subList(0, 2), seeds("tdpo", RISE, TURNING)));
        assertThat(few.pairs().get(0).why()).contains("a test takes 3 seeds of either, and 2 of 2 of ddpo are read");
        List<RunRecord> alike = new ArrayList<>();
        for (int seed = 1; seed <= 3; seed++) {
            alike.add(MadeRecords.of("ddpo", seed)
                    .scatter(0)
                    .curves(RISE, HOLDING)
                    .make());
            alike.add(MadeRecords.of("tdpo", seed)
                    .scatter(0)
                    .curves(RISE, TURNING)
                    .make());
        }
        Matched.Pair pair = atReward(compared(alike)).pairs().get(0);
        assertThat(pair.untested()).contains(Matched.Untested.NO_SPREAD);
        assertThat(pair.why()).contains("no seed differs from another of its group");
        assertThat(pair.highest().orElseThrow().isClear()).isFalse();
        assertThat(ComparisonText.lines(compared(alike)))
                .noneMatch(line -> line.contains("a test takes 3 seeds"))
                .anyMatch(line -> line.endsWith("all the same: no seed differs from another of its group."));
    }

    private static Matched atDivergence(Map<String, Integer> sets) {
        List<RunRecord> runs = new ArrayList<>();
        for (String algorithm : List.of("ddpo", "tdpo")) {
            for (int seed = 1; seed <= 3; seed++) {
                runs.add(MadeRecords.of(algorithm, seed)
                        .sets(sets)
                        .measured(0, 4, 8, 12)
                        .make());
            }
        }
        return compared(runs).atDivergence().orElseThrow();
    }

    /** The truth at equal reward is of the prompts that are seen; a set of more pictures says more than one of few. */
    @Test
    public void theSetThatDivergenceIsComparedOnIsNotThatOfTheFirstName() {
        Map<String, Integer> sets = new LinkedHashMap<>();
        sets.put("animals", 12);
        sets.put("nouns", 16);
        assertThat(atDivergence(sets).by().set()).isEqualTo(Optional.of("nouns"));
        sets.put("seen", 8);
        Matched matched = atDivergence(sets);
        assertThat(matched.by().set()).isEqualTo(Optional.of("seen"));
        assertThat(matched.pictures()).isEqualTo(8);
        assertThat(matched.levels().get(0).groups().get(0).read()).isEqualTo(new Matched.Seeds(3, 3));
    }
}
