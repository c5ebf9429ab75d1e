package org.tempera.nn.diffusion;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.NoiseProcess.Transition;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * One denoising step under classifier-free guidance (Ho and Salimans 2022): the network on the negative and the positive
 * prompt in one batch, their combination, and the noise process. Sampling, training and verification all build it here.
 *
 * @param policy the network
 * @param process the noise process
 */
public record GuidedStep(PolicyNetwork policy, NoiseProcess process) {
    /**
     * Builds the step.
     *
     * @param latents {@code [batch, height, width, channels]}
     * @param timesteps training timesteps as floats, {@code [batch]}
     * @param coefficients rows of the noise process, {@code [batch, coefficientCount]}
     * @param positive conditioning of the prompts
     * @param negative conditioning to steer away from; absent without guidance, which then runs the network once
     * @param guidance guidance scale; read only where {@code negative} is there
     */
    public Transition build(
            GraphScope scope,
            Weights weights,
            Operand<TFloat32> latents,
            Operand<TFloat32> timesteps,
            Operand<TFloat32> coefficients,
            Conditioning positive,
            Optional<Conditioning> negative,
            double guidance) {
        return process.transition(
                scope, latents, output(scope, weights, latents, timesteps, positive, negative, guidance), coefficients);
    }

    /** What the network is given: {@code 2 batch} rows under guidance, the negative prompt's first. */
    public record Inputs(Operand<TFloat32> latents, Operand<TFloat32> timesteps, Conditioning conditioning) {}

    /** The network's inputs for a step. */
    public static Inputs inputs(
            GraphScope scope,
            Operand<TFloat32> latents,
            Operand<TFloat32> timesteps,
            Conditioning positive,
            Optional<Conditioning> negative) {
        Ops tf = scope.tf();
        return negative.map(n -> new Inputs(
                        twice(tf, latents, latents), twice(tf, timesteps, timesteps), concat(tf, n, positive)))
                .orElseGet(() -> new Inputs(latents, timesteps, positive));
    }

    /** The network's output under guidance, as {@link #build} takes it. */
    public Operand<TFloat32> output(
            GraphScope scope,
            Weights weights,
            Operand<TFloat32> latents,
            Operand<TFloat32> timesteps,
            Conditioning positive,
            Optional<Conditioning> negative,
            double guidance) {
        if (negative.isEmpty()) {
            return policy.predict(scope, latents, timesteps, positive, weights);
        }
        Ops tf = scope.tf();
        Inputs in = inputs(scope, latents, timesteps, positive, negative);
        Operand<TFloat32> both = policy.predict(scope, in.latents(), in.timesteps(), in.conditioning(), weights);
        List<Operand<TFloat32>> halves = new ArrayList<>();
        tf.split(tf.constant(0), both, 2L).output().forEach(halves::add);
        Operand<TFloat32> away = halves.get(0);
        Operand<TFloat32> toward = halves.get(1);
        return tf.math.add(away, tf.math.mul(tf.math.sub(toward, away), tf.constant((float) guidance)));
    }

    private static Conditioning concat(Ops tf, Conditioning a, Conditioning b) {
        Map<String, Operand<TFloat32>> extra = new TreeMap<>();
        a.extra().forEach((name, operand) -> {
            Operand<TFloat32> other = b.extra().get(name);
            if (other == null) {
                throw new IllegalArgumentException("only one of two conditionings has '" + name + "'");
            }
            extra.put(name, twice(tf, operand, other));
        });
        return new Conditioning(twice(tf, a.hidden(), b.hidden()), extra);
    }

    private static Operand<TFloat32> twice(Ops tf, Operand<TFloat32> a, Operand<TFloat32> b) {
        return tf.concat(List.of(a, b), tf.constant(0));
    }
}
