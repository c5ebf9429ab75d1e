package org.tempera.core.reward;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tempera.spi.UserException;

/**
 * What a reward gave for pictures, some of which it may have failed on.
 *
 * @param values one a picture, higher is better; no finite number where the picture is among the failures
 * @param failures what the reward did instead of giving a finite number, by picture
 */
public record PictureScores(float[] values, SortedMap<Integer, Failure> failures) {
    private static final int LISTED = 8;

    /**
     * What a reward did instead of giving a finite number.
     *
     * @param said such as {@code gave NaN}, or the message of what it threw
     * @param thrown what it threw
     * @param unread whether the reward was not asked, for the picture's pixels could not be read
     */
    public record Failure(String said, Optional<RuntimeException> thrown, boolean unread) {
        static Failure gave(float score) {
            return new Failure("gave " + score, Optional.empty(), false);
        }

        static Failure unread(UserException thrown) {
            return new Failure(String.valueOf(thrown.getMessage()), Optional.of(thrown), true);
        }

        static Failure of(RuntimeException thrown) {
            String said = thrown instanceof UserException ? String.valueOf(thrown.getMessage()) : thrown.toString();
            return new Failure(said, Optional.of(thrown), false);
        }

        /** Whether the reward itself said in words what it expected. */
        boolean explained() {
            return thrown.filter(UserException.class::isInstance).isPresent();
        }

        /** What is told of the reward, such as {@code gave NaN} or {@code failed (gone)}; of an unread picture, why. */
        public String reason() {
            return thrown.isPresent() && !unread ? "failed (" + said + ")" : said;
        }
    }

    public PictureScores {
        failures = new TreeMap<>(failures);
    }

    /** How many pictures have a score. */
    public int count() {
        return values.length - failures.size();
    }

    /** The mean of those that have a score; NaN if none has. */
    public double mean() {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += failures.containsKey(i) ? 0 : values[i];
        }
        return sum / count();
    }

    /**
     * A line for each picture that cannot be read, and for each way in which the reward failed with the pictures of it;
     * empty if all have a score.
     *
     * @param reward its name
     * @param labels names of the pictures
     */
    public Optional<String> problem(String reward, List<String> labels) {
        List<String> unread = failures.values().stream()
                .filter(Failure::unread)
                .map(Failure::reason)
                .toList();
        List<String> said = new ArrayList<>();
        if (!unread.isEmpty()) {
            StringBuilder text = new StringBuilder(
                    unread.size() + " of " + values.length + " picture(s) cannot be read, and have no score:");
            unread.stream().limit(LISTED).forEach(reason -> text.append("\n  ").append(reason));
            said.add(text + (unread.size() > LISTED ? "\n  and " + (unread.size() - LISTED) + " more" : ""));
        }
        if (failures.size() > unread.size()) {
            said.add(failed(reward, labels, failures.size() - unread.size()));
        }
        return said.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", said));
    }

    private String failed(String reward, List<String> labels, int count) {
        Map<String, List<String>> alike = new LinkedHashMap<>();
        failures.forEach((picture, failure) -> {
            if (!failure.unread()) {
                alike.computeIfAbsent(failure.reason(), k -> new ArrayList<>()).add(labels.get(picture));
            }
        });
        StringBuilder text = new StringBuilder(
                "reward '" + reward + "' gave no score for " + count + " of " + values.length + " picture(s):");
        alike.entrySet().stream().limit(LISTED).forEach(e -> text.append("\n  it ")
                .append(e.getKey())
                .append(" for ")
                .append(listed(e.getValue())));
        if (alike.size() > LISTED) {
            text.append("\n  and it failed in ").append(alike.size() - LISTED).append(" other ways");
        }
        return failures.values().stream().allMatch(Failure::explained)
                ? text.toString()
                : text + "\nA score must be a finite number. Mend the reward.";
    }

    private static String listed(List<String> labels) {
        String shown = String.join(", ", labels.subList(0, Math.min(LISTED, labels.size())));
        return labels.size() > LISTED ? shown + " and " + (labels.size() - LISTED) + " more" : shown;
    }
}
