package org.tempera.jpeg;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.tempera.spi.reward.HostReward;

/**
 * The size of the image as a JPEG file, in kB of 1,000 bytes, times a sign (Black et al., 2024, arXiv:2305.13301,
 * section 5.1). The encoder of the JDK is libjpeg's, as PIL's is: baseline, 4:2:0, the tables of the standard.
 */
final class JpegSizeReward implements HostReward {
    private static final double BYTES = 1000;

    private final int quality;
    private final int sign;

    /** @param sign -1 to like small files, 1 to like large ones */
    JpegSizeReward(JpegConfig config, int sign) {
        this.quality = config.quality();
        this.sign = sign;
    }

    @Override
    public float[] score(List<Sample> samples) {
        float[] scores = new float[samples.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) (sign * bytes(samples.get(i)) / BYTES);
        }
        return scores;
    }

    private long bytes(Sample sample) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        Counter counter = new Counter();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(counter)) {
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionQuality(javaQuality(quality));
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image(sample), null, null), how);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        } finally {
            writer.dispose();
        }
        return counter.bytes;
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

    private static BufferedImage image(Sample sample) {
        BufferedImage image = new BufferedImage(sample.width(), sample.height(), BufferedImage.TYPE_INT_RGB);
        int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
        byte[] rgb = sample.rgb();
        for (int p = 0; p < pixels.length; p++) {
            pixels[p] = ((rgb[3 * p] & 0xff) << 16) | ((rgb[3 * p + 1] & 0xff) << 8) | (rgb[3 * p + 2] & 0xff);
        }
        return image;
    }

    private static final class Counter extends OutputStream {
        private long bytes;

        @Override
        public void write(int b) {
            bytes++;
        }

        @Override
        public void write(byte[] b, int offset, int length) {
            bytes += length;
        }
    }
}
