package org.tempera.algorithms.tdpo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tempera.algorithms.tdpo.NeuronReset.Outgoing;
import org.tempera.base.text.Words;
import org.tempera.spi.Checkpointable;
import org.tempera.spi.Checkpointable.UnfitStateException;
import org.tempera.spi.HostTensor;
import org.tempera.spi.MetricNames;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.EpochEnd;
import org.tempera.spi.algorithm.EpochEnd.Neurons;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.critic.Recyclable.DenseLayer;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.ndarray.Shape;

/** Measures dormant neurons after every epoch, and resets neurons when it is time. Equations (8) and (9). */
final class NeuronRecycler implements Checkpointable {
    /** Which states of a rollout neurons are measured on. */
    enum Measured {
        /** The first eight samples at the last step that is learnt from, as the published code means to. */
        PUBLISHED,
        /** All samples at up to ten of the steps that are learnt from, evenly spread from the first to the last. */
        WHOLE_EPOCH
    }

    /** The rules; see {@link NeuronResetConfig}. */
    record Rules(
            ResetMode mode,
            ResetSchedule schedule,
            Dormancy dormancy,
            double threshold,
            NeuronResetConfig.Target target,
            Outgoing outgoing,
            Measured measured) {}

    private static final int PUBLISHED_ROWS = 8;
    private static final int SPREAD_STEPS = 10;
    private static final String DORMANT = "dormant";

    private final Rules rules;
    private @Nullable NeuronMask before;

    NeuronRecycler(Rules rules) {
        this.rules = rules;
    }

    void endOfEpoch(EpochEnd end) {
        boolean reset = rules.mode() != ResetMode.NONE && rules.schedule().due(end.epoch());
        Random random = rules.schedule().random(end.seed(), end.epoch());
        if (rules.target().critic()) {
            Optional<Neurons> critic = end.criticNeurons();
            if (critic.isEmpty() && rules.mode() != ResetMode.NONE) {
                throw new UserException("neuron-reset.target = "
                        + Words.of(rules.target())
                        + ", but the critic of this run has no neurons that can be reset: use critic temporal-mlp or"
                        + " neuron-reset.mode = none");
            }
            critic.ifPresent(neurons -> critic(end, neurons, reset, random));
        }
        if (rules.target().adapters()) {
            adapters(end, reset, random);
        }
    }

    private void critic(EpochEnd end, Neurons neurons, boolean reset, Random random) {
        NeuronMask mask = measure(neurons, end);
        end.metric(MetricNames.DORMANT_FRACTION, mask.dormantFraction());
        if (before != null && !mask.fits(before)) {
            throw new UnfitStateException("its dormant neurons are those of layers of " + before.widths()
                    + ", the critic's layers have " + mask.widths());
        }
        if (before != null) {
            end.metric("critic/dormant_overlap", mask.overlap(before));
        }
        before = mask;
        if (reset) {
            end.metric("critic/reset_neurons", reset(neurons, mask, rules.outgoing(), random));
        }
    }

    private void adapters(EpochEnd end, boolean reset, Random random) {
        List<Neurons> all = end.adapterNeurons();
        if (all.isEmpty()) {
            throw new UserException("neuron-reset.target = "
                    + Words.of(rules.target())
                    + ", but the policy of this run has no adapters: train LoRA layers or use target = critic");
        }
        int units = 0;
        int dormant = 0;
        int redrawn = 0;
        for (Neurons neurons : all) {
            NeuronMask mask = measure(neurons, end);
            units += mask.neurons();
            dormant += mask.dormantNeurons();
            if (reset) {
                // Zero, as published: a reset unit leaves the policy as it was but for what the unit did.
                redrawn += reset(neurons, mask, Outgoing.ZERO, random);
            }
        }
        end.metric("policy/dormant_fraction", units == 0 ? 0 : (double) dormant / units);
        if (reset) {
            end.metric("policy/reset_neurons", redrawn);
        }
    }

