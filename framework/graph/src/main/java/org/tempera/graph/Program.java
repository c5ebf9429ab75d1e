package org.tempera.graph;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tempera.spi.HostTensor;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/**
 * One typed run of the sealed graph: a record of feeds in, a record of fetches out. Shapes are checked, tensors are
 * closed before it returns.
 *
 * <p>A component of the feeds record is a {@link HostTensor}, an {@code int[]} or {@code byte[]} in row-major order, a
 * {@code float}, or a map from names to {@link HostTensor}. A component of the fetches record is a {@link HostTensor},
 * a {@code float}, or a map from names to {@link HostTensor}. Each is bound to the operands of the same name.
 *
 * @param <I> record of feeds
 * @param <O> record of fetches
 */
public final class Program<I extends Record, O extends Record> {
    private final String name;
    private final Class<O> outputType;
    private final RecordComponent[] inputs;
    private final RecordComponent[] outputs;
    private final Map<String, Map<String, Operand<?>>> feeds;
    private final Map<String, Map<String, Operand<TFloat32>>> fetches;
    private final List<Op> targets;

    private Program(Builder<I, O> builder) {
        this.name = builder.name;
        this.outputType = builder.outputType;
        this.inputs = builder.inputType.getRecordComponents();
        this.outputs = outputType.getRecordComponents();
        this.feeds = builder.feeds;
        this.fetches = builder.fetches;
        this.targets = List.copyOf(builder.targets);
        requireSame(builder.inputType, inputs, feeds.keySet());
        requireSame(outputType, outputs, fetches.keySet());
    }

    /** Starts a definition. */
    public static <I extends Record, O extends Record> Builder<I, O> define(
            String name, Class<I> inputType, Class<O> outputType) {
        return new Builder<>(name, inputType, outputType);
    }

    /**
     * Runs once.
     *
     * @throws IllegalArgumentException if a feed has another shape than its operand
     */
    public O run(TrainingSession session, I input) {
        IdentityHashMap<Operand<?>, Tensor> tensors = new IdentityHashMap<>();
        try {
            for (RecordComponent c : inputs) {
                Object value = get(c, input);
                Map<String, Operand<?>> operands = operands(feeds, c.getName());
                if (value instanceof Map<?, ?> map) {
                    for (Map.Entry<String, Operand<?>> e : operands.entrySet()) {
                        Object part = map.get(e.getKey());
                        if (part == null) {
                            throw new IllegalStateException(name + ": nobody gives '" + e.getKey() + "' of "
                                    + c.getName() + ", only " + map.keySet());
                        }
                        tensors.put(e.getValue(), tensor(c.getName() + "." + e.getKey(), e.getValue(), part));
                    }
                } else {
                    Operand<?> operand = single(operands);
                    tensors.put(operand, tensor(c.getName(), operand, value));
                }
            }
            List<Operand<TFloat32>> asked = new ArrayList<>();
            for (RecordComponent c : outputs) {
                asked.addAll(operands(fetches, c.getName()).values());
            }
            return record(session.run(tensors, asked, targets));
        } finally {
            tensors.values().forEach(Tensor::close);
        }
    }

    /**
     * Runs once on zeros and forgets what comes of it, to see what a run takes: shapes are static, so that time and
     * memory do not depend on what is fed. Variables that the run writes hold anything afterwards.
     */
    public void rehearse(TrainingSession session) {
        IdentityHashMap<Operand<?>, Tensor> tensors = new IdentityHashMap<>();
        try {
            feeds.forEach((component, operands) ->
                    operands.values().forEach(o -> tensors.put(o, tensor(component, o, zeros(o.asOutput())))));
            List<Operand<TFloat32>> asked = new ArrayList<>();
            fetches.values().forEach(m -> asked.addAll(m.values()));
            session.run(tensors, asked, targets);
        } finally {
            tensors.values().forEach(Tensor::close);
        }
    }

    private Object zeros(Output<?> input) {
        int size = Math.toIntExact(input.shape().size());
        return switch (input.dataType()) {
            case DT_INT32 -> new int[size];
            case DT_UINT8 -> new byte[size];
            case DT_FLOAT ->
                input.shape().numDimensions() == 0
                        ? (Object) 0f
                        : HostTensor.of(new float[size], TrainingSession.toInt(input.shape()));
            default -> throw new IllegalArgumentException(name + ": nothing feeds " + input.dataType());
        };
    }

    /** Floating-point operations of one run: two a multiply-add of its matrix products and convolutions. */
    public double floatingPointOperations() {
        List<Operand<?>> asked = new ArrayList<>();
        fetches.values().forEach(m -> asked.addAll(m.values()));
        return OperationCount.of(asked, targets);
    }

