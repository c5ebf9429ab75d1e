package org.tempera.examples.animals.world;

import java.util.List;
import org.tempera.examples.animals.painter.Quality;

/**
 * A picture of the data set.
 *
 * @param rgb 32 x 32 x 3 bytes, not to be changed
 * @param animal index in the world's list of animals
 * @param quality its true quality
 * @param strayShapes how many stray shapes it has
 * @param captions captions that are true of it
 */
public record WorldPicture(byte[] rgb, int animal, Quality quality, int strayShapes, List<String> captions) {
    /** Writes RGB in [0,1], moved by (dx, dy) pixels with the border repeated, times {@code brightness}. */
    public void write(float[] target, int start, int dx, int dy, float brightness) {
        int size = WorldSettings.PIXELS;
        for (int y = 0; y < size; y++) {
            int sy = Math.max(0, Math.min(size - 1, y - dy));
            for (int x = 0; x < size; x++) {
                int sx = Math.max(0, Math.min(size - 1, x - dx));
                int from = 3 * (sy * size + sx);
                int to = start + 3 * (y * size + x);
                for (int c = 0; c < 3; c++) {
                    target[to + c] = Math.min(1f, (rgb[from + c] & 0xff) / 255f * brightness);
                }
            }
        }
    }

    /** Writes RGB in [0,1]. */
    public void write(float[] target, int start) {
        for (int k = 0; k < rgb.length; k++) {
            target[start + k] = (rgb[k] & 0xff) / 255f;
        }
    }
}
