package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.InitialNoise;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.config.StochasticSteps;
import org.tempera.core.config.WindowMove;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.ConfigException;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochEnd;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.testing.Messages;
import org.testng.annotations.Test;

/** A window of stochastic steps that moves from epoch to epoch, and samples that begin alike. */
public class MovingWindowTest {
    private static final int STEPS = 6;

    private static StochasticSteps window(WindowMove move) {
        return new StochasticSteps(1, Optional.of(2), move, 1, 1, Optional.of(4), false);
    }

    private static TrainingSpec spec(Algorithm algorithm, StochasticSteps window, InitialNoise initial) {
        return SpecCopy.of(
                        TinyRuns.spec(4, TinyRuns.brightness(), FailurePolicy.FAIL, 0.05, algorithm, Optional.empty()))
                .sampling(sampling(1, window, initial))
                .build();
    }

    private static SamplingSettings sampling(double eta, StochasticSteps window, InitialNoise initial) {
        return new SamplingSettings(Path.of("unused"), Optional.empty(), 4, 2, 2, STEPS, eta, 2.0, "", window, initial);
    }

    @Test
    public void eachEpochHasNoiseInItsOwnWindow() {
        Recording algorithm = new Recording();
        try (Trainer trainer = new Trainer(spec(algorithm, window(WindowMove.PROGRESSIVE), InitialNoise.OWN))) {
            for (int i = 0; i < 4; i++) {
                assertThat(trainer.trainEpoch().metrics().get("train/grad_norm"))
                        .isPositive();
            }
        }
        assertThat(algorithm.seen.stream().map(Rollout::stochasticSteps).toList())
                .containsExactly(List.of(1, 2), List.of(2, 3), List.of(3, 4), List.of(3, 4));
    }

    /** Within the drawing of an epoch and within its updates, whose window another epoch's is not. */
    @Test
    public void aRunThatWasStoppedWithinAnEpochGoesOnInItsWindow() {
        Path folder = Messages.temporaryFolder();
        try {
            StochasticSteps window = window(WindowMove.PROGRESSIVE);
            Path whole = folder.resolve("whole");
            TinyRuns.train(spec(new TinyReinforce(), window, InitialNoise.SHARED), whole, -1);
            for (String place : List.of("drawing", "learning")) {
                Path parts = folder.resolve(place);
                stopInSecondEpoch(spec(new TinyReinforce(), window, InitialNoise.SHARED), parts, place);
                TinyRuns.resume(spec(new TinyReinforce(), window, InitialNoise.SHARED), parts);
                TinyRuns.requireSame(parts, whole);
            }
        } finally {
            Messages.delete(folder);
        }
    }

    private static void stopInSecondEpoch(TrainingSpec spec, Path path, String place) {
        try (RunFolder folder = RunFolder.create(path)) {
            RunFolder.writeText(folder.config(), "# test");
            try (TrainingRun run = TrainingRun.start(spec, folder)) {
                RunOutcome outcome = run.run(Map.of(), new RunListener() {
                    @Override
                    public void batchDrawn(int epoch, int drawn, int samples) {
                        if (epoch == 2 && place.equals("drawing")) {
                            run.requestStop();
                        }
                    }

                    @Override
                    public void updated(int epoch, int done, int minibatches) {
                        if (epoch == 2 && place.equals("learning")) {
                            run.requestStop();
                        }
                    }
                });
                assertThat(outcome.stoppedAt()).hasValue("within epoch 2");
            }
        }
    }

    /** Where an epoch's window is cannot change what an evaluation shows. */
    @Test
    public void evaluationsAreDrawnWithoutNoise() {
        try (Trainer moving = new Trainer(spec(new TinyReinforce(), window(WindowMove.RANDOM), InitialNoise.OWN));
                Trainer still =
                        new Trainer(SpecCopy.of(spec(new TinyReinforce(), StochasticSteps.all(), InitialNoise.OWN))
                                .algorithm(new Recording(true))
                                .sampling(sampling(0, StochasticSteps.all(), InitialNoise.OWN))
                                .build())) {
            assertThat(moving.evaluate().rewards().get("bright"))
                    .isEqualTo(still.evaluate().rewards().get("bright"));
        }
    }

    @Test
    public void aWindowThatMovesIsRefusedWhereEarlierSamplesAreLearntFrom() {
        Algorithm keeping = new TinyReinforce() {
            @Override
            public int keptSamples() {
                return 16;
            }
        };
        TrainingSpec spec = spec(keeping, window(WindowMove.RANDOM), InitialNoise.OWN);
        assertThatThrownBy(spec::check)
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("sampling.stochastic-steps.move: expected fixed, found random: the algorithm"
                        + " learns again from samples of earlier epochs");
    }

    @Test
    public void samplesOfAPromptMayBeginFromTheSameNoise() {
        for (InitialNoise initial : InitialNoise.values()) {
            Recording algorithm = new Recording();
            try (Trainer trainer = new Trainer(spec(algorithm, StochasticSteps.all(), initial))) {
                trainer.trainEpoch();
            }
            HostTensor latents = algorithm.seen.get(0).latents();
            for (int i = 0; i < 8; i += 2) {
                assertThat(Arrays.equals(at(latents, i, 0), at(latents, i + 1, 0)))
                        .isEqualTo(initial == InitialNoise.SHARED);
                assertThat(at(latents, i, 1)).isNotEqualTo(at(latents, i + 1, 1));
            }
            assertThat(at(latents, 0, 0)).isNotEqualTo(at(latents, 2, 0));
        }
        assertThatThrownBy(() -> sampling(0, StochasticSteps.all(), InitialNoise.SHARED))
                .isInstanceOf(ConfigException.class)
                .hasMessage("initial-noise must be own where eta is 0: the images of a prompt would be the same, was"
                        + " shared");
    }

    private static float[] at(HostTensor all, int sample, int step) {
        int size = all.size() / (all.size(0) * all.size(1));
        int first = (sample * all.size(1) + step) * size;
        return Arrays.copyOfRange(all.data(), first, first + size);
    }

    /** {@link TinyReinforce} that remembers its rollouts. */
    private static final class Recording extends TinyReinforce {
        private final List<Rollout> seen = new ArrayList<>();
        private final boolean withoutColumns;

        Recording() {
            this(false);
        }

        /** One that can be built where no step has noise, to be evaluated. */
        Recording(boolean withoutColumns) {
            this.withoutColumns = withoutColumns;
        }

        @Override
        public List<RolloutColumn> columns() {
            return withoutColumns ? List.of() : super.columns();
        }

        @Override
        public Losses build(UpdateScope scope) {
            return withoutColumns
                    ? Losses.of(scope.graph()
                            .tf()
                            .math
                            .mean(scope.step().mean(), scope.graph().tf().constant(new int[] {0, 1, 2, 3})))
                    : super.build(scope);
        }

        @Override
        public void endOfEpoch(EpochEnd end) {
            seen.add(end.rollout());
        }
    }
}
