package org.tempera.core.preference;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.tempera.core.graph.Program;
import org.tempera.core.graph.ThreadSettings;
import org.tempera.core.graph.TrainingGraph;
import org.tempera.core.graph.TrainingSession;
import org.tempera.core.image.ImageFiles;
import org.tempera.core.image.RgbImage;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Embeds picture files under a CLIP, a batch at a time, those of one size after those of another. */
final class PictureEmbedder {
    private static final int BATCH = 8;

    private final PretrainedClip clip;
    private final ThreadSettings threads;

    record Pixels(HostTensor pictures) {}

    record Rows(HostTensor embeddings) {}

    PictureEmbedder(PretrainedClip clip, ThreadSettings threads) {
        this.clip = clip;
        this.threads = threads;
    }

    /**
     * Embeddings of unit length, in the order of the files.
     *
     * @param done is told how many are embedded so far
     * @throws UserException naming every file that is no readable picture, before any is embedded
     */
    float[][] embed(List<Path> files, IntConsumer done) {
        Map<List<Integer>, List<Integer>> bySize = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            try {
                // Read again when it is embedded: all together may not fit into memory.
                RgbImage image = ImageFiles.read(files.get(i));
                bySize.computeIfAbsent(List.of(image.height(), image.width()), s -> new ArrayList<>())
                        .add(i);
            } catch (UserException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        PreferenceFile.fail(problems);
        float[][] rows = new float[files.size()][];
        int before = 0;
        for (Map.Entry<List<Integer>, List<Integer>> e : bySize.entrySet()) {
            int start = before;
            embed(files, e.getKey().get(0), e.getKey().get(1), e.getValue(), rows, n -> done.accept(start + n));
            before += e.getValue().size();
        }
        return rows;
    }

    private void embed(List<Path> files, int height, int width, List<Integer> which, float[][] rows, IntConsumer done) {
        int batch = Math.min(BATCH, which.size());
        try (TrainingGraph graph = new TrainingGraph(0)) {
            Operand<TFloat32> input = graph.floatInput("pictures", batch, height, width, 3);
            Program<Pixels, Rows> program = Program.define("embed", Pixels.class, Rows.class)
                    .feed("pictures", input)
                    .fetch("embeddings", clip.embedImagesUnit(graph.scope().child("embed"), input))
                    .build();
            try (TrainingSession session = graph.seal(threads)) {
                for (int from = 0; from < which.size(); from += batch) {
                    List<HostTensor> pictures = new ArrayList<>();
                    for (int i = 0; i < batch; i++) {
                        // The last batch is filled up with repetitions.
                        int at = which.get(Math.min(from + i, which.size() - 1));
                        pictures.add(ImageFiles.read(files.get(at)).toTensor());
                    }
                    HostTensor pixels = HostTensor.stack(pictures).reshape(batch, height, width, 3);
                    HostTensor out = program.run(session, new Pixels(pixels)).embeddings();
                    int size = out.size(1);
                    for (int i = 0; i < batch && from + i < which.size(); i++) {
                        rows[which.get(from + i)] = Arrays.copyOfRange(out.data(), i * size, (i + 1) * size);
                    }
                    done.accept(Math.min(from + batch, which.size()));
                }
            }
        }
    }
}
