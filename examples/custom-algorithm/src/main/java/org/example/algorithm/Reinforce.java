package org.example.algorithm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tempera.spi.Doc;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.*;

/** REINFORCE (Williams 1992): every step is weighted with its sample's reward, less the mean of the epoch. */
public final class Reinforce implements AlgorithmProvider<Reinforce.Config> {
    public record Config(@Doc("Samples of a micro-batch; it divides the samples of an epoch.") int batchSize) {}

    @Override public String name() { return "reinforce"; }
    @Override public String description() { return "Policy gradient with the epoch's mean as baseline (Williams 1992)"; }
    @Override public Class<Config> configType() { return Config.class; }
    @Override public Config defaults() { return new Config(8); }
    @Override public double learningRateFactor() { return 3; }
    @Override public Algorithm create(Config config) { return new Epochs(config.batchSize()); }

    private record Epochs(int batchSize) implements Algorithm {
        @Override public void check(EpochShape epoch) {
            if (epoch.samples() % batchSize != 0) {
                throw new UserException("algorithm.reinforce.batch-size: expected a divisor of the " + epoch.samples()
                        + " samples of an epoch, found " + batchSize);
            }
        }

        @Override public Losses build(UpdateScope scope) {
            var tf = scope.graph().tf();
            var weighted = tf.math.mul(scope.step().logProb(), scope.column(Targets.ADVANTAGE));
            return Losses.of(tf.math.neg(tf.math.mean(weighted, tf.constant(0))));
        }

        @Override public Targets prepare(EpochColumns epoch, RewardTable rewards) {
            double mean = 0;
            for (float reward : rewards.training()) {
                mean += reward / rewards.training().length;
            }
            float[][] advantages = new float[epoch.samples()][epoch.steps()];
            for (int i = 0; i < advantages.length; i++) {
                Arrays.fill(advantages[i], (float) (rewards.training()[i] - mean));
            }
            return new Targets(Map.of(Targets.ADVANTAGE, advantages), Map.of());
        }

        /** One optimiser step an epoch: what was sampled is on-policy only until then. */
        @Override public List<Minibatch> plan(EpochShape epoch, long seed) {
            int samples = epoch.samples(), pairs = samples * epoch.stochasticSteps().size();
            List<Minibatch> plan = new ArrayList<>();
            for (int i = 0; i < pairs; i += batchSize) {
                int[] rows = new int[batchSize], at = new int[batchSize];
                Arrays.fill(at, epoch.stochasticSteps().get(i / samples));
                for (int k = 0; k < batchSize; k++) rows[k] = i % samples + k;
                plan.add(new Minibatch(rows, at, i + batchSize == pairs));
            }
            return plan;
        }
    }
}
