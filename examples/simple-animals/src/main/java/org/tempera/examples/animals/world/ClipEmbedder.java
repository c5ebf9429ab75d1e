package org.tempera.examples.animals.world;

import java.util.Arrays;
import java.util.List;
import org.tempera.graph.Program;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.clip.ClipModel;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.GraphParameters;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.spi.HostTensor;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Unit-length embeddings of pictures and texts under the world's CLIP. */
public final class ClipEmbedder implements AutoCloseable {
    private static final int BATCH = 50;

    private final TrainingGraph graph = new TrainingGraph(0);
    private final TrainingSession session;
    private final Program<Pictures, Embeddings> pictures;
    private final Program<Words, Embeddings> words;
    private final Texts texts;

    record Pictures(HostTensor rgb) {}

    record Words(int[] ids) {}

    record Embeddings(HostTensor rows) {}

    public ClipEmbedder(World world) {
        texts = world.texts();
        int size = WorldSettings.PIXELS;
        try (SafetensorsFile file = SafetensorsFile.open(world.clip().resolve("model.safetensors"))) {
            ClipModel model = new ClipModel(
                    GraphParameters.fromFiles(graph.scope().child("clip"), file, false), MiniClip.config(texts));
            Forward f = new Forward(graph.scope().child("embed"));
            Operand<TFloat32> rgb = graph.floatInput("rgb", BATCH, size, size, 3);
            Operand<TInt32> ids = graph.intInput("ids", BATCH, WorldSettings.TEXT_LENGTH);
            pictures = Program.define("embed-pictures", Pictures.class, Embeddings.class)
                    .feed("rgb", rgb)
                    .fetch("rows", MiniClip.embedding(f, model, rgb))
                    .build();
            words = Program.define("embed-texts", Words.class, Embeddings.class)
                    .feed("ids", ids)
                    .fetch("rows", ClipModel.unit(f, model.textFeatures(f, ids)))
                    .build();
            session = graph.seal(world.settings().threads());
        }
    }

    /** Embeddings of pictures of RGB in [0,1], one row each. */
    public float[][] pictures(List<float[]> all) {
        float[][] rows = new float[all.size()][];
        int size = WorldSettings.PIXELS;
        for (int from = 0; from < rows.length; from += BATCH) {
            float[] rgb = new float[BATCH * WorldSettings.VALUES];
            for (int i = 0; i < BATCH; i++) {
                float[] one = all.get(Math.min(from + i, rows.length - 1));
                System.arraycopy(one, 0, rgb, i * WorldSettings.VALUES, WorldSettings.VALUES);
            }
            HostTensor out = pictures.run(session, new Pictures(HostTensor.of(rgb, BATCH, size, size, 3)))
                    .rows();
            split(out, rows, from);
        }
        return rows;
    }

    /** Embeddings of at most 50 texts, one row each. */
    public float[][] texts(List<String> all) {
        float[][] rows = new float[all.size()][];
        int[] ids = Arrays.copyOf(texts.ids(all), BATCH * WorldSettings.TEXT_LENGTH);
        split(words.run(session, new Words(ids)).rows(), rows, 0);
        return rows;
    }

    private static void split(HostTensor out, float[][] rows, int from) {
        int width = out.size(1);
        for (int i = 0; i < BATCH && from + i < rows.length; i++) {
            rows[from + i] = Arrays.copyOfRange(out.data(), i * width, (i + 1) * width);
        }
    }

    @Override
    public void close() {
        session.close();
        graph.close();
    }
}
