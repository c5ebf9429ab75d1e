package org.tempera.core.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * AdamW (Loshchilov and Hutter 2019, algorithm 2) inside the graph: gradients are accumulated in variables, scaled to a
 * global norm, and applied with decoupled weight decay; the arithmetic of PyTorch's AdamW.
 *
 * <p>Gradients of small parameters are laid end to end, so that accumulating, measuring and scaling them are a few
 * operations on one vector instead of ten on each of a hundred factors.
 *
 * <p>The step count lives on the host: learning rate and bias corrections are fed, so that no operation of the graph
 * depends on the order in which counters are raised.
 */
public final class AdamW {
    /** Numbers fed at each application. */
    static final int FEEDS = 4;

    /** Numbers of parameters that lie end to end; a larger parameter stays by itself. 4 MiB. */
    private static final long GROUP_SIZE = 1L << 20;

    private final OptimizerSettings settings;
    private final double learningRate;
    private final List<Slot> slots = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();
    private final Operand<TFloat32> feed;
    private final String name;

    /** One parameter's state: first and second moment. */
    public record Slot(Parameter parameter, Parameter firstMoment, Parameter secondMoment) {}

    /**
     * Parameters whose gradients lie end to end.
     *
     * @param first index of the first slot
     * @param slots in order
     * @param accumulated by lane, the gradients so far, {@code [size]}; zeros between applications
     */
    private record Group(int first, List<Slot> slots, List<Parameter> accumulated) {
        int size() {
            return Math.toIntExact(
                    slots.stream().mapToLong(s -> s.parameter().size()).sum());
        }
    }

    /**
     * Declares the state of an optimiser.
     *
     * @param learningRate before warm-up; {@code settings} holds those of policy and critic
     * @param lanes how many sums of gradients are kept, for micro-batches that run side by side; sums are added in
     *     order, so that the result does not depend on which micro-batch ends first
     */
    public AdamW(
            TrainingGraph graph,
            String name,
            List<Parameter> parameters,
            OptimizerSettings settings,
            double learningRate,
            int lanes) {
        this.name = name;
        this.settings = settings;
        this.learningRate = learningRate;
        GraphScope scope = graph.scope().child("optimizer/" + name);
        for (Parameter p : parameters) {
            if (!p.trainable()) {
                throw new IllegalArgumentException("parameter '" + p.name() + "' is frozen");
            }
            slots.add(new Slot(
                    p,
                    scope.parameter(p.name() + "/m", p.shape(), Initializer.zeros(), false),
                    scope.parameter(p.name() + "/v", p.shape(), Initializer.zeros(), false)));
        }
        int first = 0;
        while (first < slots.size()) {
            int end = first;
            long size = 0;
            do {
                size += slots.get(end++).parameter().size();
            } while (end < slots.size() && size + slots.get(end).parameter().size() <= GROUP_SIZE);
            List<Parameter> accumulated = new ArrayList<>();
            for (int lane = 0; lane < lanes; lane++) {
                accumulated.add(scope.parameter(
                        "accumulated-" + groups.size() + "-" + lane, Shape.of(size), Initializer.zeros(), false));
            }
            groups.add(new Group(first, List.copyOf(slots.subList(first, end)), accumulated));
            first = end;
        }
        feed = graph.floatInput(name + "-optimizer", FEEDS);
    }

    /** The state of every parameter, in order. */
    public List<Slot> slots() {
        return List.copyOf(slots);
    }

    /** The input that {@link #step} is fed to. */
    Operand<TFloat32> feed() {
        return feed;
    }

    /**
     * What an application is fed: learning rate, bias correction, epsilon, factor of the accumulated gradients.
     *
     * @param step optimiser steps taken before this one
     * @param accumulated micro-batches whose gradients are applied, the present one included
     */
    HostTensor step(long step, int accumulated) {
        double t = step + 1.0;
        double warm = settings.warmupSteps() == 0 ? 1 : Math.min(1, t / settings.warmupSteps());
        double lr = learningRate * warm;
        double correction1 = 1 - Math.pow(settings.beta1(), t);
        double correction2 = Math.sqrt(1 - Math.pow(settings.beta2(), t));
        // m/c1 / (sqrt(v)/c2 + eps) = (c2/c1) * m / (sqrt(v) + eps*c2)
        return HostTensor.of(
                new float[] {
                    (float) lr,
                    (float) (lr * correction2 / correction1),
                    (float) (settings.epsilon() * correction2),
                    1f / accumulated
                },
                FEEDS);
    }

