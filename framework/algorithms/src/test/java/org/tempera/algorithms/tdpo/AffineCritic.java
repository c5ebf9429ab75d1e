package org.tempera.algorithms.tdpo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.spi.HostTensor;

/** The published critic in double precision: affine layers in a row, and its clipped value loss with gradients. */
final class AffineCritic {
    /** Weights of each layer, {@code [out][in]} as PyTorch stores them. */
    final List<double[][]> weights = new ArrayList<>();

    final List<double[]> biases = new ArrayList<>();
    /** The numbers in the tensors' names. */
    final List<Integer> indices = new ArrayList<>();

    static AffineCritic read(Path file) {
        AffineCritic critic = new AffineCritic();
        try (SafetensorsFile f = SafetensorsFile.open(file)) {
            TreeSet<Integer> found = new TreeSet<>();
            f.names().forEach(n -> found.add(Integer.parseInt(n.split("\\.")[1])));
            for (int i : found) {
                HostTensor w = f.readTensor("layers." + i + ".weight");
                critic.weights.add(rows(w));
                critic.biases.add(widen(f.readFloats("layers." + i + ".bias")));
                critic.indices.add(i);
            }
        }
        return critic;
    }

    static double[] widen(float[] a) {
        double[] out = new double[a.length];
        Arrays.setAll(out, i -> a[i]);
        return out;
    }

    static double[][] rows(HostTensor t) {
        double[][] out = new double[t.size(0)][];
        for (int i = 0; i < out.length; i++) {
            out[i] = widen(t.rows(i, i + 1).data());
        }
        return out;
    }

    /** Inputs of every layer, then the output, for one row. */
    private List<double[]> forward(double[] features) {
        List<double[]> states = new ArrayList<>(List.of(features));
        for (int l = 0; l < weights.size(); l++) {
            double[] in = states.get(l);
            double[] out = biases.get(l).clone();
            for (int j = 0; j < out.length; j++) {
                for (int i = 0; i < in.length; i++) {
                    out[j] += weights.get(l)[j][i] * in[i];
                }
            }
            states.add(out);
        }
        return states;
    }

    /** Outputs of each hidden layer, {@code [row][width]}. */
    List<float[][]> hidden(double[][] features) {
        List<float[][]> out = new ArrayList<>();
        for (int l = 0; l < weights.size() - 1; l++) {
            float[][] layer = new float[features.length][];
            for (int r = 0; r < features.length; r++) {
                double[] state = forward(features[r]).get(l + 1);
                layer[r] = new float[state.length];
                for (int j = 0; j < state.length; j++) {
                    layer[r][j] = (float) state[j];
                }
            }
            out.add(layer);
        }
        return out;
    }

    /** Values, loss and gradients, by the names of the oracle's outputs. */
    Map<String, float[]> clippedLoss(double[][] features, float[] returns, float[] oldValues, double clipRange) {
        int n = features.length;
        float[] values = new float[n];
        double loss = 0;
        List<double[][]> gradW = new ArrayList<>();
        List<double[]> gradB = new ArrayList<>();
        weights.forEach(w -> gradW.add(new double[w.length][w[0].length]));
        biases.forEach(b -> gradB.add(new double[b.length]));
        for (int r = 0; r < n; r++) {
            List<double[]> states = forward(features[r]);
            double v = states.get(states.size() - 1)[0];
            values[r] = (float) v;
            double plain = (v - returns[r]) * (v - returns[r]);
            double slope = 2 * (v - returns[r]);
            double worse = plain;
            if (clipRange > 0) {
                double c = Math.max(oldValues[r] - clipRange, Math.min(oldValues[r] + clipRange, v));
                double clipped = (c - returns[r]) * (c - returns[r]);
                if (clipped > plain) {
                    // the clip binds (else both are equal), and a constant has no gradient
                    worse = clipped;
                    slope = 0;
                }
            }
            loss += 0.5 * worse / n;
            double[] delta = {0.5 * slope / n};
            for (int l = weights.size() - 1; l >= 0; l--) {
                double[] in = states.get(l);
                double[] before = new double[in.length];
                for (int j = 0; j < delta.length; j++) {
                    gradB.get(l)[j] += delta[j];
                    for (int i = 0; i < in.length; i++) {
                        gradW.get(l)[j][i] += delta[j] * in[i];
                        before[i] += delta[j] * weights.get(l)[j][i];
                    }
                }
                delta = before;
            }
        }
        Map<String, float[]> out = new LinkedHashMap<>();
        out.put("values", values);
        out.put("loss", new float[] {(float) loss});
        for (int l = 0; l < weights.size(); l++) {
            out.put("grad:layers." + indices.get(l) + ".weight", narrow(gradW.get(l)));
            out.put("grad:layers." + indices.get(l) + ".bias", narrow(new double[][] {gradB.get(l)}));
        }
        return out;
    }

    private static float[] narrow(double[][] a) {
        double[] flat = Arrays.stream(a).flatMapToDouble(Arrays::stream).toArray();
        float[] out = new float[flat.length];
        for (int i = 0; i < flat.length; i++) {
            out[i] = (float) flat[i];
        }
        return out;
    }
}
