package org.tempera.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.tempera.spi.graph.Follower;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.graph.SharedKey;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.AssignVariableOp;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TNumber;

/**
 * The one shared graph while it is built. Every model, critic and in-graph reward of a trainer is declared here; {@link
 * #seal} ends building, and stepping goes on through the {@link TrainingSession} that it returns. This is the only
 * class that opens a {@link Graph}.
 */
public final class TrainingGraph implements AutoCloseable {
    private final Graph graph;
    private final Ops root;
    private final long seed;
    private final CustomGradients customGradients = new CustomGradients();
    private final RecomputedParts recomputedParts = new RecomputedParts();
    private final Map<String, Declared> parameters = new LinkedHashMap<>();
    private final Map<Follower, Map<String, Followed>> followed = new EnumMap<>(Follower.class);
    private final Map<SharedKey, Object> shared = new HashMap<>();
    private final Set<String> scopes = new HashSet<>();
    private final Map<String, Ops> operations = new HashMap<>();
    private final Map<Output<?>, Operand<TBfloat16>> rounded = new HashMap<>();
    private final Precision precision;
    private final boolean stepwise;
    private Optional<TrainingSession> session = Optional.empty();
    private boolean sealed;

    /**
     * A parameter with what its first value comes from and the operation that assigns it.
     *
     * @param drawnAs the name that random first values follow from: its own, or of the parameter that it follows
     */
    record Declared(
            Parameter parameter,
            Initializer initializer,
            String drawnAs,
            Operand<TFloat32> input,
            AssignVariableOp assign) {}

    /** A trained parameter and the copy that follows it. */
    public record Followed(Parameter trained, Parameter copy) {}

    /**
     * An empty graph.
     *
     * @param seed decides, with its name, the first value of every randomly initialised parameter
     * @throws org.tempera.spi.UserException if TensorFlow's native library cannot be unpacked or loaded
     */
    public TrainingGraph(long seed) {
        this(seed, Precision.FLOAT32);
    }

    /**
     * An empty graph whose networks multiply with these numbers.
     *
     * @throws org.tempera.spi.UserException as {@link #TrainingGraph(long)}, or if this machine has no such numbers
     */
    public TrainingGraph(long seed, Precision precision) {
        this(seed, precision, false);
    }

    private TrainingGraph(long seed, Precision precision, boolean stepwise) {
        NativeLibrary.require();
        ComputeDevice.requireBuildFor(precision);
        this.graph = new Graph();
        this.root = NamedScope.operations(graph);
        this.seed = seed;
        this.precision = precision;
        this.stepwise = stepwise;
    }

    /** A graph whose gradients are added as on systems where TensorFlow Java cannot register any, such as Windows. */
    public static TrainingGraph withStepwiseGradients(long seed) {
        return withStepwiseGradients(seed, Precision.FLOAT32);
    }

    /** The same with networks that multiply with these numbers. */
    public static TrainingGraph withStepwiseGradients(long seed, Precision precision) {
        return new TrainingGraph(seed, precision, true);
    }

    /** The outermost scope. */
    public GraphScope scope() {
        requireOpen();
        return new BuildScope(this, "", root);
    }

    /** An input that a program feeds with floats, of static shape. */
    public Operand<TFloat32> floatInput(String name, int... shape) {
        return floatInput(name, Shape.of(toLong(shape)));
    }

    /** An input that a program feeds with floats, of static shape. */
    public Operand<TFloat32> floatInput(String name, Shape shape) {
        requireOpen();
        return named(uniqueScope("input/" + name)).placeholder(TFloat32.class, Placeholder.shape(shape));
    }

    /** An input that a program feeds with bytes, 0 to 255, of static shape. */
    public Operand<TUint8> byteInput(String name, int... shape) {
        requireOpen();
        return named(uniqueScope("input/" + name))
                .placeholder(TUint8.class, Placeholder.shape(Shape.of(toLong(shape))));
    }

    /** An input that a program feeds with integers, of static shape. */
    public Operand<TInt32> intInput(String name, int... shape) {
        requireOpen();
        return named(uniqueScope("input/" + name))
                .placeholder(TInt32.class, Placeholder.shape(Shape.of(toLong(shape))));
    }

    /**
     * Gradients of a scalar with respect to {@code inputs}, in order; zeros where it does not depend on one.
     *
     * @param scalar float32 of rank 0
     */
    public List<Operand<TFloat32>> gradients(Operand<TFloat32> scalar, List<Operand<TFloat32>> inputs) {
        requireOpen();
        Set<Output<?>> all = new LinkedHashSet<>();
        inputs.forEach(input -> all.add(input.asOutput()));
        Map<Output<?>, Operand<TFloat32>> found =
                recomputedParts.gradients(root, scalar.asOutput(), all, this::gradients);
        List<Operand<TFloat32>> gradients = new ArrayList<>();
        for (Operand<TFloat32> input : inputs) {
            Operand<TFloat32> g = found.get(input.asOutput());
            gradients.add(g != null ? g : root.zerosLike(input));
        }
        return gradients;
    }

