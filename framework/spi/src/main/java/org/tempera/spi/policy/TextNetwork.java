package org.tempera.spi.policy;

import java.util.List;
import org.tempera.spi.graph.GraphScope;
import org.tensorflow.Operand;
import org.tensorflow.types.TInt32;

/** Text encoders whose parameters are in a graph. */
@FunctionalInterface
public interface TextNetwork {
    /**
     * Adds the encoding of a batch of prompts.
     *
     * @param ids for each of {@link TextEncoder#tokenizers} its token ids, {@code [batch, length]}
     * @return the tensors that {@link TextEncoder#shapes} names, each with the batch's axis in front
     */
    Conditioning encode(GraphScope scope, List<Operand<TInt32>> ids);
}
