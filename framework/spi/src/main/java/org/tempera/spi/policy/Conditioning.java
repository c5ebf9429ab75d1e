package org.tempera.spi.policy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * What a network is conditioned on, in the graph: tensors by name in a fixed order, each with the batch first. Wherever
 * a step is built, {@link PolicyNetwork#predict} is given all of them.
 *
 * @param tensors those that the policy's {@link TextEncoder} gives
 */
public record Conditioning(Map<String, Operand<TFloat32>> tensors) {
    /** Name of the states of a text's tokens, {@code [batch, tokens, width]}. */
    public static final String TEXT_STATES = "text-states";

    /** Name of one vector for a whole text, {@code [batch, width]}. */
    public static final String POOLED_TEXT = "pooled-text";

    /**
     * Name of the scale of {@link Guidance#EMBEDDED}, {@code [batch]}. The framework adds it to what the policy's
     * {@link TextEncoder} gives.
     */
    public static final String GUIDANCE_SCALE = "guidance-scale";

    public Conditioning {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /** Text states and nothing else, as in Stable Diffusion 1 and 2. */
    public static Conditioning ofTextStates(Operand<TFloat32> states) {
        return new Conditioning(Map.of(TEXT_STATES, states));
    }

    /** The same with one tensor more. */
    public Conditioning with(String name, Operand<TFloat32> tensor) {
        Map<String, Operand<TFloat32>> all = new LinkedHashMap<>(tensors);
        all.put(name, tensor);
        return new Conditioning(all);
    }

    /**
     * The tensor of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Operand<TFloat32> get(String name) {
        Operand<TFloat32> tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "the network is conditioned on " + tensors.keySet() + ", '" + name + "' is not among them");
        }
        return tensor;
    }

    /** The states of the text's tokens, {@code [batch, tokens, width]}. */
    public Operand<TFloat32> textStates() {
        return get(TEXT_STATES);
    }
}
