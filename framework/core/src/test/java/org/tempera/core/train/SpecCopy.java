package org.tempera.core.train;

import java.util.List;
import java.util.Optional;
import org.tempera.core.config.CheckpointSettings;
import org.tempera.core.config.CombinationSettings;
import org.tempera.core.config.EvaluationSettings;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.config.RunSettings;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.reward.NamedReward;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.reward.Reward;

/** A run's spec with a few of its parts exchanged; the others stay. */
final class SpecCopy {
    private final TrainingSpec of;
    private RunSettings run;
    private SamplingSettings sampling;
    private OptimizerSettings optimizer;
    private EvaluationSettings evaluation;
    private CheckpointSettings checkpoint;
    private Evaluator evaluator;
    private CombinationSettings combination;
    private DiffusionPolicy policy;
    private Algorithm algorithm;
    private List<NamedReward> rewards;
    private Optional<Reward> gold;
    private List<String> prompts;
    private List<String> evaluationPrompts;

    private SpecCopy(TrainingSpec of) {
        this.of = of;
        run = of.run();
        sampling = of.sampling();
        optimizer = of.optimizer();
        evaluation = of.evaluation();
        checkpoint = of.checkpoint();
        evaluator = of.evaluator();
        combination = of.combination();
        policy = of.policy();
        algorithm = of.algorithm();
        rewards = of.rewards();
        gold = of.gold();
        prompts = of.prompts();
        evaluationPrompts = of.evaluationPrompts();
    }

    static SpecCopy of(TrainingSpec spec) {
        return new SpecCopy(spec);
    }

    SpecCopy run(RunSettings other) {
        run = other;
        return this;
    }

    SpecCopy sampling(SamplingSettings other) {
        sampling = other;
        return this;
    }

    SpecCopy optimizer(OptimizerSettings other) {
        optimizer = other;
        return this;
    }

    SpecCopy checkpoint(CheckpointSettings other) {
        checkpoint = other;
        return this;
    }

    SpecCopy evaluation(EvaluationSettings other) {
        evaluation = other;
        return this;
    }

    SpecCopy evaluator(Evaluator other) {
        evaluator = other;
        return this;
    }

    SpecCopy combination(CombinationSettings other) {
        combination = other;
        return this;
    }

    SpecCopy policy(DiffusionPolicy other) {
        policy = other;
        return this;
    }

    SpecCopy algorithm(Algorithm other) {
        algorithm = other;
        return this;
    }

    SpecCopy rewards(List<NamedReward> other) {
        rewards = other;
        return this;
    }

    SpecCopy gold(Optional<Reward> other) {
        gold = other;
        return this;
    }

    /** Prompts to train and to evaluate on. */
    SpecCopy prompts(List<String> other) {
        prompts = other;
        evaluationPrompts = other;
        return this;
    }

    TrainingSpec build() {
        return new TrainingSpec(
                run,
                sampling,
                optimizer,
                evaluation,
                checkpoint,
                combination,
                of.behaviour(),
                of.reference(),
                policy,
                algorithm,
                of.critic(),
                rewards,
                gold,
                prompts,
                evaluationPrompts,
                evaluator,
                of.clock(),
                of.choices());
    }
}
