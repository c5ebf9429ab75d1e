package org.tempera.core.rollout;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.tempera.graph.Divergence;
import org.tempera.graph.Program;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.record.image.ImageFiles;
import org.tempera.record.image.ImageSize;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.PolicyShape;

/**
 * Latents of picture files, each encoded once in the life of a run: the autoencoder is frozen. A picture is encoded
 * alone, so that its latents do not depend on others. For use by several threads.
 */
public final class EncodedPictures {
    private final ImageSize size;
    private final Program<Picture, Encoded> program;
    private final Map<Path, HostTensor> cache = new ConcurrentHashMap<>();

    record Picture(HostTensor picture) {}

    record Encoded(HostTensor latents) {}

    /** Builds the encoding of one picture at a time. */
    public EncodedPictures(TrainingGraph graph, PolicyShape shape, PolicyNetwork network) {
        size = new ImageSize(shape.imageWidth(), shape.imageHeight());
        var picture = graph.floatInput("picture", 1, size.height(), size.width(), 3);
        program = Program.define("encode picture", Picture.class, Encoded.class)
                .feed("picture", picture)
                .fetch("latents", network.encode(graph.scope().child("encode-picture"), picture))
                .build();
    }

    /** What TensorFlow computes. */
    public Program<?, ?> program() {
        return program;
    }

    /**
     * A picture's latents in the sampler's scale, {@code [1, height, width, channels]}.
     *
     * @throws UserException if it cannot be read, has another size than the policy's, or its latents are not finite
     */
    HostTensor of(TrainingSession session, Path file) {
        return cache.computeIfAbsent(file, f -> encode(session, f));
    }

    private HostTensor encode(TrainingSession session, Path file) {
        RgbImage picture = ImageFiles.read(file);
        if (!picture.size().equals(size)) {
            throw new UserException(file + ": expected a picture of " + size
                    + " pixels, as the policy draws them, found " + picture.size() + ".");
        }
        HostTensor latents =
                program.run(session, new Picture(picture.toTensor())).latents();
        if (!Divergence.isFinite(latents.data())) {
            throw new UserException(file
                    + ": the policy's autoencoder makes numbers of it that are not finite. Leave the picture out.");
        }
        return latents;
    }
}
