package org.tempera.record.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.statistics.Interval;
import org.testng.annotations.Test;

public class SignRelationTest {
    private static final double[] RISE = {0, 1, 2, 3};
    private static final double[][] STEEPNESS = {{.1, .4, .5, .6}, {.1, .3, .4, .5}, {.1, .2, .5, .8}, {.1, .1, .2, .2}
    };
    private static final double[][] GOLD = {{.6, .6, .5, .5}, {.6, .7, .6, .55}, {.6, .65, .5, .4}, {.6, .65, .7, .75}};
    private static final List<String> ALGORITHMS = List.of("ddpo", "grpo", "nft", "tdpo");

    private static RunRecord run(String algorithm, long seed, double[] steepness, double[] gold) {
        return MadeRecords.of(algorithm, seed)
                .scatter(0)
                .curves(RISE, gold)
                .steepness(steepness)
                .make();
    }

    private static SignRelation relation(List<RunRecord> runs) {
        return Comparison.of(runs).proxies().get(0).signs().get(0);
    }

    /** Of four groups, each of so many seeds that are copies of each other. */
    private static SignRelation ofCopies(int seeds) {
        List<RunRecord> runs = new ArrayList<>();
        for (int g = 0; g < ALGORITHMS.size(); g++) {
            for (int seed = 1; seed <= seeds; seed++) {
                runs.add(run(ALGORITHMS.get(g), seed, STEEPNESS[g], GOLD[g]));
            }
        }
        return relation(runs);
    }

    /** By numpy 2.4.6: corrcoef of the pairs, of the pairs less their epochs' means, and so ahead. */
    @Test
    public void steepnessIsSetBesideTheTruth() {
        double[][] steepness = {{.1, .2, .5, .9}, {.1, .3, .4, .7}, {.1, .2, .2, .3}};
        double[][] gold = {{.6, .7, .6, .3}, {.6, .68, .62, .45}, {.6, .65, .7, .66}};
        List<RunRecord> runs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            runs.add(run("ddpo", i + 1, steepness[i], gold[i]));
        }
        ProxyComparison compared = Comparison.of(runs).proxies().get(0);
        SignRelation relation = compared.signs().get(0);
        assertThat(relation.sign()).isEqualTo("steepness");
        assertThat(relation.runs()).isEqualTo(3);
        assertThat(relation.groups()).isEqualTo(1);
        assertThat(relation.pooled().value()).isCloseTo(-0.970358582, within(1e-6));
        assertThat(relation.atEqualEpoch().value()).isCloseTo(-0.954213295, within(1e-6));
        assertThat(relation.ahead().value()).isCloseTo(-0.519561180, within(1e-6));
        assertThat(relation.betweenGroups()).as("of one group").isEmpty();
        assertThat(relation.pooled().lower()).isLessThan(relation.pooled().upper());
        assertThat(compared.notes())
                .anyMatch(n -> n.startsWith("Over 3 runs of 1 group steepness and gold correlate by -0.9")
                        && n.contains(" over all evaluations, and by -0.954 ")
                        && n.endsWith(" at equal epoch."));
    }

    @Test
    public void theOrderInWhichGroupsAreShownChangesNoNumber() {
        List<RunRecord> runs = new ArrayList<>();
        for (int g = 0; g < ALGORITHMS.size(); g++) {
            runs.add(run(ALGORITHMS.get(g), 1, STEEPNESS[g], GOLD[g]));
        }
        List<RunRecord> reversed = new ArrayList<>(runs);
        Collections.reverse(reversed);
        assertThat(relation(reversed)).isEqualTo(relation(runs));
    }

    /** By numpy 2.4.6, the last of the changes from first to last. */
    @Test
    public void groupsAreComparedAtOnePoint() {
        SignRelation relation = ofCopies(1);
        assertThat(relation.pooled().value()).isCloseTo(-0.911293180, within(1e-6));
        assertThat(relation.atEqualEpoch().value()).isCloseTo(-0.910093275, within(1e-6));
        assertThat(relation.ahead().value()).isCloseTo(-0.487377325, within(1e-6));
        assertThat(relation.betweenGroups().orElseThrow().value()).isCloseTo(-0.996403790, within(1e-6));
        assertThat(relation.sentence("gold")).contains("; what both change by over training, by -0.996 ");
    }

    /** Five seeds that are copies of one say no more than that one. */
    @Test
    public void copiesOfASeedMakeNoIntervalNarrower() {
        SignRelation one = ofCopies(1);
        SignRelation five = ofCopies(5);
        assertThat(five.groups()).isEqualTo(4);
        assertThat(five.runs()).isEqualTo(20);
        assertThat(five.pooled().value()).isCloseTo(one.pooled().value(), within(1e-9));
        assertThat(width(five.pooled())).isGreaterThan(.8 * width(one.pooled()));
        assertThat(width(five.atEqualEpoch())).isGreaterThan(.8 * width(one.atEqualEpoch()));
    }

    private static double width(Interval interval) {
        return interval.upper() - interval.lower();
    }

    /** Both grow with time, in all runs alike: that they correlate is no more than that. */
    @Test
    public void whatGoesWithTimeAloneIsNothingAtEqualEpoch() {
        List<RunRecord> runs = new ArrayList<>();
        double[][] apart = {{.01, .01}, {.01, -.01}, {-.01, .01}, {-.01, -.01}};
        for (int g = 0; g < ALGORITHMS.size(); g++) {
            double[] steepness = {.1, .2, .3, .4};
            double[] gold = {.6, .65, .7, .75};
            for (int e = 1; e < gold.length; e++) {
                steepness[e] += apart[g][0];
                gold[e] += apart[g][1];
            }
            runs.add(run(ALGORITHMS.get(g), 1, steepness, gold));
        }
        SignRelation relation = relation(runs);
        assertThat(relation.pooled().value()).isGreaterThan(.9);
        assertThat(relation.atEqualEpoch().value()).isCloseTo(0, within(1e-9));
    }
}
