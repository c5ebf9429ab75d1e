package org.tempera.core.train;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tempera.base.MonotonicClock;
import org.tempera.base.text.Words;
import org.tempera.core.config.CheckpointSettings;
import org.tempera.core.config.ClusterSettings;
import org.tempera.core.config.CombinationRule;
import org.tempera.core.config.CombinationSettings;
import org.tempera.core.config.EvaluationSettings;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.GuidanceCheck;
import org.tempera.core.config.OnAlarm;
import org.tempera.core.config.OnFall;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.config.ReferenceSettings;
import org.tempera.core.config.RewardRole;
import org.tempera.core.config.RunSettings;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.config.StochasticSteps;
import org.tempera.core.learn.CheckedAlgorithm;
import org.tempera.core.reward.NamedReward;
import org.tempera.core.rollout.RunSchedules;
import org.tempera.core.rollout.Schedule;
import org.tempera.core.rollout.StepNoise;
import org.tempera.graph.ThreadSettings;
import org.tempera.record.choice.Choices;
import org.tempera.record.image.ImageSize;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.BehaviourSettings;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.FollowSettings;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardNames;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.critic.Critic;
import org.tempera.spi.graph.Follower;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyShape;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.Reward;

/**
 * Everything that a run is made of, before anything is built.
 *
 * @param rewards those trained on, those held out and those only logged
 * @param gold the truth of a world in which it is known; sees pictures of evaluations only
 * @param prompts to train on
 * @param evaluationPrompts to evaluate on
 * @param evaluator measures the policy at every evaluation
 * @param clock tells when things happened, and how long they took
 * @param choices what an algorithm that needs pairs learns from; others leave it alone
 */