    /**
     * About how many bytes the tensors of one run take at its fullest moment, what is fed and fetched included, weights
     * not.
     */
    public long peakBytes() {
        List<Operand<?>> asked = new ArrayList<>();
        fetches.values().forEach(m -> asked.addAll(m.values()));
        return PeakMemory.of(asked, targets);
    }

    private O record(List<HostTensor> values) {
        Object[] arguments = new Object[outputs.length];
        Class<?>[] types = new Class<?>[outputs.length];
        int at = 0;
        for (int i = 0; i < outputs.length; i++) {
            RecordComponent c = outputs[i];
            types[i] = c.getType();
            Map<String, Operand<TFloat32>> operands = operands(fetches, c.getName());
            if (c.getType() == Map.class) {
                Map<String, HostTensor> map = new LinkedHashMap<>();
                for (String key : operands.keySet()) {
                    map.put(key, values.get(at++));
                }
                arguments[i] = map;
            } else {
                HostTensor value = values.get(at++);
                arguments[i] = c.getType() == float.class ? (Object) value.scalarValue() : value;
            }
        }
        try {
            var constructor = outputType.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(name + ": cannot make " + outputType, e);
        }
    }

    private Tensor tensor(String component, Operand<?> operand, @Nullable Object value) {
        Shape shape = operand.shape();
        if (value instanceof HostTensor t) {
            if (!Arrays.equals(TrainingSession.toInt(shape), t.shape())) {
                throw new IllegalArgumentException(name + ": " + component + " must have shape " + shape + ", found "
                        + Arrays.toString(t.shape()));
            }
            return TFloat32.tensorOf(shape, DataBuffers.of(t.data(), true, false));
        }
        if (value instanceof int[] ints) {
            if (ints.length != shape.size()) {
                throw new IllegalArgumentException(
                        name + ": " + component + " must have shape " + shape + ", found " + ints.length + " numbers");
            }
            return TInt32.tensorOf(shape, DataBuffers.of(ints, true, false));
        }
        if (value instanceof byte[] bytes) {
            if (bytes.length != shape.size()) {
                throw new IllegalArgumentException(
                        name + ": " + component + " must have shape " + shape + ", found " + bytes.length + " bytes");
            }
            return TUint8.tensorOf(shape, DataBuffers.of(bytes, true, false));
        }
        if (value instanceof Float f) {
            return TFloat32.scalarOf(f);
        }
        throw new IllegalArgumentException(name + ": " + component + " cannot be fed with "
                + (value == null ? "null" : value.getClass().getSimpleName()));
    }

    private static <T> Map<String, T> operands(Map<String, Map<String, T>> all, String component) {
        Map<String, T> found = all.get(component);
        if (found == null) {
            throw new IllegalStateException("no operand for " + component);
        }
        return found;
    }

    private static <T> T single(Map<String, T> operands) {
        return operands.values().iterator().next();
    }

    private static @Nullable Object get(RecordComponent c, Record input) {
        try {
            c.getAccessor().setAccessible(true);
            return c.getAccessor().invoke(input);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot read " + c, e);
        }
    }

    private void requireSame(Class<?> type, RecordComponent[] components, Set<String> bound) {
        Set<String> names = new HashSet<>();
        for (RecordComponent c : components) {
            names.add(c.getName());
        }
        if (!names.equals(bound)) {
            throw new IllegalArgumentException(name + ": " + type.getSimpleName() + " has components " + names
                    + ", operands are bound to " + bound);
        }
    }

    /** Binds the components of the two records to operands. */
    public static final class Builder<I extends Record, O extends Record> {
        private final String name;
        private final Class<I> inputType;
        private final Class<O> outputType;
        private final Map<String, Map<String, Operand<?>>> feeds = new LinkedHashMap<>();
        private final Map<String, Map<String, Operand<TFloat32>>> fetches = new LinkedHashMap<>();
        private final List<Op> targets = new ArrayList<>();

        private Builder(String name, Class<I> inputType, Class<O> outputType) {
            this.name = name;
            this.inputType = inputType;
            this.outputType = outputType;
        }

        public Builder<I, O> feed(String component, Operand<?> operand) {
            feeds.put(component, Map.of(component, operand));
            return this;
        }

        /** Binds a map component: every name of {@code operands} must be in the map that is fed. */
        public Builder<I, O> feedMap(String component, Map<String, ? extends Operand<?>> operands) {
            feeds.put(component, new LinkedHashMap<>(operands));
            return this;
        }

        public Builder<I, O> fetch(String component, Operand<TFloat32> operand) {
            fetches.put(component, Map.of(component, operand));
            return this;
        }

        public Builder<I, O> fetchMap(String component, Map<String, Operand<TFloat32>> operands) {
            fetches.put(component, new LinkedHashMap<>(operands));
            return this;
        }

        /** An operation that runs too, such as an update. */
        public Builder<I, O> target(Op op) {
            targets.add(op);
            return this;
        }

        public Program<I, O> build() {
            return new Program<>(this);
        }
    }
}
