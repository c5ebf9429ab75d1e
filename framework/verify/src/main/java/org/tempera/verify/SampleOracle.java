package org.tempera.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.prompt.PromptEncoder;
import org.tempera.core.prompt.StepText;
import org.tempera.core.prompt.TextEmbeddings;
import org.tempera.core.reward.ImageScorer;
import org.tempera.core.rollout.Noise;
import org.tempera.core.rollout.Sampler;
import org.tempera.core.rollout.Schedule;
import org.tempera.graph.StopSignal;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.PolicyShape;
import org.tempera.spi.policy.Weights;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Kind {@code sample}: a whole trajectory through the sampler that rollouts use, with the case's own noise. */
public final class SampleOracle implements OracleKind {
    @Override
    public String kind() {
        return "sample";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        List<String> texts = c.texts("texts");
        List<String> negative = c.hasInput("negative")
                ? c.texts("negative")
                : texts.stream().map(t -> "").toList();
        HostTensor given = c.tensor("latent").transpose(0, 2, 3, 1);
        HostTensor noise = c.tensor("noise");
        int steps = (int) c.number("steps");
        int n = texts.size();
        if (given.size(0) != n || negative.size() != n || noise.size(0) != steps) {
            throw new UserException("case '" + c.name() + "': expected as many latents and negative prompts as texts ("
                    + n
                    + ") and noise for " + steps + " steps, found " + given.size(0) + ", " + negative.size() + " and "
                    + noise.size(0));
        }
        DiffusionPolicy policy = runner.openPolicy(c.weights(), c.adapter());
        Schedule schedule = new Schedule(policy.noiseProcess(), steps, c.number("eta"));
        HostTensor latent = schedule.initialLatents(given);
        PolicyShape shape = policy.shape().withLatents(given.size(1), given.size(2));
        ThreadSettings threads = runner instanceof GraphOracleRunner r ? r.threads() : ThreadSettings.forThisMachine();
        boolean twice = policy.guidance().runsTwice(c.number("guidance"));
        List<String> all = new ArrayList<>(texts);
        all.addAll(twice ? negative : List.of());
        TextEmbeddings text = new TextEmbeddings(new PromptEncoder(policy.text(), 0, threads), Optional.empty(), all);
        try (TrainingGraph graph = new TrainingGraph(0)) {
            PolicyNetwork network = policy.build(graph.scope().child("policy"));
            Sampler sampler = new Sampler(
                    graph,
                    "sample",
                    n,
                    shape,
                    GuidedStep.of(policy, network, c.number("guidance")),
                    Weights.POLICY,
                    Sampler.Extras.columns(List.of(RolloutColumn.LOG_PROB)));
            Operand<TFloat32> last =
                    graph.floatInput("last", n, shape.latentHeight(), shape.latentWidth(), shape.latentChannels());
            ImageScorer decoder =
                    new ImageScorer(graph, "decode", last, scope -> network.decode(scope, last), Map.of());
            try (TrainingSession session = graph.seal(threads)) {
                Sampler.Batch drawn = sampler.draw(
                        session,
                        schedule,
                        new StepText(text.of(texts), twice ? Optional.of(text.of(negative)) : Optional.empty()),
                        latent,
                        new Given(latent, noise),
                        new StopSignal());
                Map<String, OracleValue> out = new LinkedHashMap<>();
                out.put("latent", new OracleValue.Floats(drawn.last().transpose(0, 3, 1, 2)));
                out.put(
                        "image",
                        new OracleValue.Floats(decoder.score(session, drawn.last(), texts, new long[n])
                                .images()
                                .transpose(0, 3, 1, 2)));
                out.put("log_prob", new OracleValue.Floats(HostTensor.stack(logProbs(drawn))));
                return out;
            }
        }
    }

    private static List<HostTensor> logProbs(Sampler.Batch drawn) {
        HostTensor[] columns = Optional.ofNullable(drawn.columns().get(Rollout.LOG_PROB))
                .orElseThrow(() -> new IllegalStateException("the sampler gave no log-probabilities"));
        return List.of(columns);
    }

    /** Noise of the case: {@code noise} is {@code [steps, n, c, h, w]}. */
    private record Given(HostTensor initial, HostTensor noise) implements Noise {
        @Override
        public HostTensor step(int step) {
            int[] s = noise.shape();
            return noise.rows(step, step + 1).reshape(s[1], s[2], s[3], s[4]).transpose(0, 2, 3, 1);
        }
    }
}
