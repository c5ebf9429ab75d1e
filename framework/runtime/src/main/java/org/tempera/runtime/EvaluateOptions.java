package org.tempera.runtime;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.spi.UserException;

/**
 * What to measure of a model.
 *
 * @param sampling how pictures are drawn; its checkpoint may be {@link #ALL}, or {@code every-12}
 * @param sets prompts by the name of their set, such as {@code nouns}; empty for a run's own evaluation prompts
 * @param rewards names; of a run empty for all that its config has
 * @param pictures of each prompt
 * @param seed of the first picture of each set; the next pictures have the next seeds
 * @param embeddings folder of a CLIP by whose embeddings diversity is measured; empty for none
 * @param divergence whether the KL divergence from the weights before training is measured, where steps add noise
 */
public record EvaluateOptions(
        SampleOptions sampling,
        Map<String, List<String>> sets,
        List<String> rewards,
        int pictures,
        long seed,
        Optional<Path> embeddings,
        boolean divergence) {
    /** The checkpoint's name that stands for the weights before training and every checkpoint of a run. */
    public static final String ALL = "all";

    /** What is measured of a picture, a kilobyte or two, is in memory until the record is written. */
    private static final int MOST_PICTURES = 1_000_000;

    private static final Pattern SOME = Pattern.compile("every-([1-9]\\d{0,8})");

    public EvaluateOptions {
        sets = new LinkedHashMap<>(sets);
        rewards = List.copyOf(rewards);
        if (pictures < 1) {
            throw new IllegalArgumentException("pictures must be at least 1, was " + pictures);
        }
    }

    /**
     * Fails if pictures are too many.
     *
     * @param where what asks for them, for people
     * @param all pictures of all sets
     * @param each pictures of a prompt
     */
    public static void requireCount(String where, long all, int each) {
        if (all > MOST_PICTURES) {
            throw new UserException(String.format(
                    Locale.ROOT,
                    "%s: expected at most %,d pictures at a time, found %,d: %,d of each prompt. Ask for fewer of each"
                            + ", or for a part of the prompts.",
                    where,
                    MOST_PICTURES,
                    all,
                    each));
        }
    }

    /**
     * Of which epochs checkpoints are measured where several are: 1 for {@link #ALL}, 12 for {@code every-12}, which
     * leaves out those between but the last; empty where one is chosen.
     */
    OptionalInt everySoMany() {
        String wanted = sampling.checkpoint().orElse("");
        Matcher some = SOME.matcher(wanted);
        return wanted.equals(ALL)
                ? OptionalInt.of(1)
                : some.matches() ? OptionalInt.of(Integer.parseInt(some.group(1))) : OptionalInt.empty();
    }
}
