package org.tempera.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tempera.spi.UserException;

/** Checks the numbers that a command's options give, before it opens anything; an option that is not given is right. */
final class OptionRanges {
    private final String command;
    private final List<String> problems = new ArrayList<>();

    /** @param command is named in messages */
    OptionRanges(String command) {
        this.command = command;
    }

    OptionRanges atLeast1(String option, @Nullable Integer found) {
        return that(found == null || found >= 1, option, "at least 1", found);
    }

    /** @param rule what the number must be, such as {@code from 0 to 1} */
    OptionRanges that(boolean holds, String option, String rule, @Nullable Number found) {
        if (!holds) {
            problems.add(command + ": " + option + " must be " + rule + ", was " + found + ".");
        }
        return this;
    }

    /** @throws UserException that names each option whose number is out of its range */
    void require() {
        if (!problems.isEmpty()) {
            throw new UserException(String.join("\n", problems));
        }
    }
}
