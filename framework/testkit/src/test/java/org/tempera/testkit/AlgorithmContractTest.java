package org.tempera.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.testng.annotations.Test;

/** That the contract feeds an algorithm what it declares, and says what it lacks. */
public class AlgorithmContractTest {
    /** Reads a column of its own, and plans nothing. */
    public static final class Idle implements AlgorithmProvider<Idle.Config> {
        /** No keys. */
        public record Config() {}

        @Override
        public String name() {
            return "idle";
        }

        @Override
        public String description() {
            return "An algorithm that learns nothing";
        }

        @Override
        public Class<Config> configType() {
            return Config.class;
        }

        @Override
        public Config defaults() {
            return new Config();
        }

        @Override
        public Algorithm create(Config config) {
            return new Algorithm() {
                /** Its numbers are never computed: the contract makes up an epoch's columns. */
                @Override
                public List<RolloutColumn> columns() {
                    return List.of(new RolloutColumn("spread", step -> {
                        throw new UnsupportedOperationException();
                    }));
                }

                @Override
                public int batchSize() {
                    return 4;
                }

                /** Never called: only what the contract asks of {@code prepare} is tried with this algorithm. */
                @Override
                public Losses build(UpdateScope scope) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Targets prepare(EpochColumns epoch, RewardTable rewards) {
                    return new Targets(Map.of("scaled", epoch.column("spread")), Map.of());
                }

                @Override
                public List<Minibatch> plan(EpochShape epoch, long seed) {
                    return List.of();
                }
            };
        }
    }

    private static final class Contract extends AlgorithmContract<Idle.Config> {
        @Override
        protected Class<Idle> providerType() {
            return Idle.class;
        }

        @Override
        protected Idle.Config config() {
            return new Idle.Config();
        }
    }

    @Test
    public void anAlgorithmFindsTheColumnsThatItDeclares() {
        Contract contract = new Contract();
        contract.preparesWhateverTheRewardsAre();
        assertThat(contract.epoch(7).column("spread"))
                .hasDimensions(AlgorithmContract.SAMPLES, AlgorithmContract.STEPS);
    }

    @Test
    public void anEmptyPlanIsSaid() {
        assertThatThrownBy(() -> new Contract().aPlanHasWholeMinibatchesAndEndsWithAnUpdate())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("plan() gives no micro-batch for 16 samples");
    }
}
