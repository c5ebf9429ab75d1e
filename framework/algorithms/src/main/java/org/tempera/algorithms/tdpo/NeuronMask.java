package org.tempera.algorithms.tdpo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** The dormant neurons of a network's hidden layers. */
public final class NeuronMask {
    private final List<boolean[]> dormant;

    private NeuronMask(List<boolean[]> dormant) {
        this.dormant = dormant;
    }

    /**
     * Finds the dormant neurons.
     *
     * @param hidden outputs of each hidden layer before the nonlinearity, each {@code [row][width]}
     * @param nonlinearity what follows each hidden layer
     * @param threshold at or below it a neuron's score means dormant; not negative
     */
    public static NeuronMask of(
            Dormancy dormancy, List<float[][]> hidden, DoubleUnaryOperator nonlinearity, double threshold) {
        return of(dormancy, hidden, Collections.nCopies(hidden.size(), nonlinearity), threshold);
    }

    /** As above, each hidden layer with what follows it. */
    public static NeuronMask of(
            Dormancy dormancy, List<float[][]> hidden, List<DoubleUnaryOperator> nonlinearities, double threshold) {
        if (!(threshold >= 0)) {
            throw new IllegalArgumentException("the dormant threshold must not be negative, found " + threshold);
        }
        List<boolean[]> layers = new ArrayList<>();
        for (int i = 0; i < hidden.size(); i++) {
            double[] scores = dormancy.scores(hidden.get(i), nonlinearities.get(i));
            boolean[] mask = new boolean[scores.length];
            for (int j = 0; j < mask.length; j++) {
                mask[j] = scores[j] <= threshold;
            }
            layers.add(mask);
        }
        return new NeuronMask(Collections.unmodifiableList(layers));
    }

    /** Whether another is of a network of the same layers. */
    boolean fits(NeuronMask other) {
        return widths().equals(other.widths());
    }

    /** How many neurons each layer has. */
    List<Integer> widths() {
        return dormant.stream().map(m -> m.length).toList();
    }

    /** How many hidden layers there are. */
    public int layers() {
        return dormant.size();
    }

    /** Neurons of all hidden layers. */
    public int neurons() {
        return dormant.stream().mapToInt(m -> m.length).sum();
    }

    /** Dormant neurons of all hidden layers. */
    public int dormantNeurons() {
        return dormant.stream().mapToInt(NeuronMask::count).sum();
    }

    /** Share of all hidden neurons that is dormant, in [0,1]; 0 without hidden layers. */
    public double dormantFraction() {
        return neurons() == 0 ? 0 : (double) dormantNeurons() / neurons();
    }

    /**
     * Share, in [0,1], of the smaller of two dormant sets that is in the other too; 0 if either is empty. (The
     * published code counts all neurons instead, so its figure is always 100 %.)
     */
    public double overlap(NeuronMask earlier) {
        int both = 0;
        for (int i = 0; i < layers(); i++) {
            boolean[] now = dormant.get(i);
            boolean[] then = earlier.dormant.get(i);
            for (int j = 0; j < now.length; j++) {
                both += now[j] && then[j] ? 1 : 0;
            }
        }
        int smaller = Math.min(dormantNeurons(), earlier.dormantNeurons());
        return smaller == 0 ? 0 : (double) both / smaller;
    }

    /** Which neurons of hidden layer {@code layer} a reset draws anew, {@code [width]}. */
    public boolean[] reset(int layer, ResetMode mode) {
        boolean[] out = dormant.get(layer).clone();
        for (int j = 0; j < out.length; j++) {
            out[j] = mode.resets(out[j]);
        }
        return out;
    }

    /** The mask as plain data: for each hidden layer a text of 0 and 1, 1 where dormant. */
    public List<String> state() {
        List<String> state = new ArrayList<>();
        for (boolean[] layer : dormant) {
            StringBuilder text = new StringBuilder();
            for (boolean b : layer) {
                text.append(b ? '1' : '0');
            }
            state.add(text.toString());
        }
        return state;
    }

    /** The mask that {@link #state} gave. */
    public static NeuronMask restore(Object state) {
        if (!(state instanceof List<?> list)) {
            throw new IllegalArgumentException("a neuron mask must be a list of texts, found " + state);
        }
        List<boolean[]> layers = new ArrayList<>();
        for (Object text : list) {
            String digits = String.valueOf(text);
            if (!digits.matches("[01]*")) {
                throw new IllegalArgumentException("a neuron mask must be a list of texts of 0 and 1, found " + state);
            }
            boolean[] mask = new boolean[digits.length()];
            for (int i = 0; i < mask.length; i++) {
                mask[i] = digits.charAt(i) == '1';
            }
            layers.add(mask);
        }
        return new NeuronMask(Collections.unmodifiableList(layers));
    }

    private static int count(boolean[] mask) {
        int n = 0;
        for (boolean b : mask) {
            n += b ? 1 : 0;
        }
        return n;
    }
}
