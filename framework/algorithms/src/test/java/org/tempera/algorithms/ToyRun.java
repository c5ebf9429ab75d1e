package org.tempera.algorithms;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.learn.AdamW;
import org.tempera.core.learn.EpochData;
import org.tempera.core.learn.Learner;
import org.tempera.core.learn.UpdateProgress;
import org.tempera.core.prompt.PromptEncoder;
import org.tempera.core.prompt.TextEmbeddings;
import org.tempera.core.rollout.Drawer;
import org.tempera.core.rollout.RolloutBuffer;
import org.tempera.core.rollout.RolloutCollector;
import org.tempera.core.rollout.Sampler;
import org.tempera.core.rollout.Schedule;
import org.tempera.core.train.AdapterNeurons;
import org.tempera.core.train.ParameterEdits;
import org.tempera.core.workers.Group;
import org.tempera.core.workers.Workers;
import org.tempera.graph.Lanes;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochEnd;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.critic.Critic;
import org.tempera.spi.critic.CriticNetwork;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.Weights;
import org.tempera.toy.ToyPolicy;

/** Epochs of an algorithm on {@link ToyPolicy}: rollout, rewards and updates, as a trainer runs them. */
public final class ToyRun implements AutoCloseable {
    static final int SAMPLES = 16;
    static final int STEPS = 5;

    private final Algorithm algorithm;
    private final TrainingGraph graph = new TrainingGraph(7);
    private final TrainingSession session;
    private final Lanes lanes = new Lanes(1);
    private final Workers workers = Group.alone().with(lanes);
    private final SamplingSettings sampling;
    private final Sampler sampler;
    private final RolloutCollector collector;
    private final Learner learner;
    private final Schedule schedule;
    private final TextEmbeddings text;
    private final PolicyNetwork network;
    private final Optional<AdapterNeurons> adapters;
    private Optional<Rollout> last = Optional.empty();

    /** What an epoch gave. */
    public record Epoch(double reward, Map<String, Double> metrics) {}

    public ToyRun(Algorithm algorithm, Optional<Critic> critic, double learningRate, double criticLearningRate) {
        this(new ToyPolicy(), algorithm, critic, learningRate, criticLearningRate);
    }

    public ToyRun(
            ToyPolicy policy,
            Algorithm algorithm,
            Optional<Critic> critic,
            double learningRate,
            double criticLearningRate) {
        this(policy, algorithm, critic, learningRate, criticLearningRate, step -> true);
    }

    /** @param noisy which steps add noise */
    public ToyRun(
            ToyPolicy policy,
            Algorithm algorithm,
            Optional<Critic> critic,
            double learningRate,
            double criticLearningRate,
            IntPredicate noisy) {
        this.algorithm = algorithm;
        sampling = new SamplingSettings(Path.of("prompts.txt"), 8, SAMPLES / 8, 1, STEPS, 1, 2, "");
        network = policy.build(graph.scope().child("policy"));
        GuidedStep step = GuidedStep.of(policy, network, sampling.guidanceScale());
        Optional<CriticNetwork> built =
                critic.map(c -> c.build(graph.scope().child("critic"), policy.shape(), network));
        text = new TextEmbeddings(
                new PromptEncoder(policy.text(), 7, new ThreadSettings(1, 1)),
                Optional.of(sampling.negativePrompt()),
                List.of());
        sampler = new Sampler(
                graph,
                "sample",
                8,
                policy.shape(),
                step,
                Weights.POLICY,
                new Sampler.Extras(built, algorithm.columns(), true));
        learner = new Learner(
                graph,
                policy.shape(),
                step,
                built,
                algorithm,
                sampling,
                new OptimizerSettings(learningRate, criticLearningRate, 0, 0.9, 0.999, 1e-8, 0, 1),
                sampler.columns(),
                sampler.columnsOfNoise(),
                Optional.empty(),
                workers,
                false);
        schedule = new Schedule(policy.noiseProcess(), STEPS, 1).within(noisy);
        adapters = algorithm.needs().contains(Need.ADAPTER_NEURONS)
                ? Optional.of(new AdapterNeurons(graph, policy.shape(), step, sampling.batchSize()))
                : Optional.empty();
        session = graph.seal(new ThreadSettings(1, 1));
        Drawer drawer = new Drawer(sampler, text, schedule);
        collector = new RolloutCollector(drawer, policy.shape(), 3);
    }

