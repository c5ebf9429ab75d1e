package org.tempera.record.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import org.tempera.base.json.PlainJson;
import org.testng.annotations.Test;

public class ColumnTest {
    private static Object column(double[] numbers, double[] before) throws PlainJson.MalformedException {
        return PlainJson.read(
                PlainJson.line(Column.of(numbers.length, i -> OptionalDouble.of(numbers[i]), i -> before[i])));
    }

    private static double[] read(Object column, double[] before) {
        double[] numbers = new double[before.length];
        Column.read(column, before.length, i -> before[i], (i, x) -> numbers[i] = x);
        return numbers;
    }

    @Test
    public void decimalsAreWholeNumbersOfAStep() throws PlainJson.MalformedException {
        double[] none = {Double.NaN, Double.NaN, Double.NaN};
        double[] numbers = {0.68, 0.682, Double.NaN};
        Object column = column(numbers, none);
        assertThat(column).isEqualTo(Map.of("digits", 3L, "step", 2L, "values", List.of(340L, 341L, "NaN")));
        assertThat(read(column, none)).isEqualTo(numbers);
    }

    @Test
    public void whatIsNearTheNumberBeforeIsAChange() throws PlainJson.MalformedException {
        double[] before = {10.25, -3.5, Double.NaN};
        double[] numbers = {10.26, -3.48, 0.02};
        Object column = column(numbers, before);
        assertThat(column).isEqualTo(Map.of("digits", 2L, "step", 2L, "changes", List.of(1L, 1L, 1L)));
        assertThat(read(column, before)).isEqualTo(numbers);
    }

    @Test
    public void anyNumbersComeBackToTheBit() throws PlainJson.MalformedException {
        Random random = new Random(5);
        for (int turn = 0; turn < 300; turn++) {
            double[] before = random.doubles(7, -10, 10).toArray();
            double[] numbers = random.doubles(7, -10, 10).toArray();
            if (turn % 3 > 0) {
                numbers = Rounding.ofDeviation(numbers, turn % 3 == 1 ? 30 : 10_000);
            }
            if (turn % 5 == 0) {
                numbers[turn % 7] =
                        turn % 2 == 0 ? Double.POSITIVE_INFINITY : Math.scalb(1.0, random.nextInt(2000) - 1000);
            }
            assertThat(read(column(numbers, before), before)).isEqualTo(numbers);
        }
    }

    @Test
    public void rowsWithoutANumberHaveNoPlace() throws PlainJson.MalformedException {
        Object column = PlainJson.read(
                PlainJson.line(Column.of(5, i -> i == 1 || i == 4 ? OptionalDouble.of(i) : OptionalDouble.empty())));
        assertThat(column)
                .isEqualTo(Map.of("at", List.of(1L, 4L), "digits", 0L, "step", 1L, "values", List.of(1L, 4L)));
        double[] read = new double[5];
        Column.read(column, 5, i -> Double.NaN, (i, x) -> read[i] = x);
        assertThat(read).containsExactly(0, 1, 0, 0, 4);
    }

    @Test
    public void whatIsNoColumnIsRefused() {
        refused("expected 2 values, found 1", Map.of("values", List.of(1L)));
        refused("expected whole numbers", Map.of("digits", 2, "step", 1, "values", List.of(1.5, 2L)));
        refused("expected a number, found a text", Map.of("digits", 2, "step", 1, "values", List.of("1", 2L)));
        refused("expected at most 15 digits", Map.of("digits", 16, "step", 1, "values", List.of(1L, 2L)));
        refused("step of 1 or more", Map.of("digits", 2, "step", 0, "values", List.of(1L, 2L)));
        refused("ascending places", Map.of("at", List.of(1L, 0L), "values", List.of(1.0, 2.0)));
        refused("ascending places", Map.of("at", List.of(0L, 2L), "values", List.of(1.0, 2.0)));
        refused("expected at most 15 digits", Map.of("digits", -1, "step", 1, "changes", List.of(1L, 2L)));
        refused(
                "expected whole numbers",
                Map.of("digits", 0, "step", 1L << 40, "values", List.of(Long.MIN_VALUE, Long.MAX_VALUE)));
    }

    private static void refused(String why, Map<String, Object> column) {
        assertThatThrownBy(() -> read(column, new double[] {1, 2}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    public void roundingIsToAPartOfTheDeviation() {
        Random random = new Random(6);
        double[] numbers = random.doubles(500).map(x -> 40 + 3 * x).toArray(); // of deviation 0.87
        double[] rounded = Rounding.ofDeviation(numbers, 100);
        for (int i = 0; i < numbers.length; i++) {
            assertThat(rounded[i]).isCloseTo(numbers[i], within(0.0025000001));
        }
        assertThat(Arrays.stream(rounded)
                        .map(x -> Math.abs(Math.rint(x * 200) - x * 200))
                        .max())
                .as("multiples of 0.005")
                .hasValueCloseTo(0.0, within(1e-9));
        assertThat(Rounding.ofDeviation(rounded, 100)).as("rounded already").isEqualTo(rounded);
        assertThat(Rounding.ofDeviation(new double[] {0.123456789, 0.123456789, Double.NaN}, 30))
                .as("that are equal")
                .containsExactly(0.123457, 0.123457, Double.NaN);
    }

    @Test
    public void roundingIsToSignificantDigits() {
        assertThat(Rounding.significant(-0.000123456, 3)).isEqualTo(-0.000123);
        assertThat(Rounding.significant(123456789, 3)).isEqualTo(123000000);
        assertThat(Rounding.significant(1e300, 3)).isEqualTo(1e300);
        assertThat(Rounding.significant(1.23456e-18, 3)).isEqualTo(1.23e-18);
        assertThat(Rounding.significant(1e-320, 3)).isCloseTo(1e-320, within(1e-322));
        assertThat(Rounding.significant(0, 3)).isZero();
        assertThat(Rounding.significant(Double.MAX_VALUE, 3)).isFinite();
        assertThat(Rounding.significant(Double.NaN, 3)).isNaN();
    }
}
