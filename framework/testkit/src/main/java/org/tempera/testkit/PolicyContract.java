package org.tempera.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.Guidance;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.PolicyProvider;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;
import org.tempera.spi.policy.PolicyShape;
import org.tempera.spi.policy.Trajectory;
import org.tempera.spi.policy.Weights;
import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.testng.annotations.Test;

/**
 * Checks what every policy plugin must hold to. Extend it in the plugin's tests, with a small model, and run it as any
 * TestNG test.
 *
 * @param <C> the plugin's configuration
 */
public abstract class PolicyContract<C extends Record> extends ProviderContract<C, PolicyProvider<C>> {
    private static final int BATCH = 2;
    private static final int STEPS = 5;
    private static final String TEXT = "text/";
    private static final double TOLERANCE = 1e-4;
    private static final List<String> PROMPTS = List.of("a cat", "two dogs in the sun");

    record Feeds(HostTensor latents, HostTensor timesteps, Map<String, int[]> ids) {}

    record StepFeeds(HostTensor latents, HostTensor coefficients) {}

    record Fetches(Map<String, HostTensor> outputs) {}

    protected PolicyContract() {
        super(PolicyProvider.class);
    }

    /**
     * The model folder that {@link #config()} opens; the test opens it again together with the adapter that was
     * exported.
     */
    protected abstract Path modelFolder();

    @Test
    public void everyPromptHasTheSameNumberOfTokens() {
        try (DiffusionPolicy policy = open()) {
            List<PromptTokenizer> tokenizers = policy.text().tokenizers();
            assertThat(tokenizers)
                    .withFailMessage("tokenizers() is empty: a policy reads its prompts.")
                    .isNotEmpty();
            for (PromptTokenizer tokenizer : tokenizers) {
                for (String prompt : List.of("", "a cat", "cat ".repeat(500), "\u732b \ud83d\udc08")) {
                    assertThat(tokenizer.tokenize(prompt))
                            .withFailMessage(
                                    "a prompt of %d characters gives %d tokens; pad and cut to length() = %d.",
                                    prompt.length(), tokenizer.tokenize(prompt).length, tokenizer.length())
                            .hasSize(tokenizer.length());
                }
            }
        }
    }

    @Test
    public void everyPartOfTheConditioningReachesTheNetwork() {
        HostTensor whole = tensor(predictions(BATCH, feeds(BATCH, 0)), "policy");
        for (String name : shapes().keySet()) {
            HostTensor without = tensor(
                    run((network, in) -> Map.of("policy", in.predict(network, Weights.POLICY, Optional.of(name)))),
                    "policy");
            assertThat(without)
                    .withFailMessage(
                            "predict() gives the same without '%s': a tensor that it does not read must not be among"
                                    + " shapes().",
                            name)
                    .isNotEqualTo(whole);
        }
    }

    @Test
    public void aTrajectoryGoesFromNoiseToImage() {
        try (DiffusionPolicy policy = open()) {
            NoiseProcess noise = policy.noiseProcess();
            for (double eta : new double[] {0, 0.5, 1}) {
                Trajectory trajectory = noise.trajectory(STEPS, eta);
                assertThat(trajectory.steps())
                        .withFailMessage(
                                "trajectory(%d, %s) has %d steps: expected as many as asked for.",
                                STEPS, eta, trajectory.steps())
                        .isEqualTo(STEPS);
                for (float timestep : trajectory.timesteps()) {
                    assertThat(timestep)
                            .withFailMessage(
                                    "timesteps %s must lie in [0, %d].",
                                    Arrays.toString(trajectory.timesteps()), noise.trainTimesteps())
                            .isBetween(0f, (float) noise.trainTimesteps());
                }
                for (float[] row : trajectory.coefficients()) {
                    assertThat(row)
                            .withFailMessage(
                                    "rows of coefficients must hold coefficientCount() = %d numbers, found %d.",
                                    noise.coefficientCount(), row.length)
                            .hasSize(noise.coefficientCount());
                }
            }
        }
    }

    @Test
    public void stochasticityMovesNoTimestep() {
        try (DiffusionPolicy policy = open()) {
            Trajectory without = policy.noiseProcess().trajectory(STEPS, 0);
            Trajectory with = policy.noiseProcess().trajectory(STEPS, 1);
            assertThat(with.timesteps())
                    .withFailMessage(
                            "with eta = 1 timesteps are %s, with eta = 0 %s: they must depend on the number of steps alone, so"
                                    + " that stochastic steps can stand among deterministic ones.",
                            Arrays.toString(with.timesteps()), Arrays.toString(without.timesteps()))
                    .containsExactly(without.timesteps());
            assertThat(with.initialStandardDeviation())
                    .withFailMessage("the initial standard deviation must not depend on eta.")
                    .isEqualTo(without.initialStandardDeviation());
        }
    }

