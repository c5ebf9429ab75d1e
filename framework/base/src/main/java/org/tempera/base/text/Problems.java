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

    /** The same, where all of them are more than those that were kept. */
    public static void fail(List<String> first, int all) {
        fail(first.subList(0, Math.min(SHOWN, first.size())), all - Math.min(SHOWN, first.size()), "");
    }

    /** Whether a further problem would not be shown. */
    public static boolean areMany(List<String> problems) {
        return problems.size() >= SHOWN;
    }

    /** The same. @param advice stands below them */
    public static void fail(List<String> problems, String advice) {
        if (problems.isEmpty()) {
            return;
        }
        fail(problems.subList(0, Math.min(SHOWN, problems.size())), problems.size() - SHOWN, advice);
    }

    private static void fail(List<String> shown, int more, String advice) {
        if (shown.isEmpty()) {
            return;
        }
        throw new UserException(
                String.join("\n", shown) + (more > 0 ? "\nand " + more + " more problems." : "") + advice);
    }
}
