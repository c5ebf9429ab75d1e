package org.tempera.core.reward;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.tempera.base.text.Secrets;
import org.tempera.core.plugin.MaskedFailure;
import org.tempera.core.prompt.CutPrompts;
import org.tempera.graph.StopSignal;
import org.tempera.graph.ThreadSettings;
import org.tempera.record.image.ImageSize;
import org.tempera.record.image.RgbImage;
import org.tempera.record.image.SizeGroup;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.PartialScores;
import org.tempera.spi.reward.Reward;

/**
 * Scores finished pictures under one reward, with the operations that training builds for it ({@link GraphRewards}).
 * Pictures of different sizes are scored apart, for a graph has one size; a batch at a time is in memory.
 */
public final class PictureScorer {
    private final String name;
    private final Reward reward;
    private final ThreadSettings threads;
    private final Precision precision;
    private final Secrets secrets;
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

    /** Scores a batch. */
    @FunctionalInterface
    private interface Batch {
        /** One score for each picture, at least. */
        HostScorer.Outcome score(List<Picture> part, long[] seeds);
    }

    /** A scorer, in float32, of a reward that is called {@code name} in messages. */
    public PictureScorer(String name, Reward reward, ThreadSettings threads) {
        this(name, reward, threads, Precision.FLOAT32, new Secrets());
    }

    /**
     * The same.
     *
     * @param precision what the reward's networks multiply with
     * @param secrets are in none of its failures
     */
    public PictureScorer(String name, Reward reward, ThreadSettings threads, Precision precision, Secrets secrets) {
        this.precision = precision;
        this.secrets = secrets;
        this.name = name;
        this.reward = reward;
        this.threads = threads;
    }

    /**
     * Scores pictures, in order: all of them, or none. {@link #scoreEach(List)} goes on where one fails.
     *
     * @return one score a picture, higher is better; NaN where the reward gives it
     * @throws UserException if the reward reads prompts and a picture has none, naming all of these; if a picture
     *     cannot be read, or is too large for the reward
     */
    public float[] score(List<? extends PictureSource> pictures) {
        return score(pictures, done -> {});
    }

    /** Scores pictures, in order, as {@link #score(List)}. @param done is told how many are scored so far */
    public float[] score(List<? extends PictureSource> pictures, IntConsumer done) {
        PictureScores scores = MaskedFailure.within(secrets, () -> scored(pictures, false, done));
        scores.failures().forEach((picture, failure) -> failure.thrown().ifPresent(thrown -> {
            throw failed(pictures.get(picture), failure, thrown);
        }));
        return scores.values();
    }

    /**
     * Scores what can be scored, in order, and says of each other picture what was wrong, as the command does.
     *
     * @return the scores and the failures, by picture; {@link PictureScores#problem} has words for all of these
     * @throws UserException as {@link #scoreEach(List, IntConsumer)}
     */
    public PictureScores scoreEach(List<? extends PictureSource> pictures) {
        return scoreEach(pictures, done -> {});
    }

    /**
     * Scores pictures, in order, and notes those that cannot be read or that the reward fails on. Where it says that
     * the reason lies outside, as when its server is gone, the pictures that are left are not tried.
     *
     * @param done is told how many are scored so far
     * @throws UserException as {@link #score(List)}; if the reason lies outside and nothing is scored by then
     */
    public PictureScores scoreEach(List<? extends PictureSource> pictures, IntConsumer done) {
        return MaskedFailure.within(secrets, () -> scored(pictures, true, done));
    }

    /** @param goesOn whether the others are scored where a picture cannot be read */
    private PictureScores scored(List<? extends PictureSource> pictures, boolean goesOn, IntConsumer done) {
        float[] scores = new float[pictures.size()];
        Arrays.fill(scores, Float.NaN);
        SortedMap<Integer, PictureScores.Failure> failures = new TreeMap<>();
        int before = 0;
        for (SizeGroup group :
                SizeGroup.of(pictures.stream().map(PictureSource::size).toList())) {
            int start = before;
            IntConsumer within = n -> done.accept(start + n);
            Sheet sheet = new Sheet(pictures, group, scores, failures, goesOn, within);
            if (reward instanceof HostReward host) {
                HostScorer scorer = new HostScorer(name, host, 0, new StopSignal());
                Optional<Lost> lost = score(sheet, (part, seeds) -> onHost(scorer, part, seeds));
                if (lost.isPresent()) {
                    for (int i = 0; i < scores.length; i++) {
                        if (Float.isNaN(scores[i])) {
                            failures.putIfAbsent(i, lost.get().failure());
                        }
                    }
                    if (failures.size() == scores.length) {
                        PictureScores.Failure failure = lost.get().failure();
                        throw failed(
                                pictures.get(lost.get().place()),
                                failure,
                                failure.thrown().orElseThrow());
                    }
                    break;
                }
            } else if (reward instanceof GraphReward inGraph) {
                inGraph(inGraph, sheet);
            }
            before += group.pictures().size();
        }
        return new PictureScores(scores, failures);
    }

    private UserException failed(PictureSource picture, PictureScores.Failure failure, RuntimeException thrown) {
        return new UserException("reward '" + name + "' failed on " + picture.label() + ": " + failure.said(), thrown);
    }

    /** Which prompts of the pictures scored so far the reward reads in part. */
    public CutPrompts cutPrompts() {
        return cutPrompts;
    }

