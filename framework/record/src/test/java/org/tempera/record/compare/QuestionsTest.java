package org.tempera.record.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.tempera.base.json.PlainJson;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.statistics.HolmCorrection;
import org.tempera.record.statistics.Interval;
import org.testng.annotations.Test;

/** Questions of a sweep's file are answered by its own runs, once all of them are there. */
public class QuestionsTest {
    private static final double[] RISE = {0, 1, 2, 3};
    private static final double[] FLAT = {0, 0, 0, 0};
    private static final double[] TURNING = {.6, .7, .6, .4};
    private static final double[] HOLDING = {.6, .7, .75, .8};
    private static final Set<String> ALGORITHM = Set.of("algorithm");

    private static List<RunRecord> sweep(String axis, List<String> choices, List<String> algorithms) {
        List<RunRecord> runs = new ArrayList<>();
        for (String choice : choices) {
            for (String algorithm : algorithms) {
                double[] truth = algorithm.equals("tdpo") ? HOLDING : TURNING;
                for (int seed = 1; seed <= 3; seed++) {
                    runs.add(MadeRecords.of(algorithm, seed)
                            .rewardScatter(.05)
                            .reward(axis.equals("reward") ? choice : "aesthetic", "few")
                            .curves(RISE, truth)
                            .settings(new TreeMap<>(Map.of("algorithm", algorithm, axis, choice)))
                            .measured(0, 4, 8, 12)
                            .make());
                }
            }
        }
        return runs;
    }

    /** The runs that have all of these choices. @param asked how many the file asks for */
    private static Question.Side side(List<RunRecord> runs, int asked, String... choices) {
        return new Question.Side(
                String.join(", ", choices),
                runs.stream()
                        .filter(r -> r.settings().values().containsAll(List.of(choices)))
                        .map(RunRecord::name)
                        .toList(),
                asked);
    }

    private static Question.Pair pair(List<RunRecord> runs, String first, String second, String choice) {
        return new Question.Pair(side(runs, 3, first, choice), side(runs, 3, second, choice), ALGORITHM);
    }

    private static Answer answer(List<RunRecord> runs, Question.Pair... pairs) {
        return Comparison.of(runs, List.of(new Question("keeps-more", List.of(pairs))))
                .answers()
                .get(0);
    }

    private static double[] corrected(Answer answer) {
        return answer.pairs().stream()
                .mapToDouble(p -> p.atReward().highest().orElseThrow().corrected())
                .toArray();
    }

    private static double[] chances(Answer answer) {
        return answer.pairs().stream()
                .mapToDouble(p -> p.atReward().highest().orElseThrow().chance())
                .toArray();
    }

    @Test
    public void aQuestionIsCorrectedForItsOwnPairsAlone() {
        List<RunRecord> runs = sweep("rate", List.of("low", "high"), List.of("ddpo", "tdpo", "grpo", "nft"));
        Comparison compared = Comparison.of(
                runs,
                List.of(new Question(
                        "keeps-more",
                        List.of(
                                pair(runs, "tdpo", "grpo", "low"),
                                pair(runs, "tdpo", "ddpo", "low"),
                                pair(runs, "tdpo", "ddpo", "high")))));
        Answer answer = compared.answers().get(0);
        assertThat(answer.isOpen()).isFalse();
        assertThat(answer.pairs())
                .extracting(p -> p.atReward().first(), p -> p.atReward().second())
                .containsExactly(
                        tuple("tdpo, rate low", "grpo, rate low"),
                        tuple("tdpo, rate low", "ddpo, rate low"),
                        tuple("tdpo, rate high", "ddpo, rate high"));
        assertThat(corrected(answer)).containsExactly(HolmCorrection.of(chances(answer)));
        assertThat(answer.family()).isEqualTo(3);
        // The same two groups among all pairs, the other way round.
        Matched matched = compared.proxies().get(0).atReward().orElseThrow();
        assertThat(matched.family()).isEqualTo(8 * 7 / 2);
        Matched.Difference among = matched.pairs().stream()
                .filter(p -> p.first().equals("ddpo, rate low") && p.second().equals("tdpo, rate low"))
                .findFirst()
                .flatMap(Matched.Pair::highest)
                .orElseThrow();
        Matched.Difference asked = answer.pairs().get(1).atReward().highest().orElseThrow();
        assertThat(among.difference().value()).isEqualTo(-asked.difference().value());
        assertThat(among.corrected()).isGreaterThan(asked.corrected());
    }

