package org.tempera.core.reward;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.tempera.spi.UserException;

/** Rewards that gave no finite scores, where the run cannot go on without them. */
public final class RewardFailure extends UserException {
    private static final long serialVersionUID = 1L;

    private final transient List<ScoreFailure> failures;
    private final String advice;

    private RewardFailure(List<ScoreFailure> failures, String advice) {
        super(message(failures, Map.of(), advice));
        this.failures = List.copyOf(failures);
        this.advice = advice;
        failures.stream().flatMap(f -> f.cause().stream()).findFirst().ifPresent(this::initCause);
    }

    private RewardFailure(RewardFailure other, UnaryOperator<String> words) {
        super(other, words);
        this.failures = other.failures.stream().map(f -> f.reworded(words)).toList();
        this.advice = other.advice;
    }

    /** Of rewards whose policy is to fail. */
    static RewardFailure of(List<ScoreFailure> failures) {
        return new RewardFailure(
                failures,
                isExplained(failures)
                        ? ""
                        : "\nA score must be a finite number. Mend the reward, or set on-failure = skip in its block to go"
                                + " on without such scores.");
    }

    /** Of the rewards that every sample lacks one of, and cannot be learnt from without. */
    static RewardFailure ofEverySample(List<ScoreFailure> failures) {
        return new RewardFailure(
                failures,
                "\nSo no sample has a finite score of every reward that is trained on or a constraint, and there is"
                        + " nothing to learn from." + (isExplained(failures) ? "" : " Mend the reward."));
    }

    /** Whether each reward said itself what to do, so that there is no need for advice. */
    private static boolean isExplained(List<ScoreFailure> failures) {
        return failures.stream().noneMatch(f -> f.kind() == ScoreFailure.Kind.UNEXPLAINED);
    }

    @Override
    public RewardFailure reworded(UnaryOperator<String> words) {
        return new RewardFailure(this, words);
    }

    /** What failed; one at least. */
    public List<ScoreFailure> failures() {
        return failures;
    }

    @Override
    protected boolean mayPass() {
        return failures.stream().allMatch(f -> f.kind() == ScoreFailure.Kind.PASSING);
    }

    /** The message with the files that the failures' pictures were written to. */
    public String message(Map<ScoreFailure, Path> pictures) {
        return message(failures, pictures, advice);
    }

    private static String message(List<ScoreFailure> failures, Map<ScoreFailure, Path> pictures, String advice) {
        return String.join("\n", ScoreFailures.lines(failures, pictures)) + advice;
    }
}