    /** Gradients with respect to those of {@code inputs} that an output depends on. */
    private Map<Output<?>, Operand<TFloat32>> gradients(
            Output<TFloat32> of, Optional<Operand<TFloat32>> gradient, Set<Output<?>> inputs) {
        // addGradients throws on an input that the output does not reach.
        Set<Output<?>> reached = reached(of);
        List<Output<?>> asked = inputs.stream().filter(reached::contains).toList();
        if (asked.isEmpty()) {
            return Map.of();
        }
        return stepwise || !CustomGradients.register()
                ? new StepwiseGradients(graph, root, customGradients.regions()).of(of, gradient, asked)
                : atOnce(of, gradient, asked);
    }

    private Map<Output<?>, Operand<TFloat32>> atOnce(
            Output<TFloat32> of, Optional<Operand<TFloat32>> gradient, List<Output<?>> asked) {
        Output<?>[] given = gradient.map(g -> new Output<?>[] {g.asOutput()}).orElse(null);
        Output<?>[] result = customGradients.during(
                () -> graph.addGradients(null, new Output<?>[] {of}, asked.toArray(new Output<?>[0]), given));
        Map<Output<?>, Operand<TFloat32>> found = new HashMap<>();
        for (int i = 0; i < result.length; i++) {
            @SuppressWarnings("unchecked") // gradients of float32 are float32
            Output<TFloat32> g = (Output<TFloat32>) result[i];
            found.put(asked.get(i), g);
        }
        return found;
    }

