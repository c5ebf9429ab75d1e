package org.tempera.core.reward;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.graph.ThreadSettings;
import org.tempera.core.graph.TrainingGraph;
import org.tempera.core.graph.TrainingSession;
import org.tempera.core.image.RgbImage;
import org.tempera.core.prompt.CutPrompts;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.Reward;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Scores finished pictures under one reward, in the graph that training builds for it ({@link ImageScorer}). Pictures of
 * different sizes are scored apart, for a graph has one size.
 */
public final class PictureScorer {
    private static final int BATCH = 8;

    private final String name;
    private final Reward reward;
    private final ThreadSettings threads;
    private final CutPrompts cutPrompts = new CutPrompts();

    /**
     * A picture and what it was asked to show.
     *
     * @param label names it in messages, such as its file
     * @param prompt empty where it is not known
     * @param whyNone what is known of a prompt that is missing, for messages
     */
    public record Picture(String label, RgbImage image, Optional<String> prompt, Optional<String> whyNone) {
        public Picture(String label, RgbImage image, Optional<String> prompt) {
            this(label, image, prompt, Optional.empty());
        }

        private String named() {
            return whyNone.map(why -> label + " (" + why + ")").orElse(label);
        }
    }

    /** A scorer of a reward that is called {@code name} in messages. */
    public PictureScorer(String name, Reward reward, ThreadSettings threads) {
        this.name = name;
        this.reward = reward;
        this.threads = threads;
    }

    /**
     * Scores pictures, in order.
     *
     * @return one score a picture, higher is better; NaN where the reward gives it
     * @throws UserException if the reward reads prompts and a picture has none, naming all of these
     */
    public float[] score(List<Picture> pictures) {
        Map<List<Integer>, List<Integer>> bySize = new LinkedHashMap<>();
        for (int i = 0; i < pictures.size(); i++) {
            RgbImage image = pictures.get(i).image();
            bySize.computeIfAbsent(List.of(image.height(), image.width()), s -> new ArrayList<>())
                    .add(i);
        }
        float[] scores = new float[pictures.size()];
        bySize.values().forEach(group -> scoreGroup(pictures, group, scores));
        return scores;
    }

    /** Which prompts of the pictures scored so far the reward reads in part. */
    public CutPrompts cutPrompts() {
        return cutPrompts;
    }

    private void scoreGroup(List<Picture> all, List<Integer> group, float[] scores) {
        int batch = Math.min(BATCH, group.size());
        RgbImage size = all.get(group.get(0)).image();
        try (TrainingGraph graph = new TrainingGraph(0)) {
            Operand<TFloat32> input = graph.floatInput("pictures", batch, size.height(), size.width(), 3);
            ImageScorer scorer = new ImageScorer(graph, "score", input, scope -> input, Map.of(name, reward));
            if (scorer.readsPrompts()) {
                requirePrompts(all);
            }
            try (TrainingSession session = graph.seal(threads)) {
                for (int first = 0; first < group.size(); first += batch) {
                    List<Picture> part = new ArrayList<>();
                    long[] seeds = new long[batch];
                    for (int i = 0; i < batch; i++) {
                        // The last batch is filled up with repetitions.
                        int at = group.get(Math.min(first + i, group.size() - 1));
                        part.add(all.get(at));
                        seeds[i] = at;
                    }
                    float[] s = scores(scorer, session, part, seeds);
                    for (int i = 0; i < batch && first + i < group.size(); i++) {
                        scores[group.get(first + i)] = s[i];
                    }
                }
            }
        }
    }

    private float[] scores(ImageScorer scorer, TrainingSession session, List<Picture> part, long[] seeds) {
        RgbImage size = part.get(0).image();
        HostTensor pixels = HostTensor.stack(
                        part.stream().map(p -> p.image().toTensor()).toList())
                .reshape(part.size(), size.height(), size.width(), 3);
        List<String> prompts = part.stream().map(p -> p.prompt().orElse("")).toList();
        cutPrompts.add(scorer.tokenizers(), prompts);
        ImageScorer.Scored scored = scorer.onHost(scorer.inGraph(session, pixels, prompts), prompts, seeds);
        scored.thrown()
                .values()
                .forEach(byRow -> byRow.forEach((row, thrown) -> {
                    throw new UserException(
                            "reward '" + name + "' failed on " + part.get(row).label() + ": "
                                    + (thrown instanceof UserException ? thrown.getMessage() : thrown.toString()),
                            thrown);
                }));
        Collection<float[]> only = scored.scores().values();
        return only.iterator().next();
    }

    private void requirePrompts(List<Picture> pictures) {
        List<String> without = pictures.stream()
                .filter(p -> p.prompt().isEmpty())
                .map(Picture::named)
                .toList();
        if (!without.isEmpty()) {
            throw new UserException("reward '" + name + "' reads the prompt, and these pictures have none in their"
                    + " metadata: " + String.join(", ", without) + ". Give it with --prompt TEXT.");
        }
    }
}
