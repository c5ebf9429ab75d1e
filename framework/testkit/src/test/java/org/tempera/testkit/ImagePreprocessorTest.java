package org.tempera.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.tempera.graph.ThreadSettings;
import org.tempera.nn.preprocess.ContinuousImages;
import org.tempera.nn.preprocess.ImagePreprocessing;
import org.tempera.nn.preprocess.ImagePreprocessor;
import org.tempera.nn.preprocess.ResampleFilter;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.verify.OracleRunner;
import org.tempera.verify.GraphOracleRunner;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Preprocessing against pixels of transformers 4.56.2 (slow CLIP processor, Pillow 13), kept as {@code preprocess}
 * cases keep them.
 */
public class ImagePreprocessorTest {
    private static final double[] DEVIATION = {0.26862954, 0.26130258, 0.27577711};

    @DataProvider
    public Object[][] sizes() {
        return new Object[][] {{37, 52}, {15, 21}, {61, 23}};
    }

    @Test(dataProvider = "sizes")
    public void resizesToTheBitOfPillow(int height, int width) throws Exception {
        Path file = Path.of(getClass().getResource("pillow.safetensors").toURI());
        try (SafetensorsFile fixture = SafetensorsFile.open(file)) {
            long[] levels = fixture.readLongs("images-" + height + "x" + width);
            float[] rgb = new float[levels.length];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = levels[i] / 255f;
            }
            ImagePreprocessing.Size square = new ImagePreprocessing.Size(24, 24);
            HostTensor pixels = run(
                    HostTensor.of(rgb, 1, height, width, 3),
                    height > 2 * width
                            ? new ImagePreprocessing.Target.Exactly(square)
                            : new ImagePreprocessing.Target.ShortestEdge(24),
                    square,
                    false);
            float[] expected =
                    fixture.readTensor("pixels-" + height + "x" + width).data();
            // A level is 1 / 255 / deviation, above 0.014: nothing less than the same level passes.
            assertThat(pixels.transpose(0, 3, 1, 2).data()).containsExactly(expected, within(2e-6f));
        }
    }

    @Test
    public void shrinksVeryWideImages() {
        // An output pixel has so many input pixels that sums need double precision.
        int width = 4000;
        float[] halfWhite = new float[10 * width * 3];
        for (int i = 0; i < halfWhite.length; i++) {
            halfWhite[i] = i / 3 % width < width / 2 ? 0 : 1;
        }
        ImagePreprocessing how = new ImagePreprocessing(
                Optional.of(new ImagePreprocessing.Target.Exactly(new ImagePreprocessing.Size(10, 10))),
                ResampleFilter.BOX,
                Optional.empty(),
                1,
                List.of(0.0, 0.0, 0.0),
                List.of(1.0, 1.0, 1.0));
        float[] levels =
                run(HostTensor.of(halfWhite, 1, 10, width, 3), how, false).data();
        for (int i = 0; i < levels.length; i++) {
            assertThat(levels[i]).isEqualTo(i / 3 % 10 < 5 ? 0 : 255);
        }
    }

    @Test
    public void gradientGoesThroughTheRounding() {
        float[] grey = new float[20 * 30 * 3];
        Arrays.fill(grey, 0.5f);
        double sum = 0;
        for (float g : run(
                        HostTensor.of(grey, 1, 20, 30, 3),
                        new ImagePreprocessing.Target.ShortestEdge(10),
                        new ImagePreprocessing.Size(10, 10),
                        true)
                .data()) {
            sum += g;
        }
        // Every output pixel is a mean with weights that add to one, except what the crop leaves out.
        double expected = 0;
        for (double d : DEVIATION) {
            expected += 10 * 10 / d;
        }
        assertThat(sum).isCloseTo(expected, within(1e-3 * expected));
    }

    /** Half a level at most is lost by each rounding; what is not rounded follows any change of the images. */
    @Test
    public void continuousImagesAreNotRounded() {
        ImagePreprocessing.Size square = new ImagePreprocessing.Size(10, 10);
        for (int height : new int[] {10, 20}) {
            ImagePreprocessing how = new ImagePreprocessing(
                    Optional.of(new ImagePreprocessing.Target.Exactly(square)),
                    ResampleFilter.BICUBIC,
                    Optional.empty(),
                    1,
                    List.of(0.0, 0.0, 0.0),
                    List.of(1.0, 1.0, 1.0));
            float[] grey = new float[height * 10 * 3];
            Arrays.fill(grey, 100.3f / 255);
            HostTensor images = HostTensor.of(grey, 1, height, 10, 3);
            assertThat(run(images, how, false).data()).containsOnly(100f);
            for (float level : run(images, how, false, true).data()) {
                assertThat(level).isCloseTo(100.3f, within(1e-3f));
            }
            double sum = 0;
            for (float g : run(images, how, true, true).data()) {
                sum += g;
            }
            assertThat(sum).isCloseTo(255 * 10 * 10 * 3, within(1.0));
        }
    }

    @Test
    public void oldConfigurationsAndMissingKeysHaveTheLibrarysMeaning() throws IOException {
        Path folder = Files.createTempDirectory("preprocess");
        Files.writeString(folder.resolve(ImagePreprocessing.FILE), "{\"size\": 20, \"crop_size\": 18}");
        ImagePreprocessing p = ImagePreprocessing.read(folder);
        assertThat(p.resized(new ImagePreprocessing.Size(40, 61))).isEqualTo(new ImagePreprocessing.Size(20, 30));
        assertThat(p.output(new ImagePreprocessing.Size(40, 61))).isEqualTo(new ImagePreprocessing.Size(18, 18));
        assertThat(p.factor()).isEqualTo(1.0 / 255);
        assertThat(p.deviation()).containsExactly(DEVIATION[0], DEVIATION[1], DEVIATION[2]);
    }

    @Test
    public void reportsEveryWrongKey() throws IOException {
        Path folder = Files.createTempDirectory("preprocess");
        Files.writeString(
                folder.resolve(ImagePreprocessing.FILE), "{\"resample\": 9, \"image_std\": [1, 0, 1], \"size\": {}}");
        assertThatThrownBy(() -> ImagePreprocessing.read(folder))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("resample")
                .hasMessageContaining("image_std")
                .hasMessageContaining("size");
    }

    private static HostTensor run(
            HostTensor images, ImagePreprocessing.Target target, ImagePreprocessing.Size crop, boolean gradient) {
        ImagePreprocessing how = new ImagePreprocessing(
                Optional.of(target),
                ResampleFilter.BICUBIC,
                Optional.of(crop),
                1.0 / 255,
                List.of(0.48145466, 0.4578275, 0.40821073),
                List.of(DEVIATION[0], DEVIATION[1], DEVIATION[2]));
        return run(images, how, gradient);
    }

    private static HostTensor run(HostTensor images, ImagePreprocessing how, boolean gradient) {
        return run(images, how, gradient, false);
    }

    private static HostTensor run(HostTensor images, ImagePreprocessing how, boolean gradient, boolean continuous) {
        Function<OracleRunner.Inputs, Map<String, Operand<TFloat32>>> builder = inputs -> {
            Operand<TFloat32> fed = inputs.input("images", images);
            if (continuous) {
                ContinuousImages.declare(inputs.scope(), fed);
            }
            Operand<TFloat32> pixels = ImagePreprocessor.apply(inputs.scope(), how, fed);
            if (!gradient) {
                return Map.of("out", pixels);
            }
            var tf = inputs.scope().tf();
            Operand<TFloat32> sum = tf.reduceSum(pixels, tf.constant(new int[] {0, 1, 2, 3}));
            return Map.of("out", inputs.gradients(sum, List.of(fed)).get(0));
        };
        try (GraphOracleRunner runner = new GraphOracleRunner(List.of(), ThreadSettings.forThisMachine())) {
            return runner.run(builder).get("out");
        }
    }
}
