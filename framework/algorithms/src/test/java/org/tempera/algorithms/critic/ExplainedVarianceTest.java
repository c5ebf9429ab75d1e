package org.tempera.algorithms.critic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.tempera.algorithms.Preset;
import org.tempera.algorithms.loss.ClippedValueLoss;
import org.tempera.algorithms.stats.Axes;
import org.tempera.algorithms.stats.Diagnostics;
import org.tempera.algorithms.stats.UpdatePlan;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.learn.EpochData;
import org.tempera.core.learn.Learner;
import org.tempera.core.learn.UpdateProgress;
import org.tempera.core.prompt.PromptEncoder;
import org.tempera.core.prompt.TextEmbeddings;
import org.tempera.core.rollout.Schedule;
import org.tempera.core.workers.Group;
import org.tempera.graph.Lanes;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.toy.ToyPolicy;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

/**
 * How well a critic predicts returns of samples that it has not seen, after as many updates as a short run has.
 * Features and returns are made up: what is to come is clearer the later the step, as for pictures.
 */
public class ExplainedVarianceTest {
    private static final int SAMPLES = 40;
    private static final int STEPS = 10;
    private static final int WIDTH = 768;
    private static final int BATCH = 20;
    private static final int EPOCHS = 8;

    /** The value loss alone; the policy rests. */
    private static final class ValueOnly implements Algorithm {
        private final ClippedValueLoss loss;
        private final UpdatePlan plan = new UpdatePlan(BATCH, 1, 1, true, true, 1);

        ValueOnly(double clipRange) {
            this.loss = new ClippedValueLoss(clipRange);
        }

        @Override
        public Set<Need> needs() {
            return Set.of(Need.CRITIC);
        }

        @Override
        public int batchSize() {
            return BATCH;
        }

        @Override
        public Losses build(UpdateScope scope) {
            ClippedValueLoss.Terms terms = loss.build(
                    scope.graph().tf(), scope.value(), scope.column(Targets.RETURN), scope.column(Rollout.VALUE));
            return new Losses(scope.graph().tf().constant(0f), Optional.of(terms.loss()), Map.of("loss", terms.loss()));
        }

        @Override
        public Targets prepare(EpochColumns epoch, RewardTable rewards) {
            throw new IllegalStateException("targets are given");
        }

        @Override
        public List<Minibatch> plan(EpochShape epoch, long seed) {
            return plan.slotBySlot(epoch.samples(), epoch.stochasticSteps(), seed);
        }

        @Override
        public Map<String, Object> state() {
            return Map.of();
        }

        @Override
        public void restore(Map<String, Object> state) {}
    }

    record Feeds(HostTensor features, HostTensor fractions) {}

    record Fetches(HostTensor values) {}

    private record Epoch(HostTensor features, float[][] returns) {}

    /** Rows of length {@code scale}: a common part, one that tells the return and grows with the step, and noise. */
    private static Epoch epoch(Random random, double scale) {
        float[] features = new float[SAMPLES * STEPS * WIDTH];
        float[][] returns = new float[SAMPLES][STEPS];
        for (int i = 0; i < SAMPLES; i++) {
            double a = random.nextGaussian();
            double b = random.nextGaussian();
            double r = 0.8 * a + 0.6 * (Math.abs(b) - 0.798) / 0.603;
            for (int t = 0; t < STEPS; t++) {
                double clear = (t + 1.0) / STEPS;
                double length = 0;
                int at = (i * STEPS + t) * WIDTH;
                for (int k = 0; k < WIDTH; k++) {
                    double told = k % 16 == 0 ? a : k % 16 == 1 ? b : 0;
                    double x = 1.5 + clear * told + 0.5 * random.nextGaussian();
                    features[at + k] = (float) x;
                    length += x * x;
                }
                for (int k = 0; k < WIDTH; k++) {
                    features[at + k] *= (float) (scale / Math.sqrt(length));
                }
                returns[i][t] = (float) r;
            }
        }
        return new Epoch(HostTensor.of(features, SAMPLES, STEPS, WIDTH), returns);
    }

