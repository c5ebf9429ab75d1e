package org.tempera.core.sample;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tempera.core.checkpoint.SavedCheckpoint;
import org.tempera.core.plugin.PluginFault;
import org.tempera.core.plugin.PluginProvenance;
import org.tempera.core.prompt.CutPrompts;
import org.tempera.core.prompt.PromptEncoder;
import org.tempera.core.prompt.TextEmbeddings;
import org.tempera.core.reward.ImageScorer;
import org.tempera.core.rollout.Drawer;
import org.tempera.core.rollout.RunSchedules;
import org.tempera.core.rollout.Sampler;
import org.tempera.core.rollout.Schedule;
import org.tempera.graph.MachineMemory;
import org.tempera.graph.StopSignal;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.diffusion.GaussianDivergence;
import org.tempera.nn.layers.AttentionSizeException;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.PolicyShape;
import org.tempera.spi.policy.Weights;

/**
 * Draws pictures through the sampler that rollouts use. A picture is a function of prompt, seed and settings. Owns
 * native memory, and the policy that it was given.
 */
public final class ImageSampler implements AutoCloseable {
    private final DiffusionPolicy policy;
    private final SampleSettings settings;
    private final PolicyShape shape;
    private final TrainingGraph graph;
    private final PolicyNetwork network;
    private final TextEmbeddings text;
    private final Drawer drawer;
    private final ImageScorer decoder;
    private final TrainingSession session;
    private final boolean measuresDivergence;

    /** A picture that is wanted. */
    public record Request(String prompt, long seed) {}

    /**
     * A picture that was drawn.
     *
     * @param divergence from the weights before training, where that was asked for: KL(policy | reference) of its steps
     *     in nats, summed over steps and latent
     */
    public record Drawn(String prompt, long seed, RgbImage image, OptionalDouble divergence) {}

    /** What every stochastic step gives besides the next latent, where the divergence is asked for. */
    private static final RolloutColumn DIVERGENCE = new RolloutColumn(
            "divergence",
            step -> GaussianDivergence.sum(
                    step.graph().child("divergence").tf(),
                    step.mean(step.weights()),
                    step.mean(Weights.REFERENCE),
                    step.standardDeviation()));

    /** Builds the graph without knowing what will be drawn: prompts are encoded when they are. */
    public ImageSampler(DiffusionPolicy policy, SampleSettings settings, long initialSeed, ThreadSettings threads) {
        this(policy, settings, initialSeed, threads, List.of());
    }

    /**
     * Builds the graph of an opened policy, which from here on is this object's to close.
     *
     * @param initialSeed decides the weights that no file gives, such as new adapters'
     * @param prompts that will be drawn, as far as they are known: these are encoded before the graph is built
     * @throws UserException if the settings do not fit the model
     */
    public ImageSampler(
            DiffusionPolicy policy,
            SampleSettings settings,
            long initialSeed,
            ThreadSettings threads,
            Collection<String> prompts) {
        this(policy, settings, initialSeed, threads, prompts, false);
    }

    /**
     * The same.
     *
     * @param divergence whether each picture's divergence from the weights before training is computed, by a second
     *     pass at every stochastic step
     */
    public ImageSampler(
            DiffusionPolicy policy,
            SampleSettings settings,
            long initialSeed,
            ThreadSettings threads,
            Collection<String> prompts,
            boolean divergence) {
        this.policy = policy;
        this.settings = settings;
        @Nullable TrainingGraph opened = null;
        try {
            settings.requireFor(policy.guidance());
            shape = settings.shapeFor(policy.shape());
            Schedule schedule =
                    new RunSchedules(policy, settings.steps(), settings.eta(), settings.noisy()).ofEvaluation();
            measuresDivergence =
                    divergence && !schedule.trajectory().stochasticSteps().isEmpty();
            Sampler.Extras extras =
                    measuresDivergence ? Sampler.Extras.columns(List.of(DIVERGENCE)) : Sampler.Extras.none();
            SampleMemory memory = new SampleMemory(policy, settings, shape, extras, MachineMemory.ofThisMachine());
            memory.requireBeforeBuilding();
            text = TextEmbeddings.ofMoreToCome(
                    new PromptEncoder(policy.text(), initialSeed, threads, settings.precision()),
                    settings.steeredFrom(policy.guidance()),
                    prompts);
            opened = new TrainingGraph(initialSeed, settings.precision());
            graph = opened;
            network = PluginFault.requireGiven(
                    "the policy", policy, "network", policy.build(graph.scope().child("policy")));
            SampleMemory.Programs programs = programs(graph, policy, network, settings, shape, extras);
            memory.require(programs);
            drawer = new Drawer(programs.sampler(), text, schedule);
            decoder = programs.decoder();
            session = graph.seal(threads);
        } catch (RuntimeException | Error e) {
            if (opened != null) {
                opened.close();
            }
            policy.close();
            throw e;
        }
    }

