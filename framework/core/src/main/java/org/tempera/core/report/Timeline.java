package org.tempera.core.report;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tempera.core.image.ImageFiles;
import org.tempera.core.image.PngFiles;
import org.tempera.core.image.RgbImage;
import org.tempera.core.run.RunFolder;

/** One picture of a whole run: for each evaluation, before training at the top, a row of pictures from the same prompts and noise. */
public final class Timeline {
    /** Pictures in a row of an evaluation's grid. */
    public static final int COLUMNS = 8;

    private static final int MOST_ROWS = 6;

    private Timeline() {}

    /**
     * Writes {@code images/timeline.png} of the first rows of the evaluations' grids; nothing where fewer than two have one.
     *
     * @param pictured pictures in a grid
     * @throws org.tempera.spi.UserException if a grid cannot be read, or the file not be written
     */
    public static void write(RunFolder folder, int pictured) {
        List<Integer> epochs = shown(folder.evaluationGrids());
        if (epochs.size() < 2 || pictured < 1) {
            return;
        }
        int rows = (pictured + COLUMNS - 1) / COLUMNS;
        int width = 0;
        int height = 0;
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        for (int i = 0; i < epochs.size(); i++) {
            RgbImage grid = ImageFiles.read(folder.evaluationGrid(epochs.get(i)));
            // Rows of one height with a gap above each, and one below the last, which is smaller than a row's share.
            int row = grid.height() / rows;
            int gap = grid.height() - row * rows;
            width = grid.width();
            int taken = i < epochs.size() - 1 ? row : row + gap;
            pixels.write(grid.bytes(), 0, taken * width * 3);
            height += taken;
        }
        PngFiles.write(
                folder.images().resolve("timeline.png"),
                RgbImage.of(width, height, pixels.toByteArray()),
                Map.of("epochs", epochs.toString()));
    }

    /** The first, the last, and those between evenly, as far as there is room. */
    static List<Integer> shown(List<Integer> epochs) {
        int rows = Math.min(MOST_ROWS, epochs.size());
        List<Integer> shown = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            shown.add(epochs.get(rows == 1 ? 0 : i * (epochs.size() - 1) / (rows - 1)));
        }
        return shown;
    }
}
