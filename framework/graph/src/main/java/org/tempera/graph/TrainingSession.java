package org.tempera.graph;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.tempera.base.random.StatelessRandom;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.graph.ParameterValues;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;
import org.tensorflow.types.TFloat32;

/**
 * A sealed graph, ready for stepping: holds the variables' values. Owns native memory. Several threads may run
 * programs at a time, as long as these only read variables or each writes its own.
 */
public final class TrainingSession implements ParameterValues, AutoCloseable {
    /** 128 MB. */
    private static final long NUMBERS_IN_A_RUN = 1L << 25;

    private final Session session;
    private final long seed;
    private final Map<String, TrainingGraph.Declared> parameters;
    private final ThreadSettings threads;

    TrainingSession(Graph graph, long seed, Map<String, TrainingGraph.Declared> parameters, ThreadSettings threads) {
        this.seed = seed;
        this.parameters = new LinkedHashMap<>(parameters);
        this.threads = threads;
        threads.requireAllowed();
        this.session = new Session(
                graph,
                threads.config()
                        // A program's first run then looks at what it needs, not at the whole graph: start-up of the
                        // benchmark's workload takes 9.1 s of CPU instead of 13.0.
                        .setGraphOptions(GraphOptions.newBuilder()
                                .setPlacePrunedGraph(true)
                                .setRewriteOptions(rewrites()))
                        .setExperimental(ConfigProto.Experimental.newBuilder()
                                .setExecutorType(executor(threads, ComputeDevice.isGpuUsed(threads))))
                        .build());
    }

    /**
     * With one operation at a time, the executor that keeps no queue of ready operations: it takes up to a fifth off a
     * training step of small operations (docs/experiments/2026-11-23-where-the-time-goes.md). It knows neither control
     * flow nor asynchronous kernels, and writes no traces; the graph has none of the former. On a GPU it is never
     * taken: there a run is a graph for the GPU and one for the host, which wait for each other's tensors, and this
     * executor waits in a thread of the pool, whose last one it may be. The empty name is TensorFlow's usual one.
     */
    static String executor(ThreadSettings threads, boolean onGpu) {
        return threads.oneByOne() && !onGpu ? "SINGLE_THREADED_EXECUTOR" : "";
    }

    /**
     * No Grappler. Its passes that fuse or reorder arithmetic act on values that nothing else reads; a gradient reads
     * values that sampling does not, so they would round the same network differently in sampling and in training, and
     * importance ratios before an update would be off by up to 2e-3 instead of 0. The other passes take 0.4 s of CPU
     * time at the start and give nothing back (docs/experiments/2026-11-24-start-up-and-memory.md).
     */
    private static RewriterConfig rewrites() {
        return RewriterConfig.newBuilder().setDisableMetaOptimizer(true).build();
    }

    public ThreadSettings threads() {
        return threads;
    }

    /** The value of a parameter, copied. */
    @Override
    public HostTensor read(Parameter parameter) {
        return run(Map.of(), List.of(parameter.value()), List.of()).get(0);
    }

    /**
     * The values of parameters, copied, in few runs: every new combination of fetches costs TensorFlow a pass over the
     * whole graph.
     */
    public List<HostTensor> readAll(List<Parameter> wanted) {
        List<HostTensor> all = new ArrayList<>();
        List<Operand<TFloat32>> group = new ArrayList<>();
        long numbers = 0;
        for (Parameter p : wanted) {
            group.add(p.value());
            numbers += p.size();
            if (numbers > NUMBERS_IN_A_RUN) {
                all.addAll(run(Map.of(), group, List.of()));
                group.clear();
                numbers = 0;
            }
        }
        if (!group.isEmpty()) {
            all.addAll(run(Map.of(), group, List.of()));
        }
        return all;
    }

    /** Sets a parameter; the value's shape must be the parameter's. */
    public void write(Parameter parameter, HostTensor value) {
        writeAll(Map.of(parameter, value));
    }

    /** Sets parameters in few runs; each value's shape must be its parameter's. */
    public void writeAll(Map<Parameter, HostTensor> values) {
        List<TrainingGraph.Declared> all = new ArrayList<>();
        values.forEach((parameter, value) -> {
            if (!Arrays.equals(toInt(parameter.shape()), value.shape())) {
                throw new IllegalArgumentException("parameter '" + parameter.name() + "' has shape " + parameter.shape()
                        + ", found " + Arrays.toString(value.shape()));
            }
            all.add(declared(parameter));
        });
        assign(
                all,
                (d, memory) -> memory.put(
                        values.getOrDefault(d.parameter(), HostTensor.scalar(0)).data()));
    }

