package org.tempera.record.verdict;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tempera.record.metrics.Sample;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.statistics.RankCorrelation;

/**
 * How independent a held-out reward is of the training reward, as far as that can be known: whether both read the same
 * weights, whether somebody has said that they are fitted to the same data, and how alike they order the pictures
 * before training.
 *
 * @param reward name of the held-out reward
 * @param sharedFiles of the training reward's files of weights those that it reads, too, by their keys in the ruler
 * @param sharedData rewards that are trained on and are said to be fitted to the same data
 * @param correlation Spearman's with the training reward over the first evaluation's pictures, within prompts where
 *     these have several; empty where it cannot be said
 */
public record Independence(
        String reward, List<String> sharedFiles, List<String> sharedData, OptionalDouble correlation) {
    /** The part of a ruler's {@link Ruler#HELD_OUT_SCORE} that says how held-out rewards are weighed. */
    public static final String WEIGHTS = "evaluation.held-out-weights";

    /** Its value where they are weighed by independence. */
    public static final String BY_INDEPENDENCE = "independence";

    private static final String BLOCK = "rewards.";
    private static final String ROLE = ".role";
    private static final String TRAIN = "train";
    private static final String HASH = "sha256:";

    /** Ends of files that are no weights: rewards that know nothing of each other share settings and vocabularies. */
    private static final List<String> SETTINGS_FILES = List.of(".json", ".txt", ".model");

    /** Keys of such files. */
    private static final List<String> SETTINGS_KEYS =
            List.of("tokenizer", "vocab", "merges", "config", "architecture", "preprocess");

    public Independence {
        sharedFiles = List.copyOf(sharedFiles);
        sharedData = List.copyOf(sharedData);
    }

    /** Whether a flaw of the training reward is likely its own, too. */
    public boolean isDependent() {
        return !sharedFiles.isEmpty() || !sharedData.isEmpty();
    }

    /** Its weight by independence: 0 of a dependent one, else 1 less the correlation, if that is positive. */
    public double weight() {
        return isDependent() ? 0 : 1 - Math.max(0, correlation.orElse(0));
    }

    /**
     * The part of a ruler that says of which rewards a reward shares the data: of {@link Ruler#HELD_OUT_SCORE} where
     * its weight depends on that, else of {@link Ruler#SHARED_DATA}.
     */
    public static String sharesKey(String reward) {
        return BLOCK + reward + ".shares-data-with";
    }

    /**
     * Judges each held-out reward.
     *
     * @param first samples of the first evaluation, before training
     * @param heldOut names of the held-out rewards
     * @param ruler what measured them; where it is not known, neither are files and data
     */
    public static List<Independence> of(List<Sample> first, List<String> heldOut, Optional<Ruler> ruler) {
        SortedSet<String> trained = trained(ruler);
        Map<String, String> weights = new HashMap<>();
        trained.forEach(name -> scope(ruler, Ruler.reward(name)).forEach((key, value) -> {
            if (value.startsWith(HASH) && isOfWeights(key)) {
                weights.putIfAbsent(value, key);
            }
        }));
        return heldOut.stream()
                .map(name -> new Independence(
                        name,
                        scope(ruler, Ruler.reward(name)).values().stream()
                                .flatMap(value -> Optional.ofNullable(weights.get(value)).stream())
                                .distinct()
                                .sorted()
                                .toList(),
                        trained.stream()
                                .filter(other -> shares(ruler, name, other) || shares(ruler, other, name))
                                .toList(),
                        correlation(first, name)))
                .toList();
    }

    /** The same of the first of these evaluations; none of none. */
    public static List<Independence> ofRun(List<Sample> evaluated, List<String> heldOut, Optional<Ruler> ruler) {
        int first = evaluated.stream().mapToInt(Sample::epoch).min().orElse(0);
        return evaluated.isEmpty()
                ? List.of()
                : of(evaluated.stream().filter(s -> s.epoch() == first).toList(), heldOut, ruler);
    }

    /** Whether a part of a ruler stands for a file of weights, by its key, which ends in the file's name or a key's. */
    private static boolean isOfWeights(String key) {
        // Such as rewards.x.clip/model.safetensors, rewards.x: model.pt and rewards.x.tokenizer.
        int file = Math.max(key.lastIndexOf('/'), key.lastIndexOf(' '));
        String name = key.substring((file < 0 ? key.lastIndexOf('.') : file) + 1);
        return SETTINGS_FILES.stream().noneMatch(name::endsWith)
                && SETTINGS_KEYS.stream().noneMatch(name::contains);
    }

    private static SortedSet<String> trained(Optional<Ruler> ruler) {
        SortedSet<String> trained = new TreeSet<>();
        scope(ruler, Ruler.ROLES).forEach((key, role) -> {
            if (role.equals(TRAIN) && key.startsWith(BLOCK) && key.endsWith(ROLE)) {
                trained.add(key.substring(BLOCK.length(), key.length() - ROLE.length()));
            }
        });
        return trained;
    }

    private static boolean shares(Optional<Ruler> ruler, String reward, String other) {
        return Stream.of(Ruler.HELD_OUT_SCORE, Ruler.SHARED_DATA)
                .flatMap(name -> Stream.of(
                        scope(ruler, name).getOrDefault(sharesKey(reward), "").split(", ")))
                .anyMatch(other::equals);
    }

    private static SortedMap<String, String> scope(Optional<Ruler> ruler, String name) {
        return ruler.map(Ruler::scopes)
                .flatMap(scopes -> Optional.ofNullable(scopes.get(name)))
                .orElse(Collections.emptySortedMap());
    }

    private static OptionalDouble correlation(List<Sample> first, String reward) {
        List<Sample> scored = first.stream()
                .filter(s -> Double.isFinite(score(s, reward)) && Double.isFinite(score(s, ScoreNames.TRAINING)))
                .toList();
        Map<String, Long> sizes = scored.stream().collect(Collectors.groupingBy(Sample::prompt, Collectors.counting()));
        List<Sample> grouped = scored.stream()
                .filter(s -> sizes.getOrDefault(s.prompt(), 0L) > 1)
                .toList();
        boolean within = grouped.size() >= RunVerdict.MIN_PAIRS;
        List<Sample> pairs = within ? grouped : scored;
        if (pairs.size() < RunVerdict.MIN_PAIRS) {
            return OptionalDouble.empty();
        }
        double found = RankCorrelation.within(
                pairs.stream().mapToDouble(s -> score(s, reward)).toArray(),
                pairs.stream().mapToDouble(s -> score(s, ScoreNames.TRAINING)).toArray(),
                pairs.stream().map(s -> within ? s.prompt() : "").toList());
        return Double.isFinite(found) ? OptionalDouble.of(found) : OptionalDouble.empty();
    }

    private static double score(Sample sample, String name) {
        return sample.rewards().getOrDefault(name, Double.NaN);
    }

    /** Whether a ruler's held-out rewards are weighed by independence. */
    public static boolean weighs(Optional<Ruler> ruler) {
        return BY_INDEPENDENCE.equals(scope(ruler, Ruler.HELD_OUT_SCORE).get(WEIGHTS));
    }

    /** The weights of all by independence, by reward. */
    public static Map<String, Double> weights(List<Independence> all) {
        return all.stream().collect(Collectors.toMap(Independence::reward, Independence::weight));
    }

    /**
     * What a reader of a verdict must know, a sentence each; nothing where all are independent.
     *
     * @param weighed whether the held-out score weighs them by independence
     */
    public static List<String> notes(List<Independence> all, boolean weighed) {
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        all.stream().filter(Independence::isDependent).forEach(d -> byReason.computeIfAbsent(
                        d.reason(), r -> new ArrayList<>())
                .add(d.reward()));
        List<String> notes = new ArrayList<>();
        byReason.forEach((reason, rewards) -> notes.add("Held out, but not independent of the training reward: "
                + String.join(", ", rewards) + " (" + reason + "). As long as such a score does not fall, it says"
                + " nothing."));
        if (weighed && !all.isEmpty()) {
            notes.add(
                    all.stream().allMatch(i -> i.weight() == 0)
                            ? "No held-out reward is independent of the training reward: in the held-out score they weigh the"
                                    + " same."
                            : "In the held-out score they weigh by independence: "
                                    + all.stream()
                                            .map(i -> i.reward() + " " + String.format(Locale.ROOT, "%.2f", i.weight()))
                                            .collect(Collectors.joining(", "))
                                    + ".");
        }
        return notes;
    }

    private String reason() {
        List<String> reasons = new ArrayList<>();
        if (!sharedFiles.isEmpty()) {
            reasons.add("the same weights, " + String.join(", ", sharedFiles));
        }
        if (!sharedData.isEmpty()) {
            reasons.add("the same data as " + String.join(", ", sharedData));
        }
        return String.join("; ", reasons);
    }
}
