package org.tempera.core.reward;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.tempera.core.graph.MachineMemory;
import org.tempera.core.graph.Program;
import org.tempera.core.graph.StopSignal;
import org.tempera.core.graph.ThreadSettings;
import org.tempera.core.graph.TrainingGraph;
import org.tempera.core.graph.TrainingSession;
import org.tempera.core.image.ImageSize;
import org.tempera.core.image.RgbImage;
import org.tempera.core.image.SizeGroup;
import org.tempera.core.plugin.PluginFault;
import org.tempera.core.prompt.CutPrompts;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * Scores finished pictures under one reward, with the operations that training builds for it ({@link GraphRewards}).
 * Pictures of different sizes are scored apart, for a graph has one size; a batch at a time is in memory.
 */
public final class PictureScorer {
    private final String name;
    private final Reward reward;
    private final ThreadSettings threads;
    private final CutPrompts cutPrompts = new CutPrompts();

    /**
     * A picture in memory and what it was asked to show.
     *
     * @param label names it in messages, such as its file
     * @param prompt empty where it is not known
     * @param whyNone what is known of a prompt that is missing, for messages
     */
    public record Picture(String label, RgbImage image, Optional<String> prompt, Optional<String> whyNone)
            implements PictureSource {
        public Picture(String label, RgbImage image, Optional<String> prompt) {
            this(label, image, prompt, Optional.empty());
        }

        @Override
        public ImageSize size() {
            return image.size();
        }
    }

    record Feeds(byte[] pictures, Map<String, int[]> tokens) {}

    record Fetches(Map<String, HostTensor> scores) {}

    /** Scores a batch. */
    @FunctionalInterface
    private interface Batch {
        /** One score for each of the first pictures, at least. */
        float[] score(List<? extends PictureSource> part, long[] seeds);
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
     * @throws UserException if the reward reads prompts and a picture has none, naming all of these; if a picture cannot be
     *     read, or is too large for the reward
     */
    public float[] score(List<? extends PictureSource> pictures) {
        return score(pictures, done -> {});
    }

    /** Scores pictures, in order, as {@link #score(List)}. @param done is told how many are scored so far */
    public float[] score(List<? extends PictureSource> pictures, IntConsumer done) {
        float[] scores = new float[pictures.size()];
        int before = 0;
        for (SizeGroup group :
                SizeGroup.of(pictures.stream().map(PictureSource::size).toList())) {
            int start = before;
            IntConsumer within = n -> done.accept(start + n);
            if (reward instanceof HostReward host) {
                HostScorer scorer = new HostScorer(name, host, 0, new StopSignal());
                score(pictures, group, scores, within, (part, seeds) -> onHost(scorer, part, seeds));
            } else if (reward instanceof GraphReward inGraph) {
                inGraph(inGraph, pictures, group, scores, within);
            }
            before += group.pictures().size();
        }
        return scores;
    }

    /** Which prompts of the pictures scored so far the reward reads in part. */
    public CutPrompts cutPrompts() {
        return cutPrompts;
    }

    private static void score(
            List<? extends PictureSource> all, SizeGroup group, float[] scores, IntConsumer done, Batch batch) {
        int count = group.pictures().size();
        for (int first = 0; first < count; first += group.batch()) {
            List<Integer> places = group.batchFrom(first);
            float[] s = batch.score(
                    places.stream().map(all::get).toList(),
                    places.stream().mapToLong(p -> p).toArray());
            for (int i = 0; i < places.size() && first + i < count; i++) {
                scores[places.get(i)] = s[i];
            }
            done.accept(Math.min(count, first + group.batch()));
        }
    }

    private float[] onHost(HostScorer scorer, List<? extends PictureSource> part, long[] seeds) {
        List<HostReward.Sample> samples = new ArrayList<>();
        for (int i = 0; i < seeds.length; i++) {
            // A picture that fills up the batch need not be scored again.
            if (i == 0 || seeds[i] != seeds[i - 1]) {
                RgbImage image = part.get(i).image();
                samples.add(new HostReward.Sample(
                        part.get(i).prompt().orElse(""),
                        image.height(),
                        image.width(),
                        RgbImage.batch(List.of(image)),
                        seeds[i]));
            }
        }
        HostScorer.Outcome outcome = scorer.score(samples);
        outcome.thrown().forEach((row, thrown) -> {
            throw new UserException(
                    "reward '" + name + "' failed on " + part.get(row).label() + ": "
                            + (thrown instanceof UserException ? thrown.getMessage() : thrown.toString()),
                    thrown);
        });
        return outcome.scores();
    }

