package org.tempera.core.graph;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.core.random.StatelessRandom;
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
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/** A sealed graph, ready for stepping: holds the variables' values. Owns native memory. Not for use by several threads. */
public final class TrainingSession implements ParameterValues, AutoCloseable {
    private final Session session;
    private final long seed;
    private final Map<String, TrainingGraph.Declared> parameters;
    private final ThreadSettings threads;

    TrainingSession(Graph graph, long seed, Map<String, TrainingGraph.Declared> parameters, ThreadSettings threads) {
        this.seed = seed;
        this.parameters = new LinkedHashMap<>(parameters);
        this.threads = threads;
        this.session = new Session(
                graph,
                ConfigProto.newBuilder()
                        .setIntraOpParallelismThreads(threads.intraOp())
                        .setInterOpParallelismThreads(threads.interOp())
                        .build());
    }

    public ThreadSettings threads() {
        return threads;
    }

    /** The value of a parameter, copied. */
    @Override
    public HostTensor read(Parameter parameter) {
        return run(Map.of(), List.of(parameter.value()), List.of()).get(0);
    }

    /** Sets a parameter; the value's shape must be the parameter's. */
    public void write(Parameter parameter, HostTensor value) {
        TrainingGraph.Declared d = declared(parameter);
        if (!Arrays.equals(toInt(parameter.shape()), value.shape())) {
            throw new IllegalArgumentException("parameter '" + parameter.name() + "' has shape " + parameter.shape()
                    + ", found " + Arrays.toString(value.shape()));
        }
        assign(d, value.data());
    }

    void initialise() {
        for (TrainingGraph.Declared d : parameters.values()) {
            assign(d, initialValue(d));
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

    private void assign(TrainingGraph.Declared d, float[] value) {
        try (TFloat32 tensor = TFloat32.tensorOf(d.parameter().shape(), DataBuffers.of(value, true, false))) {
            run(Map.of(d.input(), tensor), List.of(), List.of(d.assign()));
        }
    }

    private float[] initialValue(TrainingGraph.Declared d) {
        float[] data = new float[Math.toIntExact(d.parameter().size())];
        Initializer init = d.initializer();
        if (init instanceof Initializer.Constant c) {
            Arrays.fill(data, c.value());
        } else if (init instanceof Initializer.Normal n) {
            StatelessRandom random = StatelessRandom.of(seed, d.parameter().name());
            for (int i = 0; i < data.length; i++) {
                data[i] = (float) (n.mean() + n.standardDeviation() * random.nextGaussian());
            }
        } else if (init instanceof Initializer.Uniform u) {
            StatelessRandom random = StatelessRandom.of(seed, d.parameter().name());
            for (int i = 0; i < data.length; i++) {
                data[i] = (float) (u.bound() * (2 * random.nextDouble() - 1));
            }
        } else if (init instanceof Initializer.Values v) {
            FloatBuffer buffer = FloatBuffer.wrap(data);
            v.source().fill(buffer);
        }
        return data;
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