    /** That the reward was lost at a picture. */
    private record Lost(int place, PictureScores.Failure failure) {}

    /** Where the scores of a group of pictures go. */
    private record Sheet(
            List<? extends PictureSource> all,
            SizeGroup group,
            float[] scores,
            SortedMap<Integer, PictureScores.Failure> failures,
            boolean goesOn,
            IntConsumer done) {}

    /**
     * Scores a group batch by batch; if a batch fails for a reason that lies outside, it is given and the rest left.
     */
    private static Optional<Lost> score(Sheet sheet, Batch batch) {
        SizeGroup group = sheet.group();
        int count = group.pictures().size();
        for (int first = 0; first < count; first += group.batch()) {
            SortedMap<Integer, Picture> read = read(sheet, group.batchFrom(first));
            List<Integer> places = List.copyOf(read.keySet());
            HostScorer.Outcome outcome = read.isEmpty()
                    ? new HostScorer.Outcome(new float[0], Map.of())
                    : batch.score(
                            List.copyOf(read.values()),
                            places.stream().mapToLong(p -> p).toArray());
            for (int i = 0; i < places.size(); i++) {
                float score = outcome.scores()[i];
                sheet.scores()[places.get(i)] = score;
                @Nullable RuntimeException thrown = outcome.thrown().get(i);
                if (thrown != null && isOutside(thrown)) {
                    return Optional.of(new Lost(places.get(i), PictureScores.Failure.of(thrown)));
                }
                if (thrown != null || !Float.isFinite(score)) {
                    sheet.failures()
                            .put(
                                    places.get(i),
                                    thrown == null
                                            ? PictureScores.Failure.gave(score)
                                            : PictureScores.Failure.of(thrown));
                }
            }
            sheet.done().accept(Math.min(count, first + group.batch()));
        }
        return Optional.empty();
    }

    /** The pictures at some places, in memory; those that cannot be read are noted. */
    private static SortedMap<Integer, Picture> read(Sheet sheet, List<Integer> places) {
        SortedMap<Integer, Picture> read = new TreeMap<>();
        for (int place : new TreeSet<>(places)) {
            PictureSource source = sheet.all().get(place);
            try {
                read.put(place, new Picture(source.label(), source.image(), source.prompt(), source.whyNone()));
            } catch (UserException e) {
                if (!sheet.goesOn()) {
                    throw e;
                }
                sheet.failures().put(place, PictureScores.Failure.unread(e));
            }
        }
        return read;
    }

    /** Whether the pictures are not to blame, so that the next ones would fare alike. */
    private static boolean isOutside(RuntimeException thrown) {
        return thrown instanceof UserException && !(thrown instanceof PartialScores);
    }

    private static HostScorer.Outcome onHost(HostScorer scorer, List<Picture> part, long[] seeds) {
        List<HostReward.Sample> samples = new ArrayList<>();
        for (int i = 0; i < seeds.length; i++) {
            RgbImage image = part.get(i).image();
            samples.add(new HostReward.Sample(
                    part.get(i).prompt().orElse(""),
                    image.height(),
                    image.width(),
                    RgbImage.batch(List.of(image)),
                    seeds[i]));
        }
        return scorer.score(samples);
    }

    private void inGraph(GraphReward inGraph, Sheet sheet) {
        List<? extends PictureSource> all = sheet.all();
        SizeGroup group = sheet.group();
        try (BatchGraph graph = new BatchGraph(
                group.size(),
                group.batch(),
                new BatchGraph.Names(labels(all, group), "reward '" + name + "'"),
                precision)) {
            GraphRewards rewards =
                    graph.build(images -> new GraphRewards(graph.graph(), "score", images, Map.of(name, inGraph)));
            if (!rewards.tokenInputs().isEmpty()) {
                requirePrompts(all);
            }
            graph.seal(threads, rewards.tokenInputs(), rewards.scores());
            score(sheet, (part, seeds) -> {
                // A graph has one size of batch: the last picture fills it up.
                List<Picture> whole = new ArrayList<>(part);
                while (whole.size() < group.batch()) {
                    whole.add(part.get(part.size() - 1));
                }
                List<RgbImage> images = whole.stream().map(Picture::image).toList();
                List<String> prompts =
                        whole.stream().map(p -> p.prompt().orElse("")).toList();
                cutPrompts.add(rewards.tokenizers(), prompts);
                float[] scores = graph.run(images, rewards.tokens(prompts))
                        .values()
                        .iterator()
                        .next()
                        .data();
                return new HostScorer.Outcome(scores, Map.of());
            });
        }
    }

    private static String labels(List<? extends PictureSource> all, SizeGroup group) {
        int others = group.pictures().size() - 1;
        return all.get(group.pictures().get(0)).label() + (others > 0 ? " and " + others + " more of its size" : "");
    }

    private void requirePrompts(List<? extends PictureSource> pictures) {
        List<String> without = pictures.stream()
                .filter(p -> p.prompt().isEmpty())
                .map(p -> p.whyNone().map(why -> p.label() + " (" + why + ")").orElse(p.label()))
                .toList();
        if (!without.isEmpty()) {
            throw new UserException(
                    "reward '" + name + "' reads the prompt, and these pictures have none in their metadata: "
                            + String.join(", ", without) + ". Give them one.",
                    List.of(Remedy.of(Remedy.Action.GIVE_PROMPT)));
        }
    }
}