    @Test
    public void stochasticStepsAreThoseThatScatter() {
        try (DiffusionPolicy policy = open()) {
            NoiseProcess noise = policy.noiseProcess();
            assertThat(noise.trajectory(STEPS, 0).stochasticSteps())
                    .withFailMessage("with eta = 0 no step may be stochastic.")
                    .isEmpty();
            assertThat(noise.trajectory(STEPS, 1).stochasticSteps())
                    .withFailMessage(
                            "with eta = 1 some step must be stochastic: without a log-probability nothing is learnt.")
                    .isNotEmpty();
            for (double eta : new double[] {0, 0.5, 1}) {
                boolean[] stochastic = noise.trajectory(STEPS, eta).stochastic();
                float[] deviations = deviations(policy, noise.trajectory(STEPS, eta));
                for (int step = 0; step < STEPS; step++) {
                    float deviation = deviations[step];
                    assertThat(Float.isFinite(deviation) && (stochastic[step] ? deviation > 0 : deviation == 0))
                            .withFailMessage(
                                    "with eta = %s step %d is %s, and the transition's standard deviation is %s: a"
                                            + " stochastic step has one above 0, and no other step has.",
                                    eta, step, stochastic[step] ? "stochastic" : "deterministic", deviation)
                            .isTrue();
                }
            }
        }
    }

    /** The transition's standard deviation at every step, one row of a batch each. */
    private static float[] deviations(DiffusionPolicy policy, Trajectory trajectory) {
        PolicyShape s = policy.shape();
        NoiseProcess noise = policy.noiseProcess();
        HostTensor rows =
                HostTensor.rows(STEPS, noise.coefficientCount(), i -> trajectory.coefficients()[i]);
        try (TrainingGraph graph = new TrainingGraph(0)) {
            Operand<TFloat32> latents =
                    graph.floatInput("latents", STEPS, s.latentHeight(), s.latentWidth(), s.latentChannels());
            Operand<TFloat32> coefficients = graph.floatInput("coefficients", STEPS, noise.coefficientCount());
            Operand<TFloat32> deviation = noise.transition(graph.scope(), latents, latents, coefficients)
                    .standardDeviation();
            Program<StepFeeds, Fetches> program = Program.define("steps", StepFeeds.class, Fetches.class)
                    .feed("latents", latents)
                    .feed("coefficients", coefficients)
                    .fetchMap("outputs", Map.of("deviation", deviation))
                    .build();
            try (TrainingSession session = graph.seal(ThreadSettings.forThisMachine())) {
                HostTensor zeros = HostTensor.of(
                        new float[STEPS * s.latentSize()],
                        STEPS,
                        s.latentHeight(),
                        s.latentWidth(),
                        s.latentChannels());
                return tensor(program.run(session, new StepFeeds(zeros, rows)).outputs(), "deviation")
                        .data();
            }
        }
    }

    @Test
    public void networksGiveTheShapesThatThePolicySays() {
        Map<String, HostTensor> out = run((network, in) -> {
            Map<String, Operand<TFloat32>> all = new LinkedHashMap<>();
            in.text().tensors().forEach((name, tensor) -> all.put(TEXT + name, tensor));
            all.put("prediction", in.predict(network, Weights.POLICY));
            Operand<TFloat32> images = network.decode(in.scope(), in.latents());
            all.put("images", images);
            all.put("encoded", network.encode(in.scope(), images));
            return all;
        });
        PolicyShape s = shape();
        Map<String, Shape> text = shapes();
        assertThat(out.keySet().stream().filter(n -> n.startsWith(TEXT)).map(n -> n.substring(TEXT.length())))
                .withFailMessage("encode() gives %s, shapes() names %s.", out.keySet(), text.keySet())
                .containsExactlyElementsOf(text.keySet());
        text.forEach((name, shape) -> requireShape(
                out,
                TEXT + name,
                Arrays.stream(shape.prepend(BATCH).asArray())
                        .mapToInt(Math::toIntExact)
                        .toArray()));
        requireShape(out, "prediction", BATCH, s.latentHeight(), s.latentWidth(), s.latentChannels());
        requireShape(out, "images", BATCH, s.imageHeight(), s.imageWidth(), 3);
        requireShape(out, "encoded", BATCH, s.latentHeight(), s.latentWidth(), s.latentChannels());
        for (float v : tensor(out, "images").data()) {
            assertThat(v)
                    .withFailMessage("decode() gives %s: images are clamped to [0,1].", v)
                    .isBetween(0f, 1f);
        }
        out.forEach((name, t) -> {
            for (float v : t.data()) {
                assertThat(Float.isFinite(v))
                        .withFailMessage("%s holds %s.", name, v)
                        .isTrue();
            }
        });
    }

