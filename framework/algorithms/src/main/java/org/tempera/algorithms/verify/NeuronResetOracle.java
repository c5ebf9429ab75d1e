package org.tempera.algorithms.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.tempera.algorithms.critic.StoredCritic;
import org.tempera.algorithms.critic.TemporalMlpNetwork;
import org.tempera.algorithms.tdpo.Dormancy;
import org.tempera.algorithms.tdpo.NeuronMask;
import org.tempera.algorithms.tdpo.NeuronReset;
import org.tempera.algorithms.tdpo.ResetMode;
import org.tempera.base.text.Words;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Serves oracle cases of kind {@code neuron-reset}: dormant neurons, and what a reset of the critic changes. */
public final class NeuronResetOracle implements OracleKind {
    @Override
    public String kind() {
        return "neuron-reset";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        StoredCritic stored = StoredCritic.read(c.path("critic"));
        HostTensor features = CriticCases.features(c, stored);
        ResetMode mode = mode(c);
        NeuronMask mask = mask(c, hidden(stored, features, runner));
        List<NeuronReset.Layer> layers = new ArrayList<>();
        for (StoredCritic.Layer l : stored.layers()) {
            layers.add(new NeuronReset.Layer(
                    l.in(), l.out(), true, NeuronReset.referenceDeviation(stored.featureWidth())));
        }
        NeuronReset reset = NeuronReset.of(layers, mask, mode, NeuronReset.Outgoing.DRAWN);
        Map<String, OracleValue> out = new LinkedHashMap<>();
        out.put(
                "dormant_fraction",
                new OracleValue.Floats(HostTensor.of(new float[] {(float) mask.dormantFraction()}, 1)));
        for (int i = 0; i < mask.layers(); i++) {
            boolean[] neurons = mask.reset(i, mode);
            out.put("reset:" + i, flags(neurons, neurons.length));
        }
        for (int i = 0; i < layers.size(); i++) {
            StoredCritic.Layer l = stored.layers().get(i);
            OracleValue weight = flags(transposed(reset.weightMask(i), l.in(), l.out()), l.out(), l.in());
            OracleValue bias = flags(reset.biasMask(i), l.out());
            // Moments become zero at exactly the entries that change.
            out.put("redrawn:" + l.weightKey(), weight);
            out.put("moments:" + l.weightKey(), weight);
            out.put("redrawn:" + l.biasKey(), bias);
            out.put("moments:" + l.biasKey(), bias);
        }
        return out;
    }

    private static ResetMode mode(OracleCase c) {
        for (ResetMode mode : List.of(ResetMode.ACTIVE, ResetMode.DORMANT, ResetMode.ALL)) {
            if (Words.of(mode).equals(c.word("mode"))) {
                return mode;
            }
        }
        throw new UserException(
                CriticCases.at(c, "mode") + "expected active, dormant or all, found '" + c.word("mode") + "'");
    }

    private static NeuronMask mask(OracleCase c, List<float[][]> hidden) {
        try {
            return NeuronMask.of(Dormancy.REFERENCE, hidden, DoubleUnaryOperator.identity(), c.number("threshold"));
        } catch (IllegalArgumentException e) {
            throw new UserException("case '" + c.name() + "': " + e.getMessage(), e);
        }
    }

    private static List<float[][]> hidden(StoredCritic stored, HostTensor features, OracleRunner runner) {
        List<float[][]> all = new ArrayList<>();
        if (stored.layers().size() == 1) {
            return all;
        }
        int rows = features.size(0);
        Map<String, HostTensor> got = runner.run(in -> {
            GraphScope scope = in.scope();
            TemporalMlpNetwork critic = stored.build(scope.child("critic"));
            Map<String, Operand<TFloat32>> outputs = new LinkedHashMap<>();
            List<Operand<TFloat32>> hidden = critic.hidden(
                    scope, in.input("features", features), in.input("fractions", HostTensor.of(new float[rows], rows)));
            for (int i = 0; i < hidden.size(); i++) {
                outputs.put("hidden" + i, hidden.get(i));
            }
            return outputs;
        });
        for (int i = 0; i < stored.layers().size() - 1; i++) {
            HostTensor outputs = got.get("hidden" + i);
            if (outputs == null) {
                throw new IllegalStateException("the run gave no output of hidden layer " + i);
            }
            float[][] byRow = new float[rows][];
            for (int r = 0; r < rows; r++) {
                byRow[r] = outputs.rows(r, r + 1).data();
            }
            all.add(byRow);
        }
        return all;
    }

    private static OracleValue flags(boolean[] mask, int... shape) {
        long[] data = new long[mask.length];
        for (int i = 0; i < data.length; i++) {
            data[i] = mask[i] ? 1 : 0;
        }
        return new OracleValue.Integers(data, shape);
    }

    /** From {@code [in, out]} to {@code [out, in]}. */
    private static boolean[] transposed(boolean[] mask, int in, int out) {
        boolean[] t = new boolean[mask.length];
        for (int i = 0; i < in; i++) {
            for (int j = 0; j < out; j++) {
                t[j * in + i] = mask[i * out + j];
            }
        }
        return t;
    }
}