    private void inGraph(
            GraphReward inGraph, List<? extends PictureSource> all, SizeGroup group, float[] scores, IntConsumer done) {
        int batch = group.batch();
        ImageSize size = group.size();
        group.requireModest(labels(all, group));
        try (TrainingGraph graph = new TrainingGraph(0)) {
            Operand<TUint8> input = graph.byteInput("pictures", batch, size.height(), size.width(), 3);
            GraphRewards rewards = build(graph, input, inGraph, all, group);
            if (!rewards.tokenInputs().isEmpty()) {
                requirePrompts(all);
            }
            Program<Feeds, Fetches> program = Program.define("score", Feeds.class, Fetches.class)
                    .feed("pictures", input)
                    .feedMap("tokens", rewards.tokenInputs())
                    .fetchMap("scores", rewards.scores())
                    .build();
            requireMemory(all, group, program.peakBytes());
            try (TrainingSession session = graph.seal(threads)) {
                score(all, group, scores, done, (part, seeds) -> {
                    byte[] pixels = RgbImage.batch(
                            part.stream().map(PictureSource::image).toList());
                    List<String> prompts =
                            part.stream().map(p -> p.prompt().orElse("")).toList();
                    cutPrompts.add(rewards.tokenizers(), prompts);
                    Fetches out = program.run(session, new Feeds(pixels, rewards.tokens(prompts)));
                    return out.scores().values().iterator().next().data();
                });
            }
        }
    }

    /** Pictures in [0,1] from bytes, which take a quarter of the memory on their way here. */
    public static Operand<TFloat32> floats(TrainingGraph graph, Operand<TUint8> bytes) {
        Ops tf = graph.scope().child("pictures").tf();
        return tf.math.div(tf.dtypes.cast(bytes, TFloat32.class), tf.constant(255f));
    }

    /** Builds the reward; what it says of the pictures' size is said of the first of them. */
    private GraphRewards build(
            TrainingGraph graph,
            Operand<TUint8> input,
            GraphReward inGraph,
            List<? extends PictureSource> all,
            SizeGroup group) {
        try {
            return new GraphRewards(graph, "score", floats(graph, input), Map.of(name, inGraph));
        } catch (PluginFault e) {
            throw e; // whatever the picture
        } catch (UserException e) {
            throw new UserException(labels(all, group) + ": " + e.getMessage(), e);
        }
    }

    private static String labels(List<? extends PictureSource> all, SizeGroup group) {
        int others = group.pictures().size() - 1;
        return all.get(group.pictures().get(0)).label() + (others > 0 ? " and " + others + " more of its size" : "");
    }

    private void requireMemory(List<? extends PictureSource> all, SizeGroup group, long peak) {
        MachineMemory machine = MachineMemory.ofThisMachine();
        // And twice on the host, while a batch is put together.
        long needed = peak + 6 * group.size().pixels() * group.batch();
        if (!machine.holds(needed)) {
            throw new UserException(labels(all, group) + ": too little memory: reward '" + name
                    + "' needs about " + MachineMemory.text(needed) + " for a picture of " + group.size()
                    + " pixels, this machine has " + machine + ". Make the picture smaller.");
        }
    }

    private void requirePrompts(List<? extends PictureSource> pictures) {
        List<String> without = pictures.stream()
                .filter(p -> p.prompt().isEmpty())
                .map(p -> p.whyNone().map(why -> p.label() + " (" + why + ")").orElse(p.label()))
                .toList();
        if (!without.isEmpty()) {
            throw new UserException("reward '" + name + "' reads the prompt, and these pictures have none in their"
                    + " metadata: " + String.join(", ", without) + ". Give it with --prompt TEXT.");
        }
    }
}