    @Test
    public void aRowDoesNotDependOnTheOthers() {
        Feeds both = feeds(BATCH, 0);
        HostTensor together = tensor(predictions(BATCH, both), "policy");
        for (int i = 0; i < BATCH; i++) {
            requireClose(
                    tensor(predictions(1, feeds(1, i)), "policy"),
                    together.rows(i, i + 1),
                    "row " + i + " is predicted otherwise alone than in a batch: reduce over no axis 0.");
        }
    }

    @Test
    public void theReferencePolicyIsThePolicyBeforeAnyUpdate() {
        Map<String, HostTensor> out = predictions(BATCH, feeds(BATCH, 0));
        requireClose(
                tensor(out, "policy"),
                tensor(out, "reference"),
                "policy and reference policy must agree before the first update: adapters start at zero, and a reference"
                        + " is the weights that were loaded.");
    }

    @Test
    public void thePolicyHasAGradientAndTheReferenceHasNone() {
        Map<String, HostTensor> out = run((network, in) -> {
            Map<String, Operand<TFloat32>> all = new LinkedHashMap<>();
            List<Operand<TFloat32>> trained = new ArrayList<>();
            network.trainable().forEach(p -> trained.add(p.value()));
            for (Weights weights : Weights.values()) {
                Operand<TFloat32> squares = in.scope()
                        .tf()
                        .reduceSum(
                                in.scope().tf().math.square(in.predict(network, weights)),
                                in.scope().tf().constant(new int[] {0, 1, 2, 3}));
                List<Operand<TFloat32>> gradients = in.graph().gradients(squares, trained);
                for (int i = 0; i < gradients.size(); i++) {
                    all.put(weights + " " + network.trainable().get(i).name(), gradients.get(i));
                }
            }
            return all;
        });
        assertThat(out)
                .withFailMessage("trainable() is empty: there is nothing to train.")
                .isNotEmpty();
        boolean moves = false;
        for (Map.Entry<String, HostTensor> e : out.entrySet()) {
            for (float g : e.getValue().data()) {
                assertThat(Float.isFinite(g))
                        .withFailMessage("the gradient of %s holds %s.", e.getKey(), g)
                        .isTrue();
                if (!e.getKey().startsWith(Weights.POLICY + " ")) {
                    assertThat(g)
                            .withFailMessage(
                                    "%s has a gradient: only predict() under POLICY may read what is trained.",
                                    e.getKey())
                            .isZero();
                } else {
                    moves |= g != 0;
                }
            }
        }
        assertThat(moves)
                .withFailMessage("no trainable parameter has a gradient: predict() under POLICY does not read them.")
                .isTrue();
    }

    @Test
    public void copiesStartAsThePolicyAndAreReadAsItIs() {
        Map<String, HostTensor> start = new LinkedHashMap<>();
        for (boolean moved : new boolean[] {false, true}) {
            for (boolean copied : moved ? new boolean[] {false, true} : new boolean[] {false}) {
                Map<String, HostTensor> out = followed(moved, copied);
                start.putIfAbsent("policy", tensor(out, Weights.POLICY.toString()));
                for (Weights weights : followers()) {
                    requireClose(
                            tensor(out, weights.toString()),
                            copied || !moved ? tensor(out, Weights.POLICY.toString()) : tensor(start, "policy"),
                            "under " + weights + (moved ? "" : ", before the first update,")
                                    + " predict() must read the copy (GraphScope.follower) of each trained parameter where"
                                    + " it reads the parameter under POLICY.");
                }
            }
        }
    }

    private static List<Weights> followers() {
        return Arrays.stream(Weights.values())
                .filter(w -> w.follower().isPresent())
                .toList();
    }

