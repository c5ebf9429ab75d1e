package org.tempera.algorithms.verify;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.tempera.algorithms.loss.DistanceConfig;
import org.tempera.algorithms.rwr.Rwr;
import org.tempera.algorithms.rwr.RwrConfig;
import org.tempera.algorithms.rwr.RwrWeights;
import org.tempera.algorithms.rwr.RwrWeights.Weighting;
import org.tempera.algorithms.stats.Axes;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.nn.diffusion.NoisedLatents;
import org.tempera.spi.HostTensor;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Serves cases of kind {@code rwr-loss}: the loss of {@link Rwr} on latents, noise and timesteps of the case. */
public final class RwrOracle implements OracleKind {
    @Override
    public String kind() {
        return "rwr-loss";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        HostTensor latent = CaseInputs.latents(c, "latent");
        int n = latent.size(0);
        HostTensor noise = CaseInputs.latents(c, "noise", latent);
        List<String> prompts = CaseInputs.texts(c, "prompts", n);
        HostTensor rewards = CaseInputs.rows(c, "rewards", n);
        Weighting weighting = CaseInputs.word(c, "weighting", Weighting::parse);
        double temperature = weighting == Weighting.BEST ? 1 : c.number("temperature");
        double guidance = CaseInputs.number(c, "guidance", 1);
        DiffusionPolicy policy = runner.openPolicy(c.weights(), c.adapter());
        boolean guided = policy.guidance().runsTwice(guidance);
        Map<String, HostTensor> text = CaseInputs.text(c, policy, "");
        Optional<Map<String, HostTensor>> negative =
                guided ? Optional.of(CaseInputs.text(c, policy, "negative_")) : Optional.empty();
        RwrConfig defaults = RwrConfig.defaults();
        Rwr rwr = CaseInputs.checked(
                c,
                "temperature",
                () -> new Rwr(new RwrConfig(
                        new UpdateConfig(n, 1, 1),
                        weighting,
                        temperature,
                        defaults.rewardNormalisation(),
                        guided,
                        DistanceConfig.none())));
        HostTensor weights = HostTensor.of(
                narrow(CaseInputs.checked(
                        c,
                        "rewards",
                        () -> RwrWeights.compute(
                                prompts, Axes.widen(rewards.data()), new boolean[n], weighting, temperature))),
                n);
        NoiseProcess process = policy.noiseProcess();
        int[] timesteps = CaseInputs.timesteps(c, n, process);
        return PolicyCase.run(c, runner, policy, (in, network, outputs) -> {
            Operand<TFloat32> column = in.input("weights", weights);
            outputs.put("weights", column);
            NoisedLatents.Inputs noised = new NoisedLatents.Inputs(
                    in.input("latent", latent),
                    in.input("noise", noise),
                    in.input("timestep", CaseInputs.floats(timesteps)),
                    in.input(
                            "forward",
                            HostTensor.rows(
                                    n,
                                    process.forwardCoefficientCount(),
                                    i -> process.forwardCoefficients(timesteps[i]))),
                    CaseInputs.conditioning(in, text),
                    negative.map(t -> CaseInputs.conditioning(in, t)));
            CaseScope scope = new CaseScope(in.scope().child("update"), n, latent.size() / n) {
                @Override
                public Operand<TFloat32> column(String name) {
                    return name.equals(Rwr.WEIGHT) ? column : super.column(name);
                }

                @Override
                public Denoising denoising(Renoising how) {
                    return new NoisedLatents(
                            graph().child("denoising"),
                            GuidedStep.of(policy, network, guidance),
                            noised,
                            UnaryOperator.identity());
                }
            };
            return rwr.build(scope).policy();
        });
    }

    private static float[] narrow(double[] numbers) {
        return Axes.narrow(new double[][] {numbers})[0];
    }
}
