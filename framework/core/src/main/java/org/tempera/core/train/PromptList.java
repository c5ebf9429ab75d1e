package org.tempera.core.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tempera.spi.UserException;

/** The prompts of a file while it is read, not more than are in proportion to it. */
final class PromptList {
    private final Path file;
    private final int most;
    private final List<String> prompts = new ArrayList<>();

    /** @param most prompts that there may be */
    PromptList(Path file, int most) {
        this.file = file;
        this.most = most;
    }

    void add(String prompt) {
        if (prompts.size() == most) {
            throw new UserException(file + ": expected at most " + most
                    + " prompts in a file of its length, found more." + " Give a part of its prompts.");
        }
        prompts.add(prompt);
    }

    boolean isEmpty() {
        return prompts.isEmpty();
    }

    /** The same list, which grows on. */
    List<String> list() {
        return prompts;
    }
}
