package org.tempera.algorithms.kl;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.algorithms.stats.Axes;
import org.tempera.spi.Checkpointable;
import org.tempera.spi.PlainFields;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.RewardNames;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.RolloutColumn;

/**
 * What holds the policy near its reference between a rollout and its update: the penalty that steps are charged with,
 * and the gate of the divergence in the loss. An algorithm that learns from the steps taken asks it for its columns,
 * hands it each epoch, and keeps its state.
 */
public final class Regulariser implements Checkpointable {
    /** Mean over samples of the log-ratio to the reference, summed over steps, as log-prob says. */
    public static final String KL_OF_SAMPLES = "train/kl_of_samples";
    /** What the penalty in the reward is multiplied with. */
    public static final String KL_FACTOR = "train/kl_factor";
    /** Share of the samples that the divergence in the loss falls on. */
    public static final String GATE_SHARE = "train/kl_gate_share";
    /** Mean of the gate's disagreements that are not negative, in ranks. */
    public static final String GATE_DISAGREEMENT = "train/kl_gate_disagreement";

    private static final String CONTROLLER = "klController";
    private static final String GATE = "klGate";

    private final Optional<KlTerm> inReward;
    private final Optional<KlGate> gate;

    public Regulariser(Optional<KlTerm> inReward, Optional<KlGate> gate) {
        this.inReward = inReward;
        this.gate = gate;
    }

    /** Columns that sampling must compute: log-probabilities, under the reference too where steps are charged. */
    public List<RolloutColumn> columns() {
        return inReward.isPresent()
                ? List.of(RolloutColumn.LOG_PROB, RolloutColumn.REFERENCE_LOG_PROB)
                : List.of(RolloutColumn.LOG_PROB);
    }

    /**
     * Checks that the rewards are there that the gate looks at.
     *
     * @param block where its keys stand, such as {@code algorithm.ddpo}
     * @throws UserException if one is not
     */
    public void check(RewardNames rewards, String block) {
        gate.ifPresent(g -> g.check(rewards, block));
    }

    /**
     * What an epoch is regularised with.
     *
     * @param charge what each step's advantage is lowered by, {@code [sample][step]}; absent without a penalty
     * @param columns further columns of the targets, which the loss reads
     * @param metrics to log
     */
    @SuppressWarnings("ArrayRecordComponent") // not copied, compared with none
    public record Epoch(Optional<double[][]> charge, Map<String, float[][]> columns, Map<String, Double> metrics) {
        /** Advantages less the charge of each step, {@code [sample][step]}. */
        public double[][] charged(double[][] advantages) {
            if (charge.isEmpty()) {
                return advantages;
            }
            double[][] of = charge.get();
            Axes.requireShape("advantages", advantages, of.length, Axes.steps("charges", of));
            double[][] out = new double[advantages.length][];
            for (int i = 0; i < out.length; i++) {
                out[i] = advantages[i].clone();
                for (int t = 0; t < out[i].length; t++) {
                    out[i][t] -= of[i][t];
                }
            }
            return out;
        }
    }

    /**
     * Takes in an epoch; controller and gate are adapted.
     *
     * @param divisor what log-probabilities, sums over the latent, are divided by: 1, or the latent's size
     */
    public Epoch take(EpochColumns epoch, RewardTable rewards, double divisor) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        Optional<double[][]> charge = inReward.map(kl -> {
            KlTerm.Epoch of = kl.take(LogProbs.of(epoch, divisor));
            metrics.put(KL_OF_SAMPLES, of.meanKl());
            metrics.put(KL_FACTOR, of.factor());
            return charge(of);
        });
        Map<String, float[][]> columns = new LinkedHashMap<>();
        gate.ifPresent(g -> {
            KlGate.Epoch of = g.take(rewards);
            columns.put(KlGate.WEIGHT, Axes.narrow(Axes.repeat(of.weights(), 1)));
            metrics.put(GATE_SHARE, of.held());
            metrics.put(GATE_DISAGREEMENT, of.disagreement());
        });
        return new Epoch(charge, columns, metrics);
    }

    /**
     * A step is charged with its own penalty and those of the steps after it, which it leads to, less the mean of all
     * samples at this step, which tells none from another.
     */
    private static double[][] charge(KlTerm.Epoch of) {
        double[][] penalties = of.penalties();
        int samples = penalties.length;
        double[][] charge = new double[samples][penalties[0].length];
        for (int t = penalties[0].length - 1; t >= 0; t--) {
            double mean = 0;
            for (int i = 0; i < samples; i++) {
                charge[i][t] = penalties[i][t] + (t + 1 < charge[i].length ? charge[i][t + 1] : 0);
                mean += charge[i][t] / samples;
            }
            for (int i = 0; i < samples; i++) {
                charge[i][t] -= mean;
            }
        }
        for (double[] row : charge) {
            for (int t = 0; t < row.length; t++) {
                row[t] *= of.factor();
            }
        }
        return charge;
    }

    /** {@inheritDoc} Empty where nothing is kept. */
    @Override
    public Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        inReward.ifPresent(kl -> state.put(CONTROLLER, kl.controller().state()));
        gate.ifPresent(g -> state.put(GATE, g.state()));
        return state;
    }

    /** {@inheritDoc} A part that kept nothing, for the run had none when it was saved, begins anew. */
    @Override
    public void restore(Map<String, Object> state) {
        inReward.ifPresent(kl -> restore(kl.controller(), state, CONTROLLER));
        gate.ifPresent(g -> restore(g, state, GATE));
    }

    /**
     * Takes back what a part kept under a name; where there is nothing the part stays as it begins: it was switched on
     * when the run was resumed.
     */
    public static void restore(Checkpointable part, Map<String, Object> state, String name) {
        PlainFields fields = PlainFields.of(state);
        if (fields.has(name)) {
            part.restore(fields.map(name));
        }
    }
}