    /** Who asks of two rewards has two tries at one answer. */
    @Test
    public void aQuestionIsCorrectedOverAllTrainingRewards() {
        List<RunRecord> runs = sweep("reward", List.of("aesthetic", "preference"), List.of("ddpo", "tdpo"));
        Answer both = answer(runs, pair(runs, "tdpo", "ddpo", "aesthetic"), pair(runs, "tdpo", "ddpo", "preference"));
        assertThat(both.pairs())
                .extracting(Answer.Asked::proxy)
                .containsExactly(Optional.of("aesthetic"), Optional.of("preference"));
        assertThat(corrected(both)).containsExactly(HolmCorrection.of(chances(both)));
        assertThat(Arrays.stream(corrected(both)).min().orElseThrow())
                .isEqualTo(2 * Arrays.stream(chances(both)).min().orElseThrow());
        assertThat(ComparisonText.lines(both))
                .hasSize(3)
                .anyMatch(line ->
                        line.startsWith("keeps-more: on aesthetic at ") && line.contains(" tdpo keeps more gold"))
                .contains("keeps-more: corrected for its 2 pairs (Holm).");
    }

    /** At the levels of all groups, and at the same divergence, whoever looks goes on looking. */
    @Test
    public void whatElseIsReadIsExploration() {
        List<RunRecord> runs = sweep("rate", List.of("low"), List.of("ddpo", "tdpo"));
        Answer.Asked asked =
                answer(runs, pair(runs, "tdpo", "ddpo", "low")).pairs().get(0);
        assertThat(asked.isClear()).isTrue();
        assertThat(asked.atReward().shared())
                .hasSize(4)
                .allMatch(d -> Double.isFinite(d.chance()) && Double.isNaN(d.corrected()) && !d.isClear());
        assertThat(asked.atDivergence().flatMap(Matched.Pair::highest))
                .hasValueSatisfying(d -> assertThat(d.corrected()).isNaN());
    }

    /** TDPO keeps more where rewards are equal, and less where the divergence is: it comes to as much by far more. */
    @Test
    public void anOppositeAnswerAtTheSameDivergenceIsTold() {
        Matched.Difference more = difference(.04, .03);
        Matched.Seeds seeds = new Matched.Seeds(3, 3);
        Matched.Pair atReward = new Matched.Pair("tdpo", "ddpo", seeds, seeds, List.of(), Optional.of(more));
        String told = line(atReward, difference(-.17, .012));
        assertThat(told)
                .contains("tdpo keeps more gold than ddpo")
                .contains("; at the same KL, which is exploration, ddpo keeps more (difference 0.170 [0.160, 0.180]; p"
                        + " 0.012, not corrected).");
        assertThat(line(atReward, difference(-.17, .2))).as("by chance").doesNotContain("KL");
        assertThat(line(atReward, difference(.17, .012))).as("the same way").doesNotContain("KL");
    }

    private static String line(Matched.Pair atReward, Matched.Difference atDivergence) {
        Matched.Pair same = atReward.with(List.of(), Optional.of(atDivergence));
        return ComparisonText.lines(new Answer(
                        "keeps-more",
                        List.of(new Answer.Asked(
                                Optional.of("aesthetic"), "gold", atReward, Optional.of(same), Optional.empty())),
                        6,
                        6))
                .get(0);
    }

    private static Matched.Difference difference(double value, double p) {
        Summary none = Summary.NONE;
        Interval interval = new Interval(value, value - .01, value + .01);
        return new Matched.Difference(1, none, none, interval, interval, p, p);
    }

    @Test
    public void pairsThatCannotBeTestedAreCorrectedFor() {
        List<RunRecord> runs = sweep("rate", List.of("low"), List.of("ddpo", "tdpo"));
        for (int seed = 1; seed <= 3; seed++) {
            runs.add(MadeRecords.of("rwr", seed)
                    .curves(FLAT, TURNING)
                    .settings(new TreeMap<>(Map.of("algorithm", "rwr", "rate", "low")))
                    .make());
        }
        Answer answer = answer(runs, pair(runs, "tdpo", "ddpo", "low"), pair(runs, "tdpo", "rwr", "low"));
        assertThat(answer.isOpen()).isFalse();
        assertThat(answer.family()).isEqualTo(2);
        Matched.Difference tested = answer.pairs().get(0).atReward().highest().orElseThrow();
        assertThat(tested.corrected()).isEqualTo(2 * tested.chance());
        assertThat(ComparisonText.lines(answer))
                .contains(
                        "keeps-more: on aesthetic tdpo and rwr are not tested: a test takes 3 seeds of either, and 0 of 3"
                                + " of rwr are read.");
    }

    /** To look as runs come is to test again with each. */
    @Test
    public void aQuestionIsOpenUntilAllRunsAreThere() {
        List<RunRecord> runs = sweep("rate", List.of("low"), List.of("ddpo", "tdpo"));
        Answer answer = answer(
                runs,
                new Question.Pair(side(runs, 5, "tdpo"), side(runs, 5, "ddpo"), ALGORITHM),
                new Question.Pair(side(runs, 5, "tdpo"), side(runs, 5, "draft"), ALGORITHM));
        assertThat(answer.isOpen()).isTrue();
        assertThat(answer.pairs()).noneMatch(Answer.Asked::isClear);
        assertThat(corrected(new Answer("q", answer.pairs().subList(0, 1), 6, 10)))
                .containsOnly(Double.NaN);
        List<String> lines = ComparisonText.lines(answer);
        assertThat(lines.get(0))
                .startsWith("keeps-more: on aesthetic at ")
                .contains(" tdpo keeps 0.", " and ddpo 0.", "(difference 0.")
                .doesNotContain("told apart", "keeps more");
        assertThat(lines.get(1))
                .isEqualTo(
                        "keeps-more: on aesthetic tdpo and draft are not tested: a test takes 3 seeds of either, and 0 of"
                                + " 5 of draft are read.");
        assertThat(lines.get(2))
                .isEqualTo("keeps-more is open: 6 of the 15 runs that it is about are there, and no two groups are told"
                        + " apart before all are.");
    }

