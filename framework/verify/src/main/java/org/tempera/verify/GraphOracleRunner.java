package org.tempera.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.tempera.core.plugin.ModelReaders;
import org.tempera.core.reward.GraphRewards;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.preprocess.ContinuousImages;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyProvider;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleRunner;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Runs oracle cases on the graph that training uses, a fresh one for each case. Closes the policies that it opened. */
public final class GraphOracleRunner implements OracleRunner, AutoCloseable {
    private final ModelReaders readers;
    private final ThreadSettings threads;
    private final RewardOracle.Opener rewards;
    private final List<DiffusionPolicy> opened = new ArrayList<>();

    record Feeds(Map<String, HostTensor> floats, Map<String, int[]> integers) {}

    record Fetches(Map<String, HostTensor> outputs) {}

    /** A runner that opens policies with {@code providers}, and knows no rewards. */
    public GraphOracleRunner(List<PolicyProvider<?>> providers, ThreadSettings threads) {
        this(providers, threads, (name, config, origin, folder) -> {
            throw new UserException(origin + ": there is no reward '" + name + "' here.");
        });
    }

    /** A runner that opens policies with {@code providers}, and rewards with {@code rewards}. */
    public GraphOracleRunner(List<PolicyProvider<?>> providers, ThreadSettings threads, RewardOracle.Opener rewards) {
        this.readers = new ModelReaders(providers);
        this.threads = threads;
        this.rewards = rewards;
    }

    /** Threads that cases run on. */
    public ThreadSettings threads() {
        return threads;
    }

    @Override
    public Map<String, HostTensor> run(Function<Inputs, Map<String, Operand<TFloat32>>> builder) {
        try (TrainingGraph graph = new TrainingGraph(0)) {
            CaseInputs inputs = new CaseInputs(graph);
            Map<String, Operand<TFloat32>> outputs = new LinkedHashMap<>();
            // Identities, since TensorFlow refuses to fetch what is fed.
            builder.apply(inputs)
                    .forEach((name, o) -> outputs.put(name, graph.scope().tf().identity(o)));
            if (outputs.isEmpty()) {
                return Map.of();
            }
            Program<Feeds, Fetches> program = Program.define("oracle", Feeds.class, Fetches.class)
                    .feedMap("floats", inputs.floats)
                    .feedMap("integers", inputs.integers)
                    .fetchMap("outputs", outputs)
                    .build();
            try (TrainingSession session = graph.seal(threads)) {
                return program.run(session, new Feeds(inputs.floatValues, inputs.integerValues))
                        .outputs();
            }
        }
    }

    @Override
    public DiffusionPolicy openPolicy(Path folder, Optional<AdapterFile> adapter) {
        PolicyProvider<?> provider =
                readers.of(folder).orElseThrow(() -> new UserException(readers.refusal(folder) + "."));
        DiffusionPolicy policy = ModelReaders.open(provider, folder, adapter);
        opened.add(policy);
        return policy;
    }

    @Override
    public Reward openReward(OracleCase oracleCase, String name, Map<String, Object> config) {
        return rewards.open(name, config, "case '" + oracleCase.name() + "'", oracleCase.folder());
    }

    @Override
    public void close() {
        opened.forEach(DiffusionPolicy::close);
        opened.clear();
    }

    private static final class CaseInputs implements Inputs {
        private final TrainingGraph graph;
        private final Map<String, Operand<TFloat32>> floats = new LinkedHashMap<>();
        private final Map<String, HostTensor> floatValues = new LinkedHashMap<>();
        private final Map<String, Operand<TInt32>> integers = new LinkedHashMap<>();
        private final Map<String, int[]> integerValues = new LinkedHashMap<>();
        private int rewards;

        CaseInputs(TrainingGraph graph) {
            this.graph = graph;
        }

        @Override
        public GraphScope scope() {
            return graph.scope();
        }

        @Override
        public Operand<TFloat32> input(String name, HostTensor value) {
            Operand<TFloat32> input = graph.floatInput("case-" + floats.size(), value.shape());
            String key = floats.size() + "-" + name;
            floats.put(key, input);
            floatValues.put(key, value);
            return input;
        }

        @Override
        public Operand<TInt32> input(String name, int[] value, int... shape) {
            Operand<TInt32> input = graph.intInput("case-int-" + integers.size(), shape);
            String key = integers.size() + "-" + name;
            integers.put(key, input);
            integerValues.put(key, value);
            return input;
        }

        @Override
        public Operand<TFloat32> score(GraphReward reward, Operand<TFloat32> images, List<String> prompts) {
            String name = "case-reward-" + rewards++;
            ContinuousImages.declare(graph.scope(), images);
            GraphRewards built = new GraphRewards(graph, name, images, Map.of(name, reward));
            built.tokenInputs().forEach((tokens, input) -> integers.put(name + tokens, input));
            built.tokens(prompts).forEach((tokens, ids) -> integerValues.put(name + tokens, ids));
            return Optional.ofNullable(built.scores().get(name))
                    .orElseThrow(() -> new IllegalStateException("the reward was not built"));
        }

        @Override
        public List<Operand<TFloat32>> gradients(Operand<TFloat32> scalar, List<Operand<TFloat32>> withRespectTo) {
            return graph.gradients(scalar, withRespectTo);
        }
    }
}
