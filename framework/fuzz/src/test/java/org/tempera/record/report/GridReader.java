package org.tempera.record.report;

import java.nio.file.Path;
import java.util.Collections;
import org.tempera.record.html.Html;
import org.tempera.record.run.RunFolder;

/** Opens to the fuzzer how a report takes pictures out of an evaluation's grid, and shows texts. */
public final class GridReader {
    private GridReader() {}

    /** Reads a grid of so many pictures, and each of those that it has of them. */
    public static void read(Path file, int pictured) {
        GridFile.read(file, pictured).ifPresent(grid -> {
            for (int i = 0; i < Math.min(pictured, grid.pictures()); i++) {
                grid.picture(i);
            }
        });
    }

    /** A picture of a run's evaluations. */
    public static void timeline(Path run, int pictured) {
        try (RunFolder folder = RunFolder.view(run)) {
            Timeline.write(folder, Collections.nCopies(pictured, "a cat"));
        }
    }

    /** A text of others as a page shows it. */
    public static String page(String text) {
        return Html.escape(text);
    }
}
