package org.tempera.runtime.config;

import java.util.List;
import org.tempera.core.config.CheckpointSettings;
import org.tempera.core.config.CombinationSettings;
import org.tempera.core.config.EvaluationSettings;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.config.ReferenceSettings;
import org.tempera.core.config.RunSettings;
import org.tempera.core.config.SamplingSettings;
import org.tempera.spi.algorithm.BehaviourSettings;

/**
 * A block of the framework's own settings.
 *
 * @param name its key in the config
 * @param about one line for the documentation
 */
record FrameworkBlock<C extends Record>(String name, Class<C> type, C defaults, String about) {
    static final FrameworkBlock<RunSettings> RUN = new FrameworkBlock<>(
            "run", RunSettings.class, RunSettings.defaults(), "How long, from which seed, and where to.");
    static final FrameworkBlock<SamplingSettings> SAMPLING = new FrameworkBlock<>(
            "sampling", SamplingSettings.class, SamplingSettings.defaults(), "How an epoch's images are drawn.");
    static final FrameworkBlock<OptimizerSettings> OPTIMIZER = new FrameworkBlock<>(
            "optimizer",
            OptimizerSettings.class,
            OptimizerSettings.defaults(),
            "AdamW with decoupled weight decay (Loshchilov and Hutter 2019), for policy and critic.");
    static final FrameworkBlock<EvaluationSettings> EVALUATION = new FrameworkBlock<>(
            "evaluation",
            EvaluationSettings.class,
            EvaluationSettings.defaults(),
            "Pictures of fixed prompts from fixed noise, scored by every reward and by gold.");
    static final FrameworkBlock<CheckpointSettings> CHECKPOINT = new FrameworkBlock<>(
            "checkpoint", CheckpointSettings.class, CheckpointSettings.defaults(), "When to save and what to keep.");

    static final FrameworkBlock<CombinationSettings> COMBINATION = new FrameworkBlock<>(
            "combination",
            CombinationSettings.class,
            CombinationSettings.defaults(),
            "How the training rewards become one.");

    static final FrameworkBlock<BehaviourSettings> BEHAVIOUR = new FrameworkBlock<>(
            "behaviour",
            BehaviourSettings.class,
            BehaviourSettings.defaults(),
            "A copy of the policy's trained weights that follows them: an average of them, or those of earlier epochs. It is"
                    + " kept only where it draws, is evaluated or is what the algorithm reads. Algorithms that are made for it bring"
                    + " defaults of their own, which their blocks name.");

    static final FrameworkBlock<ReferenceSettings> REFERENCE = new FrameworkBlock<>(
            "reference",
            ReferenceSettings.class,
            ReferenceSettings.defaults(),
            "The reference policy, which a divergence in an algorithm is measured to.");

    static final List<FrameworkBlock<?>> ALL =
            List.of(RUN, SAMPLING, OPTIMIZER, COMBINATION, EVALUATION, CHECKPOINT, BEHAVIOUR, REFERENCE);
}
