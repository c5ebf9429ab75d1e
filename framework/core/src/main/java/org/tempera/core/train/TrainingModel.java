package org.tempera.core.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tempera.core.config.RewardRole;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.learn.CheckedAlgorithm;
import org.tempera.core.learn.FollowedNetwork;
import org.tempera.core.learn.Learner;
import org.tempera.core.learn.PolicyCopies;
import org.tempera.core.plugin.PluginFault;
import org.tempera.core.prompt.CutPrompts;
import org.tempera.core.prompt.PromptEncoder;
import org.tempera.core.prompt.TextEmbeddings;
import org.tempera.core.reward.ImageScorer;
import org.tempera.core.reward.RewardCombiner;
import org.tempera.core.reward.RewardGradient;
import org.tempera.core.reward.Steepness;
import org.tempera.core.rollout.Drawer;
import org.tempera.core.rollout.EncodedPictures;
import org.tempera.core.rollout.Sampler;
import org.tempera.core.workers.Group;
import org.tempera.core.workers.Workers;
import org.tempera.graph.Divergence;
import org.tempera.graph.Lanes;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.record.image.ImageSize;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.critic.CriticNetwork;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.PolicyShape;
import org.tempera.spi.policy.Weights;
import org.tempera.spi.reward.Reward;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The sealed graph of a run and its programs: policy, reference policy, critic, rewards, gold and learner; builds them,
 * and answers what concerns all of them. Owns native memory.
 */
final class TrainingModel implements AutoCloseable {
    private final TrainingGraph graph;
    private final PolicyNetwork network;
    private final List<Parameter> trained = new ArrayList<>();
    private final List<Parameter> trainedOfCritic = new ArrayList<>();
    private final Set<String> rewardNames = new LinkedHashSet<>();
    private final Optional<CriticNeurons> criticNeurons;
    private final Optional<AdapterNeurons> adapterNeurons;
    private final TextEmbeddings text;
    private final Optional<EncodedPictures> encodedPictures;
    private final Drawer drawer;
    private final Drawer evaluationDrawer;
    private final PolicyCopies copies;
    private final ImageScorer scorer;
    private final Optional<ImageScorer> gold;
    private final Optional<Steepness> steepness;
    private final Learner learner;
    private final ThreadSettings threads;
    private final Lanes lanes;
    private final Workers workers;
    private Optional<TrainingSession> session = Optional.empty();

