package org.tempera.core.preference;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.tempera.core.graph.Program;
import org.tempera.core.graph.ThreadSettings;
import org.tempera.core.graph.TrainingGraph;
import org.tempera.core.graph.TrainingSession;
import org.tempera.core.image.ImageFiles;
import org.tempera.core.image.ImageSize;
import org.tempera.core.image.RgbImage;
import org.tempera.core.image.SizeGroup;
import org.tempera.core.reward.PictureScorer;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/** Embeds picture files under a CLIP, a batch at a time, those of one size after those of another. */
final class PictureEmbedder {
    private final PretrainedClip clip;
    private final ThreadSettings threads;

    record Pixels(byte[] pictures) {}

    record Rows(HostTensor embeddings) {}

    PictureEmbedder(PretrainedClip clip, ThreadSettings threads) {
        this.clip = clip;
        this.threads = threads;
    }

    /**
     * Embeddings of unit length, in the order of the files.
     *
     * @param done is told how many are embedded so far
     * @throws UserException naming every file that by its header is no readable picture, before any is embedded; or the first
     *     that is found to be damaged
     */
    float[][] embed(List<Path> files, IntConsumer done) {
        List<ImageSize> sizes = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Path file : files) {
            try {
                sizes.add(ImageFiles.size(file));
            } catch (UserException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        PreferenceFile.fail(problems);
        float[][] rows = new float[files.size()][];
        int before = 0;
        for (SizeGroup group : SizeGroup.of(sizes)) {
            int start = before;
            embed(files, group, rows, n -> done.accept(start + n));
            before += group.pictures().size();
        }
        return rows;
    }

    private void embed(List<Path> files, SizeGroup group, float[][] rows, IntConsumer done) {
        int batch = group.batch();
        int count = group.pictures().size();
        group.requireModest(files.get(group.pictures().get(0)).toString());
        try (TrainingGraph graph = new TrainingGraph(0)) {
            Operand<TUint8> input = graph.byteInput(
                    "pictures", batch, group.size().height(), group.size().width(), 3);
            Program<Pixels, Rows> program = Program.define("embed", Pixels.class, Rows.class)
                    .feed("pictures", input)
                    .fetch("embeddings", embedding(graph, input, files, group))
                    .build();
            try (TrainingSession session = graph.seal(threads)) {
                for (int from = 0; from < count; from += batch) {
                    List<Integer> places = group.batchFrom(from);
                    byte[] pixels = RgbImage.batch(places.stream()
                            .map(p -> ImageFiles.read(files.get(p)))
                            .toList());
                    HostTensor out = program.run(session, new Pixels(pixels)).embeddings();
                    int size = out.size(1);
                    for (int i = 0; i < batch && from + i < count; i++) {
                        rows[places.get(i)] = Arrays.copyOfRange(out.data(), i * size, (i + 1) * size);
                    }
                    done.accept(Math.min(from + batch, count));
                }
            }
        }
    }

    /** Builds the encoder; what it says of the pictures' size is said of the first of them. */
    private Operand<TFloat32> embedding(TrainingGraph graph, Operand<TUint8> input, List<Path> files, SizeGroup group) {
        try {
            return clip.embedImagesUnit(graph.scope().child("embed"), PictureScorer.floats(graph, input));
        } catch (UserException e) {
            throw new UserException(files.get(group.pictures().get(0)) + ": " + e.getMessage(), e);
        }
    }
}
