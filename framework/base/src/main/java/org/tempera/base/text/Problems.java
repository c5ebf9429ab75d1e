package org.tempera.base.text;

import java.util.List;
import org.tempera.spi.UserException;

/** Tells all that is wrong with many things of a kind, such as files, at once. */
public final class Problems {
    private static final int SHOWN = 20;

    private Problems() {}

    /** Fails with these problems, if any. */
    public static void fail(List<String> problems) {
        fail(problems, "");
    }

    /** The same. @param advice stands below them */
    public static void fail(List<String> problems, String advice) {
        if (problems.isEmpty()) {
            return;
        }
        String shown = String.join("\n", problems.subList(0, Math.min(SHOWN, problems.size())));
        int more = problems.size() - SHOWN;
        throw new UserException(shown + (more > 0 ? "\nand " + more + " more problems." : "") + advice);
    }
}