    /** Builds the graph; no weights are read yet. */
    TrainingModel(TrainingSpec spec, Group group, RewardCombiner combiner) {
        threads = spec.threads();
        text = new TextEmbeddings(
                new PromptEncoder(
                        spec.policy().text(),
                        spec.run().seed(),
                        threads,
                        spec.run().precision()),
                spec.steeredFrom(),
                Set.of());
        lanes = new Lanes(threads.runs());
        workers = group.with(lanes);
        graph = new TrainingGraph(spec.run().seed(), spec.run().precision());
        try {
            SamplingSettings sampling = spec.sampling();
            PolicyShape shape = spec.policy().shape();
            PolicyNetwork built = PluginFault.requireGiven(
                    "the policy",
                    spec.policy(),
                    "network",
                    spec.policy().build(graph.scope().child("policy")));
            FollowedNetwork followed =
                    new FollowedNetwork(built, spec.reference().moves());
            network = followed;
            GuidedStep step = GuidedStep.of(spec.policy(), network, sampling.guidanceScale());
            Optional<CriticNetwork> critic = spec.usedCritic()
                    .map(c -> PluginFault.requireGiven(
                            "the critic", c, "network", c.build(graph.scope().child("critic"), shape, network)));
            trained.addAll(network.trainable());
            critic.ifPresent(c -> trainedOfCritic.addAll(c.trainable()));
            encodedPictures = spec.learnsFromChoices()
                    ? Optional.of(new EncodedPictures(graph, shape, network))
                    : Optional.empty();
            Sampler sampler = new Sampler(
                    graph,
                    "sample",
                    sampling.batchSize(),
                    shape,
                    step,
                    weights(spec.behaviour().draws()),
                    new Sampler.Extras(
                            critic, CheckedAlgorithm.of(spec.algorithm()).columns(), sampling.eta() > 0));
            drawer = new Drawer(sampler, text, spec.evaluationSchedule());
            evaluationDrawer = spec.behaviour().draws() == spec.behaviour().evaluated()
                    ? drawer
                    : drawer.with(new Sampler(
                            graph,
                            "evaluate",
                            sampling.batchSize(),
                            shape,
                            step,
                            weights(spec.behaviour().evaluated()),
                            Sampler.Extras.none()));
            Map<String, Reward> rewards = new LinkedHashMap<>();
            Map<String, Double> timeLimits = new HashMap<>();
            spec.rewards().forEach(r -> {
                rewardNames.add(r.name());
                rewards.put(r.name(), r.reward());
                timeLimits.put(r.name(), r.settings().timeLimitSeconds());
            });
            Operand<TFloat32> latents = graph.floatInput(
                    "final-latents",
                    sampling.batchSize(),
                    shape.latentHeight(),
                    shape.latentWidth(),
                    shape.latentChannels());
            scorer = new ImageScorer(
                    graph,
                    "score",
                    latents,
                    scope -> network.decode(scope, latents),
                    rewards,
                    name -> timeLimits.getOrDefault(name, 0.0),
                    lanes.stop());
            gold = spec.gold().map(g -> {
                Operand<TFloat32> pictures = graph.floatInput(
                        "evaluated-pictures", sampling.batchSize(), shape.imageHeight(), shape.imageWidth(), 3);
                return new ImageScorer(
                        graph,
                        "gold",
                        pictures,
                        scope -> pictures,
                        Map.of(ScoreNames.GOLD, g),
                        name -> 0,
                        lanes.stop());
            });
            steepness = spec.evaluation().steepness().isNone()
                    ? Optional.empty()
                    : Optional.of(new Steepness(
                            graph,
                            trainingReward(spec, combiner),
                            new ImageSize(shape.imageWidth(), shape.imageHeight()),
                            sampling.batchSize(),
                            spec.evaluation().steepness().radius()));
            learner = new Learner(
                    graph,
                    shape,
                    step,
                    critic,
                    spec.algorithm(),
                    sampling,
                    spec.optimizer(),
                    sampler.columns(),
                    sampler.columnsOfNoise(),
                    rewardGradient(spec, combiner),
                    workers,
                    spec.maySkip());
            trained.addAll(learner.ownParameters());
            criticNeurons = critic.flatMap(CriticNetwork::recyclable)
                    .map(r -> new CriticNeurons(graph, r, critic.orElseThrow().featureWidth(), sampling.batchSize()));
            adapterNeurons = spec.algorithm().needs().contains(Need.ADAPTER_NEURONS)
                    ? Optional.of(new AdapterNeurons(graph, shape, step, sampling.batchSize()))
                    : Optional.empty();
            copies = PolicyCopies.of(graph, built, followed, spec.algorithm(), spec.copies());
        } catch (RuntimeException | Error e) {
            lanes.close();
            graph.close();
            throw e;
        }
    }

    /**
     * Encodes prompts, and reads the weights. Text encoders are gone again by then.
     *
     * @param prompts that the run will ask for
     */
    void load(Set<String> prompts) {
        text.encode(prompts);
        session = Optional.of(graph.seal(threads));
    }

    private static Weights weights(boolean behaviour) {
        return behaviour ? Weights.BEHAVIOUR : Weights.POLICY;
    }

    private static Optional<RewardGradient> rewardGradient(TrainingSpec spec, RewardCombiner combiner) {
        return spec.algorithm().needs().contains(Need.REWARD_GRADIENT)
                ? Optional.of(trainingReward(spec, combiner))
                : Optional.empty();
    }

    private static RewardGradient trainingReward(TrainingSpec spec, RewardCombiner combiner) {
        return new RewardGradient(
                spec.rewards().stream()
                        .filter(r -> r.settings().role() == RewardRole.TRAIN)
                        .toList(),
                spec.combination(),
                combiner);
    }

