package org.tempera.core.rollout;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.tempera.graph.Program;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.PolicyShape;
import org.tensorflow.Operand;
import org.tensorflow.types.TInt32;

/**
 * Text states of prompts, each prompt encoded once in the life of a run: the text encoder is frozen. For
 * use by several threads.
 */
public final class TextEmbeddings {
    private final DiffusionPolicy policy;
    private final PolicyShape shape;
    private final Program<Ids, Hidden> program;
    private final Map<String, HostTensor> cache = new ConcurrentHashMap<>();

    record Ids(int[] ids) {}

    record Hidden(HostTensor hidden) {}

    /** Builds the encoding of one prompt at a time. */
    public TextEmbeddings(TrainingGraph graph, DiffusionPolicy policy, PolicyNetwork network) {
        this.policy = policy;
        this.shape = policy.shape();
        Operand<TInt32> ids = graph.intInput("prompt-ids", 1, shape.textLength());
        program = Program.define("encode text", Ids.class, Hidden.class)
                .feed("ids", ids)
                .fetch(
                        "hidden",
                        network.encodeText(graph.scope().child("encode-text"), ids)
                                .hidden())
                .build();
    }

    /** What a step with these prompts is conditioned on, and with the negative prompt in every row, if there is one. */
    public StepText ofStep(TrainingSession session, List<String> prompts, Optional<String> negativePrompt) {
        return new StepText(
                of(session, prompts), negativePrompt.map(n -> of(session, Collections.nCopies(prompts.size(), n))));
    }

    /** Text states of prompts in order, {@code [batch, textLength, textWidth]}. */
    public HostTensor of(TrainingSession session, List<String> prompts) {
        int row = shape.textLength() * shape.textWidth();
        float[] all = new float[prompts.size() * row];
        for (int i = 0; i < prompts.size(); i++) {
            HostTensor hidden =
                    cache.computeIfAbsent(prompts.get(i), p -> program.run(session, new Ids(policy.tokenize(p)))
                            .hidden());
            System.arraycopy(hidden.data(), 0, all, i * row, row);
        }
        return HostTensor.of(all, prompts.size(), shape.textLength(), shape.textWidth());
    }
}