    /** Explained variance of the last three epochs, each before the critic was fitted to it. */
    private static double explained(
            TemporalMlpConfig config, CriticFeatures features, double scale, double clipRange, double learningRate) {
        ToyPolicy policy = new ToyPolicy();
        try (Lanes lanes = new Lanes(1);
                TrainingGraph graph = new TrainingGraph(9)) {
            PolicyNetwork network = policy.build(graph.scope().child("policy"));
            TemporalMlpNetwork critic =
                    new TemporalMlp(config).build(graph.scope().child("critic"), features);
            ValueOnly algorithm = new ValueOnly(clipRange);
            TextEmbeddings text = new TextEmbeddings(
                    new PromptEncoder(policy.text(), 9, new ThreadSettings(1, 1)), Optional.empty(), List.of());
            Learner learner = new Learner(
                    graph,
                    policy.shape(),
                    GuidedStep.of(policy, network, 1),
                    Optional.of(critic),
                    algorithm,
                    new SamplingSettings(Path.of("prompts.txt"), BATCH, SAMPLES / BATCH, 1, STEPS, 1, 1, ""),
                    new OptimizerSettings(0, learningRate, 0, 0.9, 0.999, 1e-8, 1e-4, 1),
                    Map.of(),
                    Set.of(),
                    Optional.empty(),
                    Group.alone().with(lanes),
                    false);
            Operand<TFloat32> rows = graph.floatInput("rows", SAMPLES, WIDTH);
            Operand<TFloat32> fractions = graph.floatInput("fractions", SAMPLES);
            Program<Feeds, Fetches> value = Program.define("value", Feeds.class, Fetches.class)
                    .feed("features", rows)
                    .feed("fractions", fractions)
                    .fetch("values", critic.value(graph.scope().child("value"), rows, fractions, Optional.empty()))
                    .build();
            Schedule schedule = new Schedule(policy.noiseProcess(), STEPS, 1);
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                Random random = new Random(4);
                double sum = 0;
                for (int e = 0; e < EPOCHS; e++) {
                    Epoch epoch = epoch(random, scale);
                    float[][] values = values(session, value, epoch, schedule);
                    if (e >= EPOCHS - 3) {
                        sum += Diagnostics.explainedVariance(Axes.widen(values), Axes.widen(epoch.returns()));
                    }
                    int[] latents = {SAMPLES, STEPS + 1, 4, 4, 2};
                    Rollout rollout = new Rollout(
                            new ArrayList<>(Collections.nCopies(SAMPLES, "cat")),
                            schedule.trajectory().timesteps(),
                            schedule.trajectory().stochasticSteps(),
                            HostTensor.of(new float[SAMPLES * (STEPS + 1) * 32], latents),
                            Map.of(Rollout.VALUE, stacked(values)),
                            Optional.of(epoch.features()));
                    learner.update(
                            session,
                            new EpochData(
                                    rollout,
                                    new Targets(Map.of(Targets.RETURN, epoch.returns()), Map.of()),
                                    new boolean[SAMPLES],
                                    schedule,
                                    text,
                                    samples -> {
                                        throw new IllegalStateException("nothing is drawn here");
                                    },
                                    e),
                            algorithm.plan(new EpochShape(SAMPLES, STEPS, 1), e),
                            new UpdateProgress(),
                            done -> {});
                }
                return sum / 3;
            }
        }
    }

    private static HostTensor stacked(float[][] rows) {
        return HostTensor.stack(
                Arrays.stream(rows).map(row -> HostTensor.of(row, row.length)).toList());
    }

    private static float[][] values(
            TrainingSession session, Program<Feeds, Fetches> program, Epoch epoch, Schedule schedule) {
        float[][] values = new float[SAMPLES][STEPS];
        for (int t = 0; t < STEPS; t++) {
            float[] rows = new float[SAMPLES * WIDTH];
            int[] steps = new int[SAMPLES];
            for (int i = 0; i < SAMPLES; i++) {
                System.arraycopy(epoch.features().data(), (i * STEPS + t) * WIDTH, rows, i * WIDTH, WIDTH);
                steps[i] = t;
            }
            float[] got = program.run(
                            session, new Feeds(HostTensor.of(rows, SAMPLES, WIDTH), schedule.fractions(steps)))
                    .values()
                    .data();
            for (int i = 0; i < SAMPLES; i++) {
                values[i][t] = got[i];
            }
        }
        return values;
    }

    private static TemporalMlpConfig preset(Preset preset) {
        return TemporalMlpConfig.of(preset, Optional.of(FeatureKind.POOLED_LATENT), Optional.empty());
    }

    @Test
    public void theDefaultCriticLearnsWhereTheReferenceStaysAConstant() {
        CriticFeatures given = new CriticFeatures.Given(WIDTH);
        // The published learning rate for both. Default features are scaled to entries of order one.
        double byDefault = explained(preset(Preset.DEFAULT), given, Math.sqrt(WIDTH), 0, 1e-4);
        double reference = explained(preset(Preset.REFERENCE), given, 1, 0.2, 1e-4);
        assertThat(byDefault).as("default").isGreaterThan(0.3);
        assertThat(reference).as("reference").isBetween(-0.05, 0.05);
    }
}
