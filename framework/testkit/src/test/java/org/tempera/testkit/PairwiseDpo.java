package org.tempera.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.tempera.spi.Doc;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.algorithm.UpdateScope.Denoising;
import org.tempera.spi.algorithm.UpdateScope.Renoising;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Diffusion-DPO (Wallace et al. 2023, equation 14) as somebody else would write it, against the SPI alone: the
 * denoising error of the chosen picture falls below the reference's more than that of the rejected one.
 */
public final class PairwiseDpo implements AlgorithmProvider<PairwiseDpo.Config> {
    /** Keys. */
    public record Config(
            @Doc("Pictures of a micro-batch, two for each pair.") int batchSize,
            @Doc("How closely the policy keeps to the reference.") double beta) {}

    @Override
    public String name() {
        return "pairwise-dpo";
    }

    @Override
    public String description() {
        return "Diffusion-DPO on a file of choices";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public Config defaults() {
        return new Config(4, 20);
    }

    @Override
    public Algorithm create(Config config) {
        return new Pairs(config);
    }

    private record Pairs(Config config) implements Algorithm {
        @Override
        public Set<Need> needs() {
            return Set.of(Need.PAIRS);
        }

        @Override
        public void check(EpochShape epoch) {
            if (batchSize() % 2 != 0 || epoch.samples() % batchSize() != 0) {
                throw new UserException("algorithm.pairwise-dpo.batch-size: expected an even divisor of "
                        + epoch.samples() + ", found " + batchSize());
            }
        }

        @Override
        public int batchSize() {
            return config.batchSize();
        }

        @Override
        public Losses build(UpdateScope scope) {
            Ops tf = scope.graph().tf();
            Denoising d = scope.denoising(new Renoising(Renoising.Level.UNIFORM, 2, false));
            Operand<TFloat32> gain = tf.math.sub(error(tf, d, Weights.REFERENCE), error(tf, d, Weights.POLICY));
            Operand<TFloat32> pairs = tf.reshape(gain, tf.constant(new int[] {-1, 2}));
            Operand<TFloat32> margins = tf.math.mul(
                    tf.reduceSum(tf.math.mul(pairs, tf.constant(new float[] {1, -1})), tf.constant(1)),
                    tf.constant((float) (config.beta() / 2)));
            Operand<TFloat32> loss = tf.math.mean(tf.math.softplus(tf.math.neg(margins)), tf.constant(0));
            return new Losses(loss, Optional.empty(), Map.of("train/policy_loss", loss));
        }

        private static Operand<TFloat32> error(Ops tf, Denoising d, Weights weights) {
            return tf.math.mean(
                    tf.math.square(tf.math.sub(d.prediction(weights), d.target())), tf.constant(new int[] {1, 2, 3}));
        }

        @Override
        public Targets prepare(EpochColumns epoch, RewardTable rewards) {
            return new Targets(Map.of(), Map.of());
        }

        @Override
        public List<Minibatch> plan(EpochShape epoch, long seed) {
            Integer[] pairs = new Integer[epoch.samples() / 2];
            Arrays.setAll(pairs, i -> i);
            Collections.shuffle(Arrays.asList(pairs), new Random(seed));
            List<Minibatch> plan = new ArrayList<>();
            for (int first = 0; first < epoch.samples(); first += batchSize()) {
                int[] rows = new int[batchSize()];
                for (int k = 0; k < rows.length; k++) {
                    rows[k] = 2 * pairs[(first + k) / 2] + k % 2;
                }
                plan.add(Minibatch.ofSamples(rows, true));
            }
            return plan;
        }
    }
}
