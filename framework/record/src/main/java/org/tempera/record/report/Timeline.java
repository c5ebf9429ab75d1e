package org.tempera.record.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tempera.record.image.ImageGrid;
import org.tempera.record.image.ImageSize;
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
        Map<Integer, GridFile.Cells> grids = new LinkedHashMap<>();
        for (int epoch : epochs) {
            GridFile.cells(folder.evaluationGrid(epoch), prompts.size())
                    .filter(cells -> grids.values().stream()
                            .allMatch(other -> other.picture().equals(cells.picture())))
                    .ifPresent(cells -> grids.put(epoch, cells)); // otherwise someone else's under this name
        }
        List<Integer> rows = List.copyOf(grids.keySet());
        // A run may have gone on with fewer pictures than before.
        int most =
                grids.values().stream().mapToInt(GridFile.Cells::pictured).min().orElse(0);
        most = Math.min(most, Math.min(COLUMNS, prompts.size()));
        int columns = 0;
        while (rows.size() > 1 && columns == 0) {
            columns = ImageGrid.readableColumns(picture(grids), most, rows.size());
            rows = columns > 0 ? rows : rows.subList(0, rows.size() - 1);
        }
        if (rows.size() > 1) {
            write(folder, epochs, rows, prompts, columns, picture(grids));
        }
    }

    private static ImageSize picture(Map<Integer, GridFile.Cells> grids) {
        return grids.values().iterator().next().picture();
    }

    /** The grids are decoded one after the other, while the table is drawn. */
    private static void write(
            RunFolder folder,
            List<Integer> epochs,
            List<Integer> rows,
            List<String> prompts,
            int columns,
            ImageSize picture) {
        RgbImage table = ImageGrid.table(
                picture,
                prompts.subList(0, columns),
                rows.stream().map(epoch -> "epoch " + epoch).toList(),
                row -> {
                    GridFile grid = GridFile.read(folder.evaluationGrid(rows.get(row)), prompts.size())
                            .orElseThrow();
                    return IntStream.range(0, columns).mapToObj(grid::picture).toList();
                });
        PngFiles.write(folder.images().resolve(FILE), table, Map.of("epochs", epochs.toString()));
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
