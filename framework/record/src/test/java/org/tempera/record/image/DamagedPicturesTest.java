package org.tempera.record.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.tempera.base.json.PlainJson;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Whatever a picture's file holds: pixels or one message, and no more memory than they need. */
public class DamagedPicturesTest {
    private static final int DAMAGES = 4;
    private static final long FREE_BYTES = 32L << 20;

    private Path dir;

    @BeforeMethod
    public void makeFolder() {
        dir = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(dir);
    }

    @Test
    public void damagedPicturesAreReadOrRefused() throws IOException, PlainJson.MalformedException {
        Random random = new Random(8);
        Path file = dir.resolve("picture");
        for (byte[] picture : PillowPicturesTest.files()) {
            for (int i = 0; i < DAMAGES; i++) {
                Files.write(file, damaged(picture, random));
                requireBounded(file);
            }
        }
    }

    private static byte[] damaged(byte[] picture, Random random) {
        if (random.nextInt(5) == 0) {
            return Arrays.copyOf(picture, random.nextInt(picture.length));
        }
        byte[] bytes = picture.clone();
        for (int n = random.nextInt(3); n >= 0; n--) {
            // Headers lie at the beginning, and say the most.
            int at = random.nextInt(random.nextBoolean() ? Math.min(64, bytes.length) : bytes.length);
            bytes[at] = random.nextInt(3) == 0 ? (byte) -1 : (byte) random.nextInt();
        }
        return withChecksum(bytes);
    }

    /** A PNG's header is read only under its checksum. */
    private static byte[] withChecksum(byte[] bytes) {
        if (new PngDecoder().begins(bytes) && bytes.length > 33) {
            CRC32 crc = new CRC32();
            crc.update(bytes, 12, 17);
            ByteBuffer.wrap(bytes).putInt(29, (int) crc.getValue());
        }
        return bytes;
    }

    private static void requireBounded(Path file) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        long pixels = 0;
        try {
            RgbImage read = ImageFiles.read(file);
            pixels = (long) read.width() * read.height();
        } catch (UserException e) {
            assertThat(e).hasMessageStartingWith(file.toString());
        }
        assertThat(threads.getThreadAllocatedBytes(thread) - before)
                .as("%s of %d pixels", file, pixels)
                .isLessThan(3 * 3 * pixels + 3 * Files.size(file) + FREE_BYTES);
    }

    @Test
    public void aHeaderIsBelievedOnlyIfTheFileCanHoldIt() throws IOException {
        byte[] png = withChecksum(resized(PngFiles.encode(grey(50, 50), Map.of()), 16, ByteOrder.BIG_ENDIAN, 8000));
        byte[] gif = new byte[40];
        System.arraycopy("GIF89a".getBytes(StandardCharsets.ISO_8859_1), 0, gif, 0, 6);
        ByteBuffer.wrap(gif)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(6, (short) 8000)
                .putShort(8, (short) 8000);
        gif[13] = ',';
        gif[18] = 1;
        gif[20] = 1;
        for (byte[] bytes : List.of(png, gif)) {
            Path file = Files.write(dir.resolve("picture"), bytes);
            assertThatThrownBy(() -> ImageFiles.size(file))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(
                            "its header says 8000x8000 pixels, which do not fit into its " + bytes.length);
        }
    }

    private static byte[] resized(byte[] picture, int at, ByteOrder order, int side) {
        byte[] bytes = picture.clone();
        ByteBuffer.wrap(bytes).order(order).putInt(at, side).putInt(at + 4, side);
        return bytes;
    }

    private static RgbImage grey(int width, int height) {
        return RgbImage.of(width, height, new byte[3 * width * height]);
    }

    @Test
    public void otherFormatsAreNamed() throws IOException {
        Map<String, String> begin = Map.of(
                "II*\0\b\0\0\0", "is TIFF",
                "MM\0*\0\0\0\b", "is TIFF",
                "RIFF\0\0\0\0WEBPVP8 ", "is WebP",
                "\0\0\0\u001cftypavif", "is AVIF",
                "\0\0\0\u0018ftypheic", "is HEIC",
                "\0\0\u0010\u0010abcdefgh", "may be WBMP",
                "", "is empty");
        for (Map.Entry<String, String> other : begin.entrySet()) {
            Path file = dir.resolve("picture");
            Files.write(file, other.getKey().getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> ImageFiles.read(file))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith(file + ": " + other.getValue())
                    .hasMessageEndingWith("Expected PNG, JPEG, GIF or BMP; convert others, such as WebP.");
        }
    }

    @Test
    public void aPictureThatIsCutShortIsNamedByItsSizeAlready() throws IOException {
        byte[] png = PngFiles.encode(grey(64, 64), Map.of());
        Path file = Files.write(dir.resolve("cut.png"), Arrays.copyOf(png, png.length - 30));
        assertThatThrownBy(() -> ImageFiles.size(file))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(file + ": cannot be read as a picture (its pixels end early)");
    }
}
