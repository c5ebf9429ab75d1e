package org.tempera.core.reward;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tempera.core.plugin.PluginFault;
import org.tempera.core.plugin.PluginGuard;
import org.tempera.core.plugin.StandIn;
import org.tempera.core.prompt.CheckedTokenizer;
import org.tempera.graph.TrainingGraph;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.RewardInput;
import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Graph rewards built on one batch of images, with the token inputs that they asked for. */
public final class GraphRewards {
    private final Map<String, Operand<TFloat32>> scores = new LinkedHashMap<>();
    private final Map<PromptTokenizer, Operand<TInt32>> tokenInputs = new LinkedHashMap<>();
    private final Map<PromptTokenizer, String> tokenNames = new LinkedHashMap<>();
    private final Map<String, PromptTokenizer> tokenizers = new LinkedHashMap<>();

    /**
     * Builds every graph reward under {@code reward/<name>}.
     *
     * @param name prefix of the token inputs
     * @param images RGB in [0,1], {@code [batch, height, width, 3]}
     * @throws PluginFault if one gives anything but a score an image
     */
    public GraphRewards(TrainingGraph graph, String name, Operand<TFloat32> images, Map<String, GraphReward> rewards) {
        int batch = (int) images.shape().get(0);
        rewards.forEach((rewardName, reward) -> {
            GraphScope scope = graph.scope().child("reward/" + rewardName);
            Operand<TFloat32> score = PluginGuard.call(
                    "reward '" + rewardName + "' cannot be built",
                    StandIn.pluginOf(reward),
                    () -> reward.build(scope, input(graph, name, images, rewardName)));
            requireScores(rewardName, reward, score, batch);
            scores.put(rewardName, score);
        });
    }

    private RewardInput input(TrainingGraph graph, String name, Operand<TFloat32> images, String reward) {
        int batch = (int) images.shape().get(0);
        return new RewardInput() {
            @Override
            public Operand<TFloat32> images() {
                return images;
            }

            @Override
            public int batchSize() {
                return batch;
            }

            @Override
            public Operand<TInt32> tokens(PromptTokenizer tokenizer) {
                CheckedTokenizer checked = CheckedTokenizer.of(tokenizer);
                tokenizers.put(reward, checked);
                return tokenInputs.computeIfAbsent(checked, t -> {
                    tokenNames.put(t, "tokens" + tokenNames.size());
                    return graph.intInput(name + "-tokens", batch, t.length());
                });
            }
        };
    }

    /** A plugin may have been compiled without generics, or by another language. */
    private static void requireScores(String name, GraphReward reward, @Nullable Operand<?> score, int batch) {
        String found = score == null
                ? "gives null"
                : score.type() != TFloat32.class
                        ? "gives " + score.type().getSimpleName()
                        : score.shape().numDimensions() != 1 || score.shape().get(0) != batch
                                ? "gives " + score.shape()
                                : "";
        if (!found.isEmpty()) {
            throw PluginFault.of(
                    "reward '" + name + "'",
                    reward,
                    "must give one score an image, TFloat32 of shape [" + batch + "], but " + found);
        }
    }

    /** Scores by reward, each {@code [batch]}. */
    public Map<String, Operand<TFloat32>> scores() {
        return scores;
    }

    /** What each reward that looks at the prompts reads them with. */
    public Map<String, PromptTokenizer> tokenizers() {
        return Collections.unmodifiableMap(tokenizers);
    }

    /** The inputs that {@link #tokens} is fed to. */
    public Map<String, Operand<TInt32>> tokenInputs() {
        Map<String, Operand<TInt32>> inputs = new LinkedHashMap<>();
        tokenInputs.forEach((tokenizer, operand) -> inputs.put(nameOf(tokenizer), operand));
        return inputs;
    }

    /** Token ids of a batch's prompts, row by row. */
    public Map<String, int[]> tokens(List<String> prompts) {
        Map<String, int[]> feeds = new LinkedHashMap<>();
        for (PromptTokenizer tokenizer : tokenInputs.keySet()) {
            int[] all = new int[prompts.size() * tokenizer.length()];
            for (int i = 0; i < prompts.size(); i++) {
                int[] ids = tokenizer.tokenize(prompts.get(i));
                System.arraycopy(ids, 0, all, i * ids.length, ids.length);
            }
            feeds.put(nameOf(tokenizer), all);
        }
        return feeds;
    }

    private String nameOf(PromptTokenizer tokenizer) {
        String name = tokenNames.get(tokenizer);
        if (name == null) {
            throw new IllegalStateException("unknown tokenizer " + tokenizer);
        }
        return name;
    }
}
