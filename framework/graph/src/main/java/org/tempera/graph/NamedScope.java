package org.tempera.graph;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.DeviceSpec;
import org.tensorflow.ExecutionEnvironment;
import org.tensorflow.Graph;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;

/**
 * A scope that makes the names of its nodes unique with the digits 0 to 9. TensorFlow Java's own formats the counter by
 * the default locale, which may have other digits, and TensorFlow refuses such names. Devices and control dependencies
 * are left to TensorFlow Java's. Names are what they were: {@code x}, {@code x_1}, {@code x_2}, ..., below the prefix
 * of a sub-scope.
 */
final class NamedScope implements Scope {
    private final Scope inner;
    private final Map<String, Integer> used;
    private final String prefix;
    private final @Nullable String name;

    /**
     * @param used how often a name was asked for below the prefix
     * @param prefix empty, or with a slash at its end
     * @param name what operations are called instead of by their type
     */
    private NamedScope(Scope inner, Map<String, Integer> used, String prefix, @Nullable String name) {
        this.inner = inner;
        this.used = used;
        this.prefix = prefix;
        this.name = name;
    }

    /** Operations of a graph that is still empty. */
    static Ops operations(Graph graph) {
        return Ops.create(new Environment(graph, new NamedScope(graph.baseScope(), new HashMap<>(), "", null)));
    }

    private NamedScope around(Scope changed) {
        return new NamedScope(changed, used, prefix, name);
    }

    @Override
    public ExecutionEnvironment env() {
        return inner.env();
    }

    @Override
    public Scope withSubScope(String wanted) {
        String unique = makeUnique(checked(name == null ? wanted : name));
        return new NamedScope(inner, new HashMap<>(), prefix + unique + "/", null);
    }

    @Override
    public Scope withName(String wanted) {
        return new NamedScope(inner, used, prefix, checked(wanted));
    }

    @Override
    public Scope withNameAsSubScope(String wanted) {
        return withSubScope(wanted);
    }

    @Override
    public Scope withDevice(DeviceSpec device) {
        return around(inner.withDevice(device));
    }

    @Override
    public Scope withInitScope() {
        return around(inner.withInitScope());
    }

    @Override
    public Scope withControlDependencyOps(Iterable<Operation> operations) {
        return around(inner.withControlDependencyOps(operations));
    }

    @Override
    public Scope withControlDependencies(Iterable<Op> operations) {
        return around(inner.withControlDependencies(operations));
    }

    @Override
    public String makeOpName(String wanted) {
        return prefix + makeUnique(checked(name == null ? wanted : name));
    }

    @Override
    public String makeUnique(String wanted) {
        int before = used.merge(wanted, 1, Integer::sum) - 1;
        return before == 0 ? wanted : wanted + "_" + before;
    }

    @Override
    public void refreshNames() {
        // For a graph that was read from elsewhere; every node of this one was named here.
    }

    @Override
    public OperationBuilder apply(OperationBuilder builder) {
        return inner.apply(builder);
    }

    @Override
    public String getDeviceString() {
        return inner.getDeviceString();
    }

    @Override
    public boolean isInit() {
        return inner.isInit();
    }

    private static String checked(String name) {
        if (!Scope.isValidOpName(name)) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no name for an operation: expected letters, digits, '_', '.' and '-', the first"
                            + " of them a letter, a digit or a dot");
        }
        return name;
    }

    /** The graph, but with another base scope: the one way to {@link Ops} of a scope of one's own. */
    private record Environment(Graph graph, Scope baseScope) implements ExecutionEnvironment {
        @Override
        public OperationBuilder opBuilder(String type, String name, Scope scope) {
            return graph.opBuilder(type, name, scope);
        }

        @Override
        public void attachFunction(ConcreteFunction function) {
            graph.attachFunction(function);
        }

        @Override
        public void checkInput(Operation input) {
            graph.checkInput(input);
        }

        @Override
        public Types environmentType() {
            return graph.environmentType();
        }

        @Override
        public boolean isInitializer(Operation operation) {
            return graph.isInitializer(operation);
        }
    }
}
