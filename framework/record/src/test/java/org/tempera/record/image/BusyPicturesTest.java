package org.tempera.record.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Small files that are made to keep a reader busy: the time they take hangs on their length, or they are refused. */
public class BusyPicturesTest {
    private static final int MANY = 200_000;
    private static final long SOON = 20_000;
    private static final int SCAN = 0xda;
    private static final int END = 0xd9;

    private Path dir;

    @BeforeMethod
    public void makeFolder() {
        dir = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(dir);
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(dir.resolve("picture"), bytes);
    }

    static byte[] progressive(int width, int height) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var stream = ImageIO.createImageOutputStream(out)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            writer.setOutput(stream);
            writer.write(
                    null,
                    new IIOImage(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), null, null),
                    param);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    /** The last scan so many times again. */
    static byte[] withScans(byte[] jpeg, int more) {
        int end = jpeg.length - 2;
        int last = end;
        while ((jpeg[last] & 255) != 0xff || (jpeg[last + 1] & 255) != SCAN) {
            last--;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, end);
        for (int i = 0; i < more; i++) {
            out.write(jpeg, last, end - last);
        }
        out.write(jpeg, end, 2);
        return out.toByteArray();
    }

    private void assertRefused(byte[] jpeg) throws IOException {
        Path file = file(jpeg);
        assertThatThrownBy(() -> ImageFiles.read(file))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(file + ": expected a progressive JPEG of some 10 scans, found ");
    }

    @Test(timeOut = SOON)
    public void scansThatTakeNoBytesAreRefused() throws IOException {
        byte[] large = progressive(2048, 2048);
        assertThat(ImageFiles.read(file(large)).size()).isEqualTo(new ImageSize(2048, 2048));
        assertThat(ImageFiles.read(file(withScans(large, 4))).width()).isEqualTo(2048);
        assertRefused(withScans(large, 90));
        assertRefused(withScans(large, 10_000));
        byte[] tiny = progressive(16, 16);
        assertThat(ImageFiles.read(file(withScans(tiny, 60))).width()).isEqualTo(16);
        assertRefused(withScans(tiny, 120));
    }

    @Test(timeOut = SOON)
    public void scansInAnotherSegmentAreCountedAndThoseBehindTheEndAreNotShown() throws IOException {
        byte[] tiny = progressive(16, 16);
        ByteArrayOutputStream hidden = new ByteArrayOutputStream();
        hidden.write(tiny, 0, tiny.length - 2);
        hidden.writeBytes(new byte[] {-1, (byte) 0xfe, 0x40, 0});
        for (int i = 0; i < (0x4000 - 2) / 2; i++) {
            hidden.writeBytes(new byte[] {-1, (byte) SCAN});
        }
        hidden.write(tiny, tiny.length - 2, 2);
        assertRefused(hidden.toByteArray());

        byte[] scans = withScans(tiny, 200);
        ByteArrayOutputStream behind = new ByteArrayOutputStream();
        behind.writeBytes(tiny);
        behind.write(scans, 2, scans.length - 2);
        assertThat(ImageFiles.read(file(behind.toByteArray()))).isEqualTo(ImageFiles.read(file(tiny)));
    }

    @Test
    public void aMissingLibraryOfTheJdkIsToldAsSuchAndItsFaultsAsDamage() {
        assertThatThrownBy(() -> JpegDecoder.foreign(() -> {
                    throw new UnsatisfiedLinkError("no javajpeg in java.library.path");
                }))
                .isInstanceOf(UnsupportedPictureException.class)
                .hasMessage("this Java cannot read JPEG, for it lacks its library (no javajpeg in java.library.path)."
                        + " Install a whole JDK or JRE, not a cut one, or save the picture as PNG.");
        assertThatThrownBy(() -> JpegDecoder.foreign(() -> {
                    throw new NegativeArraySizeException("-1");
                }))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("-1");
    }

    @Test(timeOut = SOON)
    public void manyChunksOfAPng() throws IOException {
        byte[] rows = new byte[MANY];
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(deflated, new Deflater(Deflater.NO_COMPRESSION))) {
            out.write(rows);
        }
        ByteArrayOutputStream png = png(1, MANY / 2);
        for (int i = 0; i < MANY; i++) {
            chunk(png, "tEXt", new byte[] {'a', 0, (byte) ('a' + i % 26)});
            chunk(png, i % 2 == 0 ? "zTXt" : "tRNS", new byte[] {0, 0});
        }
        for (byte b : deflated.toByteArray()) {
            chunk(png, "IDAT", new byte[] {b});
        }
        chunk(png, "IEND", new byte[0]);
        Path file = file(png.toByteArray());
        assertThat(ImageFiles.size(file)).isEqualTo(new ImageSize(1, MANY / 2));
        assertThat(ImageFiles.read(file).height()).isEqualTo(MANY / 2);
        assertThat(PngFiles.notes(file)).containsOnlyKeys("a");
    }

    /** A call of the inflater for each row took longer than the rows. */
    @Test(timeOut = SOON)
    public void manyRowsOfAPng() throws IOException {
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        int rows = 1 << 24;
        try (DeflaterOutputStream out = new DeflaterOutputStream(deflated)) {
            for (int i = 0; i < (2 * rows) >> 16; i++) {
                out.write(new byte[1 << 16]);
            }
        }
        ByteArrayOutputStream png = png(1, rows);
        chunk(png, "IDAT", deflated.toByteArray());
        chunk(png, "IEND", new byte[0]);
        assertThat(ImageFiles.read(file(png.toByteArray())).height()).isEqualTo(rows);
    }

    /** Grey, 8 bits. */
    private static ByteArrayOutputStream png(int width, int height) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(PngEncoder.SIGNATURE);
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height).put(new byte[] {8, 0, 0, 0, 0});
        chunk(png, "IHDR", header.array());
        return png;
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        out.writeBytes(name);
        out.writeBytes(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    @Test(timeOut = SOON)
    public void manyFramesAndBlocksOfAGif() throws IOException {
        byte[] screen = Arrays.copyOf("GIF89a".getBytes(StandardCharsets.ISO_8859_1), 13);
        screen[6] = 1;
        screen[8] = 1;
        byte[] blocks = {'!', (byte) 0xf9, 4, 0, 0, 0, 0, 0, '!', (byte) 0xfe, 1, 'a', 1, 'b', 0};
        byte[] frame = {',', 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0};
        ByteArrayOutputStream gif = new ByteArrayOutputStream();
        gif.writeBytes(screen);
        for (int i = 0; i < MANY; i++) {
            gif.writeBytes(blocks);
        }
        for (int i = 0; i < MANY; i++) {
            gif.writeBytes(frame);
            gif.writeBytes(blocks);
        }
        gif.write(';');
        Path file = file(gif.toByteArray());
        assertThat(ImageFiles.size(file)).isEqualTo(new ImageSize(1, 1));
        assertThat(ImageFiles.read(file).width()).isEqualTo(1);
    }

    @Test(timeOut = SOON)
    public void manyStepsAndEmptyRunsOfABitmap() throws IOException {
        int side = 1000;
        ByteBuffer bmp = ByteBuffer.allocate(54 + 1024 + 4 * MANY + 4 * side).order(ByteOrder.LITTLE_ENDIAN);
        bmp.put((byte) 'B').put((byte) 'M').putInt(10, 54 + 1024);
        bmp.putInt(14, 40)
                .putInt(18, side)
                .putInt(22, side)
                .putShort(26, (short) 1)
                .putShort(28, (short) 8);
        bmp.putInt(30, 1);
        for (int i = 0; i < MANY; i++) {
            bmp.put(54 + 1024 + 4 * i + 1, (byte) 2); // a step by nothing
        }
        for (int i = 0; i < side; i++) {
            bmp.put(54 + 1024 + 4 * MANY + 4 * i + 1, (byte) 2);
            bmp.put(54 + 1024 + 4 * MANY + 4 * i + 3, (byte) 1); // a row further
        }
        Path file = file(bmp.array());
        assertThat(ImageFiles.read(file).size()).isEqualTo(new ImageSize(side, side));
    }

    @Test
    public void theSizeComesFromTheFirstBytes() throws IOException {
        byte[] png = PngFiles.encode(RgbImage.of(7, 5, new byte[105]), Map.of("prompt", "a cat"));
        Path sparse = file(png);
        // Half a gigabyte of nothing between the header and the end: read, it would not fit into this test's heap for
        // long.
        try (var channel = Files.newByteChannel(sparse, StandardOpenOption.WRITE)) {
            channel.position(1 << 29);
            channel.write(ByteBuffer.wrap(png, png.length - 12, 12));
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(ImageFiles.size(sparse)).isEqualTo(new ImageSize(7, 5));
        assertThat(PngFiles.notes(sparse)).containsEntry("prompt", "a cat");
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(8 << 20);
    }

    @Test
    public void aLongProfileBeforeTheHeaderIsReadOver() throws IOException {
        byte[] tiny = progressive(24, 16);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tiny, 0, 2);
        for (int i = 0; i < 3; i++) {
            out.writeBytes(new byte[] {-1, (byte) 0xe2, (byte) 0xff, (byte) 0xff});
            out.writeBytes(new byte[0xffff - 2]);
        }
        out.write(tiny, 2, tiny.length - 2);
        assertThat(ImageFiles.size(file(out.toByteArray()))).isEqualTo(new ImageSize(24, 16));
        assertThat(tiny[tiny.length - 1] & 255).isEqualTo(END);
    }

    /** Of a file whose notes are all of it two or three are asked for. */
    @Test(timeOut = SOON)
    public void manyNotesOfAPng() throws IOException {
        ByteArrayOutputStream png = png(1, 1);
        chunk(png, "tEXt", "prompt\0a cat".getBytes(StandardCharsets.ISO_8859_1));
        chunk(png, "tEXt", ("workflow\0" + "x".repeat(3 << 20)).getBytes(StandardCharsets.ISO_8859_1));
        for (int i = 0; i < MANY; i++) {
            chunk(png, "tEXt", (i + "\0").getBytes(StandardCharsets.ISO_8859_1));
        }
        chunk(png, "tEXt", ("k".repeat(80) + "\0a").getBytes(StandardCharsets.ISO_8859_1));
        chunk(png, "tEXt", "prompt\0a dog".getBytes(StandardCharsets.ISO_8859_1));
        Map<String, String> notes = PngFiles.notes(file(png.toByteArray()));
        assertThat(notes).hasSize(100).containsEntry("prompt", "a dog").containsKey("workflow");
        assertThat(notes.values()).allSatisfy(note -> assertThat(note).hasSizeLessThan(1 << 20));
    }
}
