package org.tempera.record.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.tempera.record.image.ImageFiles;
import org.tempera.record.image.ImageGrid;
import org.tempera.record.image.ImageSize;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.tempera.record.run.RunFolder;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class TimelineTest {
    private static final int LEFT = 66;
    private static final int TOP = 24;

    private Path dir = Path.of("");

    @BeforeMethod
    public void makeFolder() throws IOException {
        dir = Files.createTempDirectory("timeline");
    }

    @AfterMethod
    public void removeFolder() throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    /** As after a resume with another evaluation.grid-samples. */
    @Test
    public void gridsOfOtherNumbersOfPicturesStandBesideEachOther() {
        try (RunFolder folder = RunFolder.create(dir.resolve("run"))) {
            for (int epoch = 0; epoch < 3; epoch++) {
                int count = epoch == 0 ? 20 : 6;
                List<RgbImage> pictures = Collections.nCopies(count, plain(10 + 50 * epoch));
                RgbImage grid = ImageGrid.forPictures(Timeline.COLUMNS, 32)
                        .render(pictures, Collections.nCopies(count, "a cat"), "after epoch " + epoch);
                PngFiles.write(folder.evaluationGrid(epoch), grid, ImageGrid.Layout.note(count));
            }
            Timeline.write(folder, Collections.nCopies(6, "a cat"));
            RgbImage all = ImageFiles.read(folder.images().resolve("timeline.png"));
            assertThat(all.width()).isEqualTo(LEFT + 6 * 130);
            assertThat(all.height()).isEqualTo(TOP + 3 * 130);
            for (int epoch = 0; epoch < 3; epoch++) {
                RgbImage last = all.crop(LEFT + 5 * 130, TOP + 130 * epoch, 128, 128);
                assertThat(last.bytes()).containsOnly((byte) (10 + 50 * epoch));
            }
        }
    }

    @Test
    public void showsTheFirstRowOfEveryEvaluation() {
        try (RunFolder folder = RunFolder.create(dir.resolve("run"))) {
            for (int epoch = 0; epoch < 3; epoch++) {
                List<RgbImage> pictures = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    pictures.add(plain(10 + 50 * epoch + i));
                }
                // The first as a version before wrote it, without text.
                ImageGrid layout = ImageGrid.forPictures(Timeline.COLUMNS, 32);
                RgbImage grid = epoch == 0
                        ? layout.render(pictures)
                        : layout.render(pictures, Collections.nCopies(20, "a cat"), "after epoch " + epoch);
                PngFiles.write(folder.evaluationGrid(epoch), grid, epoch == 0 ? Map.of() : ImageGrid.Layout.note(20));
            }
            Timeline.write(folder, Collections.nCopies(20, "a cat"));
            RgbImage all = ImageFiles.read(folder.images().resolve("timeline.png"));
            assertThat(all.width()).isEqualTo(LEFT + 8 * 130);
            assertThat(all.height()).isEqualTo(TOP + 3 * 130);
            for (int epoch = 0; epoch < 3; epoch++) {
                int y = TOP + 130 * epoch;
                assertThat(all.get(LEFT, y - 1, 0)).isEqualTo(255);
                assertThat(all.get(LEFT, y, 0)).isEqualTo(10 + 50 * epoch);
                assertThat(all.get(LEFT + 7 * 130, y + 127, 0)).isEqualTo(17 + 50 * epoch);
                assertThat(all.get(LEFT, y + 128, 0)).isEqualTo(255);
                assertThat(darkest(all.crop(0, y, LEFT, 128)))
                        .as("the epoch at the left")
                        .isLessThan(150);
            }
            assertThat(darkest(all.crop(LEFT + 130, 0, 128, TOP)))
                    .as("the prompt above")
                    .isLessThan(100);
            // It is no evaluation's picture, and a resumed run makes it again.
            assertThat(folder.evaluationGrids()).containsExactly(0, 1, 2);
        }
    }

    @Test
    public void aLongRunShowsSixWithFirstAndLast() {
        assertThat(Timeline.shown(IntStream.rangeClosed(0, 20).boxed().toList()))
                .containsExactly(0, 4, 8, 12, 16, 20);
        assertThat(Timeline.shown(List.of(0, 5, 7))).containsExactly(0, 5, 7);
        assertThat(Timeline.shown(List.of())).isEmpty();
    }

    @Test
    public void aRunWithoutEvaluationsHasNone() {
        try (RunFolder folder = RunFolder.create(dir.resolve("run"))) {
            Timeline.write(folder, Collections.nCopies(8, "a cat"));
            assertThat(folder.images().resolve("timeline.png")).doesNotExist();
        }
    }

    private static int darkest(RgbImage picture) {
        int darkest = 255;
        for (byte level : picture.bytes()) {
            darkest = Math.min(darkest, level & 255);
        }
        return darkest;
    }

    private static RgbImage plain(int grey) {
        byte[] rgb = new byte[32 * 32 * 3];
        Arrays.fill(rgb, (byte) grey);
        return RgbImage.of(32, 32, rgb);
    }

    @Test
    public void aTableIsNoLargerThanWhatCanBeReadAgain() {
        assertThat(ImageGrid.readableColumns(new ImageSize(1024, 1024), 8, 6)).isEqualTo(8);
        assertThat(ImageGrid.readableColumns(new ImageSize(2048, 2048), 8, 6)).isEqualTo(2);
        assertThat(ImageGrid.readableColumns(new ImageSize(8000, 8000), 1, 1)).isEqualTo(1);
        assertThat(ImageGrid.readableColumns(new ImageSize(8000, 8000), 1, 2)).isZero();
    }

    /** Each is a file of some kB and a picture of 64 million pixels; nothing is decoded. */
    @Test(timeOut = 20_000)
    public void sixPicturesThatAreTooLargeTogetherMakeNone() throws IOException {
        byte[] png = blank(8_180);
        assertThat(png).hasSizeLessThan(20_000);
        try (RunFolder folder = RunFolder.create(dir.resolve("run"))) {
            for (int epoch = 0; epoch < 6; epoch++) {
                Files.write(folder.evaluationGrid(epoch), png);
            }
            Timeline.write(folder, List.of("a cat"));
            assertThat(folder.images().resolve("timeline.png")).doesNotExist();
        }
    }

    /** Of one bit for a pixel. */
    private static byte[] blank(int side) throws IOException {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(rows)) {
            byte[] row = new byte[1 + (side + 7) / 8];
            for (int y = 0; y < side; y++) {
                deflated.write(row);
            }
        }
        ByteBuffer header = ByteBuffer.allocate(13).putInt(side).putInt(side).put(new byte[] {1, 0, 0, 0, 0});
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        chunk(png, "IHDR", header.array());
        chunk(png, "IDAT", rows.toByteArray());
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
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
}
