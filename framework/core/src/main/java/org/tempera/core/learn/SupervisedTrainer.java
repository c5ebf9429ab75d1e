package org.tempera.core.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.graph.Program;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;

/**
 * Minimises a loss with AdamW, one batch a step, and keeps an exponential moving average of the parameters if asked to.
 * For models that are trained on data, such as an autoencoder; reinforcement learning has {@link Learner}.
 */
public final class SupervisedTrainer {
    private final AdamW optimizer;
    private final Program<StepFeeds, StepFetches> step;
    private final Map<Parameter, Parameter> averages = new LinkedHashMap<>();
    private final Program<AverageFeeds, AverageFetches> average;
    private long steps;

    record StepFeeds(Map<String, Object> data, HostTensor optimizer) {}

    record StepFetches(Map<String, HostTensor> metrics, float norm) {}

    record AverageFeeds(float keep) {}

    record AverageFetches() {}

    /**
     * Declares the optimiser and builds the step. Call before the graph is sealed.
     *
     * @param name of the optimiser in the graph
     * @param parameters those to be trained
     * @param settings of which {@code policyRate} is used
     * @param data inputs by the names under which {@link #step} is given their values
     * @param loss a scalar
     * @param metrics scalars to be reported; the loss is added as {@code loss}
     */
    public SupervisedTrainer(
            TrainingGraph graph,
            String name,
            List<Parameter> parameters,
            OptimizerSettings settings,
            Map<String, ? extends Operand<?>> data,
            Operand<TFloat32> loss,
            Map<String, Operand<TFloat32>> metrics) {
        GraphScope scope = graph.scope().child("supervised/" + name);
        optimizer = new AdamW(graph, name, parameters, settings, settings.policyRate(), 1);
        List<Operand<TFloat32>> values = new ArrayList<>();
        for (Parameter p : parameters) {
            values.add(p.value());
        }
        AdamW.Application applied = optimizer.apply(scope, graph.gradients(loss, values));
        Map<String, Operand<TFloat32>> reported = new LinkedHashMap<>(metrics);
        reported.put("loss", loss);
        step = Program.define(name + "-step", StepFeeds.class, StepFetches.class)
                .feedMap("data", data)
                .feed("optimizer", optimizer.feed())
                .fetchMap("metrics", reported)
                .fetch("norm", applied.gradientNorm())
                .target(applied.op())
                .build();

        GraphScope averaging = scope.child("average");
        Operand<TFloat32> keep = graph.floatInput(name + "-average");
        List<Op> updates = new ArrayList<>();
        for (Parameter p : parameters) {
            Parameter a = averaging.parameter(p.name(), p.shape(), Initializer.zeros(), false);
            averages.put(p, a);
            Operand<TFloat32> next = averaging
                    .tf()
                    .math
                    .add(
                            p.value(),
                            averaging.tf().math.mul(keep, averaging.tf().math.sub(a.value(), p.value())));
            updates.add(averaging.tf().assignVariableOp(a.handle(), next));
        }
        average = Program.define(name + "-average", AverageFeeds.class, AverageFetches.class)
                .feed("keep", keep)
                .target(averaging.tf().withControlDependencies(updates).noOp())
                .build();
    }

    /**
     * One update.
     *
     * @param data {@link HostTensor} or {@code int[]} by input
     * @param rateFactor what the learning rate is multiplied with at this step, for schedules
     * @return metrics by name, {@code loss} and {@code gradient_norm} among them
     */
    public Map<String, Double> step(TrainingSession session, Map<String, Object> data, double rateFactor) {
        HostTensor numbers = optimizer.step(steps, 1);
        float[] scaled = numbers.data().clone();
        scaled[0] = (float) (scaled[0] * rateFactor);
        scaled[1] = (float) (scaled[1] * rateFactor);
        StepFetches out = step.run(session, new StepFeeds(data, HostTensor.of(scaled, scaled.length)));
        steps++;
        Map<String, Double> report = new LinkedHashMap<>();
        out.metrics().forEach((name, value) -> report.put(name, (double) value.scalarValue()));
        report.put("gradient_norm", (double) out.norm());
        return report;
    }

    /** Moves the averages towards the parameters: {@code average = keep * average + (1 - keep) * parameter}. */
    public void average(TrainingSession session, double keep) {
        average.run(session, new AverageFeeds((float) keep));
    }

    /** Parameters by themselves, with their averages. */
    public Map<Parameter, Parameter> averages() {
        return new LinkedHashMap<>(averages);
    }

    /** Updates so far. */
    public long steps() {
        return steps;
    }

    /** Takes over the count of a checkpoint. */
    public void restoreSteps(long taken) {
        steps = taken;
    }

    /** Every variable that steps change: parameters, moments and averages. */
    public List<Parameter> state() {
        List<Parameter> all = new ArrayList<>();
        for (AdamW.Slot s : optimizer.slots()) {
            all.add(s.parameter());
            all.add(s.firstMoment());
            all.add(s.secondMoment());
        }
        all.addAll(averages.values());
        return all;
    }
}
