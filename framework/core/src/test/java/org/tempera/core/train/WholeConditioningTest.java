package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.sample.ImageSampler;
import org.tempera.core.sample.SampleSettings;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.spi.MetricNames;
import org.tempera.spi.algorithm.EpochEnd;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.algorithm.UpdateScope.Denoising;
import org.tempera.spi.algorithm.UpdateScope.Renoising;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.Weights;
import org.tempera.toy.ToyPolicy;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

/**
 * Everything that a prompt is encoded to arrives at the network, whoever builds the step. The prompts here differ in
 * their last letter only, which the policy's second tokenizer alone reads and its second tensor alone carries.
 */
public class WholeConditioningTest {
    private static final List<String> PROMPTS = List.of("same a", "same b", "same c");

    @Test
    public void picturesDifferByTheSecondTensorAlone() {
        try (ImageSampler sampler = new ImageSampler(
                new ToyPolicy(1).pooled(),
                new SampleSettings(3, 1, 2, "away", Optional.empty(), Optional.empty(), 1),
                7,
                new ThreadSettings(1, 1),
                PROMPTS)) {
            assertThat(sampler.draw("same a", 1)).isNotEqualTo(sampler.draw("same b", 1));
            assertThat(sampler.draw("same a", 1)).isEqualTo(sampler.draw("same a", 1));
        }
        try (ImageSampler blind = new ImageSampler(
                new ToyPolicy(),
                new SampleSettings(3, 1, 2, "away", Optional.empty(), Optional.empty(), 1),
                7,
                new ThreadSettings(1, 1))) {
            assertThat(blind.draw("same a", 1)).isEqualTo(blind.draw("same b", 1));
        }
    }

    @Test
    public void updatesTakeTheStepThatWasSampled() {
        Views algorithm = new Views();
        Map<String, Double> metrics;
        try (Trainer trainer = new Trainer(spec(algorithm))) {
            metrics = trainer.trainEpoch().metrics();
            assertThat(trainer.evaluate().pictures()).doesNotHaveDuplicates();
        }
        assertThat(metrics.get(MetricNames.ON_POLICY_RATIO_ERROR)).isZero();
        assertThat(metrics.get("unrolled")).isLessThan(1e-6);
        // The network refuses to be built without its second tensor; what is fed to it is the same for all views.
        assertThat(metrics).containsKey("denoised");
        // Two parts of the negative prompt's, and of each prompt's: 4 at most if all prompts' were one.
        assertThat(algorithm.units.stream().map(Arrays::toString).distinct()).hasSizeGreaterThan(4);
    }

    @Test
    public void aTensorThatOnlyOneOfTwoPromptsHasIsNamed() {
        ToyPolicy policy = new ToyPolicy(1).pooled();
        try (TrainingGraph graph = new TrainingGraph(1)) {
            PolicyNetwork network = policy.build(graph.scope().child("policy"));
            GuidedStep step = GuidedStep.of(policy, network, 2);
            Operand<TFloat32> latents = graph.floatInput("latents", 1, 4, 4, 2);
            Operand<TFloat32> timesteps = graph.floatInput("timesteps", 1);
            Conditioning one = Conditioning.ofTextStates(graph.floatInput("text", 1, 2, 2));
            Conditioning two = one.with(Conditioning.POOLED_TEXT, graph.floatInput("pooled", 1, 2));
            for (List<Conditioning> pair : List.of(List.of(one, two), List.of(two, one))) {
                assertThatThrownBy(() ->
                                step.inputs(graph.scope(), latents, timesteps, pair.get(0), Optional.of(pair.get(1))))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("only one of prompt and negative prompt has a tensor 'pooled-text' to condition the"
                                + " network on");
            }
            assertThatThrownBy(() -> network.predict(graph.scope(), latents, timesteps, one, Weights.POLICY))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the network is conditioned on [text-states], 'pooled-text' is not among them");
        }
    }

    private static TrainingSpec spec(Views algorithm) {
        return SpecCopy.of(TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL, 0, algorithm, Optional.empty()))
                .policy(new ToyPolicy(1).pooled())
                .prompts(PROMPTS)
                .build();
    }

    /** Measures every view of a micro-batch, and the adapter's units at the end of an epoch. */
    private static final class Views extends TinyReinforce {
        private final List<float[]> units = new ArrayList<>();

        @Override
        public Set<Need> needs() {
            return Set.of(Need.ADAPTER_NEURONS);
        }

        @Override
        public Losses build(UpdateScope scope) {
            Losses losses = super.build(scope);
            Ops tf = scope.graph().tf();
            Denoising d = scope.denoising(new Renoising(Renoising.Level.UNIFORM, 1, true));
            Map<String, Operand<TFloat32>> metrics = new TreeMap<>(losses.metrics());
            metrics.put("unrolled", mean(tf, tf.math.abs(tf.math.sub(scope.unrolled(3), d.clean()))));
            Operand<TFloat32> output = d.prediction(Weights.POLICY);
            metrics.put("denoised", mean(tf, tf.math.abs(output)));
            return new Losses(losses.policy(), Optional.empty(), metrics);
        }

        @Override
        public void endOfEpoch(EpochEnd epoch) {
            units.addAll(List.of(epoch.adapterNeurons()
                    .get(0)
                    .hidden(epoch.rollout().samples(), 1)
                    .get(0)));
        }

        private static Operand<TFloat32> mean(Ops tf, Operand<TFloat32> x) {
            return tf.math.mean(x, tf.constant(new int[] {0, 1, 2, 3}));
        }
    }
}
