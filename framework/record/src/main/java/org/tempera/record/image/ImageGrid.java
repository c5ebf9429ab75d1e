package org.tempera.record.image;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import org.tempera.base.json.StableOrder;
import org.tempera.spi.UserException;

/**
 * Lays equally large pictures out in rows, left to right and top to bottom, enlarged where they are tiny.
 *
 * @param columns pictures in a row
 * @param enlargement whole factor, 1 for none
 * @param scaling how pixels are enlarged
 * @param gap pixels between pictures and around them
 */
public record ImageGrid(int columns, int enlargement, Scaling scaling, int gap) {
    private static final Color PAPER = Color.WHITE;
    private static final int INK = 0x333333;
    private static final int SOFT_INK = 0x6d675f;
    private static final PixelFont FONT = new PixelFont();
    private static final int CAPTION_LINES = 2;
    private static final int CAPTION_HEIGHT = 2 + CAPTION_LINES * (PixelFont.HEIGHT + 1);
    private static final int HEADING_HEIGHT = PixelFont.HEIGHT + 5;
    private static final int LABEL_WIDTH = 64;
    private static final int GAP = 2;

    /** How pixels are enlarged. */
    public enum Scaling {
        /** Every pixel becomes a square. */
        NEAREST,
        /** Smooth. */
        BICUBIC
    }

    /**
     * What stands around the pictures of a grid, in pixels.
     *
     * @param heading height of the line above all
     * @param caption height of the lines below each picture
     * @param gap between pictures and around them
     * @param pictures how many there are; empty where the file does not say it, as those of earlier versions do not
     */
    public record Layout(int heading, int caption, int gap, OptionalInt pictures) {
        private static final String KEY = "layout";
        private static final String VALUE = "heading and captions";
        private static final String PICTURES = "pictures";
        private static final Pattern COUNT = Pattern.compile("[1-9]\\d{0,5}");

        /** What a file of a grid of so many pictures with heading and captions says of itself. */
        public static Map<String, String> note(int pictures) {
            return StableOrder.of(Map.of(KEY, VALUE, PICTURES, Integer.toString(pictures)));
        }

        /** The layout of a grid of {@link #forPictures} by its file's notes; without one it has bare pictures. */
        public static Layout of(Map<String, String> notes) {
            String count = notes.getOrDefault(PICTURES, "");
            OptionalInt pictures =
                    COUNT.matcher(count).matches() ? OptionalInt.of(Integer.parseInt(count)) : OptionalInt.empty();
            return VALUE.equals(notes.get(KEY))
                    ? new Layout(HEADING_HEIGHT, CAPTION_HEIGHT, GAP, pictures)
                    : new Layout(0, 0, GAP, pictures);
        }
    }

    public ImageGrid {
        if (columns < 1 || enlargement < 1 || gap < 0) {
            throw new IllegalArgumentException("columns and enlargement must be at least 1, gap at least 0");
        }
    }

    /** A grid in which pictures of this width are about 128 pixels wide, smooth, with thin gaps. */
    public static ImageGrid forPictures(int columns, int width) {
        return new ImageGrid(columns, Math.max(1, Math.round(128f / width)), Scaling.BICUBIC, GAP);
    }

    /** The grid of these pictures; a last row that is not full is left white. */
    public RgbImage render(List<RgbImage> pictures) {
        return draw(size(pictures), pictures.size(), pictures::get, List.of(), "");
    }

    /** The grid with two lines of text below each picture, cut to its width. */
    public RgbImage render(List<RgbImage> pictures, List<String> captions) {
        return render(pictures, captions, "");
    }

    /** The grid with a caption below each picture, and a line above all where the heading is not empty. */
    public RgbImage render(List<RgbImage> pictures, List<String> captions, String heading) {
        if (pictures.size() != captions.size()) {
            throw new IllegalArgumentException(
                    "expected a caption for each of " + pictures.size() + " pictures, found " + captions.size());
        }
        return draw(size(pictures), pictures.size(), pictures::get, captions, heading);
    }

    /**
     * The grid with two lines of text below each picture, of pictures that are asked for one by one.
     *
     * @param size of each picture
     * @param picture gives a picture by its place
     * @param captions one for each picture
     */
    public RgbImage render(ImageSize size, IntFunction<RgbImage> picture, List<String> captions) {
        return draw(size, captions.size(), picture, captions, "");
    }

    /**
     * Refuses a sheet that would be too large to be read again.
     *
     * @param size of each picture
     * @param pictures how many, each with a caption
     * @throws UserException if it has more than {@link ImageFiles#MAX_PIXELS}
     */
    public void requireReadable(ImageSize size, int pictures) {
        if (!isReadable(size, pictures, 0)) {
            throw new UserException(
                    "a sheet of " + pictures + " pictures of " + size + " would have " + width(size, pictures) + "x"
                            + height(size, pictures) + " pixels, expected at most " + ImageFiles.MAX_PIXELS);
        }
    }

    /**
     * How many of these pictures a sheet with a heading can have that can be read again.
     *
     * @param size of each picture
     * @param pictures how many there are, each with a caption
     * @return 0 to {@code pictures}
     */
    public int readable(ImageSize size, int pictures) {
        int most = pictures;
        while (most > 0 && !isReadable(size, most, HEADING_HEIGHT)) {
            most = most > columns ? (most - 1) / columns * columns : most - 1; // rows first
        }
        return most;
    }

