package org.tempera.core.prompt;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.tempera.base.text.ByteSize;
import org.tempera.core.plugin.PluginFault;
import org.tempera.graph.ComputeDevice;
import org.tempera.graph.MachineMemory;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.TextEncoder;
import org.tempera.spi.policy.TextNetwork;
import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TInt32;

/**
 * Encodes prompts in a graph and a session of their own, which may be closed when it is done: text encoders are frozen,
 * and often larger than what is trained. One prompt is encoded at a time, so that its numbers depend on no other. What
 * a large encoder gave is kept on disk, see {@link TextCacheFolder}; a small one is loaded sooner than its files are
 * hashed.
 */
public final class PromptEncoder {
    /**
     * Numbers from which on an encoder is large: CLIP's largest text encoder is, that of Stable Diffusion 1 and 2 is
     * not.
     */
    private static final long LARGE = 500_000_000;

    private final TextEncoder encoder;
    private final List<PromptTokenizer> tokenizers = new ArrayList<>();
    private final long seed;
    private final ThreadSettings threads;
    private final Precision precision;
    private final Optional<TextCache> cache;

    record Ids(Map<String, int[]> ids) {}

    record Encoded(Map<String, HostTensor> tensors) {}

    /** @param seed decides the weights that no file gives, as in the graph of the run */
    public PromptEncoder(TextEncoder encoder, long seed, ThreadSettings threads, Precision precision) {
        this(
                encoder,
                seed,
                threads,
                precision,
                encoder.parameterCount() < LARGE ? Optional.empty() : TextCacheFolder.choose());
    }

    /** One that computes in float32. */
    public PromptEncoder(TextEncoder encoder, long seed, ThreadSettings threads) {
        this(encoder, seed, threads, Precision.FLOAT32);
    }

    /** One that keeps what it encodes in a folder, however small it is, if it can be told from others. */
    PromptEncoder(TextEncoder encoder, long seed, ThreadSettings threads, Precision precision, Optional<Path> kept) {
        this.encoder = encoder;
        this.seed = seed;
        this.threads = threads;
        this.precision = precision;
        encoder.tokenizers().forEach(t -> tokenizers.add(CheckedTokenizer.of(t)));
        cache = kept.flatMap(folder ->
                encoder.fingerprint().map(print -> new TextCache(folder, encoder, print, threads, precision)));
    }

    /**
     * What prompts are encoded to, by prompt.
     *
     * @throws UserException if the machine cannot hold the encoders
     */
    Map<String, TextStates> encode(Collection<String> prompts) {
        return encode(prompts, unknown -> {
            try (Loaded loaded = load()) {
                return loaded.encode(unknown);
            }
        });
    }

    /**
     * The same by an encoder that is loaded already.
     *
     * @param loaded asked for where there is a prompt that is not kept on disk
     */
    Map<String, TextStates> encode(Collection<String> prompts, Supplier<Loaded> loaded) {
        return encode(prompts, unknown -> loaded.get().encode(unknown));
    }

    private Map<String, TextStates> encode(
            Collection<String> prompts, Function<Map<String, List<int[]>>, Map<String, TextStates>> encoder) {
        Map<String, TextStates> encoded = new LinkedHashMap<>();
        Map<String, List<int[]>> unknown = new LinkedHashMap<>();
        for (String prompt : prompts) {
            List<int[]> ids = tokenizers.stream().map(t -> t.tokenize(prompt)).toList();
            cache.flatMap(c -> c.get(c.key(ids)))
                    .ifPresentOrElse(states -> encoded.put(prompt, states), () -> unknown.put(prompt, ids));
        }
        if (!unknown.isEmpty()) {
            encoded.putAll(encoder.apply(unknown));
        }
        return encoded;
    }

    /** Whether the encoders are so large that nobody keeps them in memory beside the model. */
    boolean isLarge() {
        return encoder.parameterCount() >= LARGE;
    }

    /**
     * Loads the encoders.
     *
     * @throws UserException if the machine cannot hold them
     */
    Loaded load() {
        requireMemory();
        return new Loaded();
    }

    /** Encoders in a graph and a session of their own. Owns native memory. */
    final class Loaded implements AutoCloseable {
        private final TrainingGraph graph = new TrainingGraph(seed, precision);
        private final Program<Ids, Encoded> program;
        private final TrainingSession session;

        private Loaded() {
            try {
                program = program(graph);
                session = graph.seal(threads);
            } catch (RuntimeException | Error e) {
                graph.close();
                throw e;
            }
        }

        private Map<String, TextStates> encode(Map<String, List<int[]>> prompts) {
            Map<String, TextStates> encoded = new LinkedHashMap<>();
            prompts.forEach((prompt, ids) -> {
                TextStates states =
                        new TextStates(program.run(session, new Ids(feeds(ids))).tensors());
                cache.ifPresent(c -> c.put(c.key(ids), states));
                encoded.put(prompt, states);
            });
            return encoded;
        }

        @Override
        public void close() {
            session.close();
            graph.close();
        }
    }

    private void requireMemory() {
        MachineMemory machine = MachineMemory.ofThisMachine();
        long needed = precision.bytesOfFrozenWeight() * encoder.parameterCount();
        if (!machine.holds(needed) && !ComputeDevice.isGpuUsed(threads)) {
            throw new UserException(String.format(
                    Locale.ROOT,
                    "too little memory: the text encoders need %s while prompts are encoded, this machine has %s."
                            + " Use a smaller model.",
                    ByteSize.text(needed),
                    machine));
        }
    }

    private Program<Ids, Encoded> program(TrainingGraph graph) {
        // The scope that the policy's parameters have in a run's graph: what is drawn at random follows from their
        // names.
        GraphScope scope = graph.scope().child("policy");
        TextNetwork network = PluginFault.requireGiven("the text encoder", encoder, "network", encoder.build(scope));
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

    private static Map<String, int[]> feeds(List<int[]> ids) {
        Map<String, int[]> feeds = new LinkedHashMap<>();
        for (int i = 0; i < ids.size(); i++) {
            feeds.put(input(i), ids.get(i));
        }
        return feeds;
    }

    private static String input(int tokenizer) {
        return "ids" + tokenizer;
    }
}
