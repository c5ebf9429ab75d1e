package org.tempera.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.core.train.Trainer;
import org.tempera.spi.MetricNames;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;
import org.testng.annotations.Test;

/**
 * Checks, in addition to {@link AlgorithmContract}, an algorithm that weights the denoising steps that were taken with
 * an advantage, as policy gradients do.
 *
 * @param <C> the plugin's configuration
 */
public abstract class StepwiseContract<C extends Record> extends AlgorithmContract<C> {
    @Test
    public void betterSamplesHaveHigherAdvantages() {
        float[] rewards = new float[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            rewards[i] = i % 4 < 2 ? 1 : -1;
        }
        float[][] advantages = advantages(create().prepare(epoch(7), table(rewards)));
        double better = 0;
        double worse = 0;
        for (int i = 0; i < SAMPLES; i++) {
            for (float a : advantages[i]) {
                better += rewards[i] > 0 ? a : 0;
                worse += rewards[i] < 0 ? a : 0;
            }
        }
        assertThat(better)
                .withFailMessage("the mean advantage of better samples is not above that of worse: higher is better.")
                .isGreaterThan(worse);
    }

    @Test
    public void learnsFromEverySampleEquallyOften() {
        List<Minibatch> plan = prepared().plan(shape(), 11);
        int[] visits = new int[SAMPLES];
        plan.forEach(m -> Arrays.stream(m.samples()).forEach(sample -> visits[sample]++));
        assertThat(Arrays.stream(visits).distinct().count())
                .withFailMessage(
                        "a plan must visit every sample equally often, found %s visits.", Arrays.toString(visits))
                .isEqualTo(1);
    }

    @Test
    public void learnsFromStochasticStepsAlone() {
        List<Integer> stochastic = List.of(1, STEPS - 1);
        EpochShape shape = new EpochShape(SAMPLES, STEPS, stochastic, samplesPerPrompt());
        EpochColumns whole = epoch(7);
        Map<String, float[][]> columns = new LinkedHashMap<>();
        whole.columns().forEach((name, column) -> columns.put(name, atSteps(stochastic, column)));
        Algorithm algorithm = create();
        algorithm.check(shape);
        Targets targets = algorithm.prepare(
                new EpochColumns(whole.prompts(), whole.timesteps(), stochastic, whole.latentSize(), columns),
                table(rewards(7)));
        for (float[] row : advantages(targets)) {
            for (int step : stochastic) {
                assertThat(Float.isFinite(row[step]))
                        .withFailMessage("the advantage of step %d is %s.", step, row[step])
                        .isTrue();
            }
        }
        for (Minibatch m : algorithm.plan(shape, 11)) {
            for (int step : m.steps()) {
                assertThat(stochastic)
                        .withFailMessage(
                                "a plan visits step %d, of which the stochastic ones are %s: no other has a"
                                        + " log-probability.",
                                step, stochastic)
                        .contains(step);
            }
        }
    }

    /** As a rollout has it whose other steps are deterministic. */
    private static float[][] atSteps(List<Integer> steps, float[][] column) {
        float[][] kept = new float[column.length][column[0].length];
        for (int i = 0; i < kept.length; i++) {
            for (int step : steps) {
                kept[i][step] = column[i][step];
            }
        }
        return kept;
    }

    @Test
    public void restsWithoutALearningRate() {
        try (Trainer trainer = trainer(0)) {
            double ratioError = trainer.trainEpoch().metrics().getOrDefault(MetricNames.RATIO_ERROR, 0.0);
            assertThat(ratioError)
                    .withFailMessage(
                            "importance ratios are off by %s although nothing was updated: the old log-probabilities"
                                    + " are the rollout's column '%s'.",
                            ratioError, Rollout.LOG_PROB)
                    .isLessThanOrEqualTo(1e-6);
        }
    }

    private static float[][] advantages(Targets targets) {
        float[][] advantages = targets.columns().get(Targets.ADVANTAGE);
        assertThat(advantages)
                .withFailMessage(
                        "prepare() gives no column '%s'. Give what weights the steps that name (Targets.ADVANTAGE), or, where"
                                + " nothing of the kind does, extend AlgorithmContract alone.",
                        Targets.ADVANTAGE)
                .isNotNull();
        return advantages == null ? new float[0][] : advantages;
    }
}
