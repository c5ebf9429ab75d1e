package org.tempera.record.image.statistics;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tempera.base.image.JpegSize;
import org.tempera.record.image.RgbImage;

/**
 * Six numbers of a picture. <em>Luma</em> is 0.299 R + 0.587 G + 0.114 B (Rec. 601) of the bytes, 0 to 255; beyond its
 * border a picture goes on as its outermost pixels.
 *
 * @param darkShare share of the pixels whose luma is below 51, a fifth of white's; 0 to 1
 * @param saturation mean over the pixels of (max - min) / max of red, green and blue, 0 where the pixel is black; 0 to
 *     1
 * @param edgeDensity share of the pixels at which luma's slope is above 25.5, a tenth of white's, a pixel; the slope is
 *     the length of Sobel's two differences, each divided by 8; 0 to 1
 * @param colourEntropy entropy in bits of the colours, each channel cut to its 8 ranges of 32 bytes; 0 to 9
 * @param highFrequency root mean square, in units of luma, of what a blur takes away from luma: (1, 4, 6, 4, 1) / 16
 *     along both axes, which halves waves of 5.6 pixels; 0 and more
 * @param jpegSize of the picture as a JPEG file of quality 95, in kB of 1,000 bytes
 */
public record ImageStatistics(
        double darkShare,
        double saturation,
        double edgeDensity,
        double colourEntropy,
        double highFrequency,
        double jpegSize) {
    private static final int CHANNELS = 3;

    /** Luma is kept as a whole number of thousandths, so that what lies on a threshold does so on every machine. */
    private static final int UNIT = 1000;

    private static final int DARK = 51 * UNIT;

    /** Sobel's sums are 8 times a slope. */
    private static final long EDGE = 8 * 25_500L;

    private static final int LEVELS = 8;
    private static final int LEVEL_BITS = 5;
    private static final int[] BLUR = {1, 4, 6, 4, 1};
    private static final double BLUR_SUM = 256;

    private static final int QUALITY = 95;

    /** The statistics of a picture. */
    public static ImageStatistics of(RgbImage image) {
        byte[] rgb = image.bytes();
        int width = image.width();
        int height = image.height();
        Luma luma = Luma.of(rgb, width, height);
        return new ImageStatistics(
                luma.darkShare(),
                saturation(rgb),
                luma.edgeDensity(),
                colourEntropy(rgb),
                luma.highFrequency(),
                JpegSize.bytes(rgb, width, height, QUALITY) / 1000.0);
    }

    /** The numbers by the names under which they are written. */
    public Map<String, Double> byName() {
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("dark_share", darkShare);
        numbers.put("saturation", saturation);
        numbers.put("edge_density", edgeDensity);
        numbers.put("colour_entropy", colourEntropy);
        numbers.put("high_frequency", highFrequency);
        numbers.put("jpeg_size", jpegSize);
        return numbers;
    }

    private static double saturation(byte[] rgb) {
        double sum = 0;
        for (int at = 0; at < rgb.length; at += CHANNELS) {
            int r = rgb[at] & 255;
            int g = rgb[at + 1] & 255;
            int b = rgb[at + 2] & 255;
            int max = Math.max(r, Math.max(g, b));
            if (max > 0) {
                sum += (double) (max - Math.min(r, Math.min(g, b))) / max;
            }
        }
        return sum / (rgb.length / CHANNELS);
    }

    private static double colourEntropy(byte[] rgb) {
        int[] counts = new int[LEVELS * LEVELS * LEVELS];
        for (int at = 0; at < rgb.length; at += CHANNELS) {
            int colour = 0;
            for (int channel = 0; channel < CHANNELS; channel++) {
                colour = colour * LEVELS + ((rgb[at + channel] & 255) >> LEVEL_BITS);
            }
            counts[colour]++;
        }
        double pixels = rgb.length / CHANNELS;
        double entropy = 0;
        for (int count : counts) {
            if (count > 0) {
                entropy += count / pixels * Math.log(pixels / count);
            }
        }
        return entropy / Math.log(2);
    }

    /** Luma in thousandths, with the two pixels beyond each border. */
    private record Luma(int width, int height, int[] padded) {
        private static final int BORDER = 2;

        static Luma of(byte[] rgb, int width, int height) {
            int stride = width + 2 * BORDER;
            int[] padded = new int[stride * (height + 2 * BORDER)];
            int to = 0;
            for (int y = -BORDER; y < height + BORDER; y++) {
                int row = Math.min(height - 1, Math.max(0, y)) * width;
                for (int x = -BORDER; x < width + BORDER; x++) {
                    int at = CHANNELS * (row + Math.min(width - 1, Math.max(0, x)));
                    padded[to++] = 299 * (rgb[at] & 255) + 587 * (rgb[at + 1] & 255) + 114 * (rgb[at + 2] & 255);
                }
            }
            return new Luma(width, height, padded);
        }

        private int stride() {
            return width + 2 * BORDER;
        }

        /** Where a row's first pixel is. */
        private int row(int y) {
            return (y + BORDER) * stride() + BORDER;
        }

        private double share(long pixels) {
            return pixels / ((double) width * height);
        }

        double darkShare() {
            long dark = 0;
            for (int y = 0; y < height; y++) {
                int row = row(y);
                for (int x = 0; x < width; x++) {
                    dark += padded[row + x] < DARK ? 1 : 0;
                }
            }
            return share(dark);
        }

        double edgeDensity() {
            long edges = 0;
            for (int y = 0; y < height; y++) {
                int up = row(y - 1);
                int here = row(y);
                int down = row(y + 1);
                for (int x = 0; x < width; x++) {
                    long across = padded[up + x + 1]
                            - padded[up + x - 1]
                            + 2L * (padded[here + x + 1] - padded[here + x - 1])
                            + padded[down + x + 1]
                            - padded[down + x - 1];
                    long along = padded[down + x - 1]
                            - padded[up + x - 1]
                            + 2L * (padded[down + x] - padded[up + x])
                            + padded[down + x + 1]
                            - padded[up + x + 1];
                    edges += across * across + along * along > EDGE * EDGE ? 1 : 0;
                }
            }
            return share(edges);
        }

        double highFrequency() {
            int stride = stride();
            // Along the rows first, of the rows beyond the border too; 16 times the mean.
            int[] along = new int[(height + 2 * BORDER) * width];
            for (int y = -BORDER, to = 0; y < height + BORDER; y++) {
                int row = row(y);
                for (int x = 0; x < width; x++, to++) {
                    for (int k = 0; k < BLUR.length; k++) {
                        along[to] += BLUR[k] * padded[row + x + k - BORDER];
                    }
                }
            }
            double sum = 0;
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    long blurred = 0;
                    for (int k = 0; k < BLUR.length; k++) {
                        blurred += (long) BLUR[k] * along[(y + k) * width + x];
                    }
                    double left = (padded[(y + BORDER) * stride + BORDER + x] - blurred / BLUR_SUM) / UNIT;
                    sum += left * left;
                }
            }
            return Math.sqrt(sum / ((double) width * height));
        }
    }
}
