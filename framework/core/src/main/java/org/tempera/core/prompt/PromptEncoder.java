package org.tempera.core.prompt;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.core.plugin.PluginFault;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.TextEncoder;
import org.tempera.spi.policy.TextNetwork;
import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TInt32;

/**
 * Encodes prompts in a graph and a session of their own, which are closed when it is done: text encoders are frozen, and
 * often larger than what is trained. One prompt is encoded at a time, so that its numbers depend on no other.
 */
public final class PromptEncoder {
    private final TextEncoder encoder;
    private final List<PromptTokenizer> tokenizers = new ArrayList<>();
    private final long seed;
    private final ThreadSettings threads;

    record Ids(Map<String, int[]> ids) {}

    record Encoded(Map<String, HostTensor> tensors) {}

    /** @param seed decides the weights that no file gives, as in the graph of the run */
    public PromptEncoder(TextEncoder encoder, long seed, ThreadSettings threads) {
        this.encoder = encoder;
        this.seed = seed;
        this.threads = threads;
        encoder.tokenizers().forEach(t -> tokenizers.add(CheckedTokenizer.of(t)));
    }

    /** What prompts are encoded to, by prompt. */
    Map<String, TextStates> encode(Collection<String> prompts) {
        Map<String, TextStates> encoded = new LinkedHashMap<>();
        try (TrainingGraph graph = new TrainingGraph(seed)) {
            Program<Ids, Encoded> program = program(graph);
            try (TrainingSession session = graph.seal(threads)) {
                for (String prompt : prompts) {
                    encoded.put(
                            prompt,
                            new TextStates(
                                    program.run(session, new Ids(ids(prompt))).tensors()));
                }
            }
        }
        return encoded;
    }

    private Program<Ids, Encoded> program(TrainingGraph graph) {
        // The scope that the policy's parameters have in a run's graph: what is drawn at random follows from their
        // names.
        GraphScope scope = graph.scope().child("policy");
        TextNetwork network = PluginFault.requireGiven("the policy", encoder, "text network", encoder.build(scope));
        Map<String, Operand<TInt32>> ids = new LinkedHashMap<>();
        for (int i = 0; i < tokenizers.size(); i++) {
            ids.put(
                    input(i),
                    graph.intInput("prompt-ids-" + i, 1, tokenizers.get(i).length()));
        }
        Conditioning encoded = network.encode(graph.scope().child("encode-text"), List.copyOf(ids.values()));
        requireDeclared(encoded);
        return Program.define("encode text", Ids.class, Encoded.class)
                .feedMap("ids", ids)
                .fetchMap("tensors", encoded.tensors())
                .build();
    }

    private void requireDeclared(Conditioning encoded) {
        Map<String, Shape> declared = new LinkedHashMap<>();
        encoder.shapes().forEach((name, shape) -> declared.put(name, shape.prepend(1)));
        Map<String, Shape> found = new LinkedHashMap<>();
        encoded.tensors().forEach((name, tensor) -> found.put(name, tensor.shape()));
        if (!found.equals(declared)) {
            throw PluginFault.of(
                    "the text encoder",
                    encoder,
                    "must give a prompt the tensors " + declared + ", as it declares, but gives " + found);
        }
    }

    private Map<String, int[]> ids(String prompt) {
        Map<String, int[]> ids = new LinkedHashMap<>();
        for (int i = 0; i < tokenizers.size(); i++) {
            ids.put(input(i), tokenizers.get(i).tokenize(prompt));
        }
        return ids;
    }

    private static String input(int tokenizer) {
        return "ids" + tokenizer;
    }
}
