package org.tempera.core.rollout;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.prompt.StepText;
import org.tempera.graph.TrainingGraph;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.NoiseProcess.Transition;
import org.tempera.spi.policy.PolicyShape;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/**
 * Graph inputs of a denoising step for a static batch, and what is fed to them: sampling, updates and statistics of
 * neurons declare a step here and nowhere else. A program that reads a part of it feeds that part alone
 * ({@link #inputs}).
 *
 * @param batch rows
 * @param latents {@code [batch, height, width, channels]}
 * @param timesteps {@code [batch]}
 * @param fractions timesteps over the number of training timesteps, {@code [batch]}
 * @param coefficients {@code [batch, coefficientCount]}
 * @param positive what the prompts are encoded to
 * @param negative what the negative prompts are encoded to; absent where the network runs once
 */
public record StepInputs(
        int batch,
        Operand<TFloat32> latents,
        Operand<TFloat32> timesteps,
        Operand<TFloat32> fractions,
        Operand<TFloat32> coefficients,
        Conditioning positive,
        Optional<Conditioning> negative) {
    /** Name of {@link #latents} among {@link #inputs} and {@link #rows}. */
    public static final String LATENTS = "latents";

    /** Name of {@link #timesteps}. */
    public static final String TIMESTEPS = "timesteps";

    /** Name of {@link #fractions}. */
    public static final String FRACTIONS = "fractions";

    /** Name of {@link #coefficients}. */
    public static final String COEFFICIENTS = "coefficients";

    private static final String TEXT = "text/";
    private static final String NEGATIVE_TEXT = "negative-text/";

    /** Declares the inputs under {@code name}. */
    public static StepInputs declare(TrainingGraph graph, String name, int batch, PolicyShape shape, GuidedStep step) {
        return new StepInputs(
                batch,
                graph.floatInput(
                        name + "-latents", batch, shape.latentHeight(), shape.latentWidth(), shape.latentChannels()),
                graph.floatInput(name + "-timesteps", batch),
                graph.floatInput(name + "-fractions", batch),
                graph.floatInput(name + "-coefficients", batch, step.process().coefficientCount()),
                conditioning(graph, name + "-text-", batch, step.text()),
                step.runsTwice()
                        ? Optional.of(conditioning(graph, name + "-negative-text-", batch, step.text()))
                        : Optional.empty());
    }

    private static Conditioning conditioning(TrainingGraph graph, String prefix, int batch, Map<String, Shape> shapes) {
        Map<String, Operand<TFloat32>> tensors = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> tensors.put(name, graph.floatInput(prefix + name, shape.prepend(batch))));
        return new Conditioning(tensors);
    }

    /** All of them by name, to be bound to a program's map of feeds. */
    public Map<String, Operand<TFloat32>> inputs() {
        Map<String, Operand<TFloat32>> all = new LinkedHashMap<>();
        all.put(LATENTS, latents);
        all.put(TIMESTEPS, timesteps);
        all.put(FRACTIONS, fractions);
        all.put(COEFFICIENTS, coefficients);
        all.putAll(textInputs());
        return all;
    }

    /** Those of the text alone. */
    public Map<String, Operand<TFloat32>> textInputs() {
        Map<String, Operand<TFloat32>> all = new LinkedHashMap<>();
        positive.tensors().forEach((name, tensor) -> all.put(TEXT + name, tensor));
        negative.ifPresent(n -> n.tensors().forEach((name, tensor) -> all.put(NEGATIVE_TEXT + name, tensor)));
        return all;
    }

    /**
     * What is fed for rows that stand at {@code steps} of a schedule, by the names of {@link #inputs}.
     *
     * @param latents {@code [batch, height, width, channels]}
     * @param text what the rows' prompts are encoded to, and the negative ones
     */
    public static Map<String, HostTensor> rows(Schedule schedule, int[] steps, HostTensor latents, StepText text) {
        Map<String, HostTensor> all = new LinkedHashMap<>();
        all.put(LATENTS, latents);
        all.put(TIMESTEPS, schedule.timesteps(steps));
        all.put(FRACTIONS, schedule.fractions(steps));
        all.put(COEFFICIENTS, schedule.coefficients(steps));
        all.putAll(text(text));
        return all;
    }

    /** What is fed to {@link #textInputs}. */
    public static Map<String, HostTensor> text(StepText text) {
        Map<String, HostTensor> all = new LinkedHashMap<>();
        text.positive().tensors().forEach((name, tensor) -> all.put(TEXT + name, tensor));
        text.negative().ifPresent(n -> n.tensors().forEach((name, tensor) -> all.put(NEGATIVE_TEXT + name, tensor)));
        return all;
    }

    /** The step on these inputs. */
    public Transition transition(GuidedStep step, GraphScope scope, Weights weights) {
        return transition(step, scope, output(step, scope, weights));
    }

    /** The network's output under guidance. */
    public Operand<TFloat32> output(GuidedStep step, GraphScope scope, Weights weights) {
        return step.output(scope, weights, latents, timesteps, positive, negative);
    }

    /** The step that an output of the network makes. */
    public Transition transition(GuidedStep step, GraphScope scope, Operand<TFloat32> output) {
        return step.process().transition(scope, latents, output, coefficients);
    }
}
