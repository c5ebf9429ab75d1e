package org.tempera.spi.verify;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Builds a graph for a case and runs it once. */
public interface OracleRunner {
    /** Builds, runs and returns every operand of the map. */
    Map<String, HostTensor> run(Function<Inputs, Map<String, Operand<TFloat32>>> builder);

    /** Opens a policy folder with the provider that reads it; the runner closes it. */
    DiffusionPolicy openPolicy(Path folder, Optional<AdapterFile> adapter);

    /** The graph being built, with the case's tensors as inputs. */
    interface Inputs {
        GraphScope scope();

        Operand<TFloat32> input(String name, HostTensor value);

        Operand<TInt32> input(String name, int[] value, int... shape);

        /** Gradients of a scalar; zeros where it does not reach. */
        List<Operand<TFloat32>> gradients(Operand<TFloat32> scalar, List<Operand<TFloat32>> withRespectTo);
    }
}