    /** All parameters declared so far, in order. */
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        for (Declared d : parameters.values()) {
            all.add(d.parameter());
        }
        return all;
    }

    /** What the variables declared so far will hold, in bytes, by parameter name and in order; nothing is read yet. */
    public Map<String, Long> variableBytes() {
        Map<String, Long> bytes = new LinkedHashMap<>();
        parameters.forEach((name, d) -> {
            // What is assigned has the type that the variable keeps, which need not be the one that is fed.
            Output<?> kept = ((GraphOperation) d.assign().op()).input(1);
            bytes.put(name, PeakMemory.bytesOf(kept.dataType()) * d.parameter().size());
        });
        return bytes;
    }

    /** The copies that were asked for so far, in order. */
    public List<Followed> followed(Follower which) {
        return List.copyOf(followed.getOrDefault(which, Map.of()).values());
    }

    /**
     * Ends building, initialises every parameter and starts a session, which is closed with the graph at the latest.
     */
    public TrainingSession seal(ThreadSettings threads) {
        requireOpen();
        sealed = true;
        ComputeDevice.requireFor(precision, threads);
        FirstRun.once(surroundings -> runOne(threads, surroundings));
        TrainingSession opened = new TrainingSession(graph, seed, parameters, threads);
        session = Optional.of(opened);
        opened.initialise();
        return opened;
    }

    /**
     * Runs a graph of one number within what surrounds the first run. Its threads are the process's from then on, as
     * with every first session: so they are the first real session's.
     */
    private static void runOne(ThreadSettings threads, FirstRunSurroundings surroundings) {
        try (Graph graph = new Graph()) {
            Operand<TFloat32> one = NamedScope.operations(graph).constant(1f);
            try (TrainingSession session = new TrainingSession(graph, 0, Map.of(), threads)) {
                surroundings.around(() -> session.run(Map.of(), List.of(one), List.of()));
            }
        }
    }

    /** Closes the session too: TensorFlow waits for it, for ever if need be, before it lets go of the graph. */
    @Override
    public void close() {
        session.ifPresent(TrainingSession::close);
        graph.close();
    }

    CustomGradients customGradients() {
        return customGradients;
    }

    RecomputedParts recomputedParts() {
        return recomputedParts;
    }

    Precision precision() {
        return precision;
    }

    /**
     * A value rounded to bfloat16, once for all that read it.
     *
     * @param tf where the rounding is added if it is not there yet
     */
    Operand<TBfloat16> rounded(Ops tf, Operand<TFloat32> value) {
        return rounded.computeIfAbsent(value.asOutput(), v -> tf.dtypes.cast(value, TBfloat16.class));
    }

    void requireOpen() {
        if (sealed) {
            throw new IllegalStateException("the graph is sealed: add operations while building, not while training");
        }
    }

    String uniqueScope(String wanted) {
        String name = wanted;
        for (int i = 1; !scopes.add(name); i++) {
            name = wanted + "_" + i;
        }
        return name;
    }

    /**
     * The operations of a scope, such as {@code unet/mid_block}, whose nodes are called {@code unet.mid_block.}, {@code
     * unet.mid_block._1} and so on; the last dot keeps them apart from a scope {@code unet/mid_block_1}. TensorFlow
     * Java's own sub-scopes read every node of the graph when they are made, which takes minutes for a large model.
     */
    Ops operations(String path) {
        return path.isEmpty() ? root : operations.computeIfAbsent(path, p -> root.withName(nodeName(p) + "."));
    }

    private Ops named(String path) {
        return root.withName(nodeName(path));
    }

    private static String nodeName(String path) {
        return path.replace('/', '.').replaceAll("[^A-Za-z0-9_.-]", "_");
    }

    Parameter declare(String name, Shape shape, Initializer initializer, boolean trainable) {
        return declare(name, shape, initializer, name, trainable);
    }

    Parameter follower(Parameter trained, Follower which) {
        Declared d = parameters.get(trained.name());
        if (d == null || !trained.trainable()) {
            throw new IllegalArgumentException("'" + trained.name()
                    + "' is no trainable parameter of this graph; only those have copies that follow them");
        }
        return followed.computeIfAbsent(which, k -> new LinkedHashMap<>())
                .computeIfAbsent(
                        trained.name(),
                        name -> new Followed(
                                trained,
                                declare(which.nameOf(name), trained.shape(), d.initializer(), d.drawnAs(), false)))
                .copy();
    }

    private Parameter declare(String name, Shape shape, Initializer initializer, String drawnAs, boolean trainable) {
        requireFree(name);
        VarHandleOp handle = variable(name, TFloat32.class, shape);
        Operand<TFloat32> value = named(name + ".read").readVariableOp(handle, TFloat32.class);
        Operand<TFloat32> input = input(name, shape);
        Parameter parameter = new Parameter(name, shape, trainable, handle, value, Float.BYTES);
        parameters.put(name, new Declared(parameter, initializer, drawnAs, input, assign(name, handle, input)));
        return parameter;
    }

    /** A frozen parameter that is stored as networks multiply with it. */
    Parameter declareFrozenWeight(String name, Shape shape, Initializer initializer) {
        if (precision != Precision.BFLOAT16) {
            return declare(name, shape, initializer, false);
        }
        requireFree(name);
        VarHandleOp handle = variable(name, TBfloat16.class, shape);
        Operand<TBfloat16> stored = named(name + ".read").readVariableOp(handle, TBfloat16.class);
        Operand<TFloat32> value = named(name + ".value").dtypes.cast(stored, TFloat32.class);
        rounded.put(value.asOutput(), stored);
        Operand<TFloat32> input = input(name, shape);
        Operand<TBfloat16> kept = named(name + ".rounded").dtypes.cast(input, TBfloat16.class);
        Parameter parameter = new Parameter(name, shape, false, handle, value, precision.bytesOfFrozenWeight());
        parameters.put(name, new Declared(parameter, initializer, name, input, assign(name, handle, kept)));
        return parameter;
    }

    private void requireFree(String name) {
        if (parameters.containsKey(name)) {
            throw new IllegalArgumentException("a parameter is already called '" + name + "'");
        }
    }

    /** No scope of its own: TensorFlow Java looks at every operation of the graph to open one. */
    private VarHandleOp variable(String name, Class<? extends TNumber> type, Shape shape) {
        return named(name + ".handle").varHandleOp(type, shape, VarHandleOp.sharedName(name));
    }

    private Operand<TFloat32> input(String name, Shape shape) {
        return named(name + ".new").placeholder(TFloat32.class, Placeholder.shape(shape));
    }

    private AssignVariableOp assign(String name, VarHandleOp handle, Operand<? extends TNumber> value) {
        return named(name + ".assign").assignVariableOp(handle, value);
    }

    @SuppressWarnings("unchecked") // a key is asked for with one type only: the builder's
    <T> T shared(SharedKey key, Function<GraphScope, T> builder) {
        Object existing = shared.get(key);
        if (existing == null) {
            existing = builder.apply(scope().child("shared/" + scopeName(key.architecture())));
            shared.put(key, existing);
        }
        return (T) existing;
    }

    private static String scopeName(String text) {
        return text.replaceAll("[^A-Za-z0-9_.-]+", "_");
    }

    private Set<Output<?>> reached(Output<?> from) {
        Set<Output<?>> seen = new HashSet<>();
        Deque<Output<?>> open = new ArrayDeque<>();
        open.add(from);
        Set<GraphOperation> visited = new HashSet<>();
        while (!open.isEmpty()) {
            Output<?> o = open.remove();
            if (!seen.add(o)) {
                continue;
            }
            GraphOperation op = (GraphOperation) o.op();
            if (op.type().equals("StopGradient") || !visited.add(op)) {
                continue;
            }
            for (int i = 0; i < op.numInputs(); i++) {
                open.add(op.input(i));
            }
        }
        return seen;
    }

    private static long[] toLong(int[] shape) {
        long[] l = new long[shape.length];
        for (int i = 0; i < l.length; i++) {
            l[i] = shape[i];
        }
        return l;
    }
}
