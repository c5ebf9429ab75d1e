package org.tempera.core.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tempera.core.image.ImageFiles;
import org.tempera.core.image.ImageGrid;
import org.tempera.core.image.PngFiles;
import org.tempera.core.image.RgbImage;
import org.tempera.core.run.RunFolder;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class TimelineTest {
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

    @Test
    public void showsTheFirstRowOfEveryEvaluation() {
        try (RunFolder folder = RunFolder.create(dir.resolve("run"))) {
            for (int epoch = 0; epoch < 3; epoch++) {
                List<RgbImage> pictures = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    pictures.add(plain(10 + 50 * epoch + i));
                }
                RgbImage grid = ImageGrid.forPictures(Timeline.COLUMNS, 32).render(pictures);
                PngFiles.write(folder.evaluationGrid(epoch), grid, Map.of());
            }
            Timeline.write(folder, 20);
            RgbImage all = ImageFiles.read(folder.images().resolve("timeline.png"));
            assertThat(all.width()).isEqualTo(2 + 8 * 130);
            assertThat(all.height()).isEqualTo(2 + 3 * 130);
            for (int epoch = 0; epoch < 3; epoch++) {
                int y = 2 + 130 * epoch;
                assertThat(all.get(2, y - 1, 0)).isEqualTo(255);
                assertThat(all.get(2, y, 0)).isEqualTo(10 + 50 * epoch);
                assertThat(all.get(2 + 7 * 130, y + 127, 0)).isEqualTo(17 + 50 * epoch);
                assertThat(all.get(2, y + 128, 0)).isEqualTo(255);
            }
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
            Timeline.write(folder, 8);
            assertThat(folder.images().resolve("timeline.png")).doesNotExist();
        }
    }

    private static RgbImage plain(int grey) {
        byte[] rgb = new byte[32 * 32 * 3];
        Arrays.fill(rgb, (byte) grey);
        return RgbImage.of(32, 32, rgb);
    }
}
