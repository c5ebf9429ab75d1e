package org.tempera.algorithms.verify;

import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.tempera.algorithms.dpo.DiffusionDpo;
import org.tempera.algorithms.dpo.DiffusionDpoConfig;
import org.tempera.algorithms.loss.PreferenceLoss;
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

/** Serves cases of kind {@code diffusion-dpo-loss}: the loss of {@link DiffusionDpo} on pairs of the case. */
public final class DiffusionDpoOracle implements OracleKind {
    @Override
    public String kind() {
        return "diffusion-dpo-loss";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        HostTensor chosen = CaseInputs.latents(c, "latent_w");
        HostTensor rejected = CaseInputs.latents(c, "latent_l", chosen);
        HostTensor noise = CaseInputs.latents(c, "noise", chosen);
        int n = chosen.size(0);
        DiffusionDpo algorithm = CaseInputs.checked(
                c,
                "beta",
                () -> new DiffusionDpo(DiffusionDpoConfig.of(
                        new UpdateConfig(2 * n, 1, 1), c.number("beta"), DiffusionDpoConfig.Source.CHOICES)));
        DiffusionPolicy policy = runner.openPolicy(c.weights(), c.adapter());
        Map<String, HostTensor> text = CaseInputs.text(c, policy, "");
        text.replaceAll((name, tensor) -> pairs(tensor, tensor));
        NoiseProcess process = policy.noiseProcess();
        int[] timesteps = CaseInputs.timesteps(c, n, process);
        HostTensor steps = CaseInputs.floats(timesteps);
        HostTensor latents = pairs(chosen, rejected);
        return PolicyCase.run(c, runner, policy, (in, network, outputs) -> {
            NoisedLatents noised = new NoisedLatents(
                    in.scope().child("denoising"),
                    GuidedStep.of(policy, network, 1),
                    new NoisedLatents.Inputs(
                            in.input("latent", latents),
                            in.input("noise", pairs(noise, noise)),
                            in.input("timestep", pairs(steps, steps)),
                            in.input(
                                    "forward",
                                    HostTensor.rows(
                                            2 * n,
                                            process.forwardCoefficientCount(),
                                            i -> process.forwardCoefficients(timesteps[i / 2]))),
                            CaseInputs.conditioning(in, text),
                            Optional.empty()),
                    UnaryOperator.identity());
            CaseScope scope = new CaseScope(in.scope().child("update"), 2 * n, latents.size() / (2 * n)) {};
            PreferenceLoss built = algorithm.loss(scope, noised);
            outputs.put("margin", built.margins());
            outputs.put(
                    "accuracy",
                    in.scope().tf().reshape(built.accuracy(), in.scope().tf().constant(new int[] {1})));
            return built.loss();
        });
    }

    /** Rows of two tensors of one shape in turn: 2i is row i of the first, 2i + 1 row i of the second. */
    private static HostTensor pairs(HostTensor first, HostTensor second) {
        int[] shape = first.shape();
        int row = first.size() / shape[0];
        float[] rows = new float[2 * first.size()];
        for (int i = 0; i < shape[0]; i++) {
            System.arraycopy(first.data(), i * row, rows, 2 * i * row, row);
            System.arraycopy(second.data(), i * row, rows, (2 * i + 1) * row, row);
        }
        shape[0] *= 2;
        return HostTensor.of(rows, shape);
    }
}
