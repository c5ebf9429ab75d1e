package org.tempera.spi.reward;

import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** What a graph reward may look at. */
public interface RewardInput {
    /** RGB in [0,1], {@code [batch, height, width, 3]}. */
    Operand<TFloat32> images();

    /** How many images a batch has. */
    int batchSize();

    /**
     * Token ids of the batch's prompts, {@code [batch, tokenizer.length()]}. Two calls with equal tokenizers give the
     * same operand.
     */
    Operand<TInt32> tokens(PromptTokenizer tokenizer);
}
