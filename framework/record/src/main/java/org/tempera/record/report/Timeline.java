package org.tempera.record.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.record.image.ImageGrid;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.tempera.record.run.RunFolder;

/**
 * One picture of a whole run: for each evaluation, before training at the top, a row of pictures from the same prompts
 * and noise, with its epoch at the left; the prompts stand above the columns.
 */
public final class Timeline {
    /** Pictures in a row of an evaluation's grid. */
    public static final int COLUMNS = 8;

    /** Its name in the folder of pictures. */
    public static final String FILE = RunFolder.TIMELINE;

    private static final int MOST_ROWS = 6;

    private Timeline() {}

    /**
     * Writes {@code images/timeline.png} of the first rows of the evaluations' grids; nothing where fewer than two have
     * one.
     *
     * @param prompts of the pictures in a grid
     * @throws org.tempera.spi.UserException if a grid cannot be read, or the file not be written
     */
    public static void write(RunFolder folder, List<String> prompts) {
        List<Integer> epochs = shown(folder.evaluationGrids());
        if (epochs.size() < 2 || prompts.isEmpty()) {
            return;
        }
        int most = Math.min(COLUMNS, prompts.size());
        List<List<RgbImage>> rows = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        for (int epoch : epochs) {
            Optional<GridFile> grid = GridFile.read(folder.evaluationGrid(epoch), prompts.size());
            if (grid.isEmpty() || !sameSize(rows, grid.get())) {
                continue; // someone else's picture under this name
            }
            List<RgbImage> row = new ArrayList<>();
            for (int i = 0; i < Math.min(most, grid.get().pictures()); i++) {
                row.add(grid.get().picture(i));
            }
            rows.add(row);
            labels.add("epoch " + epoch);
        }
        if (rows.size() > 1) {
            // A run may have gone on with fewer pictures than before.
            int columns = rows.stream().mapToInt(List::size).min().orElse(0);
            PngFiles.write(
                    folder.images().resolve(FILE),
                    ImageGrid.table(
                            prompts.subList(0, columns),
                            labels,
                            rows.stream().map(row -> row.subList(0, columns)).toList()),
                    Map.of("epochs", epochs.toString()));
        }
    }

    private static boolean sameSize(List<List<RgbImage>> rows, GridFile grid) {
        return rows.isEmpty()
                || (rows.get(0).get(0).width() == grid.width()
                        && rows.get(0).get(0).height() == grid.height());
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