    /**
     * Predictions under the policy and what follows it, after the policy has moved, and the copies have followed it.
     */
    private Map<String, HostTensor> followed(boolean moved, boolean copied) {
        try (DiffusionPolicy policy = open()) {
            List<TrainingGraph.Followed> copies = new ArrayList<>();
            return run(
                    policy,
                    BATCH,
                    feeds(BATCH, 0),
                    (network, in) -> {
                        Map<String, Operand<TFloat32>> all = new LinkedHashMap<>();
                        all.put(Weights.POLICY.toString(), in.predict(network, Weights.POLICY));
                        for (Weights weights : followers()) {
                            all.put(weights.toString(), in.predict(network, weights));
                            copies.addAll(in.graph().followed(weights.follower().orElseThrow()));
                        }
                        return all;
                    },
                    (network, session) -> {
                        Random random = new Random(7);
                        for (Parameter p : moved ? network.trainable() : List.<Parameter>of()) {
                            session.write(p, shaken(session.read(p), random));
                        }
                        if (copied) {
                            copies.forEach(c -> session.write(c.copy(), session.read(c.trained())));
                        }
                    });
        }
    }

    @Test
    public void buildsTheSameTwice() {
        requireClose(
                tensor(predictions(BATCH, feeds(BATCH, 0)), "policy"),
                tensor(predictions(BATCH, feeds(BATCH, 0)), "policy"),
                "two graphs of one seed predict differently: initial values must come from the scope's initialisers.");
    }

