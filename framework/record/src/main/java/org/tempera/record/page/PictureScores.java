package org.tempera.record.page;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.tempera.record.archive.Rounding;
import org.tempera.record.metrics.Sample;
import org.tempera.record.metrics.ScoreNames;

/**
 * Scores of the pictures in a run's contact sheet, by epoch and row; the last of them says how far the rewards
 * disagree.
 */
final class PictureScores {
    /** More digits would make the page larger, and say no more. */
    private static final int SIGNIFICANT = 4;

    private PictureScores() {}

    /** Names of the scores of all these runs: the training reward, gold, then the others. */
    static List<String> names(Collection<PicturedRun> runs) {
        Set<String> found = new TreeSet<>();
        runs.forEach(run -> found.addAll(namesOf(run)));
        List<String> names = new ArrayList<>();
        for (String first : List.of(ScoreNames.TRAINING, ScoreNames.GOLD)) {
            if (found.remove(first)) {
                names.add(first);
            }
        }
        names.addAll(found);
        return names;
    }

    private static Set<String> namesOf(PicturedRun run) {
        Set<Integer> epochs = new HashSet<>();
        Set<String> names = new TreeSet<>();
        // All samples of an evaluation have the same scores.
        run.evaluated().stream()
                .filter(s -> epochs.add(s.epoch()))
                .forEach(s -> names.addAll(s.rewards().keySet()));
        return names;
    }

    /**
     * The scores of a run's pictures.
     *
     * @param names of the scores, in their order
     * @return {@code [epoch of the sheet][row][score]}; NaN where a score is not known, and everywhere behind the
     *     scores what {@link #disagreement} is
     */
    static double[][][] of(PicturedRun run, List<String> names) {
        Map<String, SummaryStatistics> spread = new HashMap<>();
        names.forEach(name -> spread.put(name, new SummaryStatistics()));
        Map<Integer, Integer> columns = places(run.sheet().epochs());
        Map<Integer, Integer> rows = places(run.sheet().indices());
        double[][][] scores = new double[columns.size()][rows.size()][names.size() + 1];
        for (double[][] column : scores) {
            for (double[] row : column) {
                Arrays.fill(row, Double.NaN);
            }
        }
        for (Sample sample : run.evaluated()) {
            for (Map.Entry<String, Double> score : sample.rewards().entrySet()) {
                SummaryStatistics all = spread.get(score.getKey());
                if (all != null && Double.isFinite(score.getValue())) {
                    all.addValue(score.getValue());
                }
            }
            Integer column = columns.get(sample.epoch());
            Integer row = rows.get(sample.index());
            if (column != null && row != null) {
                double[] its = scores[column][row];
                for (int k = 0; k < names.size(); k++) {
                    its[k] = sample.rewards().getOrDefault(names.get(k), Double.NaN);
                }
            }
        }
        for (double[][] column : scores) {
            for (double[] row : column) {
                row[names.size()] = disagreement(row, names, spread);
                for (int k = 0; k < row.length; k++) {
                    row[k] = Rounding.significant(row[k], SIGNIFICANT);
                }
            }
        }
        return scores;
    }

    /**
     * How far the training reward says more of a picture than the others do: its distance from the run's mean in
     * deviations, less the mean of theirs. NaN without a training reward, or without others.
     */
    private static double disagreement(double[] scores, List<String> names, Map<String, SummaryStatistics> spread) {
        double trained = Double.NaN;
        double others = 0;
        int count = 0;
        for (int k = 0; k < names.size(); k++) {
            SummaryStatistics all = spread.getOrDefault(names.get(k), new SummaryStatistics());
            double deviation = all.getStandardDeviation();
            double z = deviation > 0 ? (scores[k] - all.getMean()) / deviation : Double.NaN;
            if (names.get(k).equals(ScoreNames.TRAINING)) {
                trained = z;
            } else if (Double.isFinite(z)) {
                others += z;
                count++;
            }
        }
        return count == 0 ? Double.NaN : trained - others / count;
    }

    private static Map<Integer, Integer> places(List<Integer> values) {
        Map<Integer, Integer> places = new HashMap<>();
        for (int i = 0; i < values.size(); i++) {
            places.put(values.get(i), i);
        }
        return places;
    }
}
