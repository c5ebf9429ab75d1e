package org.tempera.record.report;

import java.nio.file.Path;
import java.util.Optional;
import org.tempera.record.image.ImageFiles;
import org.tempera.record.image.ImageGrid;
import org.tempera.record.image.ImageSize;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;

/** The pictures of an evaluation's grid, taken out of it again. */
public final class GridFile {
    private final RgbImage grid;
    private final Cells cells;

    private GridFile(RgbImage grid, Cells cells) {
        this.grid = grid;
        this.cells = cells;
    }

    /**
     * Where the pictures of a grid lie.
     *
     * @param pictured how many there are
     * @param picture the size of each
     */
    record Cells(ImageGrid.Layout layout, int pictured, int columns, ImageSize picture) {
        /** Empty where the grid is too small for so many. */
        static Optional<Cells> of(Path file, ImageSize grid, int unnoted) {
            ImageGrid.Layout layout = ImageGrid.Layout.of(PngFiles.notes(file));
            int pictured = layout.pictures().orElse(unnoted);
            int columns = Math.min(Timeline.COLUMNS, pictured);
            int rows = (pictured + columns - 1) / columns;
            int width = (grid.width() - layout.gap()) / columns - layout.gap();
            int height = (grid.height() - layout.heading() - layout.gap()) / rows - layout.caption() - layout.gap();
            return width < 1 || height < 1
                    ? Optional.empty()
                    : Optional.of(new Cells(layout, pictured, columns, new ImageSize(width, height)));
        }
    }

    /**
     * Reads a grid.
     *
     * @param pictured pictures in it where the file does not say how many, at least 1
     * @return empty where the file cannot be a grid of so many
     * @throws org.tempera.spi.UserException if it cannot be read
     */
    public static Optional<GridFile> read(Path file, int pictured) {
        RgbImage grid = ImageFiles.read(file);
        return Cells.of(file, grid.size(), pictured).map(cells -> new GridFile(grid, cells));
    }

    /**
     * Where the pictures of a grid lie, without decoding it.
     *
     * @param pictured as for {@link #read}
     * @return empty where the file cannot be a grid of so many
     * @throws org.tempera.spi.UserException if it is no picture
     */
    static Optional<Cells> cells(Path file, int pictured) {
        return Cells.of(file, ImageFiles.size(file), pictured);
    }

    /** Columns and rows of a picture. */
    public int width() {
        return cells.picture.width();
    }

    public int height() {
        return cells.picture.height();
    }

    /** How many there are. */
    public int pictures() {
        return cells.pictured;
    }

    /** One of them. */
    public RgbImage picture(int index) {
        ImageGrid.Layout layout = cells.layout;
        int x = layout.gap() + index % cells.columns * (width() + layout.gap());
        int y = layout.heading() + layout.gap() + index / cells.columns * (height() + layout.caption() + layout.gap());
        return grid.crop(x, y, width(), height());
    }
}
