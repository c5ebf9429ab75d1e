package org.tempera.algorithms.verify;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.tempera.algorithms.loss.DistanceConfig;
import org.tempera.algorithms.loss.DistanceLoss;
import org.tempera.algorithms.nft.Nft;
import org.tempera.algorithms.nft.NftConfig;
import org.tempera.algorithms.nft.NftLoss;
import org.tempera.algorithms.nft.NftLoss.Weighting;
import org.tempera.algorithms.stats.GroupAdvantagesConfig;
import org.tempera.algorithms.stats.StepwiseConfig;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.nn.diffusion.NoisedLatents;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.UpdateScope.Denoising;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;
import org.tempera.spi.policy.Weights;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Serves cases of kind {@code nft-loss}: {@link NftLoss} of given velocities, or that of {@link Nft} on latents, noise
 * and timesteps of the case, with the adapter at another scale for the behaviour weights.
 */
public final class NftOracle implements OracleKind {
    private static final String OPTIMALITY = "r";
    private static final String CURRENT = "current";
    private static final String OLD_SCALE = "old_scale";

    @Override
    public String kind() {
        return "nft-loss";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        return c.hasInput(CURRENT) ? ofVelocities(c, runner) : ofPolicy(c, runner);
    }

    /** How good samples are, given as such or by their advantages. */
    private record Samples(HostTensor given, Optional<Double> clip) {
        static Samples of(OracleCase c, int n) {
            if (c.hasInput(OPTIMALITY)) {
                return new Samples(CaseInputs.rows(c, OPTIMALITY, n), Optional.empty());
            }
            double clip = c.number("advantage_clip");
            if (!(clip > 0)) {
                throw new UserException(
                        CaseInputs.at(c, "advantage_clip") + "expected a number above 0, found " + clip);
            }
            return new Samples(CaseInputs.rows(c, "advantage", n), Optional.of(clip));
        }

        /** The factor of the loss. */
        double factor() {
            return clip.orElse(1.0);
        }

        Operand<TFloat32> optimality(Ops tf, OracleRunner.Inputs in) {
            Operand<TFloat32> rows = in.input(OPTIMALITY, given);
            return clip.isPresent() ? NftLoss.optimality(tf, rows, clip.get()) : rows;
        }
    }

    private static Map<String, OracleValue> ofVelocities(OracleCase c, OracleRunner runner) {
        HostTensor clean = CaseInputs.latents(c, "clean");
        HostTensor noise = CaseInputs.latents(c, "noise", clean);
        HostTensor current = CaseInputs.latents(c, CURRENT, clean);
        HostTensor old = CaseInputs.latents(c, "old", clean);
        int n = clean.size(0);
        HostTensor levels = CaseInputs.rows(c, "t", n).reshape(n, 1, 1, 1);
        Optional<HostTensor> reference =
                c.hasInput("reference") ? Optional.of(CaseInputs.latents(c, "reference", clean)) : Optional.empty();
        Samples samples = Samples.of(c, n);
        NftLoss loss = CaseInputs.checked(
                c,
                "beta",
                () -> new NftLoss(
                        c.number("beta"), CaseInputs.word(c, "weighting", Weighting::parse), samples.factor()));
        DistanceLoss distance =
                reference.isPresent() ? distance(c) : DistanceConfig.none().loss();
        Map<String, HostTensor> got = runner.run(in -> {
            Ops tf = in.scope().tf();
            Operand<TFloat32> x = in.input("clean", clean);
            Operand<TFloat32> t = in.input("t", levels);
            Operand<TFloat32> noisy = tf.math.add(
                    tf.math.mul(tf.math.sub(tf.constant(1f), t), x), tf.math.mul(t, in.input("noise", noise)));
            Operand<TFloat32> velocity = in.input(CURRENT, current);
            NftLoss.Terms terms = loss.build(
                    tf,
                    new NftLoss.Outputs(x, v -> tf.math.sub(noisy, tf.math.mul(t, v)), velocity, in.input("old", old)),
                    samples.optimality(tf, in));
            Operand<TFloat32> whole = distance.addTo(
                    tf,
                    weights -> weights == Weights.REFERENCE ? in.input("reference", reference.orElseThrow()) : velocity,
                    terms.loss(),
                    new LinkedHashMap<>());
            Map<String, Operand<TFloat32>> out = new LinkedHashMap<>();
            out.put("positive", terms.positive());
            out.put("negative", terms.negative());
            out.put("loss", tf.reshape(whole, tf.constant(new int[] {1})));
            out.put("grad:current", in.gradients(whole, List.of(velocity)).get(0));
            out.keySet().retainAll(c.outputs());
            return out;
        });
        Map<String, OracleValue> values = new LinkedHashMap<>();
        got.forEach((key, value) ->
                values.put(key, new OracleValue.Floats(value.rank() == 4 ? value.transpose(0, 3, 1, 2) : value)));
        return values;
    }

