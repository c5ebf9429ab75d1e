package org.tempera.core.sample;

import java.util.Locale;
import java.util.Map;
import org.tempera.base.text.ByteSize;
import org.tempera.core.plugin.PluginFault;
import org.tempera.core.reward.ImageScorer;
import org.tempera.core.rollout.Sampler;
import org.tempera.graph.MachineMemory;
import org.tempera.graph.TrainingGraph;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.PolicyShape;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Refuses pictures whose drawing takes more memory than there is, before anything is drawn. */
final class SampleMemory {
    /** The graph for so many times the model's own pixels is built only once it is known to fit: it is large itself. */
    private static final double MUCH = 4;

    /** Of a picture on the host: its floats, and its bytes twice, as it is written. */
    private static final long HOST_BYTES_PER_PIXEL = 18;

    private final DiffusionPolicy policy;
    private final SampleSettings settings;
    private final PolicyShape shape;
    private final Sampler.Extras extras;
    private final MachineMemory machine;

    SampleMemory(
            DiffusionPolicy policy,
            SampleSettings settings,
            PolicyShape shape,
            Sampler.Extras extras,
            MachineMemory machine) {
        this.policy = policy;
        this.settings = settings;
        this.shape = shape;
        this.extras = extras;
        this.machine = machine;
    }

    /** The two programs that draw pictures: a step, and the decoder. */
    record Programs(PolicyNetwork network, Sampler sampler, ImageScorer decoder) {
        static Programs build(
                TrainingGraph graph,
                DiffusionPolicy policy,
                PolicyNetwork network,
                int batch,
                PolicyShape shape,
                double guidance,
                Sampler.Extras extras) {
            Sampler sampler = new Sampler(
                    graph, "sample", batch, shape, GuidedStep.of(policy, network, guidance), Weights.POLICY, extras);
            Operand<TFloat32> latents = graph.floatInput(
                    "final-latents", batch, shape.latentHeight(), shape.latentWidth(), shape.latentChannels());
            ImageScorer decoder =
                    new ImageScorer(graph, "decode", latents, scope -> network.decode(scope, latents), Map.of());
            return new Programs(network, sampler, decoder);
        }

        long peakBytes() {
            return Math.max(sampler.peakBytes(), decoder.peakBytes());
        }
    }

    /**
     * Compares what pictures of the model's own size take, times how much larger they are to be.
     *
     * @throws UserException if they do not fit
     */
    void requireBeforeBuilding() {
        PolicyShape own = policy.shape();
        double times = (double) pixels(shape) / pixels(own) * settings.batchSize();
        if (times < MUCH) {
            return;
        }
        try (TrainingGraph graph = new TrainingGraph(0, settings.precision())) {
            PolicyNetwork network = PluginFault.requireGiven(
                    "the policy", policy, "network", policy.build(graph.scope().child("policy")));
            Programs one = Programs.build(graph, policy, network, 1, own, settings.guidanceScale(), extras);
            require((one.peakBytes() + HOST_BYTES_PER_PIXEL * pixels(own)) * times);
        }
    }

    /** The same by the graph itself. @throws UserException if they do not fit */
    void require(Programs built) {
        require(built.peakBytes() + (double) HOST_BYTES_PER_PIXEL * pixels(shape) * settings.batchSize());
    }

    private void require(double bytes) {
        long weights = settings.precision().bytesOfFrozenWeight() * policy.parameterCount();
        double free = (double) machine.bytes() - weights;
        if (bytes <= free) {
            return;
        }
        throw new UserException(String.format(
                Locale.ROOT,
                "drawing pictures: too little memory: to draw %s of %dx%d pixels at a time takes about %s, this machine has %s. %s",
                settings.batchSize() == 1 ? "a picture" : settings.batchSize() + " pictures",
                shape.imageWidth(),
                shape.imageHeight(),
                ByteSize.text((long) (weights + bytes)),
                machine,
                remedy(bytes, free)));
    }

    private String remedy(double bytes, double free) {
        if (free <= 0) {
            return "Use a smaller model.";
        }
        int fit = (int) (free / bytes * settings.batchSize());
        if (fit >= 1) {
            return "Use batch-size " + fit + ".";
        }
        // By whole factors, since attention makes it grow faster than the number of pixels.
        int shrink = (int) Math.ceil(Math.sqrt(bytes / settings.batchSize() / free));
        return "Use " + (settings.batchSize() > 1 ? "batch-size 1, " : "") + smaller(shape, shrink) + ".";
    }

    /** Settings for pictures whose sides are so many times smaller. */
    static String smaller(PolicyShape shape, double shrink) {
        int factor = shape.columnsPerLatent();
        return String.format(
                Locale.ROOT,
                "width %d and height %d",
                Math.max(1, (int) (shape.latentWidth() / shrink)) * factor,
                Math.max(1, (int) (shape.latentHeight() / shrink)) * factor);
    }

    private static long pixels(PolicyShape shape) {
        return (long) shape.imageHeight() * shape.imageWidth();
    }
}
