package org.tempera.core.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.graph.MachineMemory;
import org.tempera.graph.ThreadSettings;
import org.tempera.nn.preprocess.ImagePreprocessing;
import org.tempera.nn.preprocess.ImagePreprocessing.CropStart;
import org.tempera.nn.preprocess.ImagePreprocessing.Size;
import org.tempera.nn.preprocess.ImagePreprocessing.Target;
import org.tempera.nn.preprocess.ImagePreprocessor;
import org.tempera.nn.preprocess.ResampleFilter;
import org.tempera.record.image.ImageFiles;
import org.tempera.record.image.ImageSize;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.tempera.record.image.SizeGroup;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** However large or narrow pictures are, and however many: bounded memory, or one message. */
public class PictureSizesTest {
    private static final ThreadSettings ONE = new ThreadSettings(1, 1);
    private static final long GIB = 1L << 30;

    private Path dir;

    @BeforeMethod
    public void makeFolder() {
        dir = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(dir);
    }

    private static ImagePreprocessing preprocessing(Optional<Target> resize, Optional<Size> crop) {
        List<Double> ones = List.of(1.0, 1.0, 1.0);
        return new ImagePreprocessing(resize, ResampleFilter.BICUBIC, crop, CropStart.DOWN, 1 / 255.0, ones, ones);
    }

    @Test
    public void whatBecomesOfAPictureIsBounded() {
        Size square = new Size(224, 224);
        List<ImagePreprocessing> all = List.of(
                ImagePreprocessing.torchvision(224),
                preprocessing(Optional.of(new Target.ShortestEdge(224)), Optional.empty()),
                preprocessing(Optional.of(new Target.Exactly(square)), Optional.empty()),
                preprocessing(Optional.empty(), Optional.of(square)),
                preprocessing(Optional.empty(), Optional.empty()));
        int refused = 0;
        int built = 0;
        for (int k = 0; k <= 24; k += 4) {
            List<ImageSize> sizes = new ArrayList<>(List.of(new ImageSize(1, 1 << k), new ImageSize(1 << k, 1)));
            if (k <= 13) {
                sizes.add(new ImageSize(1 << k, 1 << k));
            }
            for (ImageSize size : sizes) {
                for (ImagePreprocessing how : all) {
                    try {
                        assertThat(peak(size, how)).as(size + " " + how).isLessThan(GIB);
                        built++;
                    } catch (UserException e) {
                        assertThat(e.getMessage()).containsPattern("would become|expected at most");
                        refused++;
                    }
                }
            }
        }
        assertThat(built).isGreaterThan(25);
        assertThat(refused).isGreaterThan(25);
    }

    private static long peak(ImageSize size, ImagePreprocessing how) {
        try (BatchGraph graph =
                new BatchGraph(size, 1, new BatchGraph.Names("a picture", "nothing"), Precision.FLOAT32)) {
            var pixels =
                    graph.build(images -> ImagePreprocessor.apply(graph.graph().scope(), how, images));
            return graph.program(Map.of(), Map.of("pixels", pixels)).peakBytes();
        }
    }

    @Test
    public void aNarrowPictureIsNamed() {
        GraphReward reward = GraphReward.of((scope, in) -> {
            var pixels = ImagePreprocessor.apply(scope, ImagePreprocessing.torchvision(224), in.images());
            return scope.tf().math.mean(pixels, scope.tf().constant(new int[] {1, 2, 3}));
        });
        RgbImage narrow = RgbImage.of(1, 4000, new byte[12000]);
        assertThatThrownBy(() -> new PictureScorer("r", reward, ONE)
                        .score(List.of(new PictureScorer.Picture("narrow.png", narrow, Optional.empty()))))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("narrow.png: a picture of 1x4000 pixels would become 224 x 896000 pixels");
    }

    @Test
    public void whatDoesNotFitIntoMemoryIsRefusedBeforeAnythingIsComputed() {
        var names = new BatchGraph.Names("a.png and 1 more of its size", "reward 'r'");
        try (BatchGraph graph =
                new BatchGraph(new ImageSize(512, 512), 2, names, Precision.FLOAT32, new MachineMemory(8 << 20))) {
            var mean = graph.build(images -> graph.graph()
                    .scope()
                    .tf()
                    .math
                    .mean(images, graph.graph().scope().tf().constant(new int[] {1, 2, 3})));
            assertThatThrownBy(() -> graph.seal(ONE, Map.of(), Map.of("score", mean)))
                    .isInstanceOf(UserException.class)
                    .hasMessageMatching(
                            "a.png and 1 more of its size: too little memory: reward 'r' needs about .* for a"
                                    + " picture of 512x512 pixels, this machine has 8.0 MiB. Make the picture smaller.");
        }
    }