    private static Map<String, OracleValue> ofPolicy(OracleCase c, OracleRunner runner) {
        HostTensor latent = CaseInputs.latents(c, "latent");
        HostTensor noise = CaseInputs.latents(c, "noise", latent);
        int n = latent.size(0);
        Samples samples = Samples.of(c, n);
        NftConfig defaults = NftConfig.defaults();
        GroupAdvantagesConfig a = defaults.advantages();
        Nft nft = CaseInputs.checked(
                c,
                "beta",
                () -> new Nft(new NftConfig(
                        new StepwiseConfig(new UpdateConfig(n, 1, 1), 1),
                        defaults.timesteps(),
                        c.number("beta"),
                        CaseInputs.word(c, "weighting", Weighting::parse),
                        new GroupAdvantagesConfig(
                                a.combine(), a.scale(), a.deviation(), a.epsilon(), a.whiten(), samples.factor()),
                        DistanceConfig.none(),
                        false)));
        DistanceLoss distance = distance(c);
        DiffusionPolicy policy = runner.openPolicy(c.weights(), c.adapter());
        Optional<DiffusionPolicy> old = old(c, runner);
        Map<String, HostTensor> text = CaseInputs.text(c, policy, "");
        NoiseProcess process = policy.noiseProcess();
        int[] timesteps = CaseInputs.timesteps(c, n, process);
        HostTensor rows =
                HostTensor.rows(n, process.forwardCoefficientCount(), i -> process.forwardCoefficients(timesteps[i]));
        return PolicyCase.run(c, runner, policy, (in, network, outputs) -> {
            NoisedLatents.Inputs noised = new NoisedLatents.Inputs(
                    in.input("latent", latent),
                    in.input("noise", noise),
                    in.input("timestep", CaseInputs.floats(timesteps)),
                    in.input("forward", rows),
                    CaseInputs.conditioning(in, text),
                    Optional.empty());
            Denoising ours = noised(in.scope().child("denoising"), policy, network, noised);
            Denoising theirs = old.map(p -> noised(
                            in.scope().child("old-denoising"),
                            p,
                            p.build(in.scope().child("old-policy")),
                            noised))
                    .orElse(ours);
            CaseScope scope = new CaseScope(in.scope().child("update"), n, latent.size() / n) {};
            NftLoss.Terms terms = nft.loss(
                    scope,
                    new WithBehaviour(ours, theirs),
                    samples.optimality(in.scope().tf(), in));
            outputs.put("positive", terms.positive());
            outputs.put("negative", terms.negative());
            return distance.addTo(in.scope().tf(), ours::prediction, terms.loss(), new LinkedHashMap<>());
        });
    }

    private static DistanceLoss distance(OracleCase c) {
        return CaseInputs.checked(
                c, "kl_coefficient", () -> new DistanceLoss(CaseInputs.number(c, "kl_coefficient", 0)));
    }

    /** The model with its adapter at the behaviour weights' scale; empty where that is the policy's. */
    private static Optional<DiffusionPolicy> old(OracleCase c, OracleRunner runner) {
        Optional<AdapterFile> adapter = c.adapter();
        if (adapter.isEmpty()) {
            return Optional.empty();
        }
        double scale = CaseInputs.number(c, OLD_SCALE, adapter.get().scale());
        return scale == adapter.get().scale()
                ? Optional.empty()
                : Optional.of(runner.openPolicy(
                        c.weights(), Optional.of(new AdapterFile(adapter.get().file(), scale))));
    }

    private static Denoising noised(
            GraphScope scope, DiffusionPolicy policy, PolicyNetwork network, NoisedLatents.Inputs in) {
        return new NoisedLatents(scope, GuidedStep.of(policy, network, 1), in, UnaryOperator.identity());
    }

    /** What one network makes of noised latents, and for the behaviour weights what the other one's policy does. */
    private record WithBehaviour(Denoising policy, Denoising behaviour) implements Denoising {
        @Override
        public Operand<TFloat32> clean() {
            return policy.clean();
        }

        @Override
        public Operand<TFloat32> prediction(Weights weights) {
            return weights == Weights.BEHAVIOUR ? behaviour.prediction(Weights.POLICY) : policy.prediction(weights);
        }

        @Override
        public Operand<TFloat32> target() {
            return policy.target();
        }

        @Override
        public Operand<TFloat32> clean(Operand<TFloat32> prediction) {
            return policy.clean(prediction);
        }

        @Override
        public Operand<TFloat32> signalToNoise() {
            return policy.signalToNoise();
        }
    }
}