    /** Writes the trained weights into a folder in the files that the field's other libraries read. */
    Path export(Path folder) {
        List<Parameter> exported = exported();
        List<HostTensor> values = session().readAll(exported);
        Map<String, HostTensor> byName = new LinkedHashMap<>();
        for (int i = 0; i < exported.size(); i++) {
            byName.put(exported.get(i).name(), values.get(i));
        }
        return network.export(folder, p -> {
            HostTensor read = byName.get(p.name());
            return read != null ? read : session().read(p);
        });
    }

    /** Names of the rewards, held-out ones and those that are only logged among them. */
    Set<String> rewardNames() {
        return rewardNames;
    }

    /** Which prompts the policy, the rewards and gold read in part. */
    CutPrompts cutPrompts(TrainingSpec spec) {
        CutPrompts cut = new CutPrompts();
        for (List<String> asked : List.of(spec.prompts(), spec.evaluationPrompts())) {
            cut.addPolicy(spec.policy(), asked, spec.steeredFrom());
            cut.add(scorer.tokenizers(), asked);
        }
        gold.ifPresent(g -> cut.add(g.tokenizers(), spec.evaluationPrompts()));
        return cut;
    }

    /** Floating-point operations of drawing and scoring a batch. */
    double operationsPerBatch() {
        return drawer.sampler().operations(drawer.schedule()) + scorer.operationsPerBatch();
    }

    Optional<CriticNeurons> criticNeurons() {
        return criticNeurons;
    }

    Optional<AdapterNeurons> adapterNeurons() {
        return adapterNeurons;
    }

    TextEmbeddings text() {
        return text;
    }

    /** Latents of the pictures that the run learns from, where it does not draw these. */
    Optional<EncodedPictures> encodedPictures() {
        return encodedPictures;
    }

    Drawer drawer() {
        return drawer;
    }

    /** Draws the pictures of evaluations. */
    Drawer evaluationDrawer() {
        return evaluationDrawer;
    }

    /** What follows the policy. */
    PolicyCopies copies() {
        return copies;
    }

    /** What the variables hold, in bytes, by parameter name. */
    Map<String, Long> variableBytes() {
        return graph.variableBytes();
    }

    /** Variables that a checkpoint holds: what updates change, and copies. */
    List<Parameter> saved() {
        List<Parameter> saved = new ArrayList<>(learner.state());
        saved.addAll(copies.state());
        return saved;
    }

    /** What of the policy is trained, and exported. */
    List<Parameter> exported() {
        return network.trainable();
    }

    /** Every variable of the graph. */
    List<Parameter> parameters() {
        return graph.parameters();
    }

    ImageScorer scorer() {
        return scorer;
    }

    Optional<ImageScorer> gold() {
        return gold;
    }

    /** How steep the training reward is at pictures, where that is measured. */
    Optional<Steepness> steepness() {
        return steepness;
    }

    Learner learner() {
        return learner;
    }

    TrainingSession session() {
        return session.orElseThrow(() -> new IllegalStateException("the weights are not loaded"));
    }

    Lanes lanes() {
        return lanes;
    }

    /** This process among those that train the run. */
    Workers workers() {
        return workers;
    }

    /** A parameter of policy, algorithm or critic that is trained and not finite, as after a diverged update. */
    Optional<String> notFinite() {
        return notFinite(trained).or(this::notFiniteInCritic);
    }

    /** A parameter of the critic that is not finite. */
    Optional<String> notFiniteInCritic() {
        return notFinite(trainedOfCritic);
    }

    private Optional<String> notFinite(List<Parameter> parameters) {
        List<HostTensor> values = session().readAll(parameters);
        for (int i = 0; i < parameters.size(); i++) {
            if (!Divergence.isFinite(values.get(i).data())) {
                return Optional.of(parameters.get(i).name());
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        lanes.close();
        text.close();
        graph.close();
    }
}
