package org.tempera.algorithms.verify;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.tempera.algorithms.loss.ClipRange;
import org.tempera.algorithms.loss.ClippedSurrogateLoss;
import org.tempera.algorithms.loss.LogProbKind;
import org.tempera.algorithms.loss.PolicyObjective;
import org.tempera.nn.diffusion.GaussianDivergence;
import org.tempera.nn.diffusion.GaussianLogProb;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.NoiseProcess.Transition;
import org.tempera.spi.policy.Trajectory;
import org.tempera.spi.policy.Weights;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Serves oracle cases of kind {@code policy-gradient}: the clipped surrogate of a guided step and its gradients with
 * respect to the adapter's tensors as the file holds them.
 */
public final class PolicyGradientOracle implements OracleKind {
    @Override
    public String kind() {
        return "policy-gradient";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        return compute(c, runner, 0);
    }

    /** The surrogate, and where the coefficient is not 0 the divergence from the reference policy times it. */
    static Map<String, OracleValue> compute(OracleCase c, OracleRunner runner, double klCoefficient) {
        HostTensor sample = channelsLast(c, "sample");
        HostTensor next = channelsLast(c, "next");
        int rows = sample.size(0);
        long[] timesteps = c.integers("timestep").data();
        HostTensor advantages = c.tensor("advantage");
        HostTensor oldLogProb = c.tensor("old_log_prob");
        for (Map.Entry<String, Integer> e : Map.of(
                        "timestep", timesteps.length, "advantage", advantages.size(), "old_log_prob", oldLogProb.size())
                .entrySet()) {
            if (e.getValue() != rows) {
                throw new UserException(at(c, e.getKey()) + "expected " + rows
                        + " numbers, one for each row of sample, found " + e.getValue());
            }
        }
        LogProbKind kind = kind(c);
        ClippedSurrogateLoss loss = loss(c);
        double guidance = c.number("guidance");
        DiffusionPolicy policy = runner.openPolicy(c.weights(), c.adapter());
        Map<String, HostTensor> positive = CaseInputs.text(c, policy, "");
        Optional<Map<String, HostTensor>> negative = policy.guidance().runsTwice(guidance)
                ? Optional.of(CaseInputs.text(c, policy, "negative_"))
                : Optional.empty();
        NoiseProcess process = policy.noiseProcess();
        HostTensor coefficients = coefficients(c, process, timesteps);
        float[] floatTimesteps = new float[rows];
        for (int i = 0; i < rows; i++) {
            floatTimesteps[i] = timesteps[i];
        }
        return PolicyCase.run(c, runner, policy, (in, network, out) -> {
            GraphScope scope = in.scope();
            Ops tf = scope.tf();
            Operand<TFloat32> latents = in.input("sample", sample);
            Operand<TFloat32> times = in.input("timesteps", HostTensor.of(floatTimesteps, rows));
            Operand<TFloat32> numbers = in.input("coefficients", coefficients);
            Conditioning text = CaseInputs.conditioning(in, positive);
            Optional<Conditioning> away = negative.map(n -> CaseInputs.conditioning(in, n));
            GuidedStep step = GuidedStep.of(policy, network, guidance);
            Function<Weights, Transition> under =
                    weights -> step.build(scope.child(weights.name()), weights, latents, times, numbers, text, away);
            Transition transition = under.apply(Weights.POLICY);
            Operand<TFloat32> logProb = kind.of(
                    tf,
                    GaussianLogProb.sum(tf, in.input("next", next), transition.mean(), transition.standardDeviation()),
                    next.size() / rows);
            ClippedSurrogateLoss.Terms terms =
                    loss.build(tf, logProb, in.input("old_log_prob", oldLogProb), in.input("advantage", advantages));
            if (klCoefficient == 0 && !c.outputs().contains("kl")) {
                return terms.loss();
            }
            Operand<TFloat32> kl = kind.of(
                    tf,
                    GaussianDivergence.sum(
                            tf,
                            transition.mean(),
                            tf.stopGradient(under.apply(Weights.REFERENCE).mean()),
                            transition.standardDeviation()),
                    next.size() / rows);
            out.put("kl", kl);
            return PolicyObjective.withDivergence(tf, terms.loss(), tf.math.mean(kl, tf.constant(0)), klCoefficient);
        });
    }

    private static HostTensor coefficients(OracleCase c, NoiseProcess process, long[] timesteps) {
        Trajectory trajectory = process.trajectory((int) c.number("steps"), c.number("eta"));
        float[][] rows = trajectory.coefficients();
        return HostTensor.rows(
                timesteps.length,
                process.coefficientCount(),
                i -> rows[
                        trajectory
                                .stepFrom((double) timesteps[i])
                                .orElseThrow(() -> new UserException(at(c, "timestep") + "expected timesteps of "
                                        + Arrays.toString(trajectory.timesteps()) + ", found " + timesteps[i]))]);
    }

    private static LogProbKind kind(OracleCase c) {
        try {
            return LogProbKind.parse(c.word("log_prob"));
        } catch (IllegalArgumentException e) {
            throw new UserException(at(c, "log_prob") + e.getMessage(), e);
        }
    }

    private static ClippedSurrogateLoss loss(OracleCase c) {
        try {
            return new ClippedSurrogateLoss(ClipRange.ofRatio(c.number("clip_range")));
        } catch (IllegalArgumentException e) {
            throw new UserException(at(c, "clip_range") + e.getMessage(), e);
        }
    }

    /** From {@code [n, c, h, w]} to {@code [n, h, w, c]}. */
    private static HostTensor channelsLast(OracleCase c, String key) {
        HostTensor t = c.tensor(key);
        if (t.rank() != 4) {
            throw new UserException(at(c, key) + "expected [n, c, h, w], found " + Arrays.toString(t.shape()));
        }
        return t.transpose(0, 2, 3, 1);
    }

    private static String at(OracleCase c, String key) {
        return "case '" + c.name() + "', input '" + key + "': ";
    }
}
