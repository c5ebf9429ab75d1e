package org.tempera.record.report;

import java.nio.file.Path;
import java.util.Optional;
import org.tempera.record.image.ImageFiles;
import org.tempera.record.image.ImageGrid;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;

/** The pictures of an evaluation's grid, taken out of it again. */
public final class GridFile {
    private final RgbImage grid;
    private final ImageGrid.Layout layout;
    private final int pictured;
    private final int columns;
    private final int width;
    private final int height;

    private GridFile(RgbImage grid, ImageGrid.Layout layout, int pictured) {
        this.grid = grid;
        this.layout = layout;
        this.pictured = pictured;
        columns = Math.min(Timeline.COLUMNS, pictured);
        int rows = (pictured + columns - 1) / columns;
        width = (grid.width() - layout.gap()) / columns - layout.gap();
        height = (grid.height() - layout.heading() - layout.gap()) / rows - layout.caption() - layout.gap();
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
        ImageGrid.Layout layout = ImageGrid.Layout.of(PngFiles.notes(file));
        GridFile found = new GridFile(grid, layout, layout.pictures().orElse(pictured));
        return found.width < 1 || found.height < 1 ? Optional.empty() : Optional.of(found);
    }

    /** Columns and rows of a picture. */
    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** How many there are. */
    public int pictures() {
        return pictured;
    }

    /** One of them. */
    public RgbImage picture(int index) {
        int x = layout.gap() + index % columns * (width + layout.gap());
        int y = layout.heading() + layout.gap() + index / columns * (height + layout.caption() + layout.gap());
        return grid.crop(x, y, width, height);
    }
}
