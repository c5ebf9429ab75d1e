package org.tempera.core.reward;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.tempera.base.text.Problems;
import org.tempera.graph.ThreadSettings;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.record.image.ImageFiles;
import org.tempera.record.image.RgbImage;
import org.tempera.record.image.SizeGroup;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Precision;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Embeds pictures under a CLIP, a batch at a time, those of one size after those of another. */
public final class PictureEmbedder {
    private static final String EMBEDDINGS = "embeddings";

    private final PretrainedClip clip;
    private final ThreadSettings threads;

    /** An embedder, in float32, under this CLIP. */
    public PictureEmbedder(PretrainedClip clip, ThreadSettings threads) {
        this.clip = clip;
        this.threads = threads;
    }

    /**
     * Embeddings of unit length, in the order of the files.
     *
     * @param done is told how many are embedded so far
     * @throws UserException naming every file that by its header is no readable picture, before any is embedded; or the
     *     first that is found to be damaged
     */
    public float[][] embedFiles(List<Path> files, IntConsumer done) {
        List<PictureSource> pictures = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Path file : files) {
            try {
                pictures.add(new PictureSource.OnDisk(file, ImageFiles.size(file), Optional.empty(), Optional.empty()));
            } catch (UserException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        Problems.fail(problems);
        return embed(pictures, done);
    }

    /**
     * Embeddings of unit length, in the order of the pictures.
     *
     * @param done is told how many are embedded so far
     * @throws UserException naming the first that cannot be read
     */
    public float[][] embed(List<? extends PictureSource> pictures, IntConsumer done) {
        float[][] rows = new float[pictures.size()][];
        int before = 0;
        for (SizeGroup group :
                SizeGroup.of(pictures.stream().map(PictureSource::size).toList())) {
            int start = before;
            embed(pictures, group, rows, n -> done.accept(start + n));
            before += group.pictures().size();
        }
        return rows;
    }

    private void embed(List<? extends PictureSource> pictures, SizeGroup group, float[][] rows, IntConsumer done) {
        int batch = group.batch();
        int count = group.pictures().size();
        String first = pictures.get(group.pictures().get(0)).label();
        try (BatchGraph graph =
                new BatchGraph(group.size(), batch, new BatchGraph.Names(first, "CLIP"), Precision.FLOAT32)) {
            Operand<TFloat32> embeddings = graph.build(
                    images -> clip.embedImagesUnit(graph.graph().scope().child("embed"), images));
            graph.seal(threads, Map.of(), Map.of(EMBEDDINGS, embeddings));
            for (int from = 0; from < count; from += batch) {
                List<Integer> places = group.batchFrom(from);
                List<RgbImage> images =
                        places.stream().map(p -> pictures.get(p).image()).toList();
                HostTensor out =
                        Objects.requireNonNull(graph.run(images, Map.of()).get(EMBEDDINGS));
                int size = out.size(1);
                for (int i = 0; i < batch && from + i < count; i++) {
                    rows[places.get(i)] = Arrays.copyOfRange(out.data(), i * size, (i + 1) * size);
                }
                done.accept(Math.min(from + batch, count));
            }
        }
    }
}