    void initialise() {
        assign(parameters.values(), this::initialValue);
    }

    /**
     * Every new combination of targets costs TensorFlow a pass over the whole graph: many parameters go into one run.
     * Values are written straight into native memory, which a variable then takes over as it is.
     */
    private void assign(
            Collection<TrainingGraph.Declared> wanted, BiConsumer<TrainingGraph.Declared, FloatBuffer> values) {
        Map<Operand<?>, Tensor> feeds = new LinkedHashMap<>();
        List<Op> targets = new ArrayList<>();
        long numbers = 0;
        try {
            for (TrainingGraph.Declared d : wanted) {
                TFloat32 value = TFloat32.tensorOf(d.parameter().shape());
                feeds.put(d.input(), value);
                FloatBuffer memory = NativeFloats.of(value);
                values.accept(d, memory);
                if (memory.hasRemaining()) {
                    throw new IllegalStateException("parameter '"
                            + d.parameter().name() + "' " + d.parameter().shape() + " was left without "
                            + memory.remaining() + " of its values");
                }
                targets.add(d.assign());
                numbers += d.parameter().size();
                if (numbers > NUMBERS_IN_A_RUN) {
                    run(feeds, List.of(), targets);
                    feeds.values().forEach(Tensor::close);
                    feeds.clear();
                    targets.clear();
                    numbers = 0;
                }
            }
            if (!targets.isEmpty()) {
                run(feeds, List.of(), targets);
            }
        } finally {
            feeds.values().forEach(Tensor::close);
        }
    }

    @Override
    public void close() {
        session.close();
    }

    /**
     * The only place that runs the session. Fetching one output twice is an error in TensorFlow Java, so equal fetches
     * are made one.
     */
    List<HostTensor> run(
            Map<Operand<?>, Tensor> feeds, List<? extends Operand<?>> fetches, List<? extends Op> targets) {
        Session.Runner runner = session.runner();
        feeds.forEach((operand, tensor) -> runner.feed(operand.asOutput(), tensor));
        Map<Output<?>, Integer> index = new LinkedHashMap<>();
        for (Operand<?> f : fetches) {
            if (index.putIfAbsent(f.asOutput(), index.size()) == null) {
                runner.fetch(f.asOutput());
            }
        }
        for (Op t : targets) {
            runner.addTarget(t.op());
        }
        try (Result result = runner.run()) {
            List<HostTensor> values = new ArrayList<>();
            for (Operand<?> f : fetches) {
                Integer at = index.get(f.asOutput());
                values.add(toHost(result.get(at == null ? 0 : at)));
            }
            return values;
        }
    }

    private void initialValue(TrainingGraph.Declared d, FloatBuffer data) {
        Initializer init = d.initializer();
        if (init instanceof Initializer.Constant c) {
            while (data.hasRemaining()) {
                data.put(c.value());
            }
        } else if (init instanceof Initializer.Normal n) {
            StatelessRandom random = StatelessRandom.of(seed, d.drawnAs());
            while (data.hasRemaining()) {
                data.put((float) (n.mean() + n.standardDeviation() * random.nextGaussian()));
            }
        } else if (init instanceof Initializer.Uniform u) {
            StatelessRandom random = StatelessRandom.of(seed, d.drawnAs());
            while (data.hasRemaining()) {
                data.put((float) (u.bound() * (2 * random.nextDouble() - 1)));
            }
        } else if (init instanceof Initializer.Values v) {
            v.source().fill(data);
        }
    }

    private TrainingGraph.Declared declared(Parameter parameter) {
        TrainingGraph.Declared d = parameters.get(parameter.name());
        if (d == null) {
            throw new IllegalArgumentException("no parameter is called '" + parameter.name() + "' in this graph");
        }
        return d;
    }

    private static HostTensor toHost(Tensor tensor) {
        if (!(tensor instanceof TFloat32)) {
            throw new IllegalArgumentException("only float32 is fetched, found " + tensor.dataType());
        }
        float[] data = new float[Math.toIntExact(tensor.shape().size())];
        if (data.length > 0) {
            tensor.asRawTensor().data().asFloats().read(data);
        }
        return HostTensor.of(data, toInt(tensor.shape()));
    }

    static int[] toInt(Shape shape) {
        long[] l = shape.asArray();
        int[] s = new int[l.length];
        for (int i = 0; i < s.length; i++) {
            s[i] = Math.toIntExact(l[i]);
        }
        return s;
    }
}
