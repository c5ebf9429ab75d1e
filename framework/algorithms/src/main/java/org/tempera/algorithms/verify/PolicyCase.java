package org.tempera.algorithms.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.PolicyNetwork.StoredTensor;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A case about a loss through a policy: its scalars and rows, and its gradients for the tensors of the adapter's file.
 */
final class PolicyCase {
    private static final String LOSS = "loss";
    private static final String GRADIENT = "grad:";

    private PolicyCase() {}

    /** Builds what a case is about. */
    @FunctionalInterface
    interface Builder {
        /**
         * Builds it.
         *
         * @param outputs gets further outputs, by name
         * @return the loss, a scalar
         */
        Operand<TFloat32> build(OracleRunner.Inputs in, PolicyNetwork network, Map<String, Operand<TFloat32>> outputs);
    }

    /** The outputs that a case names, in the graph's layout but for gradients, which are as in the adapter's file. */
    static Map<String, OracleValue> run(OracleCase c, OracleRunner runner, DiffusionPolicy policy, Builder builder) {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        Map<String, HostTensor> got = runner.run(in -> {
            GraphScope scope = in.scope();
            PolicyNetwork network = policy.build(scope.child("policy"));
            Map<String, Operand<TFloat32>> out = new LinkedHashMap<>();
            Operand<TFloat32> loss = builder.build(in, network, out);
            out.put(LOSS, scope.tf().reshape(loss, scope.tf().constant(new int[] {1})));
            out.keySet().retainAll(c.outputs());
            List<Operand<TFloat32>> parameters = new ArrayList<>();
            network.stored().forEach((path, stored) -> {
                if (c.outputs().contains(GRADIENT + path)) {
                    tensors.put(GRADIENT + path, stored);
                    parameters.add(stored.parameter().value());
                }
            });
            int i = 0;
            List<Operand<TFloat32>> gradients = in.gradients(loss, parameters);
            for (String key : tensors.keySet()) {
                out.put(key, gradients.get(i++));
            }
            return out;
        });
        Map<String, OracleValue> values = new LinkedHashMap<>();
        got.forEach((key, value) -> {
            StoredTensor stored = tensors.get(key);
            values.put(
                    key,
                    new OracleValue.Floats(
                            stored == null ? value : stored.toFile().apply(value)));
        });
        return values;
    }
}
