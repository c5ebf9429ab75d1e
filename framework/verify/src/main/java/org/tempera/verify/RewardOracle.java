package org.tempera.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.reward.GraphRewards;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.verify.OracleCase;
import org.tempera.spi.verify.OracleKind;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.spi.verify.OracleValue;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Kind {@code reward}: any reward by its name, built as a training run builds it, and its gradient. */
public final class RewardOracle implements OracleKind {
    private static final String SCORE = "score";
    private static final String GRADIENT = "grad:images";

    private final Opener opener;

    /** Makes a reward from the config block of a case. */
    @FunctionalInterface
    public interface Opener {
        /**
         * Makes it.
         *
         * @param origin names the case, for messages
         * @param folder where relative paths start
         * @throws UserException if there is no such reward, or its config or files cannot be used
         */
        Reward open(String name, Map<String, Object> config, String origin, Path folder);
    }

    record Feeds(HostTensor images, Map<String, int[]> tokens) {}

    record Fetches(Map<String, HostTensor> outputs) {}

    public RewardOracle(Opener opener) {
        this.opener = opener;
    }

    @Override
    public String kind() {
        return "reward";
    }

    @Override
    public Map<String, OracleValue> compute(OracleCase c, OracleRunner runner) {
        String where = "case '" + c.name() + "'";
        OracleValue.Integers pixels = c.integers("images");
        int[] shape = pixels.shape();
        if (shape.length != 4 || shape[3] != 3) {
            throw new UserException(where + ", input 'images': expected shape [n, height, width, 3], found "
                    + java.util.Arrays.toString(shape) + ".");
        }
        List<String> prompts = c.hasInput("prompts") ? c.texts("prompts") : java.util.Collections.nCopies(shape[0], "");
        if (prompts.size() != shape[0]) {
            throw new UserException(where + ", input 'prompts': expected one for each of the " + shape[0]
                    + " images, found " + prompts.size() + ".");
        }
        String name = c.word("reward");
        Map<String, Object> config = c.hasInput("config") ? c.object("config") : Map.of();
        Reward reward = opener.open(name, config, where, c.folder());
        boolean gradient = c.outputs().contains(GRADIENT);
        if (gradient && !(reward instanceof GraphReward g && g.differentiable())) {
            throw new UserException(where + ", output '" + GRADIENT + "': reward '" + name + "' has no gradient.");
        }
        if (reward instanceof HostReward host) {
            return Map.of(SCORE, score(host, pixels, prompts));
        }
        ThreadSettings threads = runner instanceof GraphOracleRunner r ? r.threads() : ThreadSettings.forThisMachine();
        return score(name, (GraphReward) reward, pixels, prompts, gradient, threads);
    }

    private static OracleValue score(HostReward reward, OracleValue.Integers pixels, List<String> prompts) {
        int[] shape = pixels.shape();
        int size = shape[1] * shape[2] * 3;
        List<HostReward.Sample> samples = new ArrayList<>();
        for (int i = 0; i < shape[0]; i++) {
            byte[] rgb = new byte[size];
            for (int k = 0; k < size; k++) {
                rgb[k] = (byte) pixels.data()[i * size + k];
            }
            samples.add(new HostReward.Sample(prompts.get(i), shape[1], shape[2], rgb, i));
        }
        return new OracleValue.Floats(HostTensor.of(reward.score(samples), shape[0]));
    }

    private static Map<String, OracleValue> score(
            String name,
            GraphReward reward,
            OracleValue.Integers pixels,
            List<String> prompts,
            boolean gradient,
            ThreadSettings threads) {
        float[] unit = new float[pixels.data().length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = pixels.data()[i] / 255f;
        }
        try (TrainingGraph graph = new TrainingGraph(0)) {
            Operand<TFloat32> images = graph.floatInput("images", pixels.shape());
            GraphRewards built = new GraphRewards(graph, "verify", images, Map.of(name, reward));
            Operand<TFloat32> score = Optional.ofNullable(built.scores().get(name))
                    .orElseThrow(() -> new IllegalStateException("reward '" + name + "' was not built"));
            Map<String, Operand<TFloat32>> outputs = new LinkedHashMap<>();
            outputs.put(SCORE, score);
            if (gradient) {
                var tf = graph.scope().tf();
                outputs.put(
                        GRADIENT,
                        graph.gradients(tf.sum(score, tf.constant(0)), List.of(images))
                                .get(0));
            }
            Program<Feeds, Fetches> program = Program.define("reward", Feeds.class, Fetches.class)
                    .feed("images", images)
                    .feedMap("tokens", built.tokenInputs())
                    .fetchMap("outputs", outputs)
                    .build();
            try (TrainingSession session = graph.seal(threads)) {
                Map<String, OracleValue> values = new LinkedHashMap<>();
                program.run(session, new Feeds(HostTensor.of(unit, pixels.shape()), built.tokens(prompts)))
                        .outputs()
                        .forEach((output, value) -> values.put(output, new OracleValue.Floats(value)));
                return values;
            }
        }
    }
}
