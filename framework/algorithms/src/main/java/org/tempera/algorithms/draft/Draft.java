package org.tempera.algorithms.draft;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.tempera.algorithms.stats.Seeds;
import org.tempera.spi.MetricNames;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.algorithm.UpdateScope.Renoising;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * DRaFT: the policy climbs the reward's gradient through the last steps of sampling, or through one of them. Needs no
 * advantages.
 */
public final class Draft implements Algorithm {
    /** Column of the targets: how many steps from this one to the end. */
    public static final String STEPS_TO_GO = "steps_to_go";

    private static final long TRUNCATION_STREAM = 0x7472756e63L;

    private final DraftConfig config;

    public Draft(DraftConfig config) {
        this.config = config;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.REWARD_GRADIENT);
    }

    @Override
    public void check(EpochShape epoch) {
        config.update().plan().check(epoch);
        if (config.lastSteps() > epoch.steps()) {
            throw new UserException("algorithm.draft.last-steps: expected at most sampling.steps = " + epoch.steps()
                    + ", found " + config.lastSteps());
        }
    }

    @Override
    public int batchSize() {
        return config.update().batchSize();
    }

    @Override
    public int accumulation(EpochShape epoch) {
        return config.update().plan().slotAccumulation(epoch);
    }

    @Override
    public Losses build(UpdateScope scope) {
        Ops tf = scope.graph().tf();
        Map<String, Operand<TFloat32>> metrics = new LinkedHashMap<>();
        // Guided, as samples are drawn; asked for by the term alone.
        Operand<TFloat32> loss = config.distance()
                .loss()
                .addTo(
                        tf,
                        weights -> scope.denoising(new Renoising(Renoising.Level.UNIFORM, 1, true))
                                .prediction(weights),
                        DraftLoss.build(tf, rewards(scope), config.margin()),
                        metrics);
        metrics.put(MetricNames.POLICY_LOSS, loss);
        return new Losses(loss, Optional.empty(), metrics);
    }

    private List<Operand<TFloat32>> rewards(UpdateScope scope) {
        if (config.estimate()) {
            return List.of(scope.reward(scope.step().clean()));
        }
        if (config.draws() == 0) {
            Operand<TFloat32> latents = config.truncation() == Truncation.FIXED
                    ? scope.unrolled(config.lastSteps())
                    : scope.unrolled(config.lastSteps(), scope.column(STEPS_TO_GO));
            return List.of(scope.reward(latents));
        }
        List<Operand<TFloat32>> rewards = new ArrayList<>();
        for (int draw = 0; draw < config.draws(); draw++) {
            rewards.add(scope.reward(scope.lastStepAgain(draw)));
        }
        return rewards;
    }

    @Override
    public Targets prepare(EpochColumns epoch, RewardTable rewards) {
        int steps = epoch.steps();
        float[] toGo = new float[steps];
        for (int step = 0; step < steps; step++) {
            toGo[step] = steps - step;
        }
        float[][] rows = new float[epoch.samples()][];
        Arrays.fill(rows, toGo);
        return new Targets(Map.of(STEPS_TO_GO, rows), Map.of());
    }

    /** Samples alone: a row's step is the first that has a gradient, which is drawn for the whole micro-batch. */
    @Override
    public List<Minibatch> plan(EpochShape epoch, long seed) {
        Random random = Seeds.random(seed, TRUNCATION_STREAM);
        List<Minibatch> plan = new ArrayList<>();
        for (Minibatch m : config.update().plan().slotBySlot(epoch.samples(), List.of(0), seed)) {
            int live =
                    config.truncation().draw(random, config.lastSteps(), config.meanSteps(), config.stepsDeviation());
            int[] first = new int[m.samples().length];
            Arrays.fill(first, epoch.steps() - live);
            plan.add(new Minibatch(m.samples(), first, m.apply()));
        }
        return plan;
    }
}
