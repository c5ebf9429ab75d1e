package org.tempera.base.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.IOException;
import java.io.OutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.tempera.spi.UserException;

/**
 * Writes pictures as JPEG files. The encoder of the JDK is libjpeg's, as PIL's is: baseline, 4:2:0, the tables of the
 * standard.
 */
public final class JpegEncoder {
    /** libjpeg's. */
    private static final int LONGEST_SIDE = 65_500;

    private JpegEncoder() {}

    /**
     * Writes the bytes of a JPEG file.
     *
     * @param rgb {@code [height, width, 3]}
     * @param quality libjpeg's, 1 to 100
     * @throws UserException if a side is longer than a JPEG's may be
     */
    public static void write(OutputStream out, byte[] rgb, int width, int height, int quality) throws IOException {
        if (Math.max(width, height) > LONGEST_SIDE) {
            throw new UserException("a picture of " + width + "x" + height + " pixels makes no JPEG, which has at most "
                    + LONGEST_SIDE + " a side. Make it smaller.");
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionQuality(javaQuality(quality));
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image(rgb, width, height), null, null), how);
        } finally {
            writer.dispose();
        }
    }

    /**
     * What Java calls the quality whose quantisation tables are libjpeg's. That scales its tables by a whole number of
     * percent and rounds halves up, which a little more than this number does.
     */
    private static float javaQuality(int quality) {
        int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        double scale = percent * (0.01 + 1e-7);
        return (float) (scale > 1 ? 0.5 / scale : 1 - scale / 2);
    }

    private static BufferedImage image(byte[] rgb, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
        for (int p = 0; p < pixels.length; p++) {
            pixels[p] = ((rgb[3 * p] & 0xff) << 16) | ((rgb[3 * p + 1] & 0xff) << 8) | (rgb[3 * p + 2] & 0xff);
        }
        return image;
    }
}
