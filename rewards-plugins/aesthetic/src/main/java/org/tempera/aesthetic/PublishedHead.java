package org.tempera.aesthetic;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.tempera.nn.clip.EmbeddingHead;

/**
 * The head of the LAION aesthetic predictor v2 (Schuhmann, 2022) for ViT-L/14, in the plugin's jar. Its five layers
 * have no nonlinearities and are one affine map.
 */
final class PublishedHead {
    private static final String NAME = "sac+logos+ava1-l14-linearMSE.pth";

    private PublishedHead() {}

    /** Reads it, through a file for as long as that takes. */
    static EmbeddingHead read() {
        try (InputStream in = PublishedHead.class.getResourceAsStream(NAME)) {
            if (in == null) {
                throw new IllegalStateException("the aesthetic plugin's jar lacks " + NAME);
            }
            Path file = Files.createTempFile("tempera-aesthetic", ".pth");
            try {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                return EmbeddingHead.read(file).named(Path.of(NAME));
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the aesthetic plugin's head cannot be unpacked", e);
        }
    }
}
