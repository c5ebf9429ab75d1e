package org.tempera.core.reward;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.tempera.spi.UserException;

/** Rewards that gave no finite scores, where the run is to fail on it. */
public final class RewardFailure extends UserException {
    private static final long serialVersionUID = 1L;
    private static final int LISTED = 8;

    private final transient List<ScoreFailure> failures;

    RewardFailure(List<ScoreFailure> failures) {
        super(message(failures, failure -> ""));
        this.failures = List.copyOf(failures);
        failures.stream().flatMap(f -> f.cause().stream()).findFirst().ifPresent(this::initCause);
    }

    private RewardFailure(RewardFailure other, UnaryOperator<String> words) {
        super(other, words);
        this.failures = other.failures.stream().map(f -> f.reworded(words)).toList();
    }

    @Override
    public RewardFailure reworded(UnaryOperator<String> words) {
        return new RewardFailure(this, words);
    }

    /** What failed; one at least. */
    public List<ScoreFailure> failures() {
        return failures;
    }

    /** The message with the files that the failures' pictures were written to. */
    public String message(Map<ScoreFailure, Path> pictures) {
        return message(
                failures, failure -> pictures.containsKey(failure) ? "; its picture is " + pictures.get(failure) : "");
    }

    /** A line for each way in which a reward failed, with the first sample of it. */
    private static String message(List<ScoreFailure> failures, Function<ScoreFailure, String> picture) {
        Map<List<String>, List<ScoreFailure>> alike = new LinkedHashMap<>();
        failures.forEach(f -> alike.computeIfAbsent(List.of(f.reward(), f.reason()), k -> new ArrayList<>())
                .add(f));
        List<String> lines = new ArrayList<>();
        for (List<ScoreFailure> group : alike.values()) {
            if (lines.size() == LISTED) {
                lines.add("and in " + (alike.size() - LISTED) + " other ways");
                break;
            }
            String more = group.size() == 1 ? "" : ", and for " + (group.size() - 1) + " more";
            lines.add(group.get(0).description() + more + picture.apply(group.get(0)));
        }
        return String.join("\n", lines)
                + "\nA score must be a finite number. Mend the reward, or set on-failure = skip in its block to leave such"
                + " samples out of the update.";
    }
}