    private NeuronMask measure(Neurons neurons, EpochEnd end) {
        List<Integer> steps = steps(end.rollout());
        int samples = end.rollout().samples();
        List<float[][]> hidden = new ArrayList<>();
        if (rules.measured() == Measured.PUBLISHED) {
            hidden.addAll(neurons.hidden(Math.min(PUBLISHED_ROWS, samples), steps.get(steps.size() - 1)));
        } else {
            int last = steps.size() - 1;
            int count = Math.min(SPREAD_STEPS, steps.size());
            for (int k = 0; k < count; k++) {
                int place = count == 1 ? last : k * last / (count - 1);
                append(hidden, neurons.hidden(samples, steps.get(place)));
            }
        }
        List<DoubleUnaryOperator> nonlinearities = new ArrayList<>();
        for (int i = 0; i < hidden.size(); i++) {
            nonlinearities.add(neurons.layers().get(i).nonlinearity());
        }
        return NeuronMask.of(rules.dormancy(), hidden, nonlinearities, rules.threshold());
    }

    /** The steps whose states are known: those that are learnt from, or all where none is stochastic. */
    private static List<Integer> steps(Rollout rollout) {
        return rollout.stochasticSteps().isEmpty()
                ? IntStream.range(0, rollout.steps()).boxed().toList()
                : rollout.stochasticSteps();
    }

    private static void append(List<float[][]> rows, List<float[][]> more) {
        for (int i = 0; i < more.size(); i++) {
            if (rows.size() == i) {
                rows.add(more.get(i));
            } else {
                float[][] joined = Arrays.copyOf(rows.get(i), rows.get(i).length + more.get(i).length);
                System.arraycopy(more.get(i), 0, joined, rows.get(i).length, more.get(i).length);
                rows.set(i, joined);
            }
        }
    }

    /** Resets what the mode says and gives how many neurons that were. */
    private int reset(Neurons neurons, NeuronMask mask, Outgoing outgoing, Random random) {
        List<DenseLayer> layers = neurons.layers();
        NeuronReset plan = NeuronReset.of(shapes(layers), mask, rules.mode(), outgoing);
        if (!plan.resetsAny()) {
            return 0;
        }
        for (int i = 0; i < layers.size(); i++) {
            Parameter weight = layers.get(i).weight();
            HostTensor old = neurons.read(weight);
            neurons.write(weight, HostTensor.of(plan.redrawWeight(i, old.data(), random), old.shape()));
            neurons.zeroMoments(weight, plan.weightMask(i));
            if (layers.get(i).bias().isPresent()) {
                Parameter bias = layers.get(i).bias().get();
                HostTensor oldBias = neurons.read(bias);
                neurons.write(bias, HostTensor.of(plan.zeroBias(i, oldBias.data()), oldBias.shape()));
                neurons.zeroMoments(bias, plan.biasMask(i));
            }
        }
        int count = 0;
        for (int i = 0; i < mask.layers(); i++) {
            for (boolean b : mask.reset(i, rules.mode())) {
                count += b ? 1 : 0;
            }
        }
        return count;
    }

    /** The layers as a reset plan takes them. */
    private static List<NeuronReset.Layer> shapes(List<DenseLayer> layers) {
        List<NeuronReset.Layer> shapes = new ArrayList<>();
        for (DenseLayer l : layers) {
            // A convolution's kernel is the matrix of its taps: all but the last size are inputs.
            Shape s = l.weight().shape();
            int out = Math.toIntExact(s.get(s.numDimensions() - 1));
            shapes.add(new NeuronReset.Layer(
                    Math.toIntExact(s.size() / out), out, l.bias().isPresent(), l.standardDeviation()));
        }
        return shapes;
    }

    @Override
    public Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        if (before != null) {
            state.put(DORMANT, before.state());
        }
        return state;
    }

    @Override
    public void restore(Map<String, Object> state) {
        Object stored = state.get(DORMANT);
        before = stored == null ? null : NeuronMask.restore(stored);
    }
}
