package org.tempera.core.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.tempera.core.checkpoint.CheckpointContent;
import org.tempera.core.checkpoint.CheckpointStore;
import org.tempera.core.checkpoint.NamedTensor;
import org.tempera.core.checkpoint.Retention;
import org.tempera.core.config.StochasticSteps;
import org.tempera.core.config.WindowMove;
import org.tempera.core.sample.ImageSampler.Request;
import org.tempera.graph.ThreadSettings;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Precision;
import org.tempera.toy.ToyPolicy;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ImageSamplerTest {
    private static final int LEVEL = 1;

    @Test
    public void aSeedsPictureIsTheSameInAnyCompany() {
        List<RgbImage> alone = draw(1, List.of(new Request("red", 5)));
        List<RgbImage> many = draw(
                1,
                List.of(new Request("blue", 5), new Request("red", 4), new Request("red", 5), new Request("red", 6)));
        assertThat(many.get(2)).isEqualTo(alone.get(0));
        assertThat(many.get(0)).isNotEqualTo(alone.get(0));
        assertThat(many.get(1)).isNotEqualTo(alone.get(0));
        // In larger batches only rounding may differ.
        List<RgbImage> batched = draw(
                3, List.of(new Request("red", 6), new Request("red", 5), new Request("red", 4), new Request("red", 5)));
        assertThat(batched).hasSize(4);
        assertNear(batched.get(1), alone.get(0));
        assertNear(batched.get(3), alone.get(0));
    }

    @Test
    public void sizesAndSettingsAreChecked() {
        assertThatThrownBy(() -> new SampleSettings(0, 2, -1, "", Optional.of(0), Optional.empty(), 1))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("steps must be at least 1, was 0")
                .hasMessageContaining("eta must be from 0 to 1, was 2.0")
                .hasMessageContaining("guidance-scale must be 0 or more, was -1.0")
                .hasMessageContaining("height must be at least 1, was 0");
    }

    @Test
    public void whatDoesNotFitIntoMemoryIsRefusedBeforeItIsDrawn() {
        SampleSettings many = new SampleSettings(1, 0, 1, "", Optional.empty(), Optional.empty(), 1 << 26);
        assertThatThrownBy(() -> new ImageSampler(new ToyPolicy(), many, 0, new ThreadSettings(1, 1)))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("drawing pictures: too little memory: to draw 67108864 pictures of ")
                .hasMessageContaining("this machine has ")
                .hasMessageContaining("Use batch-size ");
        int side = 1 << 20;
        SampleSettings large = new SampleSettings(1, 0, 1, "", Optional.of(side), Optional.of(side), 1);
        assertThatThrownBy(() -> new ImageSampler(new ToyPolicy(), large, 0, new ThreadSettings(1, 1)))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(
                        "drawing pictures: too little memory: to draw a picture of 1048576x1048576 pixels")
                .hasMessageContaining("Use width ");
    }

    @Test
    public void takesTheWeightsOfACheckpointAndSaysWhatDoesNotFit() throws IOException {
        Path folder = Files.createTempDirectory("checkpoints");
        Path good = save(folder.resolve("good"), 2);
        Path bad = save(folder.resolve("bad"), 3);
        try (ImageSampler sampler = sampler(1)) {
            RgbImage before = sampler.draw("red", 5);
            sampler.load(good);
            assertThat(sampler.draw("red", 5)).isNotEqualTo(before);
            assertThatThrownBy(() -> sampler.load(bad))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("policy/shift: expected [2], found [3]")
                    .hasMessageContaining("does not fit the policy");
        }
    }

    /**
     * The toy's step has deviation 0.5, and a shift of the clean latent moves its mean by 0.4 of it: KL in closed form,
     * whatever the latent.
     */
    @Test
    public void divergenceFromTheWeightsBeforeTrainingIsSummedOverStepsAndLatent() throws IOException {
        Path shifted = save(Files.createTempDirectory("checkpoints"), new float[4], new float[] {0.1f, -0.2f});
        List<Request> requests = List.of(new Request("red", 5), new Request("blue", 6), new Request("red", 7));
        List<ImageSampler.Drawn> drawn = new ArrayList<>();
        try (ImageSampler sampler = new ImageSampler(
                new ToyPolicy(),
                new SampleSettings(3, 1, 2, "", Optional.empty(), Optional.empty(), 2),
                7,
                new ThreadSettings(1, 1),
                List.of(),
                true)) {
            sampler.draw(requests, drawn::add);
            assertThat(drawn).allSatisfy(d -> assertThat(d.divergence()).hasValue(0));
            sampler.load(shifted);
            drawn.clear();
            sampler.draw(requests, drawn::add);
        }
        double step = 16 * (0.04 * 0.04 + 0.08 * 0.08) / (2 * 0.25);
        assertThat(drawn).hasSize(3).allSatisfy(d -> assertThat(d.divergence().getAsDouble())
                .isCloseTo(3 * step, within(1e-5)));
        assertThat(draw(2, List.of(new Request("red", 5)))).hasSize(1);
    }

    @Test
    public void withoutNoiseThereIsNoDivergence() {
        List<ImageSampler.Drawn> drawn = new ArrayList<>();
        try (ImageSampler sampler = new ImageSampler(
                new ToyPolicy(),
                new SampleSettings(2, 0, 2, "", Optional.empty(), Optional.empty(), 1),
                7,
                new ThreadSettings(1, 1),
                List.of(),
                true)) {
            sampler.draw(List.of(new Request("red", 5)), drawn::add);
        }
        assertThat(drawn.get(0).divergence()).isEmpty();
    }

    @DataProvider
    public Object[][] windows() {
        return new Object[][] {
            {StochasticSteps.all(), OptionalInt.of(3)},
            {new StochasticSteps(0, Optional.of(2)), OptionalInt.of(2)},
            {
                new StochasticSteps(0, Optional.of(2), WindowMove.RANDOM, 1, 1, Optional.empty(), false),
                OptionalInt.empty()
            }
        };
    }

    /** As a run's own evaluations have it: noise in the window alone, and none where it moves. */
    @Test(dataProvider = "windows")
    public void stepsOutsideAWindowAddNoNoise(StochasticSteps noisy, OptionalInt steps) throws IOException {
        Path shifted = save(Files.createTempDirectory("checkpoints"), new float[4], new float[] {0.1f, -0.2f});
        List<ImageSampler.Drawn> drawn = new ArrayList<>();
        try (ImageSampler sampler = new ImageSampler(
                new ToyPolicy(),
                new SampleSettings(3, 1, 2, "", Optional.empty(), Optional.empty(), 1, noisy, Precision.FLOAT32),
                7,
                new ThreadSettings(1, 1),
                List.of(),
                true)) {
            sampler.load(shifted);
            sampler.draw(List.of(new Request("red", 5)), drawn::add);
        }
        double step = 16 * (0.04 * 0.04 + 0.08 * 0.08) / (2 * 0.25);
        if (steps.isEmpty()) {
            assertThat(drawn.get(0).divergence()).isEmpty();
        } else {
            assertThat(drawn.get(0).divergence().getAsDouble()).isCloseTo(steps.getAsInt() * step, within(1e-5));
        }
    }

    private static Path save(Path folder, int width) {
        return save(folder, new float[] {1, 0, 0, 1}, new float[width]);
    }

    private static Path save(Path folder, float[] mix, float[] shift) {
        return new CheckpointStore(folder, new Retention(1, 0))
                .save(new CheckpointContent(
                        1,
                        false,
                        false,
                        List.of(
                                new NamedTensor("policy/mix", HostTensor.of(mix, 2, 2)),
                                new NamedTensor("policy/shift", HostTensor.of(shift, shift.length))),
                        Map.of(),
                        Map.of(),
                        OptionalDouble.empty()));
    }

    private static ImageSampler sampler(int batch) {
        return new ImageSampler(
                new ToyPolicy(),
                new SampleSettings(3, 1, 2, "", Optional.empty(), Optional.empty(), batch),
                7,
                new ThreadSettings(1, 1));
    }

    private static List<RgbImage> draw(int batch, List<Request> requests) {
        List<RgbImage> images = new ArrayList<>();
        try (ImageSampler sampler = sampler(batch)) {
            sampler.draw(requests, d -> images.add(d.image()));
        }
        return images;
    }

    private static void assertNear(RgbImage a, RgbImage b) {
        byte[] x = a.bytes();
        byte[] y = b.bytes();
        for (int i = 0; i < x.length; i++) {
            assertThat(Math.abs((x[i] & 255) - (y[i] & 255))).isLessThanOrEqualTo(LEVEL);
        }
    }
}