    private static SampleMemory.Programs programs(
            TrainingGraph graph,
            DiffusionPolicy policy,
            PolicyNetwork network,
            SampleSettings settings,
            PolicyShape shape,
            Sampler.Extras extras) {
        try {
            return SampleMemory.Programs.build(
                    graph, policy, network, settings.batchSize(), shape, settings.guidanceScale(), extras);
        } catch (AttentionSizeException e) {
            throw new UserException(
                    "drawing pictures: those of " + shape.imageWidth() + "x" + shape.imageHeight()
                            + " pixels are too large for this model: attention within them takes too much memory. Use "
                            + SampleMemory.smaller(shape, Math.sqrt(e.excess())) + ", or less.",
                    e);
        }
    }

    /** How pictures are drawn. */
    public SampleSettings settings() {
        return settings;
    }

    /** Rows of a picture. */
    public int height() {
        return shape.imageHeight();
    }

    /** Columns of a picture. */
    public int width() {
        return shape.imageWidth();
    }

    /** Takes the policy's weights, as {@link #load(Path, SampledWeights)}. */
    public void load(Path checkpoint) {
        load(checkpoint, SampledWeights.POLICY);
    }

    /**
     * Takes the trained weights from a checkpoint of a run with the same policy settings.
     *
     * @throws UserException if the checkpoint is damaged, or lacks a weight or has one of another shape
     */
    public void load(Path checkpoint, SampledWeights weights) {
        try (SavedCheckpoint saved = SavedCheckpoint.open(checkpoint)) {
            List<String> problems = new ArrayList<>();
            Map<Parameter, HostTensor> values = new LinkedHashMap<>();
            requireKept(checkpoint, saved, weights);
            for (Parameter p : network.trainable()) {
                String name = weights.nameOf(p.name());
                if (!saved.tensors().contains(name)) {
                    problems.add(name + ": missing, expected " + p.shape());
                } else if (!saved.tensors().info(name).shape().equals(p.shape())) {
                    problems.add(name + ": expected " + p.shape() + ", found "
                            + saved.tensors().info(name).shape());
                } else {
                    values.put(p, saved.tensor(name));
                }
            }
            if (!problems.isEmpty()) {
                throw new UserException(checkpoint + ": the checkpoint does not fit the policy:\n  "
                        + String.join("\n  ", problems)
                        + "\nIt was made by a run with other policy settings; see config.conf in the run's folder.");
            }
            session.writeAll(values);
        }
    }

    private void requireKept(Path checkpoint, SavedCheckpoint saved, SampledWeights weights) {
        if (weights != SampledWeights.POLICY
                && network.trainable().stream().noneMatch(p -> saved.tensors().contains(weights.nameOf(p.name())))) {
            throw new UserException(checkpoint + ": expected behaviour weights, found none: the run keeps none"
                    + " (behaviour.draws, behaviour.evaluated). Take the policy's weights.");
        }
    }

    /** Writes the trained weights into a folder, in the files that the field's other libraries read. */
    public Path export(Path folder) {
        return network.export(folder, session);
    }

    /** Which prompts, the negative one included where it counts, are read in part. */
    public CutPrompts cutPrompts(List<Request> requests) {
        CutPrompts cut = new CutPrompts();
        cut.addPolicy(policy, requests.stream().map(Request::prompt).toList(), settings.steeredFrom(policy.guidance()));
        return cut;
    }

    /** Draws one picture. */
    public RgbImage draw(String prompt, long seed) {
        List<RgbImage> one = new ArrayList<>();
        draw(List.of(new Request(prompt, seed)), d -> one.add(d.image()));
        return one.get(0);
    }

    /**
     * Draws pictures, as many at a time as the settings say.
     *
     * @param each gets every picture, in order, as soon as it is there
     */
    public void draw(List<Request> requests, Consumer<Drawn> each) {
        text.encode(requests.stream().map(Request::prompt).toList());
        int batch = settings.batchSize();
        for (int first = 0; first < requests.size(); first += batch) {
            List<Request> part = new ArrayList<>();
            for (int i = 0; i < batch; i++) {
                // The last batch is filled up with repetitions.
                part.add(requests.get(Math.min(first + i, requests.size() - 1)));
            }
            List<String> prompts = part.stream().map(Request::prompt).toList();
            long[] seeds = part.stream().mapToLong(Request::seed).toArray();
            Sampler.Batch drawn = drawer.draw(session, prompts, new SeededNoise(shape, seeds), new StopSignal());
            HostTensor images =
                    decoder.score(session, drawn.last(), prompts, seeds).images();
            for (int i = 0; i < batch && first + i < requests.size(); i++) {
                each.accept(new Drawn(
                        part.get(i).prompt(), part.get(i).seed(), RgbImage.of(images, i), divergence(drawn, i)));
            }
        }
    }

    private OptionalDouble divergence(Sampler.Batch drawn, int row) {
        if (!measuresDivergence) {
            return OptionalDouble.empty();
        }
        HostTensor[] steps = Objects.requireNonNull(drawn.columns().get(DIVERGENCE.name()));
        return OptionalDouble.of(
                Arrays.stream(steps).mapToDouble(step -> step.get(row)).sum());
    }

    /** Where the weights came from that no checkpoint gives: file to SHA-256. */
    public Map<String, String> provenance() {
        return PluginProvenance.of("the policy", policy, policy::provenance);
    }

    @Override
    public void close() {
        text.close();
        graph.close();
        policy.close();
    }
}
