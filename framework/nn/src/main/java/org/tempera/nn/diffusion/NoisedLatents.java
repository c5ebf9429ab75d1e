package org.tempera.nn.diffusion;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.tempera.base.text.Words;
import org.tempera.spi.algorithm.UpdateScope.Denoising;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Clean latents noised by the forward process, and the networks' outputs for them, each built when it is asked for.
 * Updates and verification build it here.
 */
public final class NoisedLatents implements Denoising {
    private final GraphScope scope;
    private final GuidedStep step;
    private final Inputs in;
    private final UnaryOperator<Operand<TFloat32>> learnt;
    private final NoiseProcess.Forward forward;
    private final Map<Weights, Operand<TFloat32>> predictions = new EnumMap<>(Weights.class);

    /**
     * What it is built from.
     *
     * @param clean {@code [batch, height, width, channels]}
     * @param noise standard normal, of the same shape
     * @param timesteps training timesteps as floats, {@code [batch]}
     * @param coefficients rows of the forward process, {@code [batch, forwardCoefficientCount]}
     * @param positive conditioning of the prompts
     * @param negative conditioning to steer away from; where it is absent the network runs once
     */
    public record Inputs(
            Operand<TFloat32> clean,
            Operand<TFloat32> noise,
            Operand<TFloat32> timesteps,
            Operand<TFloat32> coefficients,
            Conditioning positive,
            Optional<Conditioning> negative) {}

    /**
     * Noises the latents.
     *
     * @param learnt what the policy's outputs pass through before a loss has them
     */
    public NoisedLatents(GraphScope scope, GuidedStep step, Inputs in, UnaryOperator<Operand<TFloat32>> learnt) {
        this.scope = scope;
        this.step = step;
        this.in = in;
        this.learnt = learnt;
        forward = step.process().diffuse(scope, in.clean(), in.noise(), in.coefficients());
    }

    @Override
    public Operand<TFloat32> clean() {
        return in.clean();
    }

    @Override
    public Operand<TFloat32> prediction(Weights weights) {
        Operand<TFloat32> known = predictions.get(weights);
        if (known == null) {
            known = build(weights);
            predictions.put(weights, known);
        }
        return known;
    }

    private Operand<TFloat32> build(Weights weights) {
        GraphScope at = scope.child(Words.of(weights));
        Operand<TFloat32> output =
                step.output(at, weights, forward.noisy(), in.timesteps(), in.positive(), in.negative());
        return weights == Weights.POLICY ? learnt.apply(output) : at.tf().stopGradient(output);
    }

    @Override
    public Operand<TFloat32> target() {
        return forward.target();
    }

    @Override
    public Operand<TFloat32> clean(Operand<TFloat32> prediction) {
        return step.process().clean(scope, forward.noisy(), prediction, in.coefficients());
    }

    @Override
    public Operand<TFloat32> signalToNoise() {
        return forward.signalToNoise();
    }
}
