package org.tempera.record.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;

/** Spearman's correlation: Pearson's of the ranks, where equal numbers share the mean of their ranks. */
public final class RankCorrelation {
    private RankCorrelation() {}

    /**
     * The correlation, -1 to 1; NaN of fewer than two pairs, or where all of x or all of y are equal.
     *
     * @throws IllegalArgumentException if the numbers are not as many, or one is not finite
     */
    public static double of(double[] x, double[] y) {
        Checked.finite("x", x, 0);
        Checked.finite("y", y, 0);
        Checked.alike("x", x, "y", y);
        return x.length < 2 ? Double.NaN : new SpearmansCorrelation().correlation(withOneZero(x), withOneZero(y));
    }

    /**
     * The correlation within groups, -1 to 1: numbers are ranked in each group and compared with the group's mean rank,
     * so that what differs from group to group counts for nothing. NaN where no group has two different x and two
     * different y.
     *
     * @param groups what each pair belongs to; a pair by itself says nothing
     * @throws IllegalArgumentException as {@link #of}
     */
    public static double within(double[] x, double[] y, List<?> groups) {
        Checked.finite("x", x, 0);
        Checked.finite("y", y, 0);
        Checked.alike("x", x, "y", y);
        Map<Object, List<Integer>> members = new LinkedHashMap<>();
        for (int i = 0; i < x.length; i++) {
            members.computeIfAbsent(groups.get(i), g -> new ArrayList<>()).add(i);
        }
        double both = 0;
        double ofX = 0;
        double ofY = 0;
        for (List<Integer> group : members.values()) {
            double[] first = ranks(x, group);
            double[] second = ranks(y, group);
            for (int i = 0; i < first.length; i++) {
                both += first[i] * second[i];
                ofX += first[i] * first[i];
                ofY += second[i] * second[i];
            }
        }
        return both / Math.sqrt(ofX * ofY);
    }

    /** Ranks in a group, less their mean. */
    private static double[] ranks(double[] numbers, List<Integer> group) {
        double[] own = withOneZero(group.stream().mapToDouble(i -> numbers[i]).toArray());
        double mean = (own.length + 1) / 2.0;
        return Arrays.stream(new NaturalRanking(TiesStrategy.AVERAGE).rank(own))
                .map(rank -> rank - mean)
                .toArray();
    }

    /** 0 and -0 are equal, and share a rank; the library tells them apart. */
    private static double[] withOneZero(double[] numbers) {
        return Arrays.stream(numbers).map(x -> x + 0.0).toArray();
    }
}
