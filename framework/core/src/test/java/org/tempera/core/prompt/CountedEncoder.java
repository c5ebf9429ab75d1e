package org.tempera.core.prompt;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.TextEncoder;
import org.tempera.spi.policy.TextNetwork;
import org.tempera.spi.text.PromptTokenizer;
import org.tempera.toy.ToyPolicy;
import org.tensorflow.ndarray.Shape;

/** A small text encoder of two tensors that counts how often it is built. */
final class CountedEncoder implements TextEncoder {
    private final TextEncoder encoder = new ToyPolicy(1).pooled().text();
    private final String fingerprint;
    private int built;

    CountedEncoder(String fingerprint) {
        this.fingerprint = fingerprint;
    }

    /** How often it was built. */
    int built() {
        return built;
    }

    @Override
    public List<PromptTokenizer> tokenizers() {
        return encoder.tokenizers();
    }

    @Override
    public Map<String, Shape> shapes() {
        return encoder.shapes();
    }

    @Override
    public TextNetwork build(GraphScope scope) {
        built++;
        return encoder.build(scope);
    }

    @Override
    public long parameterCount() {
        return encoder.parameterCount();
    }

    @Override
    public Optional<String> fingerprint() {
        return Optional.of(fingerprint);
    }
}
