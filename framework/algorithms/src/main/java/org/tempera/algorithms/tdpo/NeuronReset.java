package org.tempera.algorithms.tdpo;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Draws the weights of chosen hidden neurons anew: those that come into a neuron, its bias (to zero), and those that
 * leave it. The optimiser's moments become zero at exactly the entries that change; its step count stays.
 *
 * <p>Layers are dense, in a row, weights {@code [in, out]} row-major, biases {@code [out]}. An entry that both comes
 * into a reset neuron and leaves one is drawn as incoming. The last layer's bias belongs to no hidden neuron and never
 * changes.
 */
public final class NeuronReset {
    /** What a weight that leaves a reset neuron becomes. */
    public enum Outgoing {
        /** Drawn from the distribution of its layer: the published code for the critic. */
        DRAWN,
        /** Zero, so that a reset neuron starts without effect: ReDo, and the published code for LoRA layers. */
        ZERO
    }

    /**
     * A dense layer.
     *
     * @param in its inputs
     * @param out its outputs; the hidden neurons, but for the last layer
     * @param bias whether it has a bias
     * @param deviation standard deviation of a weight that is drawn, zero mean
     */
    public record Layer(int in, int out, boolean bias, double deviation) {
        public Layer {
            if (in < 1 || out < 1 || !(deviation >= 0)) {
                throw new IllegalArgumentException("a layer must have inputs, outputs and a deviation >= 0, found " + in
                        + ", " + out + " and " + deviation);
            }
        }
    }

    private final List<Layer> layers;
    private final List<boolean[]> reset;
    private final Outgoing outgoing;

    /**
     * Plans a reset.
     *
     * @param layers from input to output
     * @param reset which neurons of each hidden layer, {@code [width]} each; one fewer than layers
     */
    public NeuronReset(List<Layer> layers, List<boolean[]> reset, Outgoing outgoing) {
        if (reset.size() != layers.size() - 1) {
            throw new IllegalArgumentException(layers.size() + " layers have " + (layers.size() - 1)
                    + " hidden ones, found masks of " + reset.size());
        }
        for (int i = 0; i < reset.size(); i++) {
            if (layers.get(i).out() != reset.get(i).length || layers.get(i + 1).in() != reset.get(i).length) {
                throw new IllegalArgumentException("hidden layer " + i + " is "
                        + layers.get(i).out()
                        + " wide, the next layer takes " + layers.get(i + 1).in() + ", and the mask holds "
                        + reset.get(i).length);
            }
        }
        this.layers = List.copyOf(layers);
        this.reset = reset.stream().map(boolean[]::clone).toList();
        this.outgoing = outgoing;
    }

    /** Plans the reset that a mode makes of a mask. */
    public static NeuronReset of(List<Layer> layers, NeuronMask mask, ResetMode mode, Outgoing outgoing) {
        List<boolean[]> reset = new ArrayList<>();
        for (int i = 0; i < mask.layers(); i++) {
            reset.add(mask.reset(i, mode));
        }
        return new NeuronReset(layers, reset, outgoing);
    }

    /**
     * The deviation that the published code initialises and resets every layer of its critic with, whatever the layer's
     * own width: 1 / (features + 1). (It calls this number the standard deviation, not the variance.)
     */
    public static double referenceDeviation(int featureWidth) {
        return 1.0 / (featureWidth + 1);
    }

    /**
     * Entries of layer {@code layer}'s weight {@code [in, out]} that change; the optimiser's moments become zero there.
     */
    public boolean[] weightMask(int layer) {
        Layer l = layers.get(layer);
        boolean[] mask = new boolean[l.in() * l.out()];
        for (int i = 0; i < l.in(); i++) {
            for (int j = 0; j < l.out(); j++) {
                mask[i * l.out() + j] = incoming(layer, j) || leaving(layer, i);
            }
        }
        return mask;
    }

    /** Entries of layer {@code layer}'s bias {@code [out]} that become zero, and the optimiser's moments with them. */
    public boolean[] biasMask(int layer) {
        Layer l = layers.get(layer);
        boolean[] mask = new boolean[l.bias() ? l.out() : 0];
        for (int j = 0; j < mask.length; j++) {
            mask[j] = incoming(layer, j);
        }
        return mask;
    }

    /** Whether any neuron is reset. */
    public boolean resetsAny() {
        for (boolean[] mask : reset) {
            for (boolean b : mask) {
                if (b) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * A layer's weight after the reset. Call for every layer in order with one generator, so that the seed decides all.
     *
     * @param weight {@code [in, out]} row-major; left as it is
     */
    public float[] redrawWeight(int layer, float[] weight, Random random) {
        Layer l = layers.get(layer);
        requireSize("weight of layer " + layer, weight.length, l.in() * l.out());
        float[] out = weight.clone();
        for (int i = 0; i < l.in(); i++) {
            for (int j = 0; j < l.out(); j++) {
                if (incoming(layer, j) || (leaving(layer, i) && outgoing == Outgoing.DRAWN)) {
                    out[i * l.out() + j] = (float) (random.nextGaussian() * l.deviation());
                } else if (leaving(layer, i)) {
                    out[i * l.out() + j] = 0;
                }
            }
        }
        return out;
    }

    /** A layer's bias {@code [out]} after the reset. */
    public float[] zeroBias(int layer, float[] bias) {
        boolean[] mask = biasMask(layer);
        requireSize("bias of layer " + layer, bias.length, mask.length);
        float[] out = bias.clone();
        for (int j = 0; j < out.length; j++) {
            if (mask[j]) {
                out[j] = 0;
            }
        }
        return out;
    }

    private boolean incoming(int layer, int neuron) {
        return layer < reset.size() && reset.get(layer)[neuron];
    }

    private boolean leaving(int layer, int input) {
        return layer > 0 && reset.get(layer - 1)[input];
    }

    private static void requireSize(String name, int found, int expected) {
        if (found != expected) {
            throw new IllegalArgumentException(name + " must hold " + expected + " numbers, found " + found);
        }
    }
}
