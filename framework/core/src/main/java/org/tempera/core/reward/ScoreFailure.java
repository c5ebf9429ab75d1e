package org.tempera.core.reward;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.tempera.base.text.Addresses;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.PartialScores;
import org.tempera.spi.reward.UnavailableReward;

/**
 * A sample that a reward gave no finite score for.
 *
 * @param sample its index among those of the epoch, or of the evaluation
 * @param reason what the reward did, such as {@code gave NaN}
 * @param kind what is to be done about it, and by whom
 * @param picture what it was shown; empty where it is not kept
 * @param cause what it threw
 */
public record ScoreFailure(
        String reward,
        int sample,
        String prompt,
        String reason,
        Kind kind,
        Optional<RgbImage> picture,
        Optional<RuntimeException> cause) {
    /** What is to be done about a failure. */
    public enum Kind {
        /** Nobody has said. */
        UNEXPLAINED,
        /** The reason is the reward's own message, which says what to do. */
        EXPLAINED,
        /** The same, and it may be gone when the run goes on, as where a server is away. */
        PASSING;

        private static Kind of(@Nullable Throwable thrown) {
            if (thrown instanceof UnavailableReward
                    || (thrown instanceof PartialScores && thrown.getCause() instanceof UnavailableReward)) {
                return PASSING;
            }
            return thrown instanceof UserException ? EXPLAINED : UNEXPLAINED;
        }
    }

    /**
     * Those of a batch.
     *
     * @param first the first row's sample
     * @param total samples of all batches; rows beyond are repetitions and are left out
     */
    public static List<ScoreFailure> of(ImageScorer.Scored batch, List<String> prompts, int first, int total) {
        List<ScoreFailure> failures = new ArrayList<>();
        batch.scores().forEach((name, scores) -> {
            for (int row = 0; row < scores.length && first + row < total; row++) {
                if (!Float.isFinite(scores[row])) {
                    @Nullable
                    RuntimeException thrown =
                            batch.thrown().getOrDefault(name, Map.of()).get(row);
                    failures.add(new ScoreFailure(
                            name,
                            first + row,
                            prompts.get(row),
                            thrown == null ? "gave " + scores[row] : reason(thrown),
                            Kind.of(thrown),
                            Optional.of(RgbImage.of(batch.images(), row)),
                            Optional.ofNullable(thrown)));
                }
            }
        });
        return failures;
    }

    private static String reason(RuntimeException thrown) {
        // It is kept in the picture's file.
        return "failed ("
                + Addresses.masked(
                        thrown instanceof UserException ? String.valueOf(thrown.getMessage()) : thrown.toString())
                + ")";
    }

    /** The same without its picture. */
    ScoreFailure withoutPicture() {
        return new ScoreFailure(reward, sample, prompt, reason, kind, Optional.empty(), cause);
    }

    /** The same in other words, and without its cause. */
    ScoreFailure reworded(UnaryOperator<String> words) {
        return new ScoreFailure(
                reward, sample, words.apply(prompt), words.apply(reason), kind, picture, Optional.empty());
    }

    /** Such as {@code reward 'bright' gave NaN for sample 3, prompt 'a cat'}. */
    String description() {
        return "reward '" + reward + "' " + reason + " for sample " + sample + ", prompt '" + prompt + "'";
    }
}
