package org.tempera.record.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tempera.base.json.PlainJson;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class StratifiedBootstrapTest {
    /** Values and intervals of rliable itself. Made by {@code src/test/python/make_rliable_cases.py}. */
    @DataProvider
    public Object[][] rliable() throws IOException, PlainJson.MalformedException {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/rliable.json"))) {
            List<?> cases = (List<?>) PlainJson.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            return cases.stream().map(c -> new Object[] {c}).toArray(Object[][]::new);
        }
    }

    @Test(dataProvider = "rliable")
    public void intervalsAreThoseOfRliable(Map<String, Object> of) {
        List<double[][]> scores =
                ((List<?>) of.get("scores")).stream().map(m -> matrix(m)).toList();
        StratifiedBootstrap bootstrap = new StratifiedBootstrap(20_000, 0.95, 7);
        Interval got =
                switch ((String) of.get("aggregate")) {
                    case "mean" -> bootstrap.of(scores.get(0), Aggregate.mean());
                    case "iqm" -> bootstrap.of(scores.get(0), Aggregate.interquartileMean());
                    case "optimality-gap" -> bootstrap.of(scores.get(0), Aggregate.optimalityGap(0.4));
                    default -> bootstrap.ofImprovement(scores.get(0), scores.get(1));
                };
        double lower = (double) of.get("lower");
        double upper = (double) of.get("upper");
        assertThat(got.value()).isCloseTo((double) of.get("value"), within(1e-12));
        assertThat(got.lower()).isCloseTo(lower, within(0.03 * (upper - lower)));
        assertThat(got.upper()).isCloseTo(upper, within(0.03 * (upper - lower)));
    }

    @Test
    public void theSeedDecides() {
        double[][] scores = {{1, 2}, {3, 5}, {8, 13}};
        Interval once = StratifiedBootstrap.of(1).of(scores, Aggregate.mean());
        assertThat(StratifiedBootstrap.of(1).of(scores, Aggregate.mean())).isEqualTo(once);
        assertThat(new StratifiedBootstrap(200, 0.95, 2).of(scores, Aggregate.mean()))
                .isNotEqualTo(new StratifiedBootstrap(200, 0.95, 1).of(scores, Aggregate.mean()));
    }

    @Test
    public void oneRunHasNoSpread() {
        double[][] scores = {{1, 2, 4}};
        assertThat(StratifiedBootstrap.of(1).of(scores, Aggregate.mean()))
                .isEqualTo(new Interval(7.0 / 3, 7.0 / 3, 7.0 / 3));
    }

    /** Of each task apart: were whole runs drawn, two runs that differ by task in opposite ways would not spread. */
    @Test
    public void tasksAreDrawnApart() {
        double[][] scores = {{0, 1}, {1, 0}};
        Interval interval = StratifiedBootstrap.of(1).of(scores, Aggregate.mean());
        assertThat(interval.lower()).isZero();
        assertThat(interval.upper()).isOne();
    }

    /** Of three runs the mean is 0 with the chance 8/27, 1/3 with 12/27, 2/3 with 6/27, 1 with 1/27. */
    @Test
    public void allDrawsOfFewRunsAreCounted() {
        double[][] scores = {{0}, {1}, {0}};
        Interval most = new StratifiedBootstrap(1, 0.9, 1).of(scores, Aggregate.mean());
        assertThat(most).isEqualTo(new Interval(1.0 / 3, 0, 2.0 / 3));
        // 1/27 is above 2.5 %, and below 5 %.
        assertThat(new StratifiedBootstrap(1, 0.95, 1)
                        .of(scores, Aggregate.mean())
                        .upper())
                .isEqualTo(1);
    }

    @Test
    public void repetitionsTendToAllDraws() {
        double[] runs = {.31, .5, .44, .71, .39};
        double[][] scores = Arrays.stream(runs).mapToObj(x -> new double[] {x}).toArray(double[][]::new);
        StratifiedBootstrap bootstrap = new StratifiedBootstrap(50_000, 0.95, 3);
        for (Aggregate aggregate : List.of(Aggregate.mean(), Aggregate.interquartileMean())) {
            Interval all = bootstrap.of(scores, aggregate);
            double[] drawn = Arrays.stream(bootstrap.ofRuns(5, places -> new double[] {
                        aggregate.of(new double[][] {
                            Arrays.stream(places).mapToDouble(i -> runs[i]).toArray()
                        })
                    }))
                    .mapToDouble(n -> n[0])
                    .toArray();
            Interval some = bootstrap.interval(all.value(), drawn);
            assertThat(all.lower()).isCloseTo(some.lower(), within(.02));
            assertThat(all.upper()).isCloseTo(some.upper(), within(.02));
        }
    }

    /** Two runs of 0 and 1 have the means 0, 1/2 and 1 with the chances 1/4, 1/2 and 1/4; less those of two others. */
    @Test
    public void groupsOfADifferenceAreDrawnApart() {
        double[][] x = {{0}, {1}};
        double[][] y = {{0}, {10}};
        Interval all = StratifiedBootstrap.of(1).ofDifference(x, y, Aggregate.mean());
        assertThat(all.value()).isEqualTo(-4.5);
        assertThat(all.lower()).isCloseTo(-10, within(1e-12));
        assertThat(all.upper()).isCloseTo(1, within(1e-12));
        // 1/16 of the differences is -10, 2/16 are -9.5: of 20 % each end holds 10 %.
        Interval most = new StratifiedBootstrap(1, 0.8, 1).ofDifference(x, y, Aggregate.mean());
        assertThat(most.lower()).isCloseTo(-9.5, within(1e-12));
        assertThat(most.upper()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    public void manyRunsOfADifferenceAreDrawnAsFewAre() {
        double[] few = {.31, .5, .44, .71, .39, .66};
        double[][] x = column(few);
        double[][] more = column(new double[] {.2, .5, .41, .33, .6, .52, .45, .43});
        StratifiedBootstrap bootstrap = new StratifiedBootstrap(20_000, 0.95, 3);
        Interval drawn = bootstrap.ofDifference(x, more, Aggregate.mean());
        assertThat(drawn.value()).isCloseTo(3.01 / 6 - 3.44 / 8, within(1e-12));
        // The spread of a difference of means is that of both: 0.0583 and 0.0406, of resampled runs.
        assertThat(drawn.upper() - drawn.lower()).isCloseTo(2 * 1.96 * Math.hypot(.0583, .0406), within(.02));
        assertThat(bootstrap.ofDifference(x, column(few), Aggregate.mean())).satisfies(same -> {
            assertThat(same.value()).isZero();
            assertThat(same.lower()).isCloseTo(-same.upper(), within(.01));
        });
    }

    private static double[][] column(double[] runs) {
        return Arrays.stream(runs).mapToObj(x -> new double[] {x}).toArray(double[][]::new);
    }

    @Test
    public void runsAreDrawnWholeWhereTheyAreGivenByTheirPlaces() {
        double[][] scores = {{3, 30}, {5, 50}};
        StratifiedBootstrap bootstrap = StratifiedBootstrap.of(1);
        double[][] drawn = bootstrap.ofRuns(2, places -> new double[] {
            (scores[places[0]][0] + scores[places[1]][0]) / 2, (scores[places[0]][1] + scores[places[1]][1]) / 2
        });
        assertThat(drawn).hasDimensions(StratifiedBootstrap.REPETITIONS, 2);
        assertThat(Arrays.asList(drawn)).allMatch(numbers -> numbers[1] == 10 * numbers[0]);
        assertThat(Arrays.stream(drawn).mapToDouble(n -> n[0]).distinct().sorted())
                .containsExactly(3.0, 4.0, 5.0);
    }

    @Test
    public void anIntervalIsOfTheNumbersThatThereAre() {
        double[] values = new double[101];
        Arrays.setAll(values, i -> i);
        double[] holed = Arrays.copyOf(values, 103);
        Arrays.fill(holed, 101, 103, Double.NaN);
        Interval interval = StratifiedBootstrap.of(1).interval(50, holed);
        assertThat(interval.lower()).isCloseTo(2.5, within(1e-12));
        assertThat(interval.upper()).isCloseTo(97.5, within(1e-12));
    }

    @Test
    public void whatIsNoScoreIsRefused() {
        assertThatThrownBy(() ->
                        StratifiedBootstrap.of(1).of(new double[][] {{1, Double.NaN}}, Aggregate.interquartileMean()))
                .hasMessage("scores: expected finite numbers, found NaN");
        assertThatThrownBy(() -> StratifiedBootstrap.of(1).of(new double[][] {{1, 2}, {3}}, Aggregate.mean()))
                .hasMessage("scores: expected rows of one length, found 2 and 1 numbers");
        assertThatThrownBy(() ->
                        StratifiedBootstrap.of(1).ofImprovement(new double[][] {{1, 2}}, new double[][] {{1, 2, 3}}))
                .hasMessage("x and y: expected scores of the same tasks, found 2 and 3 tasks");
    }

    private static double[][] matrix(Object rows) {
        return ((List<?>) rows)
                .stream()
                        .map(row -> ((List<?>) row)
                                .stream().mapToDouble(x -> (double) x).toArray())
                        .toArray(double[][]::new);
    }

    @Test
    public void interquartileMeanOfFewNumbers() {
        Aggregate iqm = Aggregate.interquartileMean();
        assertThat(iqm.of(new double[][] {{3}})).isEqualTo(3);
        assertThat(iqm.of(new double[][] {{1, 2, 9}})).isEqualTo(4);
        assertThat(iqm.of(new double[][] {{1, 2}, {3, 90}})).isEqualTo(2.5);
        // Counts stand for repetitions: 1, 1, 1, 5, 5, 7, 7, 7.
        assertThat(iqm.of(new double[] {1, 5, 7}, new int[] {3, 2, 3}, 8)).isEqualTo((1 + 5 + 5 + 7) / 4.0);
        assertThat(Arrays.stream(new double[] {0.9, 0.4})
                        .map(gamma -> Aggregate.optimalityGap(gamma).of(new double[][] {{0.5, 1}}))
                        .toArray())
                .containsExactly(new double[] {0.9 - 0.7, 0}, within(1e-15));
    }

    @Test
    public void groupsAreDrawnAndRunsWithinThem() {
        int[] sizes = {1, 2, 5};
        int[] groups = new int[3];
        int[][] runs = {new int[1], new int[2], new int[5]};
        new StratifiedBootstrap(3000, 0.95, 7).ofGroups(sizes, drawn -> {
            assertThat(drawn.length).isEqualTo(3);
            synchronized (groups) {
                for (int[] one : drawn) {
                    groups[one[0]]++;
                    assertThat(one).hasSize(1 + sizes[one[0]]);
                    for (int r = 1; r < one.length; r++) {
                        runs[one[0]][one[r]]++;
                    }
                }
            }
            return new double[0];
        });
        for (int g = 0; g < sizes.length; g++) {
            assertThat(groups[g] / 9000.0).isCloseTo(1 / 3.0, within(.02));
            for (int count : runs[g]) {
                assertThat(count / (double) groups[g]).isCloseTo(1, within(.05));
            }
        }
    }
}
