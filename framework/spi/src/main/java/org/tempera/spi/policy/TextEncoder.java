package org.tempera.spi.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.ndarray.Shape;

/**
 * What turns a policy's prompts into its conditioning: one text encoder or several, opened from their files and frozen.
 * Host side, before anything is in a graph.
 */
public interface TextEncoder {
    /**
     * What reads prompts, one for each text encoder, in the order in which {@link TextNetwork#encode} takes their ids.
     */
    List<PromptTokenizer> tokenizers();

    /**
     * The tensors that one prompt is encoded to, by the names of {@link Conditioning} and in its order: their shapes
     * without the batch's axis, such as {@code [tokens, width]}.
     */
    Map<String, Shape> shapes();

    /** Declares the encoders' parameters in a graph; called once per graph. */
    TextNetwork build(GraphScope scope);

    /** How many numbers the encoders hold together, for the memory estimate before building. */
    long parameterCount();

    /**
     * A text that is equal for two encoders exactly where they give equal tensors for equal ids: made of hashes of the
     * weights, of adapters and their scales, and of settings. It may take as long as reading the files; it is asked for
     * only where what the encoders give is kept on disk, which a run does for large ones. Where it is empty nothing is
     * kept.
     *
     * @throws org.tempera.spi.UserException if a file cannot be read
     */
    default Optional<String> fingerprint() {
        return Optional.empty();
    }
}
