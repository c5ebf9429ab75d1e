package org.tempera.core.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Arrays that are summed in slices, here with themselves. */
public class SlicedSumTest {
    private final List<Integer> slices = new ArrayList<>();
    private final Map<Integer, float[]> sums = new LinkedHashMap<>();
    private final List<List<Integer>> taken = new ArrayList<>();

    @DataProvider
    public Object[][] sizes() {
        return new Object[][] {
            {new int[] {3, 2, 10, 1, 1, 6}, List.of(4, 4, 4, 4, 4, 3)},
            {new int[] {4, 8}, List.of(4, 4, 4)},
            {new int[] {1}, List.of(1)},
            {new int[] {}, List.of()},
        };
    }

    @Test(dataProvider = "sizes")
    public void eachNumberGetsItsOwnSum(int[] sizes, List<Integer> expectedSlices) {
        slices.clear();
        sums.clear();
        Map<Integer, float[]> expected = sumUp(sizes);
        assertThat(slices).isEqualTo(expectedSlices);
        assertThat(sums.keySet()).containsExactlyElementsOf(expected.keySet());
        expected.forEach((key, twice) -> assertThat(sums.get(key)).containsExactly(twice));
    }

    /** So that all weights of a model are never in Java's heap at once. */
    @Test
    public void sumsAreHandedOnAsSoonAsTheyAreWhole() {
        taken.clear();
        sumUp(new int[] {3, 2, 10, 1});
        assertThat(taken).containsExactly(List.of(0), List.of(1), List.of(2, 3));
    }

    /** Gives twice the numbers, by array. */
    private Map<Integer, float[]> sumUp(int[] sizes) {
        SlicedSum<Integer> sum = new SlicedSum<>(
                4,
                slice -> {
                    slices.add(slice.length);
                    float[] twice = slice.clone();
                    for (int i = 0; i < twice.length; i++) {
                        twice[i] += slice[i];
                    }
                    return twice;
                },
                whole -> {
                    taken.add(List.copyOf(whole.keySet()));
                    sums.putAll(whole);
                });
        Map<Integer, float[]> expected = new LinkedHashMap<>();
        int number = 1;
        for (int key = 0; key < sizes.length; key++) {
            float[] own = new float[sizes[key]];
            float[] twice = new float[sizes[key]];
            for (int i = 0; i < own.length; i++, number++) {
                own[i] = number;
                twice[i] = 2 * number;
            }
            expected.put(key, twice);
            sum.add(key, own);
        }
        sum.end();
        return expected;
    }
}
