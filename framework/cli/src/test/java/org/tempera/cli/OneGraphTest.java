package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.tempera.core.reward.ImageScorer;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.nn.weights.TensorSource;
import org.tempera.runtime.Tempera;
import org.tempera.runtime.config.RunConfig;
import org.tempera.spi.HostTensor;
import org.tempera.spi.critic.Critic;
import org.tempera.spi.critic.CriticNetwork;
import org.tempera.spi.critic.CriticProvider;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;
import org.tempera.testkit.TinyClip;
import org.tempera.toy.ToyPolicy;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** Rewards and critic of one run on one CLIP: one vision tower, and one run of the session for a batch. */
public class OneGraphTest {
    private static final int BATCH = 2;
    private static final int HEAD = 2;

    private final CommandRunner command = new CommandRunner();

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void rewardsAndCriticShareATowerAndABatchIsOneRun() throws IOException {
        RunConfig config = config();
        ToyPolicy policy = new ToyPolicy();
        try (TrainingGraph graph = new TrainingGraph(1)) {
            PolicyNetwork network = policy.build(graph.scope().child("policy"));
            Operand<TFloat32> latents = graph.floatInput("latents", BATCH, 4, 4, 2);
            Parameter decodes = graph.scope().parameter("decodes", Shape.scalar(), Initializer.zeros(), false);
            int others = graph.parameters().size();
            Critic critic = critic(
                    config.critic().orElseThrow().provider(),
                    config.critic().orElseThrow().config());
            critic.build(graph.scope().child("critic"), policy.shape(), network)
                    .features(
                            graph.scope().child("state"),
                            new CriticNetwork.State(latents, latents, graph.floatInput("fractions", BATCH)));
            int withCritic = graph.parameters().size();
            Map<String, Reward> rewards = new LinkedHashMap<>();
            config.rewards()
                    .forEach(r -> rewards.put(
                            r.name(), reward(r.plugin().provider(), r.plugin().config())));
            assertThat(rewards.keySet()).containsExactlyInAnyOrder("aesthetic", "clip-score", "pick-score");
            ImageScorer scorer = new ImageScorer(
                    graph,
                    "score",
                    latents,
                    scope -> {
                        Ops tf = scope.tf();
                        Ops counted =
                                tf.withControlDependencies(tf.assignAddVariableOp(decodes.handle(), tf.constant(1f)));
                        return counted.identity(network.decode(scope, latents));
                    },
                    rewards);

            Set<String> vision = namesWith("vision_model.", "visual_projection.");
            Set<String> text = namesWith("text_model.", "text_projection.", "logit_scale");
            assertThat(numbersOf(graph, "vision_model", "visual_projection")).isEqualTo(numbers(vision));
            assertThat(withCritic - others).as("the critic and its tower").isGreaterThan(vision.size());
            assertThat(graph.parameters()).hasSize(withCritic + text.size() + HEAD);

            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                ImageScorer.Scored scored = scorer.score(
                        session,
                        HostTensor.of(new float[BATCH * 4 * 4 * 2], BATCH, 4, 4, 2),
                        List.of("a cat", "a dog"),
                        new long[BATCH]);
                assertThat(scored.scores()).containsOnlyKeys(rewards.keySet());
                assertThat(session.read(decodes).scalarValue())
                        .as("times that a batch was decoded for three rewards")
                        .isEqualTo(1);
            }
        }
    }

    private RunConfig config() throws IOException {
        Path clip = TinyClip.write(command.file("clip"), 5);
        new SafetensorsWriter()
                .addFloats("weight", Shape.of(1, TinyClip.EMBEDDING_WIDTH), new float[TinyClip.EMBEDDING_WIDTH])
                .addFloats("bias", Shape.of(1), new float[1])
                .write(command.file("head.safetensors"));
        Files.writeString(command.file("prompts.txt"), "a cat\n");
        Path conf = Files.writeString(
                command.file("run.conf"),
                """
                policy { use = stable-diffusion, stable-diffusion { weights = mini-sd } }
                algorithm { use = tdpo }
                critic { use = temporal-mlp, temporal-mlp { features = decoded-latent, encoder = clip } }
                rewards {
                  aesthetic { role = train, clip = clip, head = head.safetensors }
                  clip-score { role = train, clip = clip }
                  pick-score { role = held-out, clip = clip }
                }
                sampling { prompts = prompts.txt }
                """);
        assertThat(clip).isDirectory();
        return Tempera.load(getClass().getClassLoader()).config(conf, List.of());
    }

    private Set<String> namesWith(String... prefixes) {
        Set<String> found = new TreeSet<>();
        try (TensorSource file = SafetensorsFile.open(command.file("clip/model.safetensors"))) {
            for (String name : file.names()) {
                for (String prefix : prefixes) {
                    if (name.startsWith(prefix)) {
                        found.add(name);
                    }
                }
            }
        }
        return found;
    }

    private long numbers(Set<String> names) {
        try (TensorSource file = SafetensorsFile.open(command.file("clip/model.safetensors"))) {
            return names.stream().mapToLong(n -> file.info(n).elements()).sum();
        }
    }

    private static long numbersOf(TrainingGraph graph, String... parts) {
        return graph.parameters().stream()
                .filter(p -> List.of(parts).stream().anyMatch(p.name()::contains))
                .mapToLong(Parameter::size)
                .sum();
    }

    private static <C extends Record> Critic critic(CriticProvider<C> provider, Record config) {
        return provider.create(provider.configType().cast(config));
    }

    private static <C extends Record> Reward reward(RewardProvider<C> provider, Record config) {
        return provider.create(provider.configType().cast(config));
    }
}
