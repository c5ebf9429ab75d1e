package org.tempera.algorithms.verify;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.tempera.algorithms.draft.Draft;
import org.tempera.algorithms.draft.DraftConfig;
import org.tempera.algorithms.draft.Truncation;
import org.tempera.algorithms.loss.DistanceConfig;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.nn.diffusion.StepChain;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.TextNetwork;
import org.tempera.spi.policy.Trajectory;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.text.PromptTokenizer;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Serves cases of kind {@code draft-gradient}: the loss of {@link Draft} on samples drawn with the case's noise. */
public final class DraftOracle implements OracleKind {
    private static final String IMAGE = "image";
    private static final String REWARD = "reward";

    /** A reward of this kind of case alone: mean over pixels of R - (G + B) / 2. */
    private static final GraphReward REDNESS = GraphReward.of((scope, in) -> {
        Ops tf = scope.tf();
        Operand<TFloat32> shares = tf.constant(new float[] {3, -1.5f, -1.5f});
        return tf.math.mean(tf.math.mul(in.images(), shares), tf.constant(new int[] {1, 2, 3}));
    });

    @Override
    public String kind() {
        return "draft-gradient";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        HostTensor latent = CaseInputs.latents(c, "latent");
        int n = latent.size(0);
        List<String> texts = CaseInputs.texts(c, "texts", n);
        List<String> negative =
                c.hasInput("negative") ? CaseInputs.texts(c, "negative", n) : Collections.nCopies(n, "");
        int steps = CaseInputs.whole(c, "steps", 1);
        double eta = c.number("eta");
        List<HostTensor> noise = eta > 0 ? CaseInputs.severalLatents(c, "noise", latent) : List.of();
        if (eta > 0 && noise.size() != steps) {
            throw new UserException(CaseInputs.at(c, "noise") + "expected " + steps + " steps, found " + noise.size());
        }
        List<HostTensor> renoise = c.hasInput("renoise") ? CaseInputs.severalLatents(c, "renoise", latent) : List.of();
        int last = CaseInputs.whole(c, "last_steps", 1);
        if (last > steps) {
            throw new UserException(
                    CaseInputs.at(c, "last_steps") + "expected at most steps = " + steps + ", found " + last);
        }
        DraftConfig defaults = DraftConfig.defaults();
        Draft draft = CaseInputs.checked(
                c,
                "last_steps",
                () -> new Draft(new DraftConfig(
                        new UpdateConfig(n, 1, 1),
                        last,
                        Truncation.FIXED,
                        defaults.meanSteps(),
                        defaults.stepsDeviation(),
                        renoise.size(),
                        false,
                        Optional.empty(),
                        DistanceConfig.none())));
        GraphReward reward = reward(c, runner);
        double guidance = c.number("guidance");
        DiffusionPolicy policy = runner.openPolicy(c.weights(), c.adapter());
        Map<String, OracleValue> values =
                new LinkedHashMap<>(PolicyCase.run(c, runner, policy, (in, network, outputs) -> {
                    GuidedStep step = GuidedStep.of(policy, network, guidance);
                    TextNetwork encoder = policy.text().build(in.scope().child("policy-text"));
                    StepChain chain = new StepChain(
                            step,
                            text(in, policy, encoder, texts),
                            step.runsTwice() ? Optional.of(text(in, policy, encoder, negative)) : Optional.empty());
                    Drawn drawn = new Drawn(in, chain, n, steps, eta, in.input("latent", latent), noise, renoise);
                    Operand<TFloat32> sample = drawn.end(last);
                    Scope scope =
                            new Scope(drawn, sample, latent.size() / n, images -> in.score(reward, images, texts));
                    Operand<TFloat32> loss = draft.build(scope).policy();
                    outputs.put(REWARD, scope.meanReward());
                    outputs.put(IMAGE, network.decode(in.scope().child("picture"), sample));
                    return loss;
                }));
        values.computeIfPresent(
                IMAGE,
                (key, image) -> new OracleValue.Floats(
                        ((OracleValue.Floats) image).tensor().transpose(0, 3, 1, 2)));
        return values;
    }

    private static GraphReward reward(OracleCase c, OracleRunner runner) {
        String name = c.word(REWARD);
        if (name.equals("redness")) {
            return REDNESS;
        }
        Reward reward = runner.openReward(c, name, c.hasInput("config") ? c.object("config") : Map.of());
        if (reward instanceof GraphReward g && g.differentiable()) {
            return g;
        }
        throw new UserException(CaseInputs.at(c, REWARD) + "expected a reward with a gradient, found '" + name + "'");
    }

