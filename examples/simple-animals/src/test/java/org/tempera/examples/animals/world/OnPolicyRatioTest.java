package org.tempera.examples.animals.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.tempera.core.train.EpochResult;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.policies.stablediffusion.unet.UNet;
import org.tempera.policies.stablediffusion.unet.UNetConfigReader;
import org.tempera.runtime.OpenRun;
import org.tempera.runtime.Tempera;
import org.tempera.spi.MetricNames;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Sampling and training must give a step the same log-probability, though they batch it with other samples and
 * timesteps.
 */
public class OnPolicyRatioTest {
    private static final Path CONFIG = Path.of("tdpo-r.conf").toAbsolutePath();

    private static final String WIDTHS = "\"block_out_channels\": [64, 128]";
    private static final Path MODEL = Path.of("models/mini-sd").toAbsolutePath();

    private Path folder;

    @BeforeClass
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("ratio");
    }

    @AfterClass
    public void removeFolder() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    @DataProvider
    Object[][] runs() {
        return new Object[][] {{"tdpo-r", 1}, {"tdpo-r", 2}, {"ddpo", 2}};
    }

    @Test(dataProvider = "runs")
    public void importanceRatioOfTheMiniModelIsOneBeforeAnUpdate(String algorithm, int threads) {
        assertRatioIsOne(
                List.of("algorithm.use=" + algorithm, "run.threads=" + threads, "sampling.batches-per-epoch=2"));
    }

    /** Kernels choose their ways by the sizes of matrices: 1,024 columns took one that smaller widths did not. */
    @Test
    public void importanceRatioOfAWiderModelIsOneBeforeAnUpdate() throws IOException {
        assertRatioIsOne(List.of(
                "algorithm.use=ddpo",
                "algorithm.ddpo.batch-size=8",
                "run.threads=2",
                "policy.stable-diffusion.weights=\"" + widerModel() + "\"",
                "sampling.samples-per-prompt=1",
                "sampling.batch-size=8",
                "sampling.batches-per-epoch=2"));
    }

    private void assertRatioIsOne(List<String> overrides) {
        Tempera tempera = Tempera.load(getClass().getClassLoader());
        List<String> all = new ArrayList<>(overrides);
        all.addAll(List.of(
                "run.output=\"" + folder.resolve("run-" + System.nanoTime()) + "\"",
                "sampling.steps=5",
                // Every ratio of the epoch is that before an update.
                "optimizer.learning-rate=0"));
        try (OpenRun run = tempera.start(tempera.config(CONFIG, all))) {
            EpochResult epoch = run.trainer().trainEpoch();
            assertThat(epoch.metrics().get(MetricNames.ON_POLICY_RATIO_ERROR))
                    .isNotNull()
                    .isLessThanOrEqualTo(1e-6);
            assertThat(epoch.metrics().get(MetricNames.RATIO_ERROR)).isNotNull().isLessThanOrEqualTo(1e-6);
        }
    }

    /** The mini model with another denoiser: random weights, feed-forward layers of 256 to 1,024 columns. */
    private Path widerModel() throws IOException {
        Path model = folder.resolve("wider");
        try (Stream<Path> files = Files.walk(MODEL)) {
            for (Path p : files.filter(Files::isRegularFile).toList()) {
                Path copy = model.resolve(MODEL.relativize(p).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(p, copy);
            }
        }
        Path config = model.resolve("unet/config.json");
        String wider = Files.readString(config).replaceAll("\"block_out_channels\": *\\[[^]]*]", WIDTHS);
        assertThat(wider).contains(WIDTHS);
        Files.writeString(config, wider);
        ParameterInventory inventory = new ParameterInventory();
        new UNet(inventory, UNetConfigReader.read(ModelConfig.read(config)));
        Random random = new Random(11);
        SafetensorsWriter weights = new SafetensorsWriter();
        inventory.entries().forEach((name, entry) -> {
            Shape shape = entry.fileShape();
            float[] values = new float[Math.toIntExact(shape.size())];
            boolean norm = shape.numDimensions() == 1 && name.endsWith("weight");
            double scale = norm ? 0.1 : Math.sqrt((double) shape.get(0) / values.length);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((norm ? 1 : 0) + scale * random.nextGaussian());
            }
            weights.addFloats(name, shape, values);
        });
        weights.write(model.resolve("unet/diffusion_pytorch_model.safetensors"));
        return model;
    }
}