public record TrainingSpec(
        RunSettings run,
        SamplingSettings sampling,
        OptimizerSettings optimizer,
        EvaluationSettings evaluation,
        CheckpointSettings checkpoint,
        CombinationSettings combination,
        BehaviourSettings behaviour,
        ReferenceSettings reference,
        DiffusionPolicy policy,
        Algorithm algorithm,
        Optional<Critic> critic,
        List<NamedReward> rewards,
        Optional<Reward> gold,
        List<String> prompts,
        List<String> evaluationPrompts,
        Evaluator evaluator,
        InstantSource clock,
        Optional<Choices> choices) {
    /** Weights from which on one batch keeps all cores busy, and two would need much memory. */
    private static final long LARGE_POLICY = 100_000_000;

    public TrainingSpec {
        rewards = List.copyOf(rewards);
        prompts = List.copyOf(prompts);
        evaluationPrompts = List.copyOf(evaluationPrompts);
    }

    /**
     * A run that keeps no copies of the policy's weights unless its algorithm needs them, measured by the framework's
     * own.
     */
    public TrainingSpec(
            RunSettings run,
            SamplingSettings sampling,
            OptimizerSettings optimizer,
            EvaluationSettings evaluation,
            CheckpointSettings checkpoint,
            CombinationSettings combination,
            DiffusionPolicy policy,
            Algorithm algorithm,
            Optional<Critic> critic,
            List<NamedReward> rewards,
            Optional<Reward> gold,
            List<String> prompts,
            List<String> evaluationPrompts) {
        this(
                run,
                sampling,
                optimizer,
                evaluation,
                checkpoint,
                combination,
                BehaviourSettings.defaults(),
                ReferenceSettings.defaults(),
                policy,
                algorithm,
                critic,
                rewards,
                gold,
                prompts,
                evaluationPrompts,
                Evaluator.standard(),
                new MonotonicClock(),
                Optional.empty());
    }

    /** The same run with other copies of the policy's weights. */
    public TrainingSpec with(BehaviourSettings otherBehaviour, ReferenceSettings otherReference) {
        return new TrainingSpec(
                run,
                sampling,
                optimizer,
                evaluation,
                checkpoint,
                combination,
                otherBehaviour,
                otherReference,
                policy,
                algorithm,
                critic,
                rewards,
                gold,
                prompts,
                evaluationPrompts,
                evaluator,
                clock,
                choices);
    }

    /** The same run with choices to learn from. */
    public TrainingSpec with(Choices others) {
        return new TrainingSpec(
                run,
                sampling,
                optimizer,
                evaluation,
                checkpoint,
                combination,
                behaviour,
                reference,
                policy,
                algorithm,
                critic,
                rewards,
                gold,
                prompts,
                evaluationPrompts,
                evaluator,
                clock,
                Optional.of(others));
    }

    /** Whether the run learns from choices that people made, and draws nothing to learn from. */
    public boolean learnsFromChoices() {
        return checked().needs().contains(Need.PAIRS);
    }

    /**
     * Checks that the parts fit together.
     *
     * @throws UserException with every problem
     */
    public void check() {
        Set<Need> needs = checked().needs();
        List<String> problems = new ArrayList<>();
        List<NamedReward> trained = rewards.stream()
                .filter(r -> r.settings().role() == RewardRole.TRAIN)
                .toList();
        if (learnsFromChoices()) {
            checkChoices(problems);
        } else if (trained.isEmpty()) {
            problems.add("rewards: no reward has role = train; the policy needs at least one to be trained on");
        }
        for (NamedReward r : rewards) {
            ScoreNames.meaning(r.name())
                    .ifPresent(meaning -> problems.add("rewards." + r.name() + ": '" + r.name() + "' is the name of "
                            + meaning + "; give the reward another"));
        }
        for (NamedReward r : rewards) {
            r.problem().ifPresent(problems::add);
            for (String other : r.settings().sharesDataWith()) {
                if (other.equals(r.name())
                        || rewards.stream().noneMatch(known -> known.name().equals(other))) {
                    problems.add("rewards." + r.name()
                            + ".shares-data-with: expected names of other rewards of the run," + " found " + other);
                }
            }
        }
        for (NamedReward r : trained) {
            if (combination.rule() == CombinationRule.MEAN_MINUS_K_STD
                    && r.settings().weight() <= 0) {
                problems.add("rewards." + r.name() + ".weight: expected more than 0 under combination.rule ="
                        + " mean-minus-k-std, found " + r.settings().weight()
                        + "; a reward to be kept low needs another sign in its own block");
            }
        }
        if (needs.contains(Need.CRITIC) && critic.isEmpty()) {
            problems.add("critic: the algorithm needs a critic, and the config has none; set critic.use");
        }
        if (needs.contains(Need.REWARD_GRADIENT)) {
            for (NamedReward r : trained) {
                if (!(r.reward() instanceof GraphReward g) || !g.differentiable()) {
                    problems.add(
                            "rewards." + r.name() + ": the algorithm needs rewards with a gradient, and this has none");
                }
            }
        }
        if (needs.contains(Need.REWARD_GRADIENT) && combination.rule() == CombinationRule.NORMALISED_SUM) {
            problems.add(
                    "combination.rule: the algorithm follows the gradient of the rewards, and normalised-sum, which"
                            + " compares an epoch's samples, has none; expected another rule");
        }
        if (needs.contains(Need.SEPARATE_REWARDS)) {
            checkSeparateRewards(trained, problems);
        }
        checkSteepness(trained, problems);
        if (combination.rule() == CombinationRule.NORMALISED_SUM
                && sampling.samplesPerPrompt() < 2
                && !learnsFromChoices()) {
            problems.add(
                    "sampling.samples-per-prompt: expected 2 or more under combination.rule = normalised-sum, which"
                            + " compares the samples of a prompt with each other, found "
                            + sampling.samplesPerPrompt());
        }
        if (behaviour.draws() && !learnsFromChoices() && !algorithm.learnsOffPolicy()) {
            problems.add("behaviour.draws: expected false, found true: the algorithm learns from steps that the policy"
                    + " itself took");
        }
        List<String> constraints = rewardsOf(RewardRole.CONSTRAINT);
        if (needs.contains(Need.CONSTRAINTS)) {
            if (constraints.isEmpty()) {
                String any = rewardsOf(RewardRole.HELD_OUT).stream().findFirst().orElse("NAME");
                problems.add(
                        "rewards: the algorithm keeps rewards above bounds, and none has role = constraint: set that"
                                + " of one that is to be kept, such as rewards." + any + ".role = constraint");
            }
        } else if (!learnsFromChoices()) {
            constraints.forEach(name -> problems.add("rewards." + name + ".role: the algorithm knows no constraints;"
                    + " expected train, held-out or logged, found constraint"));
        }
        int workers = run.cluster().count();
        if (sampling.batchesPerEpoch() % workers != 0) {
            problems.add("sampling.batches-per-epoch: expected a multiple of the " + workers
                    + " workers (run.cluster), so that none waits for the others, found " + sampling.batchesPerEpoch());
        }
        checkDetectors(problems);
        List<RolloutColumn> columns = checked().columns();
        GuidanceCheck.problems(policy.guidance(), sampling.guidanceScale(), sampling.negativePrompt())
                .forEach(problem -> problems.add("sampling." + problem));
        try {
            EpochShape epoch = epoch();
            if (readsLogProbabilities(columns)) {
                windowWithoutNoise().ifPresent(window -> problems.add(StepNoise.missing(sampling, window)));
            }
            if (sampling.stochasticSteps().moves()
                    && (algorithm.replayedSamples() > 0 || algorithm.keptSamples() > 0)) {
                problems.add("sampling.stochastic-steps.move: expected fixed, found "
                        + Words.of(sampling.stochasticSteps().move())
                        + ": the algorithm learns again from samples of earlier epochs, whose noise was in other steps;"
                        + " under tdpo and tdpo-r critic-replay.samples = 0 does without");
            }
            algorithm.check(epoch);
        } catch (UserException e) {
            problems.add(e.getMessage());
        }
        try {
            algorithm.check(new RewardNames(rewardsOf(RewardRole.TRAIN), constraints, rewardsOf(RewardRole.LOGGED)));
        } catch (UserException e) {
            problems.add(e.getMessage());
        }
        if (prompts.isEmpty()) {
            problems.add("sampling.prompts: " + sampling.prompts() + " holds no prompt");
        }
        if (!problems.isEmpty()) {
            throw new UserException(String.join("\n", problems));
        }
    }

    /** A window that an epoch may have and in which the model draws no step with noise. */
    private Optional<StochasticSteps> windowWithoutNoise() {
        return sampling.stochasticSteps().windows(sampling.steps()).stream()
                .filter(window -> learnsFromChoices()
                        || schedules()
                                .within(window)
                                .trajectory()
                                .stochasticSteps()
                                .isEmpty())
                .findFirst();
    }

    private void checkDetectors(List<String> problems) {
        if (isStop(evaluation.detectors().onDrift(), evaluation.imageStatistics())) {
            problems.add("evaluation.on-drift: expected nothing or warn where no statistics are measured"
                    + " (evaluation.image-statistics, and evaluation.every above 0), found stop");
        }
        if (isStop(
                evaluation.detectors().onSteepening(), !evaluation.steepness().isNone())) {
            problems.add("evaluation.on-steepening: expected nothing or warn where no steepness is measured"
                    + " (evaluation.steepness.radius and evaluation.every above 0), found stop");
        }
        OnFall then = evaluation.detectors().onFall();
        if (evaluation.every() > 0) {
            requireSamples(problems, "on-drift", evaluation.detectors().onDrift());
            requireSamples(problems, "on-steepening", evaluation.detectors().onSteepening());
        }
        if (then != OnFall.STOP && then != OnFall.ROLL_BACK) {
            return;
        }
        requireSamples(problems, "on-fall", then);
        String found = ", found " + Words.of(then);
        if (rewardsOf(RewardRole.HELD_OUT).isEmpty() || evaluation.every() == 0) {
            problems.add("evaluation.on-fall: expected nothing or warn where no held-out reward is evaluated (a reward"
                    + " with role = held-out, and evaluation.every above 0)" + found);
        }
        if (checkpoint.keepBest() == 0) {
            problems.add("evaluation.on-fall: expected nothing or warn where no best checkpoint is kept"
                    + " (checkpoint.keep-best = 0)" + found);
        }
    }

    /** A run that is to act on what its evaluations show has enough pairs for them to show it. */
    private void requireSamples(List<String> problems, String key, Enum<?> then) {
        if (then != OnAlarm.NOTHING && then != OnAlarm.WARN && evaluation.samples() < RunVerdict.MIN_PAIRS) {
            problems.add("evaluation.samples: expected at least " + RunVerdict.MIN_PAIRS + " where evaluation." + key
                    + " = " + Words.of(then) + ", for fewer pairs show nothing, found " + evaluation.samples());
        }
    }

    /** Whether a run is to end at what it does not look for. */
    private boolean isStop(OnAlarm then, boolean measured) {
        return then == OnAlarm.STOP && (!measured || evaluation.every() == 0);
    }

    /** What an algorithm does not read would be reported, and not trained on. */
    private void checkSeparateRewards(List<NamedReward> trained, List<String> problems) {
        String because = ": the algorithm compares each reward by itself, as it was scored; under grpo and nft"
                + " advantages.combine = rewards compares what they are combined to";
        if (combination.rule() != CombinationRule.WEIGHTED_SUM) {
            problems.add("combination.rule: expected weighted-sum, found " + Words.of(combination.rule()) + because);
        }
        for (NamedReward r : trained) {
            if (r.settings().normalise()) {
                problems.add("rewards." + r.name() + ".normalise: expected false, found true" + because);
            }
        }
    }

    private void checkSteepness(List<NamedReward> trained, List<String> problems) {
        if (evaluation.steepness().isNone()) {
            return;
        }
        String expected = "evaluation.steepness.radius: expected 0, for ";
        String found = ", found " + evaluation.steepness().radius();
        if (trained.isEmpty()) {
            problems.add(expected + "no reward is trained on" + found);
        }
        for (NamedReward r : trained) {
            if (!(r.reward() instanceof GraphReward g) || !g.differentiable()) {
                problems.add(expected + "the reward '" + r.name()
                        + "', which is trained on, has no gradient that leads to the worst picture" + found);
            }
        }
        if (combination.rule() == CombinationRule.NORMALISED_SUM) {
            problems.add(expected
                    + "normalised-sum (combination.rule), which compares an epoch's samples, has no gradient" + found);
        }
    }

    private void checkChoices(List<String> problems) {
        if (choices.isEmpty()) {
            problems.add(Choices.missing());
        }
        if (sampling.samplesPerEpoch() % 2 != 0) {
            problems.add(
                    "sampling.batch-size: expected an even number of pictures in an epoch, for the algorithm learns"
                            + " from pairs, found batch-size * batches-per-epoch = " + sampling.samplesPerEpoch());
        }
        for (NamedReward r : rewards) {
            RewardRole role = r.settings().role();
            if (role == RewardRole.TRAIN || role == RewardRole.CONSTRAINT) {
                problems.add("rewards." + r.name() + ".role: the algorithm learns from choices and from no reward;"
                        + " expected held-out or logged, found " + Words.of(role));
            }
        }
        if (behaviour.draws()) {
            problems.add("behaviour.draws: expected false, found true: the algorithm learns from choices, for which"
                    + " nothing is drawn");
        }
        PolicyShape shape = policy.shape();
        choices.ifPresent(c -> {
            try {
                c.requireSize(new ImageSize(shape.imageWidth(), shape.imageHeight()));
            } catch (UserException e) {
                problems.add(e.getMessage());
            }
        });
    }

    private static boolean readsLogProbabilities(List<RolloutColumn> columns) {
        return columns.stream()
                .map(RolloutColumn::name)
                .anyMatch(Set.of(Rollout.LOG_PROB, Rollout.REFERENCE_LOG_PROB)::contains);
    }

    /** How each set of copies follows the policy; empty where nothing reads any. */
    Map<Follower, FollowSettings> copies() {
        Map<Follower, FollowSettings> copies = new EnumMap<>(Follower.class);
        if (behaviour.draws() || behaviour.evaluated() || checked().needs().contains(Need.BEHAVIOUR_WEIGHTS)) {
            copies.put(Follower.BEHAVIOUR, behaviour.follow());
        }
        if (reference.moves()) {
            copies.put(Follower.REFERENCE, reference.follow());
        }
        return copies;
    }

    private CheckedAlgorithm checked() {
        return CheckedAlgorithm.of(algorithm);
    }

    /**
     * The steps that a sample takes in an epoch.
     *
     * @param complete epochs that are complete before it
     * @throws UserException if the model cannot be sampled so
     */
    Schedule schedule(int complete) {
        return schedules().ofEpoch(run.seed(), complete);
    }

    /**
     * The steps that a sample of an evaluation takes.
     *
     * @throws UserException as {@link #schedule}
     */
    Schedule evaluationSchedule() {
        return schedules().ofEvaluation();
    }

    private RunSchedules schedules() {
        return new RunSchedules(policy, sampling.steps(), sampling.eta(), sampling.stochasticSteps());
    }

    /**
     * How large an epoch is: the first one, where the window of stochastic steps moves.
     *
     * @throws UserException as {@link #schedule}
     */
    public EpochShape epoch() {
        return learnsFromChoices()
                ? new EpochShape(sampling.samplesPerEpoch(), 0, 2)
                : new EpochShape(
                        sampling.samplesPerEpoch(),
                        sampling.steps(),
                        schedule(0).trajectory().stochasticSteps(),
                        sampling.samplesPerPrompt());
    }

    /** Names of the rewards that have a role. */
    public List<String> rewardsOf(RewardRole role) {
        return rewards.stream()
                .filter(r -> r.settings().role() == role)
                .map(NamedReward::name)
                .toList();
    }

    /** The prompt to steer away from, where the policy's network runs on it. */
    public Optional<String> steeredFrom() {
        return policy.guidance().runsTwice(sampling.guidanceScale())
                ? Optional.of(sampling.negativePrompt())
                : Optional.empty();
    }

    /** Whether a sample may be left out of an update, as one for which a reward that is trained on gave no score. */
    public boolean maySkip() {
        return rewards.stream()
                .map(NamedReward::settings)
                .anyMatch(s -> (s.role() == RewardRole.TRAIN || s.role() == RewardRole.CONSTRAINT)
                        && s.onFailure() == FailurePolicy.SKIP);
    }

    /** How TensorFlow's threads are shared out, with what is automatic decided for this machine. */
    public ThreadSettings threads() {
        int threads = run.threads() == 0 ? Runtime.getRuntime().availableProcessors() : run.threads();
        int batches = run.parallelBatches();
        if (batches == 0) {
            int together = Math.min(sampling.batchesPerEpoch(), checked().accumulation(epoch()));
            batches = policy.parameterCount() + policy.text().parameterCount() < LARGE_POLICY
                    ? Math.min(threads, run.cluster().share(together))
                    : 1;
        }
        return new ThreadSettings(Math.max(1, threads / batches), run.interOpThreads(), batches);
    }

    /** What a person should know of how the work is shared out: who of those that share it has none. */
    List<String> idle() {
        return Stream.of(idleWorkers(), idleLanes()).flatMap(Optional::stream).toList();
    }

    /**
     * More batches side by side than a worker ever has to compute at a time. Of evaluations that are measured otherwise
     * than by the framework nobody knows how many there are.
     */
    private Optional<String> idleLanes() {
        if (evaluation.every() > 0 && !evaluator.ruler().isEmpty()) {
            return Optional.empty();
        }
        int lanes = threads().runs();
        ClusterSettings cluster = run.cluster();
        int ofEpoch = cluster.share(learnsFromChoices() ? sampling.samplesPerEpoch() / 2 : sampling.batchesPerEpoch());
        int ofUpdate = cluster.share(checked().accumulation(epoch()));
        int ofEvaluation = evaluation.every() == 0
                ? 0
                : cluster.share((evaluation.samples() + sampling.batchSize() - 1) / sampling.batchSize());
        int most = Math.max(ofEpoch, Math.max(ofUpdate, ofEvaluation));
        return lanes <= most
                ? Optional.empty()
                : Optional.of("run.parallel-batches: " + lanes + " batches side by side are more than "
                        + (cluster.isMany() ? "a worker" : "the run") + " ever has ("
                        + (learnsFromChoices()
                                ? "pairs of an epoch, sampling.batch-size * sampling.batches-per-epoch / 2: "
                                : "batches of an epoch, sampling.batches-per-epoch: ")
                        + ofEpoch + "; micro-batches of an update: " + ofUpdate + "; batches of an evaluation: "
                        + ofEvaluation + "). What is beyond " + most + " takes memory and a share of the threads, and"
                        + " computes nothing. Set run.parallel-batches=" + most + ", or 0 to have the number chosen;"
                        + " but a run that goes on keeps its number, on which the last bits of its weights depend.");
    }

    /** Some of the workers have no micro-batch of an update. */
    private Optional<String> idleWorkers() {
        int workers = run.cluster().count();
        int microBatches = checked().accumulation(epoch());
        return microBatches >= workers
                ? Optional.empty()
                : Optional.of("run.cluster.workers: an update has fewer micro-batches (" + microBatches
                        + ") than there are workers (" + workers + "), so that " + (workers - microBatches)
                        + " of them wait in each. The same update of smaller micro-batches, a lower batch-size of the"
                        + " algorithm with a higher accumulation, gives them a part.");
    }

    /** The critic, if the algorithm uses one. */
    public Optional<Critic> usedCritic() {
        return algorithm.needs().contains(Need.CRITIC) ? critic : Optional.empty();
    }
}