    /** A service passes on what strangers send. */
    @Test
    public void anOpenScorerRefusesWhatIsTooLargeForAModelToo() {
        GraphReward reward = GraphReward.of(
                (scope, in) -> scope.tf().math.mean(in.images(), scope.tf().constant(new int[] {1, 2, 3})));
        RgbImage large = RgbImage.of(1 << 13, (1 << 12) + 1, new byte[3 * (1 << 13) * ((1 << 12) + 1)]);
        try (OpenScorer scorer = new OpenScorer("r", reward, ONE)) {
            assertThatThrownBy(() -> scorer.score(large, ""))
                    .isInstanceOf(UserException.class)
                    .hasMessage("the picture: expected at most 33554432 pixels where a model reads the picture,"
                            + " found 8192x4097. Make it smaller.");
        }
    }

    @Test
    public void aBatchHasFewPixelsWhateverTheirNumber() {
        for (int side : new int[] {1, 64, 512, 1024, 2048, 5000}) {
            List<ImageSize> sizes = new ArrayList<>();
            for (int i = 0; i < 5000; i++) {
                sizes.add(new ImageSize(side, side));
            }
            SizeGroup group = SizeGroup.of(sizes).get(0);
            assertThat(group.batch() == 1 || group.batch() * group.size().pixels() <= 1 << 22)
                    .isTrue();
            assertThat(group.batch()).isBetween(1, 8);
        }
    }

    /** The fourth of them is damaged once its header has been read; a graph has one size of batch. */
    @Test
    public void whatCannotBeReadIsNamedAndTheOthersAreScored() throws IOException {
        List<PictureSource> pictures = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Path file = dir.resolve(i + ".png");
            byte[] rgb = new byte[12];
            Arrays.fill(rgb, (byte) i);
            PngFiles.write(file, RgbImage.of(2, 2, rgb), Map.of());
            pictures.add(i % 2 == 0 ? PictureSource.OnDisk.of(file) : PictureSource.OnDisk.of(file, "a cat"));
            assertThat(pictures.get(i).prompt()).isEqualTo(i % 2 == 0 ? Optional.empty() : Optional.of("a cat"));
        }
        Files.write(dir.resolve("3.png"), new byte[] {1, 2, 3});
        GraphReward inGraph = GraphReward.of(
                (scope, in) -> scope.tf().math.mean(in.images(), scope.tf().constant(new int[] {1, 2, 3})));
        HostReward onHost = samples -> {
            float[] s = new float[samples.size()];
            for (int i = 0; i < s.length; i++) {
                s[i] = samples.get(i).rgb()[0] / 255f;
            }
            return s;
        };
        for (Reward reward : List.of(inGraph, onHost)) {
            PictureScores scores = new PictureScorer("mean", reward, ONE).scoreEach(pictures);
            assertThat(scores.count()).isEqualTo(9);
            for (int i = 0; i < 10; i++) {
                if (i == 3) {
                    assertThat(scores.values()[i]).isNaN();
                } else {
                    assertThat(scores.values()[i]).isCloseTo(i / 255f, within(1e-6f));
                }
            }
            assertThat(scores.problem(
                            "mean", pictures.stream().map(PictureSource::label).toList()))
                    .hasValueSatisfying(said -> assertThat(said)
                            .startsWith(
                                    "1 of 10 picture(s) cannot be read, and have no score:\n  " + dir.resolve("3.png"))
                            .doesNotContain("Mend the reward"));
        }
    }

    @Test
    public void picturesOnDiskAreInMemoryOnlyWhileTheyAreScored() throws IOException {
        List<PictureSource> pictures = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            Path file = dir.resolve(i + ".png");
            byte[] rgb = new byte[12];
            rgb[0] = (byte) i;
            PngFiles.write(file, RgbImage.of(2, 2, rgb), Map.of());
            pictures.add(new PictureSource.OnDisk(file, ImageFiles.size(file), Optional.empty(), Optional.empty()));
        }
        // The last one is damaged once its header has been read: the first batch is scored all the same.
        Files.write(dir.resolve("10.png"), new byte[] {1, 2, 3});
        List<Integer> done = new ArrayList<>();
        HostReward first = samples -> {
            float[] s = new float[samples.size()];
            for (int i = 0; i < s.length; i++) {
                s[i] = samples.get(i).rgb()[0];
            }
            return s;
        };
        PictureScorer scorer = new PictureScorer("first", first, ONE);
        assertThatThrownBy(() -> scorer.score(pictures, done::add))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(dir.resolve("10.png").toString());
        assertThat(done).containsExactly(8);
        done.clear();
        assertThat(scorer.score(pictures.subList(0, 10), done::add)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(done).containsExactly(8, 10);
    }
}
