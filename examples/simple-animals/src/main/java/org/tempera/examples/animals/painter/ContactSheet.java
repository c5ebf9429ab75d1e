package org.tempera.examples.animals.painter;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/** Lays pictures out in rows on one white image. */
public final class ContactSheet {
    private static final int GAP = 2;

    private ContactSheet() {}

    /**
     * The sheet, {@code columns * (cell + 2)} pixels wide and as high as its rows need.
     *
     * @param cell pixels in each direction to which every picture is enlarged, bicubically
     */
    public static BufferedImage of(List<PaintedPicture> pictures, int columns, int cell) {
        int rows = (pictures.size() + columns - 1) / columns;
        BufferedImage sheet =
                new BufferedImage(columns * (cell + GAP), Math.max(1, rows) * (cell + GAP), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = sheet.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        for (int k = 0; k < pictures.size(); k++) {
            int x = k % columns * (cell + GAP) + GAP / 2;
            int y = k / columns * (cell + GAP) + GAP / 2;
            graphics.drawImage(pictures.get(k).toImage(), x, y, cell, cell, null);
        }
        graphics.dispose();
        return sheet;
    }
}