    @Test
    public void whatIsExportedIsReadBack() throws IOException {
        Path folder = Files.createTempDirectory("exported");
        try (DiffusionPolicy trained = open()) {
            Path[] file = {folder};
            Feeds feeds = feeds(BATCH, 0);
            HostTensor before = tensor(
                    run(trained, BATCH, feeds, PolicyContract::predict, (network, session) -> {
                        Random random = new Random(5);
                        for (Parameter p : network.trainable()) {
                            session.write(p, shaken(session.read(p), random));
                        }
                        file[0] = network.export(folder, session);
                    }),
                    "policy");
            assertThat(file[0])
                    .withFailMessage("export() names %s, which is not there.", file[0])
                    .exists();
            Optional<AdapterFile> adapter =
                    Files.isRegularFile(file[0]) ? Optional.of(new AdapterFile(file[0], 1)) : Optional.empty();
            Path model = adapter.isPresent() ? modelFolder() : file[0];
            try (DiffusionPolicy read = provider().openFolder(model, adapter)) {
                HostTensor after = tensor(run(read, BATCH, feeds, PolicyContract::predict, (n, s) -> {}), "policy");
                requireClose(after, before, "what export() wrote predicts otherwise when it is opened again.");
            }
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(p);
                }
            }
        }
    }

    @Test
    public void provenanceNamesHashes() {
        try (DiffusionPolicy policy = open()) {
            requireHashes(policy.provenance());
        }
    }

    private DiffusionPolicy open() {
        return provider().open(config());
    }

    private Map<String, Shape> shapes() {
        try (DiffusionPolicy policy = open()) {
            return policy.text().shapes();
        }
    }

    private PolicyShape shape() {
        try (DiffusionPolicy policy = open()) {
            return policy.shape();
        }
    }

    /** The graph and the inputs that a network is built on. */
    private record Inputs(
            TrainingGraph graph,
            GraphScope scope,
            Operand<TFloat32> latents,
            Operand<TFloat32> timesteps,
            DiffusionPolicy policy,
            Conditioning text) {
        Operand<TFloat32> predict(PolicyNetwork network, Weights weights) {
            return predict(network, weights, Optional.empty());
        }

        /** The output of the network, with zeros for one part of the conditioning. */
        Operand<TFloat32> predict(PolicyNetwork network, Weights weights, Optional<String> without) {
            GraphScope s = graph.scope().child("predict-" + weights);
            Conditioning given = without.map(name -> text.with(name, s.tf().zerosLike(text.get(name))))
                    .orElse(text);
            return GuidedStep.of(policy, network, Guidance.OFF)
                    .output(s, weights, latents, timesteps, given, Optional.empty());
        }
    }

    private interface Build {
        Map<String, Operand<TFloat32>> outputs(PolicyNetwork network, Inputs inputs);
    }

    private interface Change {
        void apply(PolicyNetwork network, TrainingSession session);
    }

    private static Map<String, Operand<TFloat32>> predict(PolicyNetwork network, Inputs in) {
        Map<String, Operand<TFloat32>> all = new LinkedHashMap<>();
        all.put("policy", in.predict(network, Weights.POLICY));
        all.put("reference", in.predict(network, Weights.REFERENCE));
        return all;
    }

    private Map<String, HostTensor> predictions(int rows, Feeds feeds) {
        try (DiffusionPolicy policy = open()) {
            return run(policy, rows, feeds, PolicyContract::predict, (n, s) -> {});
        }
    }

    private Map<String, HostTensor> run(Build build) {
        try (DiffusionPolicy policy = open()) {
            return run(policy, BATCH, feeds(BATCH, 0), build, (n, s) -> {});
        }
    }

    private static Map<String, HostTensor> run(
            DiffusionPolicy policy, int rows, Feeds feeds, Build build, Change change) {
        PolicyShape s = policy.shape();
        try (TrainingGraph graph = new TrainingGraph(0)) {
            GraphScope own = graph.scope().child("policy");
            PolicyNetwork network = policy.build(own);
            Map<String, Operand<TInt32>> ids = new LinkedHashMap<>();
            for (PromptTokenizer tokenizer : policy.text().tokenizers()) {
                ids.put("ids" + ids.size(), graph.intInput("ids", rows, tokenizer.length()));
            }
            Inputs in = new Inputs(
                    graph,
                    graph.scope().child("contract"),
                    graph.floatInput("latents", rows, s.latentHeight(), s.latentWidth(), s.latentChannels()),
                    graph.floatInput("timesteps", rows),
                    policy,
                    policy.text().build(own).encode(graph.scope().child("text"), List.copyOf(ids.values())));
            Program<Feeds, Fetches> program = Program.define("policy", Feeds.class, Fetches.class)
                    .feed("latents", in.latents())
                    .feed("timesteps", in.timesteps())
                    .feedMap("ids", ids)
                    .fetchMap("outputs", build.outputs(network, in))
                    .build();
            try (TrainingSession session = graph.seal(ThreadSettings.forThisMachine())) {
                change.apply(network, session);
                return program.run(session, feeds).outputs();
            }
        }
    }

    /** Rows from {@code first} on of latents, timesteps and prompts that are the same on every call. */
    private Feeds feeds(int rows, int first) {
        try (DiffusionPolicy policy = open()) {
            PolicyShape s = policy.shape();
            Random random = new Random(42);
            float[] latents = new float[BATCH * s.latentSize()];
            for (int i = 0; i < latents.length; i++) {
                latents[i] = (float) random.nextGaussian();
            }
            float[] timesteps = policy.noiseProcess().trajectory(BATCH, 0).timesteps();
            float[] t = new float[rows];
            for (int i = 0; i < rows; i++) {
                t[i] = timesteps[first + i];
            }
            Map<String, int[]> ids = new LinkedHashMap<>();
            for (PromptTokenizer tokenizer : policy.text().tokenizers()) {
                int length = tokenizer.length();
                int[] all = new int[rows * length];
                for (int i = 0; i < rows; i++) {
                    System.arraycopy(tokenizer.tokenize(PROMPTS.get(first + i)), 0, all, i * length, length);
                }
                ids.put("ids" + ids.size(), all);
            }
            HostTensor all = HostTensor.of(latents, BATCH, s.latentHeight(), s.latentWidth(), s.latentChannels());
            return new Feeds(all.rows(first, first + rows), HostTensor.of(t, rows), ids);
        }
    }

    private static HostTensor shaken(HostTensor t, Random random) {
        float[] data = t.data().clone();
        for (int i = 0; i < data.length; i++) {
            data[i] += (float) (0.05 * random.nextGaussian());
        }
        return HostTensor.of(data, t.shape());
    }

    private static HostTensor tensor(Map<String, HostTensor> all, String name) {
        return Optional.ofNullable(all.get(name)).orElseThrow();
    }

    private static void requireShape(Map<String, HostTensor> all, String name, int... shape) {
        assertThat(tensor(all, name).shape())
                .withFailMessage(
                        "%s has shape %s, expected %s by shape().",
                        name, Arrays.toString(tensor(all, name).shape()), Arrays.toString(shape))
                .isEqualTo(shape);
    }

    private static void requireClose(HostTensor got, HostTensor expected, String message) {
        double largest = 0;
        double worst = 0;
        for (int i = 0; i < expected.data().length; i++) {
            largest = Math.max(largest, Math.abs(expected.data()[i]));
            worst = Math.max(worst, Math.abs((double) got.data()[i] - expected.data()[i]));
        }
        assertThat(worst)
                .withFailMessage("%s Largest difference %s, of values up to %s.", message, worst, largest)
                .isLessThanOrEqualTo(TOLERANCE * Math.max(1e-6, largest));
    }
}
