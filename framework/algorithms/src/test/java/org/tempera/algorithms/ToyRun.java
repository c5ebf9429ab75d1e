package org.tempera.algorithms;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.graph.ThreadSettings;
import org.tempera.core.graph.TrainingGraph;
import org.tempera.core.graph.TrainingSession;
import org.tempera.core.learn.Learner;
import org.tempera.core.rollout.RolloutCollector;
import org.tempera.core.rollout.Sampler;
import org.tempera.core.rollout.Schedule;
import org.tempera.core.rollout.TextEmbeddings;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.critic.Critic;
import org.tempera.spi.critic.CriticNetwork;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.Weights;

/** Epochs of an algorithm on {@link ToyPolicy}: rollout, rewards and updates, as a trainer runs them. */
public final class ToyRun implements AutoCloseable {
    static final int SAMPLES = 16;
    static final int STEPS = 5;

    private final Algorithm algorithm;
    private final TrainingGraph graph = new TrainingGraph(7);
    private final TrainingSession session;
    private final RolloutCollector collector;
    private final Learner learner;
    private final Schedule schedule;
    private final TextEmbeddings text;

    /** What an epoch gave. */
    public record Epoch(double reward, Map<String, Double> metrics) {}

    public ToyRun(Algorithm algorithm, Optional<Critic> critic, double learningRate, double criticLearningRate) {
        this.algorithm = algorithm;
        ToyPolicy policy = new ToyPolicy();
        SamplingSettings sampling = new SamplingSettings(Path.of("prompts.txt"), 8, SAMPLES / 8, 1, STEPS, 1, 2, "");
        PolicyNetwork network = policy.build(graph.scope().child("policy"));
        GuidedStep step = new GuidedStep(network, policy.noiseProcess());
        Optional<CriticNetwork> built =
                critic.map(c -> c.build(graph.scope().child("critic"), policy.shape(), network));
        text = new TextEmbeddings(graph, policy, network);
        Sampler sampler = new Sampler(
                graph,
                "sample",
                8,
                policy.shape(),
                step,
                sampling.guidanceScale(),
                Weights.POLICY,
                new Sampler.Extras(built, algorithm.requirements().referencePolicy()));
        learner = new Learner(
                graph,
                policy.shape(),
                step,
                built,
                algorithm,
                sampling,
                new OptimizerSettings(learningRate, criticLearningRate, 0, 0.9, 0.999, 1e-8, 0, 1));
        schedule = new Schedule(policy.noiseProcess(), STEPS, 1);
        session = graph.seal(new ThreadSettings(1, 1));
        collector = new RolloutCollector(policy, sampler, text, schedule, sampling, 3);
    }

    /** One epoch; the reward is the mean of the final latent's first channel. */
    public Epoch epoch(int number) {
        List<String> prompts = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            prompts.add(i % 2 == 0 ? "cat" : "horse");
        }
        Rollout rollout = collector.collect(session, number, prompts, (first, part, latents) -> {});
        float[] rewards = rewards(rollout);
        Targets targets = algorithm.prepare(rollout, new RewardTable(rewards, Map.of("red", rewards)));
        Map<String, Double> metrics = new LinkedHashMap<>(targets.metrics());
        metrics.putAll(learner.update(
                session, rollout, targets, algorithm.plan(SAMPLES, STEPS, number), schedule, text, number));
        double mean = 0;
        for (float r : rewards) {
            mean += r / rewards.length;
        }
        return new Epoch(mean, metrics);
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
        session.close();
        graph.close();
    }
}
