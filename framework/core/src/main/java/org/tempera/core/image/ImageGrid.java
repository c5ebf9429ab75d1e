package org.tempera.core.image;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import org.slf4j.LoggerFactory;

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
    private static final Color INK = new Color(0x333333);
    private static final int CAPTION_HEIGHT = 16;

    /** How pixels are enlarged. */
    public enum Scaling {
        /** Every pixel becomes a square. */
        NEAREST,
        /** Smooth. */
        BICUBIC
    }

    public ImageGrid {
        if (columns < 1 || enlargement < 1 || gap < 0) {
            throw new IllegalArgumentException("columns and enlargement must be at least 1, gap at least 0");
        }
    }

    /** A grid in which pictures of this width are about 128 pixels wide, smooth, with thin gaps. */
    public static ImageGrid forPictures(int columns, int width) {
        return new ImageGrid(columns, Math.max(1, Math.round(128f / width)), Scaling.BICUBIC, 2);
    }

    /** The grid of these pictures; a last row that is not full is left white. */
    public RgbImage render(List<RgbImage> pictures) {
        return draw(pictures, List.of());
    }

    /**
     * The grid with a line of text below each picture, cut to its width. Without fonts on the machine the lines stay
     * empty.
     */
    public RgbImage render(List<RgbImage> pictures, List<String> captions) {
        if (pictures.size() != captions.size()) {
            throw new IllegalArgumentException(
                    "expected a caption for each of " + pictures.size() + " pictures, found " + captions.size());
        }
        return draw(pictures, captions);
    }

    private RgbImage draw(List<RgbImage> pictures, List<String> captions) {
        if (pictures.isEmpty()) {
            throw new IllegalArgumentException("a grid needs at least one picture");
        }
        RgbImage first = pictures.get(0);
        for (RgbImage picture : pictures) {
            if (picture.width() != first.width() || picture.height() != first.height()) {
                throw new IllegalArgumentException("expected pictures of one size, found " + first + " and " + picture);
            }
        }
        int width = first.width() * enlargement;
        int height = first.height() * enlargement;
        int cell = height + (captions.isEmpty() ? 0 : CAPTION_HEIGHT);
        int used = Math.min(columns, pictures.size());
        int rows = (pictures.size() + columns - 1) / columns;
        BufferedImage sheet =
                new BufferedImage(gap + used * (width + gap), gap + rows * (cell + gap), BufferedImage.TYPE_INT_RGB);
        Graphics2D g = sheet.createGraphics();
        try {
            g.setColor(PAPER);
            g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
            g.setRenderingHint(
                    RenderingHints.KEY_INTERPOLATION,
                    scaling == Scaling.NEAREST
                            ? RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR
                            : RenderingHints.VALUE_INTERPOLATION_BICUBIC);
            for (int i = 0; i < pictures.size(); i++) {
                int x = gap + i % columns * (width + gap);
                int y = gap + i / columns * (cell + gap);
                g.drawImage(pictures.get(i).toBufferedImage(), x, y, width, height, null);
            }
            drawCaptions(g, captions, width, height, cell);
        } finally {
            g.dispose();
        }
        return RgbImage.of(sheet);
    }

    private void drawCaptions(Graphics2D g, List<String> captions, int width, int height, int cell) {
        try {
            for (int i = 0; i < captions.size(); i++) {
                int x = gap + i % columns * (width + gap);
                int y = gap + i / columns * (cell + gap) + height;
                g.setClip(x, y, width, CAPTION_HEIGHT);
                g.setColor(INK);
                g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
                g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
                g.drawString(captions.get(i), x + 2, y + CAPTION_HEIGHT - 4);
            }
        } catch (RuntimeException | LinkageError | InternalError e) {
            // A JVM without fonts (some containers) throws one of these; pictures matter more than their captions.
            LoggerFactory.getLogger(ImageGrid.class)
                    .warn("no fonts on this machine: pictures get no captions ({})", e.toString());
        }
    }
}
