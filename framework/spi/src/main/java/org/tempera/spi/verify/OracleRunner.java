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
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.Reward;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Builds a graph for a case and runs it once. */
public interface OracleRunner {
    /** Builds, runs and returns every operand of the map. */
    Map<String, HostTensor> run(Function<Inputs, Map<String, Operand<TFloat32>>> builder);

    /** Opens a policy folder with the provider that reads it; the runner closes it. */
    DiffusionPolicy openPolicy(Path folder, Optional<AdapterFile> adapter);

    /**
     * Makes a reward from the config block of a case, as a run's config makes it.
     *
     * @throws org.tempera.spi.UserException if there is no such reward, or its config or files cannot be used
     */
    Reward openReward(OracleCase oracleCase, String name, Map<String, Object> config);

    /** The graph being built, with the case's tensors as inputs. */
    interface Inputs {
        GraphScope scope();

        /** An input that is fed with a value; names serve messages, and may come twice. */
        Operand<TFloat32> input(String name, HostTensor value);

        Operand<TInt32> input(String name, int[] value, int... shape);

        /**
         * Scores of images by a reward, built as a training that follows its gradient builds it, {@code [batch]}.
         *
         * @param images RGB in [0,1], {@code [batch, height, width, 3]}
         * @param prompts one for each image
         */
        Operand<TFloat32> score(GraphReward reward, Operand<TFloat32> images, List<String> prompts);

        /** Gradients of a scalar; zeros where it does not reach. */
        List<Operand<TFloat32>> gradients(Operand<TFloat32> scalar, List<Operand<TFloat32>> withRespectTo);
    }
}
