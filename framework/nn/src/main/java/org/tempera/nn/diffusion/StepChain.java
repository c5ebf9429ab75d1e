package org.tempera.nn.diffusion;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.NoiseProcess.Transition;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.dtypes.Cast;
import org.tensorflow.types.TFloat32;

/**
 * Denoising steps of the policy one after the other in one graph, so that a gradient goes through them. Updates and
 * verification build them here.
 *
 * @param step the network and its noise process
 * @param positive conditioning of the prompts
 * @param negative conditioning to steer away from; where it is absent the network runs once
 */
public record StepChain(GuidedStep step, Conditioning positive, Optional<Conditioning> negative) {
    /**
     * One step of a chain.
     *
     * @param timesteps training timesteps as floats, {@code [batch]}
     * @param coefficients rows of the noise process, {@code [batch, coefficientCount]}
     * @param noise standard normal, shaped like the latents; absent where the step adds none
     */
    public record Link(
            Operand<TFloat32> timesteps, Operand<TFloat32> coefficients, Optional<Operand<TFloat32>> noise) {}

    /**
     * The latents that the steps lead to. A gradient computes each step but the last once more when it gets there, so
     * that it holds what one step needs, however many there are.
     *
     * @param latents where the first step starts, {@code [batch, height, width, channels]}
     * @param live how many of the last steps have a gradient, {@code [batch]}, whole numbers from 1 on; absent for all.
     *     A gradient is computed through all of them, and is zero where it is not wanted
     */
    public Operand<TFloat32> run(
            GraphScope scope, Operand<TFloat32> latents, List<Link> links, Optional<Operand<TFloat32>> live) {
        Operand<TFloat32> now = latents;
        for (int i = 0; i < links.size(); i++) {
            int rest = links.size() - i;
            if (i > 0 && live.isPresent()) {
                now = through(scope.tf(), now, live.get(), rest);
            }
            now = rest > 1 ? recomputed(scope, now, links.get(i)) : next(scope, now, links.get(i));
        }
        return now;
    }

    private Operand<TFloat32> recomputed(GraphScope scope, Operand<TFloat32> latents, Link link) {
        List<Operand<TFloat32>> inputs = new ArrayList<>(List.of(latents, link.timesteps()));
        inputs.addAll(positive.tensors().values());
        negative.ifPresent(n -> inputs.addAll(n.tensors().values()));
        return scope.recomputed(inputs, all -> {
            Iterator<Operand<TFloat32>> each = all.iterator();
            Operand<TFloat32> from = each.next();
            Link same = new Link(each.next(), link.coefficients(), link.noise());
            Conditioning toward = renewed(positive, each);
            return new StepChain(step, toward, negative.map(n -> renewed(n, each))).next(scope, from, same);
        });
    }

    private static Conditioning renewed(Conditioning names, Iterator<Operand<TFloat32>> tensors) {
        Map<String, Operand<TFloat32>> all = new LinkedHashMap<>();
        names.tensors().keySet().forEach(name -> all.put(name, tensors.next()));
        return new Conditioning(all);
    }

    private Operand<TFloat32> next(GraphScope scope, Operand<TFloat32> latents, Link link) {
        Transition taken =
                step.build(scope, Weights.POLICY, latents, link.timesteps(), link.coefficients(), positive, negative);
        Ops tf = scope.tf();
        return link.noise()
                .<Operand<TFloat32>>map(
                        noise -> tf.math.add(taken.mean(), tf.math.mul(taken.standardDeviation(), noise)))
                .orElse(taken.mean());
    }

    /** The same latents, with a gradient in rows of which more than {@code rest} steps are live. */
    private static Operand<TFloat32> through(Ops tf, Operand<TFloat32> latents, Operand<TFloat32> live, int rest) {
        Operand<TFloat32> open =
                tf.dtypes.cast(tf.math.greater(live, tf.constant((float) rest)), TFloat32.class, new Cast.Options[0]);
        Operand<TFloat32> fixed = tf.stopGradient(latents);
        return tf.math.add(
                fixed,
                tf.math.mul(tf.math.sub(latents, fixed), tf.reshape(open, tf.constant(new int[] {-1, 1, 1, 1}))));
    }

    /**
     * Final latents noised to the level of a step and taken through it, without noise of its own.
     *
     * @param clean {@code [batch, height, width, channels]}; a constant
     * @param noise standard normal, of the same shape
     * @param forward rows of the forward process at the step's timestep, {@code [batch, forwardCoefficientCount]}
     * @param link the step, without noise
     */
    public Operand<TFloat32> again(
            GraphScope scope, Operand<TFloat32> clean, Operand<TFloat32> noise, Operand<TFloat32> forward, Link link) {
        return next(
                scope,
                step.process()
                        .diffuse(scope, scope.tf().stopGradient(clean), noise, forward)
                        .noisy(),
                link);
    }
}