    private boolean isReadable(ImageSize size, int pictures, int top) {
        long width = width(size, pictures);
        // Neither side is above 2^62 / MAX_PIXELS; the quotient does not wrap around.
        return width <= ImageFiles.MAX_PIXELS && top + height(size, pictures) <= ImageFiles.MAX_PIXELS / width;
    }

    private long width(ImageSize size, int pictures) {
        return gap + Math.min(columns, pictures) * ((long) size.width() * enlargement + gap);
    }

    private long height(ImageSize size, int pictures) {
        long rows = ((long) pictures + columns - 1) / columns;
        return gap + rows * ((long) size.height() * enlargement + CAPTION_HEIGHT + gap);
    }

    /**
     * A table of pictures as they are, with a text above each column and one at the left of each row.
     *
     * @param size of each picture
     * @param rows gives a row's pictures, as many as there are columns, when they are drawn
     */
    public static RgbImage table(
            ImageSize size, List<String> columns, List<String> labels, IntFunction<List<RgbImage>> rows) {
        int width = size.width();
        int height = size.height();
        BufferedImage sheet = sheet((int) tableWidth(size, columns.size()), (int) tableHeight(size, labels.size()));
        Graphics2D g = sheet.createGraphics();
        try {
            paper(g, sheet);
            for (int c = 0; c < columns.size(); c++) {
                write(sheet, columns.get(c), LABEL_WIDTH + GAP + c * (width + GAP), 1, width, CAPTION_LINES, INK);
            }
            for (int r = 0; r < labels.size(); r++) {
                List<RgbImage> row = rows.apply(r);
                int y = CAPTION_HEIGHT + GAP + r * (height + GAP);
                int middle = y + Math.max(0, height - PixelFont.HEIGHT) / 2;
                write(sheet, labels.get(r), GAP, middle, LABEL_WIDTH - GAP, 1, SOFT_INK);
                for (int c = 0; c < columns.size(); c++) {
                    int x = LABEL_WIDTH + GAP + c * (width + GAP);
                    g.drawImage(row.get(c).toBufferedImage(), x, y, null);
                }
            }
        } finally {
            g.dispose();
        }
        return RgbImage.of(sheet);
    }

    /**
     * How many columns of these pictures a table can have that can be read again.
     *
     * @param size of each picture
     * @return 0 to {@code columns}
     */
    public static int readableColumns(ImageSize size, int columns, int rows) {
        int most = columns;
        while (most > 0 && tableWidth(size, most) > ImageFiles.MAX_PIXELS / tableHeight(size, rows)) {
            most--;
        }
        return most;
    }

    private static long tableWidth(ImageSize size, int columns) {
        return LABEL_WIDTH + GAP + columns * ((long) size.width() + GAP);
    }

    private static long tableHeight(ImageSize size, int rows) {
        return CAPTION_HEIGHT + GAP + rows * ((long) size.height() + GAP);
    }

    private static ImageSize size(List<RgbImage> pictures) {
        if (pictures.isEmpty()) {
            throw new IllegalArgumentException("a grid needs at least one picture");
        }
        return pictures.get(0).size();
    }

    private RgbImage draw(
            ImageSize size, int count, IntFunction<RgbImage> pictures, List<String> captions, String heading) {
        int width = size.width() * enlargement;
        int height = size.height() * enlargement;
        int cell = height + (captions.isEmpty() ? 0 : CAPTION_HEIGHT);
        int top = heading.isEmpty() ? 0 : HEADING_HEIGHT;
        int used = Math.min(columns, count);
        int rows = (count + columns - 1) / columns;
        BufferedImage sheet = sheet(gap + used * (width + gap), top + gap + rows * (cell + gap));
        Graphics2D g = sheet.createGraphics();
        try {
            paper(g, sheet);
            g.setRenderingHint(
                    RenderingHints.KEY_INTERPOLATION,
                    scaling == Scaling.NEAREST
                            ? RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR
                            : RenderingHints.VALUE_INTERPOLATION_BICUBIC);
            write(sheet, heading, gap, 3, sheet.getWidth() - 2 * gap, 1, SOFT_INK);
            for (int i = 0; i < count; i++) {
                int x = gap + i % columns * (width + gap);
                int y = top + gap + i / columns * (cell + gap);
                RgbImage picture = pictures.apply(i);
                if (!picture.size().equals(size)) {
                    throw new IllegalArgumentException(
                            "expected pictures of one size, found " + size + " and " + picture);
                }
                g.drawImage(picture.toBufferedImage(), x, y, width, height, null);
                if (!captions.isEmpty()) {
                    write(sheet, captions.get(i), x, y + height + 2, width, CAPTION_LINES, INK);
                }
            }
        } finally {
            g.dispose();
        }
        return RgbImage.of(sheet);
    }

    private static BufferedImage sheet(int width, int height) {
        return new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    }

    private static void paper(Graphics2D g, BufferedImage sheet) {
        g.setColor(PAPER);
        g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    }

    /** Writes lines of a text into a box of so many columns. */
    private static void write(BufferedImage sheet, String text, int x, int y, int width, int lines, int ink) {
        List<String> wrapped = new ArrayList<>(PixelFont.wrap(text, width, lines));
        for (int i = 0; i < wrapped.size(); i++) {
            FONT.write(wrapped.get(i), x, y + i * (PixelFont.HEIGHT + 1), (dotX, dotY) -> {
                if (dotX < Math.min(x + width, sheet.getWidth()) && dotY < sheet.getHeight()) {
                    sheet.setRGB(dotX, dotY, ink);
                }
            });
        }
    }
}