    /** Adds gradients to those accumulated in a lane. */
    Op accumulate(GraphScope scope, List<Operand<TFloat32>> gradients, int lane) {
        Ops tf = scope.tf();
        List<Op> all = new ArrayList<>();
        for (Group g : groups) {
            all.add(tf.assignAddVariableOp(g.accumulated().get(lane).handle(), endToEnd(tf, g, gradients)));
        }
        return tf.withControlDependencies(all).noOp();
    }

    private static Operand<TFloat32> endToEnd(Ops tf, Group group, List<Operand<TFloat32>> gradients) {
        List<Operand<TFloat32>> rows = new ArrayList<>();
        for (int i = 0; i < group.slots().size(); i++) {
            rows.add(tf.reshape(gradients.get(group.first() + i), tf.constant(new int[] {-1})));
        }
        return rows.size() == 1 ? rows.get(0) : tf.concat(rows, tf.constant(0));
    }

    /** The parts of a vector that belong to each parameter of a group, in the parameters' shapes. */
    private static List<Operand<TFloat32>> apart(Ops tf, Group group, Operand<TFloat32> vector) {
        long[] sizes =
                group.slots().stream().mapToLong(s -> s.parameter().size()).toArray();
        List<Operand<TFloat32>> parts = new ArrayList<>();
        if (sizes.length == 1) {
            parts.add(vector);
        } else {
            tf.splitV(vector, tf.constant(sizes), tf.constant(0), (long) sizes.length)
                    .output()
                    .forEach(parts::add);
        }
        for (int i = 0; i < sizes.length; i++) {
            Shape shape = group.slots().get(i).parameter().shape();
            parts.set(i, tf.reshape(parts.get(i), tf.constant(shape.asArray())));
        }
        return parts;
    }

    /** An application: the operation that updates, and the global norm of the mean gradient before scaling. */
    record Application(Op op, Operand<TFloat32> gradientNorm) {}

    /** Where a lane accumulates, by the name of the group of parameters, each {@code [size]}. */
    Map<String, Parameter> accumulated(int lane) {
        Map<String, Parameter> byGroup = new LinkedHashMap<>();
        for (int at = 0; at < groups.size(); at++) {
            byGroup.put(group(at), groups.get(at).accumulated().get(lane));
        }
        return byGroup;
    }

    private String group(int at) {
        return name + "-" + at;
    }

    /**
     * Inputs for sums of gradients from elsewhere, by the names of {@link #accumulated}.
     *
     * @param sums how many of each group, {@code [sums, size]}
     */
    Map<String, Operand<TFloat32>> sumInputs(TrainingGraph graph, int sums) {
        Map<String, Operand<TFloat32>> byGroup = new LinkedHashMap<>();
        for (int at = 0; at < groups.size(); at++) {
            byGroup.put(
                    group(at),
                    graph.floatInput(group(at) + "-sums", sums, groups.get(at).size()));
        }
        return byGroup;
    }

    /** Applies the mean of the accumulated gradients, and empties the accumulators. */
    Application apply(GraphScope scope) {
        return apply(scope, accumulated(), List.of());
    }

    /**
     * Applies the mean of sums of gradients, added in order as those of lanes are, and empties the accumulators.
     *
     * @param sums by the names of {@link #accumulated}, each {@code [size]}
     */
    Application apply(GraphScope scope, Map<String, List<Operand<TFloat32>>> sums) {
        List<List<Operand<TFloat32>>> ofGroups = new ArrayList<>();
        for (int at = 0; at < groups.size(); at++) {
            ofGroups.add(Objects.requireNonNull(sums.get(group(at)), group(at)));
        }
        return apply(scope, ofGroups, List.of());
    }

