package org.tempera.core.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.tempera.core.rollout.StepInputs;
import org.tempera.graph.Program;
import org.tempera.graph.TrainingGraph;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.nn.diffusion.StepChain;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.Weights;
import org.tempera.toy.ToyPolicy;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

/** What a gradient through steps in a row holds. */
public class StepChainTest {
    private static final int BATCH = 64;

    record In(Map<String, Object> inputs) {}

    record Out(HostTensor gradient) {}

    /** A chain of so many steps, from the inputs of one. */
    private interface Chain extends BiFunction<TrainingGraph, Setting, Operand<TFloat32>> {}

    private record Setting(GuidedStep step, StepInputs in, int steps) {}

    private static final Chain KEPT = (graph, s) -> {
        Operand<TFloat32> now = s.in().latents();
        for (int i = 0; i < s.steps(); i++) {
            now = s.step()
                    .build(
                            graph.scope(),
                            Weights.POLICY,
                            now,
                            s.in().timesteps(),
                            s.in().coefficients(),
                            s.in().positive(),
                            s.in().negative())
                    .mean();
        }
        return now;
    };

    private static final Chain CHAIN = (graph, s) -> {
        List<StepChain.Link> links = new ArrayList<>();
        for (int i = 0; i < s.steps(); i++) {
            links.add(new StepChain.Link(s.in().timesteps(), s.in().coefficients(), Optional.empty()));
        }
        return new StepChain(s.step(), s.in().positive(), s.in().negative())
                .run(graph.scope(), s.in().latents(), links, Optional.empty());
    };

    @Test
    public void holdsOneStepHoweverManyThereAre() {
        long perStep = peak(CHAIN, 9) - peak(CHAIN, 8);
        long perStepKept = peak(KEPT, 9) - peak(KEPT, 8);
        assertThat(perStep).isPositive().isLessThan(perStepKept / 2);
    }

    /** The bytes of a run that computes the gradient with respect to a parameter of every step. */
    private static long peak(Chain chain, int steps) {
        ToyPolicy policy = new ToyPolicy();
        try (TrainingGraph graph = new TrainingGraph(1)) {
            PolicyNetwork network = policy.build(graph.scope().child("policy"));
            GuidedStep step = GuidedStep.of(policy, network, 2);
            StepInputs in = StepInputs.declare(graph, "chain", BATCH, policy.shape(), step);
            Ops tf = graph.scope().tf();
            Operand<TFloat32> end = chain.apply(graph, new Setting(step, in, steps));
            Operand<TFloat32> loss = tf.reduceSum(tf.math.square(end), tf.constant(new int[] {0, 1, 2, 3}));
            Parameter trained = network.trainable().get(0);
            Map<String, Operand<TFloat32>> inputs = new LinkedHashMap<>(in.inputs());
            inputs.remove(StepInputs.FRACTIONS);
            return Program.define("gradient", In.class, Out.class)
                    .feedMap("inputs", inputs)
                    .fetch(
                            "gradient",
                            graph.gradients(loss, List.of(trained.value())).get(0))
                    .build()
                    .peakBytes();
        }
    }
}
