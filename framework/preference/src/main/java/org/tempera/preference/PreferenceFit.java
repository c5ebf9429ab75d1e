package org.tempera.preference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tempera.base.random.StatelessRandom;

/**
 * A Bradley-Terry head and what it is worth on choices that it was not fitted to.
 *
 * @param weight of the embedding; there is no constant, for choices do not show one
 * @param ridge the penalty it was fitted with
 * @param fitted how many choices it was fitted to
 * @param heldOut on the choices that were kept back
 * @param apart whether no picture of a held-out choice was seen in fitting
 */
public record PreferenceFit(double[] weight, double ridge, int fitted, Reliability heldOut, boolean apart) {
    private static final double[] RIDGES = {0.03, 0.1, 0.3, 1, 3, 10, 30};
    private static final int FOLDS = 5;
    private static final long SALT = 0x7072656665726eL;

    /**
     * What to fit with.
     *
     * @param heldOut share of the choices to keep back, in [0, 0.9]
     * @param ridge 0 chooses it among 0.03 to 30 by five-fold cross-validation of the fitted choices' log loss
     */
    public record Options(double heldOut, double ridge, long seed) {}

    /**
     * Fits.
     *
     * @param first the first picture of each choice, a row of {@code embeddings}
     * @param second the second picture of each choice
     * @param embeddings of unit length, {@code [picture][width]}
     * @param firstChosen 1, 0, or 0.5 for a tie
     */
    public static PreferenceFit of(
            int[] first, int[] second, float[][] embeddings, double[] firstChosen, Options options) {
        int n = first.length;
        List<double[]> differences = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            float[] a = embeddings[first[i]];
            float[] b = embeddings[second[i]];
            double[] d = new double[a.length];
            for (int k = 0; k < d.length; k++) {
                d[k] = (double) a[k] - b[k];
            }
            differences.add(d);
        }
        int[] group = groups(first, second, embeddings.length);
        boolean apart = largest(group) <= Math.max(1, n / 10);
        int[] order = order(group, apart, options.seed());
        int kept = (int) Math.round(n * options.heldOut());
        // A group is never cut in two.
        while (apart && kept > 0 && kept < n && group[order[kept]] == group[order[kept - 1]]) {
            kept++;
        }
        int[] test = Arrays.copyOfRange(order, 0, kept);
        int[] train = Arrays.copyOfRange(order, kept, n);
        double ridge = options.ridge() > 0 ? options.ridge() : chosenRidge(differences, firstChosen, train);
        double[] w = BradleyTerry.fit(rows(differences, train), of(firstChosen, train), ridge);
        double[] scores = Arrays.stream(test)
                .mapToDouble(i -> BradleyTerry.dot(w, differences.get(i)))
                .toArray();
        return new PreferenceFit(w, ridge, train.length, Reliability.of(scores, of(firstChosen, test)), apart);
    }

    private static double chosenRidge(List<double[]> differences, double[] firstChosen, int[] train) {
        double best = Double.POSITIVE_INFINITY;
        double chosen = 1;
        for (double ridge : RIDGES) {
            double loss = 0;
            for (int fold = 0; fold < FOLDS; fold++) {
                int from = train.length * fold / FOLDS;
                int to = train.length * (fold + 1) / FOLDS;
                int[] rest = new int[train.length - (to - from)];
                System.arraycopy(train, 0, rest, 0, from);
                System.arraycopy(train, to, rest, from, train.length - to);
                if (rest.length == 0) {
                    continue;
                }
                double[] w = BradleyTerry.fit(rows(differences, rest), of(firstChosen, rest), ridge);
                for (int i = from; i < to; i++) {
                    loss += BradleyTerry.loss(BradleyTerry.dot(w, differences.get(train[i])), firstChosen[train[i]]);
                }
            }
            if (loss < best) {
                best = loss;
                chosen = ridge;
            }
        }
        return chosen;
    }

    /** Choices that hang together by shared pictures have the same number. */
    private static int[] groups(int[] first, int[] second, int pictures) {
        int[] parent = new int[pictures];
        for (int i = 0; i < pictures; i++) {
            parent[i] = i;
        }
        for (int i = 0; i < first.length; i++) {
            parent[root(parent, first[i])] = root(parent, second[i]);
        }
        return Arrays.stream(first).map(p -> root(parent, p)).toArray();
    }

    private static int root(int[] parent, int of) {
        int at = of;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }

    private static int largest(int[] group) {
        Map<Integer, Integer> sizes = new HashMap<>();
        Arrays.stream(group).forEach(g -> sizes.merge(g, 1, Integer::sum));
        return sizes.values().stream().mapToInt(s -> s).max().orElse(0);
    }

    /** A seeded shuffle of the choices, by groups if they are kept together. */
    private static int[] order(int[] group, boolean together, long seed) {
        record Place(int choice, double key, int group) {}
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < group.length; i++) {
            int by = together ? group[i] : i;
            double key = StatelessRandom.of(seed, SALT, by).nextDouble();
            places.add(new Place(i, key, by));
        }
        places.sort((a, b) -> {
            int byKey = Double.compare(a.key(), b.key());
            int byGroup = byKey != 0 ? byKey : Integer.compare(a.group(), b.group());
            return byGroup != 0 ? byGroup : Integer.compare(a.choice(), b.choice());
        });
        return places.stream().mapToInt(Place::choice).toArray();
    }

    private static List<double[]> rows(List<double[]> all, int[] which) {
        return Arrays.stream(which).mapToObj(all::get).toList();
    }

    private static double[] of(double[] all, int[] which) {
        return Arrays.stream(which).mapToDouble(i -> all[i]).toArray();
    }
}
