package org.tempera.runtime.config;

import java.util.List;
import java.util.function.UnaryOperator;
import org.tempera.spi.UserException;

/** Everything that is wrong with a configuration, said at once. */
public final class ConfigProblems extends UserException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 100;

    @SuppressWarnings("serial") // an immutable list of strings
    private final List<String> problems;

    /** Each problem reads {@code where: key: what is wrong, and what to do}. */
    public ConfigProblems(List<String> problems) {
        super(problems.size() + (problems.size() == 1 ? " problem" : " problems") + " in the configuration:\n  - "
                + String.join("\n  - ", problems.subList(0, Math.min(SHOWN, problems.size())))
                + (problems.size() > SHOWN ? "\n  and " + (problems.size() - SHOWN) + " more" : ""));
        this.problems = List.copyOf(problems);
    }

    private ConfigProblems(ConfigProblems other, UnaryOperator<String> words) {
        super(other, words);
        this.problems = other.problems.stream().map(words).toList();
    }

    @Override
    public ConfigProblems reworded(UnaryOperator<String> words) {
        return new ConfigProblems(this, words);
    }

    /** The problems, in the order of the configuration's blocks. */
    public List<String> problems() {
        return problems;
    }
}
