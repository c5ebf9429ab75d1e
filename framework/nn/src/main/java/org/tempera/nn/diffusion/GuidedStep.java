package org.tempera.nn.diffusion;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.Guidance;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.NoiseProcess.Transition;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * One denoising step under guidance: the network on the prompt, and on the negative prompt in the same batch where
 * guidance is classifier-free; their combination; and the noise process. Sampling, training and verification all build
 * it here.
 *
 * @param policy the network
 * @param process the noise process
 * @param text shapes of the tensors that a prompt is encoded to, by name
 * @param guidance how the network is steered toward the prompt
 * @param scale guidance scale
 */
public record GuidedStep(
        PolicyNetwork policy, NoiseProcess process, Map<String, Shape> text, Guidance guidance, double scale) {
    public GuidedStep {
        text = Collections.unmodifiableMap(new LinkedHashMap<>(text));
    }

    /** A step of an opened policy. */
    public static GuidedStep of(DiffusionPolicy policy, PolicyNetwork network, double scale) {
        return new GuidedStep(network, policy.noiseProcess(), policy.text().shapes(), policy.guidance(), scale);
    }

    /** Whether the network runs on a negative prompt too. */
    public boolean runsTwice() {
        return guidance.runsTwice(scale);
    }

    /**
     * Builds the step.
     *
     * @param latents {@code [batch, height, width, channels]}
     * @param timesteps training timesteps as floats, {@code [batch]}
     * @param coefficients rows of the noise process, {@code [batch, coefficientCount]}
     * @param positive conditioning of the prompts
     * @param negative conditioning to steer away from; where it is absent the network runs once
     */
    public Transition build(
            GraphScope scope,
            Weights weights,
            Operand<TFloat32> latents,
            Operand<TFloat32> timesteps,
            Operand<TFloat32> coefficients,
            Conditioning positive,
            Optional<Conditioning> negative) {
        return process.transition(
                scope, latents, output(scope, weights, latents, timesteps, positive, negative), coefficients);
    }

    /**
     * What the network is given: {@code 2 batch} rows where there is a negative prompt, its own first; under embedded
     * guidance the scale besides.
     */
    public record Inputs(Operand<TFloat32> latents, Operand<TFloat32> timesteps, Conditioning conditioning) {}

    /**
     * The network's inputs for a step.
     *
     * @throws IllegalArgumentException if only one of two conditionings has a tensor of some name
     */
    public Inputs inputs(
            GraphScope scope,
            Operand<TFloat32> latents,
            Operand<TFloat32> timesteps,
            Conditioning positive,
            Optional<Conditioning> negative) {
        Ops tf = scope.tf();
        Inputs in = negative.map(n -> new Inputs(
                        twice(tf, latents, latents), twice(tf, timesteps, timesteps), concat(tf, n, positive)))
                .orElseGet(() -> new Inputs(latents, timesteps, positive));
        if (guidance != Guidance.EMBEDDED) {
            return in;
        }
        int[] rows = {(int) in.latents().shape().get(0)};
        return new Inputs(
                in.latents(),
                in.timesteps(),
                in.conditioning()
                        .with(Conditioning.GUIDANCE_SCALE, tf.fill(tf.constant(rows), tf.constant((float) scale))));
    }

    /** The network's output under guidance, as {@link #build} takes it. */
    public Operand<TFloat32> output(
            GraphScope scope,
            Weights weights,
            Operand<TFloat32> latents,
            Operand<TFloat32> timesteps,
            Conditioning positive,
            Optional<Conditioning> negative) {
        Inputs in = inputs(scope, latents, timesteps, positive, negative);
        Operand<TFloat32> output = policy.predict(scope, in.latents(), in.timesteps(), in.conditioning(), weights);
        if (negative.isEmpty()) {
            return output;
        }
        Ops tf = scope.tf();
        List<Operand<TFloat32>> halves = new ArrayList<>();
        tf.split(tf.constant(0), output, 2L).output().forEach(halves::add);
        Operand<TFloat32> away = halves.get(0);
        Operand<TFloat32> toward = halves.get(1);
        return tf.math.add(away, tf.math.mul(tf.math.sub(toward, away), tf.constant((float) scale)));
    }

    private static Conditioning concat(Ops tf, Conditioning negative, Conditioning positive) {
        negative.tensors().keySet().forEach(name -> requireBoth(name, positive));
        Map<String, Operand<TFloat32>> all = new LinkedHashMap<>();
        positive.tensors().forEach((name, tensor) -> {
            requireBoth(name, negative);
            all.put(name, twice(tf, negative.get(name), tensor));
        });
        return new Conditioning(all);
    }

    private static void requireBoth(String name, Conditioning other) {
        if (!other.tensors().containsKey(name)) {
            throw new IllegalArgumentException(
                    "only one of prompt and negative prompt has a tensor '" + name + "' to condition the network on");
        }
    }

    private static Operand<TFloat32> twice(Ops tf, Operand<TFloat32> a, Operand<TFloat32> b) {
        return tf.concat(List.of(a, b), tf.constant(0));
    }
}
