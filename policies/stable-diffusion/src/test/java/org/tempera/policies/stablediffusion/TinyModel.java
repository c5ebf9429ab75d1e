package org.tempera.policies.stablediffusion;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.tempera.diffusers.training.AdapterConfig;
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
