package org.tempera.policies.stablediffusion.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.nn.diffusion.GaussianLogProb;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.policies.stablediffusion.StableDiffusionNetwork;
import org.tempera.policies.stablediffusion.StableDiffusionPolicy;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.NoiseProcess.Transition;
import org.tempera.spi.policy.Weights;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A whole sample: latents, image and the log-probability of every step. */
public final class SampleOracle implements OracleKind {
    @Override
    public String kind() {
        return "sample";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        StableDiffusionPolicy policy = Cases.policy(c, runner);
        List<String> texts = c.texts("texts");
        int n = texts.size();
        int steps = (int) c.number("steps");
        double guidance = c.number("guidance");
        boolean guided = guidance > 1;
        List<String> negative = guided ? c.texts("negative") : List.of();
        if (guided && negative.size() != n) {
            throw new UserException(c.name() + ": inputs 'texts' and 'negative' must have as many texts, have " + n
                    + " and " + negative.size());
        }
        int[] timesteps = policy.noiseProcess().timesteps(steps);
        int length = policy.shape().textLength();
        HostTensor noise = Cases.image(c, "noise", 5);
        return Cases.floats(runner.run(in -> {
            Ops tf = in.scope().tf();
            StableDiffusionNetwork network = Cases.build(policy, in.scope());
            GuidedStep step = new GuidedStep(network, policy.noiseProcess());
            Operand<TInt32> ids = in.input("ids", Cases.tokenize(policy, texts, n), n, length);
            Conditioning positive = network.encodeText(in.scope(), ids);
            Optional<Conditioning> away = guided
                    ? Optional.of(network.encodeText(
                            in.scope(), in.input("negative", Cases.tokenize(policy, negative, n), n, length)))
                    : Optional.empty();
            Operand<TFloat32> latent = in.input("latent", Cases.image(c, "latent", 4));
            List<Operand<TFloat32>> logProbs = new ArrayList<>();
            for (int i = 0; i < steps; i++) {
                float[] t = new float[n];
                Arrays.fill(t, timesteps[i]);
                HostTensor rows = Cases.coefficients(policy, t, steps, c.number("eta"));
                Transition next = step.build(
                        in.scope(),
                        Weights.POLICY,
                        latent,
                        in.input("timestep" + i, HostTensor.of(t, n)),
                        in.input("coefficients" + i, rows),
                        positive,
                        away,
                        guidance);
                int[] one = noise.rows(i, i + 1).shape();
                int[] shape = Arrays.copyOfRange(one, 1, one.length);
                Operand<TFloat32> drawn =
                        in.input("noise" + i, noise.rows(i, i + 1).reshape(shape));
                latent = tf.math.add(next.mean(), tf.math.mul(next.standardDeviation(), drawn));
                logProbs.add(GaussianLogProb.sum(tf, latent, next.mean(), next.standardDeviation()));
            }
            return Map.of(
                    "latent", latent,
                    "image", network.decode(in.scope(), latent),
                    "log_prob", tf.stack(logProbs));
        }));
    }
}
