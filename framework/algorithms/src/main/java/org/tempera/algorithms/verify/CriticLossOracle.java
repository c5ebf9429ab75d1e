package org.tempera.algorithms.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.algorithms.critic.StoredCritic;
import org.tempera.algorithms.critic.TemporalMlpNetwork;
import org.tempera.algorithms.loss.ClippedValueLoss;
import org.tempera.nn.layers.Layout;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** Serves oracle cases of kind {@code critic-loss}: the critic's values, its clipped loss and gradients. */
public final class CriticLossOracle implements OracleKind {
    private static final String GRADIENT = "grad:";

    @Override
    public String kind() {
        return "critic-loss";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        StoredCritic stored = StoredCritic.read(c.path("critic"));
        HostTensor features = CriticCases.features(c, stored);
        int rows = features.size(0);
        HostTensor returns = CriticCases.rows(c, "returns", rows);
        HostTensor oldValues = CriticCases.rows(c, "old_values", rows);
        ClippedValueLoss loss = CriticCases.valueLoss(c);
        Map<String, HostTensor> got = runner.run(in -> {
            GraphScope scope = in.scope();
            TemporalMlpNetwork critic = stored.build(scope.child("critic"));
            Operand<TFloat32> values = critic.value(
                    scope,
                    in.input("features", features),
                    in.input("fractions", HostTensor.of(new float[rows], rows)),
                    Optional.empty());
            ClippedValueLoss.Terms terms =
                    loss.build(scope.tf(), values, in.input("returns", returns), in.input("old_values", oldValues));
            Map<String, Operand<TFloat32>> out = new LinkedHashMap<>();
            out.put("values", values);
            out.put("loss", scope.tf().reshape(terms.loss(), scope.tf().constant(new int[] {1})));
            List<Operand<TFloat32>> parameters = new ArrayList<>();
            critic.trainable().forEach(p -> parameters.add(p.value()));
            List<Operand<TFloat32>> gradients = in.gradients(terms.loss(), parameters);
            for (int i = 0; i < stored.layers().size(); i++) {
                out.put(GRADIENT + stored.layers().get(i).weightKey(), gradients.get(2 * i));
                out.put(GRADIENT + stored.layers().get(i).biasKey(), gradients.get(2 * i + 1));
            }
            return out;
        });
        for (StoredCritic.Layer l : stored.layers()) {
            // The graph holds [in, out], files [out, in].
            got.computeIfPresent(
                    GRADIENT + l.weightKey(),
                    (key, g) ->
                            HostTensor.of(Layout.LINEAR.toFile(g.data(), Shape.of(l.in(), l.out())), l.out(), l.in()));
        }
        Map<String, OracleValue> result = new LinkedHashMap<>();
        got.forEach((key, value) -> result.put(key, new OracleValue.Floats(value)));
        return result;
    }
}