    /** One epoch; the reward is the mean of the final latent's first channel. */
    public Epoch epoch(int number) {
        return epoch(number, rewards -> Map.of());
    }

    /** @param constraints of the rewards, what is to be kept above bounds */
    public Epoch epoch(int number, Function<float[], Map<String, float[]>> constraints) {
        List<String> prompts = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            prompts.add(i % 2 == 0 ? "cat" : "horse");
        }
        RolloutBuffer collected = collector.begin(prompts, schedule, Map.of());
        collector.collect(session, workers, number, collected, RolloutCollector.BatchListener.none());
        Rollout rollout = collected.rollout();
        last = Optional.of(rollout);
        float[] rewards = rewards(rollout);
        RewardTable table =
                new RewardTable(rewards, Map.of("red", rewards)).withConstraints(constraints.apply(rewards));
        Targets targets = algorithm.prepare(rollout.epochColumns(), table);
        Map<String, Double> metrics = new LinkedHashMap<>(targets.metrics());
        metrics.putAll(learner.update(
                session,
                new EpochData(rollout, targets, new boolean[SAMPLES], schedule, text, collector.noise(number), number),
                algorithm.plan(new EpochShape(SAMPLES, STEPS, rollout.stochasticSteps(), 1), number),
                new UpdateProgress(),
                done -> {}));
        double mean = 0;
        for (float r : rewards) {
            mean += r / rewards.length;
        }
        return new Epoch(mean, metrics);
    }

    /** Floating-point operations of drawing a batch. */
    public double operationsPerBatch() {
        return sampler.operations(schedule);
    }

    /** The end of an epoch, for the adapter's units only. */
    public Map<String, Double> end(int number) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        Rollout rollout = last.orElseThrow();
        ParameterEdits edits = new ParameterEdits(session, learner);
        algorithm.endOfEpoch(new EpochEnd() {
            @Override
            public int epoch() {
                return number;
            }

            @Override
            public long seed() {
                return 11;
            }

            @Override
            public Rollout rollout() {
                return rollout;
            }

            @Override
            public Optional<Neurons> criticNeurons() {
                return Optional.empty();
            }

            @Override
            public List<Neurons> adapterNeurons() {
                return adapters.map(a -> a.of(session, edits, rollout, schedule, text))
                        .orElse(List.of());
            }

            @Override
            public void metric(String name, double value) {
                metrics.put(name, value);
            }
        });
        edits.apply();
        return metrics;
    }

    /** A trained parameter, followed by the optimiser's two moments. */
    public List<HostTensor> withMoments(String name) {
        Parameter p = network.trainable().stream()
                .filter(t -> t.name().endsWith(name))
                .findFirst()
                .orElseThrow();
        AdamW.Slot slot = learner.slot(p).orElseThrow();
        return session.readAll(List.of(p, slot.firstMoment(), slot.secondMoment()));
    }

    /** Sets a trained parameter. */
    public void set(String name, HostTensor value) {
        network.trainable().stream().filter(t -> t.name().endsWith(name)).forEach(p -> session.write(p, value));
    }

    private static float[] rewards(Rollout rollout) {
        HostTensor latents = rollout.latents();
        int size = latents.size(2) * latents.size(3) * latents.size(4);
        float[] rewards = new float[rollout.samples()];
        for (int i = 0; i < rewards.length; i++) {
            int from = (i * latents.size(1) + rollout.steps()) * size;
            for (int k = 0; k < size; k += latents.size(4)) {
                rewards[i] += latents.get(from + k) * latents.size(4) / size;
            }
        }
        return rewards;
    }

    @Override
    public void close() {
        lanes.close();
        session.close();
        graph.close();
    }
}
