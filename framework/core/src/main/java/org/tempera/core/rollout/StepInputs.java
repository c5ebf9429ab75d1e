package org.tempera.core.rollout;

import java.util.Optional;
import org.tempera.core.graph.TrainingGraph;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.NoiseProcess.Transition;
import org.tempera.spi.policy.PolicyShape;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Graph inputs of a denoising step for a static batch; sampling and updates feed the same ones.
 *
 * @param batch rows
 * @param latents {@code [batch, height, width, channels]}
 * @param timesteps {@code [batch]}
 * @param fractions timesteps over the number of training timesteps, {@code [batch]}
 * @param coefficients {@code [batch, coefficientCount]}
 * @param positive text states of the prompts
 * @param negative text states of the negative prompt; absent without guidance
 */
public record StepInputs(
        int batch,
        Operand<TFloat32> latents,
        Operand<TFloat32> timesteps,
        Operand<TFloat32> fractions,
        Operand<TFloat32> coefficients,
        Operand<TFloat32> positive,
        Optional<Operand<TFloat32>> negative) {
    /** Declares the inputs under {@code name}. */
    public static StepInputs declare(
            TrainingGraph graph, String name, int batch, PolicyShape shape, NoiseProcess process, boolean guided) {
        return new StepInputs(
                batch,
                graph.floatInput(
                        name + "-latents", batch, shape.latentHeight(), shape.latentWidth(), shape.latentChannels()),
                graph.floatInput(name + "-timesteps", batch),
                graph.floatInput(name + "-fractions", batch),
                graph.floatInput(name + "-coefficients", batch, process.coefficientCount()),
                graph.floatInput(name + "-text", batch, shape.textLength(), shape.textWidth()),
                guided
                        ? Optional.of(
                                graph.floatInput(name + "-negative-text", batch, shape.textLength(), shape.textWidth()))
                        : Optional.empty());
    }

    /**
     * The step on these inputs.
     *
     * @param guidance guidance scale; at most 1 is off
     */
    public Transition transition(GuidedStep step, GraphScope scope, Weights weights, double guidance) {
        return step.build(
                scope,
                weights,
                latents,
                timesteps,
                coefficients,
                positiveConditioning(),
                negativeConditioning(),
                guidance);
    }

    public Conditioning positiveConditioning() {
        return new Conditioning(positive);
    }

    public Optional<Conditioning> negativeConditioning() {
        return negative.map(Conditioning::new);
    }
}