    private static Conditioning text(
            OracleRunner.Inputs in, DiffusionPolicy policy, TextNetwork encoder, List<String> texts) {
        List<Operand<TInt32>> all = new ArrayList<>();
        for (PromptTokenizer tokenizer : policy.text().tokenizers()) {
            int length = tokenizer.length();
            int[] ids = new int[texts.size() * length];
            for (int i = 0; i < texts.size(); i++) {
                System.arraycopy(tokenizer.tokenize(texts.get(i)), 0, ids, i * length, length);
            }
            all.add(in.input("ids", ids, texts.size(), length));
        }
        return encoder.encode(in.scope().child("text"), all);
    }

    /** Samples as sampling draws them, with the case's noise, cut where a gradient begins. */
    private record Drawn(
            OracleRunner.Inputs in,
            StepChain chain,
            int rows,
            int steps,
            double eta,
            Operand<TFloat32> latents,
            List<HostTensor> noise,
            List<HostTensor> renoise) {
        /** The final latents, with a gradient through the last steps. */
        Operand<TFloat32> end(int last) {
            Operand<TFloat32> first = run("first", latents, 0, steps - last);
            return run("last", in.scope().tf().stopGradient(first), steps - last, steps);
        }

        /** The sample's last step once more. */
        Operand<TFloat32> again(Operand<TFloat32> sample, int draw) {
            int step = steps - 1;
            float[] forward =
                    process().forwardCoefficients(process().trajectory(steps, 0).timesteps()[step]);
            return chain.again(
                    in.scope().child("again"),
                    sample,
                    in.input("renoise", renoise.get(draw)),
                    in.input("forward", HostTensor.rows(rows, forward.length, i -> forward)),
                    link(step, 0, Optional.empty()));
        }

        private Operand<TFloat32> run(String name, Operand<TFloat32> start, int from, int to) {
            List<StepChain.Link> links = new ArrayList<>();
            for (int step = from; step < to; step++) {
                links.add(
                        link(step, eta, eta > 0 ? Optional.of(in.input("noise", noise.get(step))) : Optional.empty()));
            }
            return chain.run(in.scope().child(name), start, links, Optional.empty());
        }

        private StepChain.Link link(int step, double stochasticity, Optional<Operand<TFloat32>> added) {
            Trajectory trajectory = process().trajectory(steps, stochasticity);
            float timestep = trajectory.timesteps()[step];
            float[] row = trajectory.coefficients()[step];
            return new StepChain.Link(
                    in.input(
                            "timesteps",
                            HostTensor.rows(rows, 1, i -> new float[] {timestep})
                                    .reshape(rows)),
                    in.input("coefficients", HostTensor.rows(rows, row.length, i -> row)),
                    added);
        }

        private NoiseProcess process() {
            return chain.step().process();
        }
    }

    /** The views that DRaFT reads, and the rewards that it has seen. */
    private static final class Scope extends CaseScope {
        private final Drawn drawn;
        private final Operand<TFloat32> sample;
        private final UnaryOperator<Operand<TFloat32>> scorer;
        private final List<Operand<TFloat32>> rewards = new ArrayList<>();

        Scope(Drawn drawn, Operand<TFloat32> sample, int latentSize, UnaryOperator<Operand<TFloat32>> scorer) {
            super(drawn.in().scope().child("update"), drawn.rows(), latentSize);
            this.drawn = drawn;
            this.sample = sample;
            this.scorer = scorer;
        }

        @Override
        public Operand<TFloat32> unrolled(int steps) {
            return sample;
        }

        @Override
        public Operand<TFloat32> lastStepAgain(int draw) {
            return drawn.again(sample, draw);
        }

        @Override
        public Operand<TFloat32> reward(Operand<TFloat32> latents) {
            Operand<TFloat32> reward =
                    scorer.apply(drawn.chain().step().policy().decode(graph().child("decode"), latents));
            rewards.add(reward);
            return reward;
        }

        Operand<TFloat32> meanReward() {
            Ops tf = graph().tf();
            Operand<TFloat32> sum = rewards.size() == 1 ? rewards.get(0) : tf.math.addN(rewards);
            return tf.math.div(sum, tf.constant((float) rewards.size()));
        }
    }
}
