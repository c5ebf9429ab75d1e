package org.tempera.record.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tempera.testing.Messages.assertMessage;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class ImagesTest {
    private Path dir;

    @BeforeMethod
    public void makeFolder() {
        dir = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(dir);
    }

    private static RgbImage noise(int width, int height, long seed) {
        byte[] rgb = new byte[width * height * 3];
        new Random(seed).nextBytes(rgb);
        return RgbImage.of(width, height, rgb);
    }

    private static RgbImage plain(int width, int height, int colour) {
        byte[] rgb = new byte[width * height * 3];
        Arrays.fill(rgb, (byte) colour);
        return RgbImage.of(width, height, rgb);
    }

    /** Pictures of equal runs are equal files: {@link Map#of} has another order in each process. */
    @Test
    public void notesStandInTheSameOrderInEveryProcess() throws IOException {
        Map<String, String> notes = Map.of("d", "4", "a", "1", "c", "3", "f", "6", "b", "2", "e", "5");
        PngFiles.write(dir.resolve("a.png"), plain(2, 2, 7), notes);
        PngFiles.write(dir.resolve("b.png"), plain(2, 2, 7), new LinkedHashMap<>(new TreeMap<>(notes)));
        assertThat(dir.resolve("a.png")).hasSameBinaryContentAs(dir.resolve("b.png"));
        assertThat(new LinkedHashMap<>(ImageGrid.Layout.note(3)).keySet()).containsExactly("layout", "pictures");
    }

    @Test
    public void roundsToTheNearestByteHalvesUp() {
        assertThat(RgbImage.toByte(0f)).isZero();
        assertThat(RgbImage.toByte(1f)).isEqualTo(255);
        assertThat(RgbImage.toByte(-3f)).isZero();
        assertThat(RgbImage.toByte(Float.POSITIVE_INFINITY)).isEqualTo(255);
        assertThat(RgbImage.toByte(Float.NaN)).isZero();
        assertThat(RgbImage.toByte(0.5f)).isEqualTo(128); // 127.5
        assertThat(RgbImage.toByte(0.49999997f)).isEqualTo(127);
        assertThat(RgbImage.toByte(0.1f)).isEqualTo(26); // 25.5 and a little
    }

    @Test
    public void everyByteComesBackFromItsFloat() {
        byte[] all = new byte[256 * 3];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        RgbImage image = RgbImage.of(16, 16, all);
        assertThat(RgbImage.of(image.toTensor(), 0)).isEqualTo(image);
    }

    @Test
    public void takesOneImageOfABatch() {
        HostTensor batch = HostTensor.of(new float[] {0, 0, 0, 1, 0.5f, 0, 1, 1, 1, 0, 0, 1}, 2, 1, 2, 3);
        RgbImage second = RgbImage.of(batch, 1);
        assertThat(second.bytes()).containsExactly(255, 255, 255, 0, 0, 255);
        assertThat(RgbImage.of(batch, 0).get(1, 0, 1)).isEqualTo(128);
    }

    @Test
    public void anotherDecoderReadsOurPng() throws IOException {
        for (RgbImage image : List.of(noise(37, 21, 1), plain(64, 64, 200), noise(1, 1, 2), gradient())) {
            byte[] png = PngFiles.encode(image, Map.of(PngFiles.PROMPT, "a cat", PngFiles.SEED, "\u00e4\ud83d\udc08"));
            BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(png));
            assertThat(RgbImage.of(decoded)).isEqualTo(image);
        }
        assertThat(PngFiles.encode(gradient(), Map.of()).length).isLessThan(128 * 128);
    }

    private static RgbImage gradient() {
        byte[] rgb = new byte[128 * 128 * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3 % 128 + i / 384);
        }
        return RgbImage.of(128, 128, rgb);
    }

    @Test
    public void givesNotesBack() {
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put(PngFiles.PROMPT, "a <cat> \u732b \ud83d\udc08, \"quoted\"\nsecond line");
        notes.put(PngFiles.SEED, "9223372036854775807");
        Path file = dir.resolve("a.png");
        PngFiles.write(file, noise(5, 4, 3), notes);
        assertThat(PngFiles.notes(file)).containsExactlyEntriesOf(notes);
        assertThat(ImageFiles.read(file)).isEqualTo(noise(5, 4, 3));
    }

    /** In another process the entries of such a map have another order. */
    @Test
    public void equalNotesAreEqualBytes() {
        Map<String, String> notes = Map.of("a", "1", "b", "2", "c", "3", "d", "4", "e", "5", "f", "6");
        assertThat(PngFiles.encode(noise(5, 4, 3), notes))
                .isEqualTo(PngFiles.encode(noise(5, 4, 3), new TreeMap<>(notes)));
    }

    @Test
    public void pngsOfPicturesAreWhole() throws IOException {
        Path file = Files.write(
                Files.createTempFile("picture", ".png"), noise(5, 4, 3).toPng());
        assertThat(ImageFiles.read(file)).isEqualTo(noise(5, 4, 3));
    }

    @Test
    public void readsJpegNearly() throws IOException {
        Path file = dir.resolve("a.jpg");
        ImageIO.write(gradient().toBufferedImage(), "jpg", file.toFile());
        RgbImage read = ImageFiles.read(file);
        assertThat(read.width()).isEqualTo(128);
        assertThat(read.get(60, 30, 0)).isBetween(80, 100);
        assertThat(PngFiles.notes(file)).isEmpty();
    }

    @Test
    public void greyKeepsItsValues() throws IOException {
        BufferedImage grey = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_GRAY);
        BufferedImage deep = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
        int[] values = {0, 100, 255};
        for (int x = 0; x < 3; x++) {
            grey.getRaster().setSample(x, 0, 0, values[x]);
            deep.getRaster().setSample(x, 0, 0, values[x]); // Pillow takes levels of 16 bits as they are, and clips
        }
        for (BufferedImage image : List.of(grey, deep)) {
            Path file = dir.resolve("grey.png");
            ImageIO.write(image, "png", file.toFile());
            assertThat(ImageFiles.read(file).bytes())
                    .containsExactly(0, 0, 0, 100, 100, 100, (byte) 255, (byte) 255, (byte) 255);
        }
    }

    @Test
    public void laysTransparencyOverWhite() throws IOException {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x00123456);
        image.setRGB(1, 0, 0x80000000);
        Path file = dir.resolve("alpha.png");
        ImageIO.write(image, "png", file.toFile());
        RgbImage read = ImageFiles.read(file);
        assertThat(read.get(0, 0, 0)).isEqualTo(255);
        assertThat(read.get(1, 0, 2)).isEqualTo(127);
    }

    @Test
    public void saysWhyAPictureCannotBeRead() throws IOException {
        assertMessage("image-missing", dir, () -> ImageFiles.read(dir.resolve("a.png")));
        assertMessage("image-folder", dir, () -> ImageFiles.read(dir));
        Files.writeString(dir.resolve("a.txt"), "not a picture");
        assertMessage("image-none", dir, () -> ImageFiles.read(dir.resolve("a.txt")));
        byte[] png = PngFiles.encode(noise(50, 50, 1), Map.of());
        Files.write(dir.resolve("cut.png"), Arrays.copyOf(png, png.length / 2));
        assertThatThrownBy(() -> ImageFiles.read(dir.resolve("cut.png")))
                .isInstanceOf(org.tempera.spi.UserException.class)
                .hasMessageStartingWith(dir.resolve("cut.png") + ": cannot be read as a picture");
        // A header that promises 60,000 x 60,000 pixels must not make us reserve them.
        byte[] huge = png.clone();
        java.nio.ByteBuffer.wrap(huge).putInt(16, 60_000).putInt(20, 60_000);
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(huge, 12, 17);
        java.nio.ByteBuffer.wrap(huge).putInt(29, (int) crc.getValue());
        Files.write(dir.resolve("huge.png"), huge);
        assertMessage("image-huge", dir, () -> ImageFiles.read(dir.resolve("huge.png")));
    }

    @Test
    public void laysOutAGrid() {
        ImageGrid grid = new ImageGrid(2, 3, ImageGrid.Scaling.NEAREST, 1);
        RgbImage sheet = grid.render(List.of(plain(4, 2, 10), plain(4, 2, 20), plain(4, 2, 30)));
        assertThat(sheet.width()).isEqualTo(1 + 2 * 13);
        assertThat(sheet.height()).isEqualTo(1 + 2 * 7);
        assertThat(sheet.get(0, 0, 0)).isEqualTo(255);
        assertThat(sheet.get(1, 1, 0)).isEqualTo(10);
        assertThat(sheet.get(12, 6, 0)).isEqualTo(10);
        assertThat(sheet.get(14, 1, 0)).isEqualTo(20);
        assertThat(sheet.get(1, 8, 0)).isEqualTo(30);
        assertThat(sheet.get(14, 8, 0)).isEqualTo(255);
    }

    @Test
    public void captionsTakeARowBelowEachPicture() {
        ImageGrid grid = ImageGrid.forPictures(4, 32);
        RgbImage sheet = grid.render(List.of(plain(32, 32, 90)), List.of("a cat"));
        assertThat(sheet.width()).isEqualTo(2 + 130);
        assertThat(sheet.height()).isEqualTo(2 + 128 + 22 + 2);
        assertThat(sheet.get(60, 60, 1)).isEqualTo(90);
    }

    @Test
    public void aSheetIsBoundedBeforeItIsMade() {
        ImageGrid.forPictures(8, 1024).requireReadable(new ImageSize(1024, 1024), 56);
        ImageGrid.forPictures(1 << 20, 4).requireReadable(new ImageSize(4, 4), 9);
        assertThatThrownBy(() -> ImageGrid.forPictures(100, 512).requireReadable(new ImageSize(512, 512), 10_000))
                .isInstanceOf(UserException.class)
                .hasMessage("a sheet of 10000 pictures of 512x512 would have 51402x53602 pixels, expected at most"
                        + " 67108864");
        assertThatThrownBy(() -> ImageGrid.forPictures(Integer.MAX_VALUE, 1)
                        .requireReadable(new ImageSize(1 << 13, 1 << 13), Integer.MAX_VALUE))
                .isInstanceOf(UserException.class);
    }

    @Test
    public void aSheetOfLargePicturesHasAsManyRowsAsCanBeRead() {
        ImageSize large = new ImageSize(1024, 1024);
        assertThat(ImageGrid.forPictures(8, 1024).readable(large, 64)).isEqualTo(56);
        assertThat(ImageGrid.forPictures(8, 1024).readable(large, 60)).isEqualTo(56);
        assertThat(ImageGrid.forPictures(8, 1024).readable(large, 24)).isEqualTo(24);
        assertThat(ImageGrid.forPictures(8, 64).readable(new ImageSize(64, 64), 64))
                .isEqualTo(64);
        assertThat(ImageGrid.forPictures(8, 4096).readable(new ImageSize(4096, 4096), 32))
                .isEqualTo(3);
        assertThat(ImageGrid.forPictures(8, 8192).readable(new ImageSize(8192, 8192), 32))
                .isZero();
    }

    @Test
    public void aSheetAsksForItsPicturesOneByOne() {
        List<RgbImage> pictures = List.of(plain(32, 32, 10), plain(32, 32, 20), plain(32, 32, 30));
        List<String> captions = List.of("a", "b", "c");
        ImageGrid grid = ImageGrid.forPictures(2, 32);
        assertThat(grid.render(new ImageSize(32, 32), pictures::get, captions))
                .isEqualTo(grid.render(pictures, captions));
    }
}