    private static List<RunRecord> made(String sweep, String rate, String decay) {
        List<RunRecord> runs = new ArrayList<>();
        for (String algorithm : List.of("ddpo", "tdpo")) {
            for (int seed = 1; seed <= 3; seed++) {
                Map<String, String> settings = Map.of("algorithm", algorithm);
                runs.add(MadeRecords.of(algorithm, seed)
                        .rewardScatter(.05)
                        .curves(RISE, algorithm.equals("tdpo") ? HOLDING : TURNING)
                        .settings(settings)
                        .keys(Map.of(
                                "algorithm.use",
                                algorithm,
                                "optimizer.learning-rate",
                                rate,
                                "sampling.eta",
                                algorithm.equals("tdpo") ? decay : "1"))
                        .make()
                        .named(sweep + "/" + algorithm + "/seed-" + seed, settings));
            }
        }
        return runs;
    }

    @Test
    public void aQuestionIsOfItsOwnSweepsRuns() {
        List<RunRecord> own = made("one", "1e-4", "1");
        List<RunRecord> all = new ArrayList<>(own);
        all.addAll(made("two", "1e-3", "1"));
        Answer answer = answer(all, new Question.Pair(side(own, 3, "tdpo"), side(own, 3, "ddpo"), Set.of("algorithm")));
        assertThat(answer.pairs()).singleElement().satisfies(p -> {
            assertThat(p.atReward().first()).isEqualTo("tdpo (optimizer.learning-rate = 1e-4)");
            assertThat(p.atReward().second()).isEqualTo("ddpo (optimizer.learning-rate = 1e-4)");
            assertThat(p.atReward().firstSeeds()).isEqualTo(new Matched.Seeds(3, 3));
            assertThat(p.isClear()).isTrue();
        });
    }

    @Test
    public void likeIsComparedWithLike() {
        List<RunRecord> runs = made("one", "1e-4", ".5");
        Question.Pair pair = new Question.Pair(side(runs, 3, "tdpo"), side(runs, 3, "ddpo"), Set.of("algorithm"));
        assertThat(answer(runs, pair).pairs().get(0).why())
                .contains("they differ by more than is asked: sampling.eta = .5 and 1");
        Question.Pair free =
                new Question.Pair(pair.first(), pair.second(), Set.of("algorithm", "optimizer", "sampling"));
        assertThat(answer(runs, free).pairs().get(0).why()).isEmpty();
        List<RunRecord> changed = new ArrayList<>(runs.subList(0, 5));
        changed.add(made("one", "1e-3", ".5").get(5));
        assertThat(answer(changed, pair).pairs().get(0).why().orElseThrow())
                .startsWith("the runs of tdpo were not all made with the same keys: they are of tdpo (");
    }

    @Test
    public void runsOnTwoTrainingRewardsAreNeverCompared() {
        List<RunRecord> runs = sweep("reward", List.of("aesthetic", "preference"), List.of("ddpo"));
        Comparison compared = Comparison.of(
                runs,
                List.of(new Question(
                        "rewards-differ",
                        List.of(new Question.Pair(
                                side(runs, 3, "aesthetic"), side(runs, 3, "preference"), Set.of("rewards"))))));
        Answer.Asked asked = compared.answers().get(0).pairs().get(0);
        assertThat(asked.why())
                .contains("they were trained on different rewards (aesthetic, preference), and such groups are never"
                        + " compared");
        assertThat(asked.atReward().highest()).isEmpty();
        assertThat(PlainJson.line(ComparisonDocument.of(compared)))
                .contains("\"unlike\":\"they were trained on different rewards")
                .doesNotContain("untested");
    }

    @Test
    public void seedsThatDoNotDifferAreNotTooFew() {
        List<RunRecord> runs = new ArrayList<>();
        for (String algorithm : List.of("ddpo", "tdpo")) {
            for (int seed = 1; seed <= 3; seed++) {
                runs.add(MadeRecords.of(algorithm, seed)
                        .scatter(0)
                        .curves(RISE, algorithm.equals("tdpo") ? HOLDING : TURNING)
                        .settings(Map.of("algorithm", algorithm))
                        .make());
            }
        }
        assertThat(ComparisonText.lines(
                        answer(runs, new Question.Pair(side(runs, 3, "tdpo"), side(runs, 3, "ddpo"), ALGORITHM))))
                .singleElement()
                .asString()
                .endsWith("; not tested: no seed differs from another of its group.")
                .doesNotContain("takes 3 seeds");
    }
}
