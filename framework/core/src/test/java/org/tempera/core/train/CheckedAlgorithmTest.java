package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.plugin.PluginFault;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What an algorithm gives against its contract is its own mistake, and told in a line. */
@SuppressWarnings("NullAway") // nulls are what plugins give here
public class CheckedAlgorithmTest {
    @DataProvider
    public Object[][] breaches() {
        Map<String, float[][]> none = new HashMap<>();
        none.put(Targets.ADVANTAGE, null);
        return new Object[][] {
            {new Given(null, plan(8)), "gives null instead of its targets"},
            {new Given(new Targets(null, Map.of()), plan(8)), "gives null instead of its targets' columns"},
            {new Given(new Targets(none, Map.of()), plan(8)), "gives null instead of its column 'advantage'"},
            {new Given(targets(7, 3), plan(8)), "gives 7 samples in column 'advantage', expected 8"},
            {new Given(targets(8, 2), plan(8)), "gives 2 steps of a sample in column 'advantage', expected 1 or 3"},
            {
                new Given(new Targets(Map.of(), Map.of()), plan(8)),
                "reads column 'advantage', which neither its targets [] nor the rollout [log_prob] hold"
            },
            {
                new Given(new Targets(Map.of("log_prob", new float[8][3]), Map.of()), plan(8)),
                "gives the targets' column 'log_prob', a name that a column of the rollout has"
            },
            {
                new Given(new Targets(Map.of("value", new float[8][3]), Map.of()), plan(8)),
                "gives the targets' column 'value', a name that a column of the rollout has"
            },
            {new Given(targets(8, 3), null), "gives null instead of its plan"},
            {new Given(targets(8, 3), plan(12)), "has (sample, step) = (8, 0) in its plan, of 8 samples with 3 steps"},
            {
                new Given(targets(8, 3), List.of(new Minibatch(new int[4], new int[4], false))),
                "ends its plan with micro-batches that are not applied"
            },
            {
                new Given(targets(8, 3), List.of(new Minibatch(new int[3], new int[3], true))),
                "gives 3 rows in a micro-batch of its plan, expected batchSize() = 4"
            },
        };
    }

    @Test(dataProvider = "breaches")
    public void isToldAsThePluginsMistake(Given algorithm, String message) {
        TrainingSpec spec =
                TinyRuns.spec(1, TinyRuns.brightness(), FailurePolicy.FAIL, 0.05, algorithm, Optional.empty());
        try (Trainer trainer = new Trainer(spec)) {
            assertThatThrownBy(trainer::trainEpoch)
                    .isInstanceOf(PluginFault.class)
                    .hasMessageStartingWith("the algorithm " + message + ". It is the plugin's mistake");
        }
    }

    private static Targets targets(int samples, int steps) {
        return new Targets(Map.of(Targets.ADVANTAGE, new float[samples][steps]), Map.of());
    }

    private static List<Minibatch> plan(int samples) {
        List<Minibatch> plan = new ArrayList<>();
        for (int first = 0; first < samples; first += 4) {
            int[] rows = {first, first + 1, first + 2, first + 3};
            plan.add(new Minibatch(rows, new int[4], true));
        }
        return plan;
    }

    /** Gives what it was told to give. */
    private record Given(Targets targets, List<Minibatch> plan) implements Algorithm {
        @Override
        public List<RolloutColumn> columns() {
            return List.of(RolloutColumn.LOG_PROB);
        }

        @Override
        public int batchSize() {
            return 4;
        }

        @Override
        public Losses build(UpdateScope scope) {
            return new TinyReinforce().build(scope);
        }

        @Override
        public Targets prepare(EpochColumns epoch, RewardTable rewards) {
            return targets;
        }

        @Override
        public List<Minibatch> plan(EpochShape epoch, long seed) {
            return plan;
        }
    }
}
