package org.tempera.policies.stablediffusion;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tempera.diffusers.training.AdapterConfig;
import org.tempera.diffusers.training.AdapterConfig.Kind;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.DiffusionPolicy;

/** The small model of the test resources. */
final class TinyModel {
    private TinyModel() {}

    static Path folder() {
        return resource("/sd-tiny/model");
    }

    /** A folder of the test resources. */
    static Path resource(String name) {
        try {
            return Path.of(
                    Objects.requireNonNull(TinyModel.class.getResource(name)).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A configuration that says nothing besides. */
    static StableDiffusionConfig config(Path model, AdapterConfig adapter) {
        StableDiffusionConfig defaults = new StableDiffusionProvider().defaults();
        return new StableDiffusionConfig(
                model, defaults.height(), defaults.width(), defaults.timesteps(), defaults.preview(), adapter);
    }

    /** It, with adapters of rank 3 or all of its weights trained. */
    static DiffusionPolicy open(Kind kind, boolean checkpointed) {
        AdapterConfig defaults = new StableDiffusionProvider().defaults().adapter();
        return new StableDiffusionProvider()
                .open(new StableDiffusionConfig(
                        folder(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        new AdapterConfig(kind, 3, Optional.empty(), defaults.targets(), Optional.empty()),
                        checkpointed));
    }

    /** Normal numbers. */
    static HostTensor random(Random random, int... shape) {
        float[] data = new float[IntStream.of(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) random.nextGaussian();
        }
        return HostTensor.of(data, shape);
    }

    /** Adds normal numbers to parameters: an adapter's second factor begins at 0, where the first has no gradient. */
    static void move(TrainingSession session, List<Parameter> parameters, float deviation, Random random) {
        parameters.forEach(p -> {
            HostTensor value = session.read(p);
            float[] moved = value.data().clone();
            for (int i = 0; i < moved.length; i++) {
                moved[i] += deviation * (float) random.nextGaussian();
            }
            session.write(p, HostTensor.of(moved, value.shape()));
        });
    }

    /** Width of the text states that the denoiser takes. */
    static int textWidth(DiffusionPolicy policy) {
        return (int) Objects.requireNonNull(policy.text().shapes().get(Conditioning.TEXT_STATES))
                .get(1);
    }

    /** A copy that a test may spoil. */
    static Path copy() throws IOException {
        Path target = Files.createTempDirectory("model");
        Path source = folder();
        try (Stream<Path> files = Files.walk(source)) {
            files.forEach(f -> {
                try {
                    Path to = target.resolve(source.relativize(f).toString());
                    if (Files.isDirectory(f)) {
                        Files.createDirectories(to);
                    } else {
                        Files.copy(f, to);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return target;
    }
}