    private List<List<Operand<TFloat32>>> accumulated() {
        List<List<Operand<TFloat32>>> ofGroups = new ArrayList<>();
        groups.forEach(g -> ofGroups.add(
                List.copyOf(g.accumulated().stream().map(Parameter::value).toList())));
        return ofGroups;
    }

    /**
     * Applies the mean of the accumulated gradients and these, and empties the accumulators.
     *
     * @param gradients in the order of the parameters; none is zeros
     */
    Application apply(GraphScope scope, List<Operand<TFloat32>> gradients) {
        return apply(scope, accumulated(), gradients);
    }

    /** @param sums of each group's gradients, added in order */
    private Application apply(GraphScope scope, List<List<Operand<TFloat32>>> sums, List<Operand<TFloat32>> gradients) {
        Ops tf = scope.tf();
        List<org.tensorflow.Output<TFloat32>> numbers =
                tf.unstack(feed, (long) FEEDS).output();
        Operand<TFloat32> decay = tf.math.mul(numbers.get(0), tf.constant((float) settings.weightDecay()));
        Operand<TFloat32> rate = numbers.get(1);
        Operand<TFloat32> epsilon = numbers.get(2);
        List<Operand<TFloat32>> means = new ArrayList<>();
        List<Operand<TFloat32>> squares = new ArrayList<>();
        for (int at = 0; at < groups.size(); at++) {
            Group g = groups.get(at);
            Operand<TFloat32> sum = sums.get(at).get(0);
            for (Operand<TFloat32> next : sums.get(at).subList(1, sums.get(at).size())) {
                sum = tf.math.add(sum, next);
            }
            if (!gradients.isEmpty()) {
                sum = tf.math.add(sum, endToEnd(tf, g, gradients));
            }
            Operand<TFloat32> mean = tf.math.mul(sum, numbers.get(3));
            means.add(mean);
            squares.add(tf.nn.l2Loss(mean));
        }
        // A stack, since Grappler reorders addN of scalars from process to process.
        Operand<TFloat32> norm =
                tf.math.sqrt(tf.math.mul(tf.reduceSum(tf.stack(squares), tf.constant(0)), tf.constant(2f)));
        Operand<TFloat32> scale = settings.maxGradientNorm() == 0
                ? tf.constant(1f)
                : tf.math.minimum(
                        tf.constant(1f),
                        tf.math.div(
                                tf.constant((float) settings.maxGradientNorm()),
                                tf.math.add(norm, tf.constant(1e-6f))));
        List<Op> all = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            Group group = groups.get(i);
            Operand<TFloat32> scaled = tf.math.mul(means.get(i), scale);
            List<Operand<TFloat32>> parts = apart(tf, group, scaled);
            for (int k = 0; k < parts.size(); k++) {
                all.add(update(tf, group.slots().get(k), parts.get(k), decay, rate, epsilon));
            }
            for (Parameter lane : group.accumulated()) {
                all.add(tf.withControlDependencies(List.of(scaled))
                        .assignVariableOp(lane.handle(), tf.zerosLike(lane.value())));
            }
        }
        return new Application(tf.withControlDependencies(all).noOp(), norm);
    }

    private Op update(
            Ops tf,
            Slot slot,
            Operand<TFloat32> gradient,
            Operand<TFloat32> decay,
            Operand<TFloat32> rate,
            Operand<TFloat32> epsilon) {
        Op decayed = tf.assignSubVariableOp(
                slot.parameter().handle(), tf.math.mul(slot.parameter().value(), decay));
        return tf.withControlDependencies(List.of(decayed))
                .train
                .resourceApplyAdam(
                        slot.parameter().handle(),
                        slot.firstMoment().handle(),
                        slot.secondMoment().handle(),
                        // Bias corrections are in the rate: powers of zero leave the kernel's own at 1.
                        tf.constant(0f),
                        tf.constant(0f),
                        rate,
                        tf.constant((float) settings.beta1()),
                        tf.constant((float) settings.beta2()),
                        epsilon,
                        gradient);
    }
}
