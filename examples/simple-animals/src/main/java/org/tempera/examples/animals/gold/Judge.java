package org.tempera.examples.animals.gold;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.GraphParameters;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.spi.HostTensor;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The gold network, ready to look at pictures on the host. */
final class Judge implements AutoCloseable {
    private static final int BATCH = 50;
    private static final int SIZE = 32;
    private static final int VALUES = SIZE * SIZE * 3;

    private final TrainingGraph graph = new TrainingGraph(0);
    private final TrainingSession session;
    private final Program<Feeds, Fetches> program;
    private final int animals;

    record Feeds(HostTensor rgb) {}

    record Fetches(HostTensor animals, HostTensor factors, HostTensor painted) {}

    /**
     * What it says of one picture.
     *
     * @param animals probability of each animal
     * @param factors composition, harmony, light, cleanness
     * @param painted probability that the painter made it
     */
    record Opinion(float[] animals, float[] factors, double painted) {
        int animal() {
            int best = 0;
            for (int i = 1; i < animals.length; i++) {
                best = animals[i] > animals[best] ? i : best;
            }
            return best;
        }

        double quality() {
            double q = 0;
            for (int i = 0; i < 4; i++) {
                q += GoldReward.SHARES[i] * Math.max(0, Math.min(1, factors[i]));
            }
            return q;
        }

        double gold(int asked) {
            return quality() * painted * (GoldReward.BASE + (1 - GoldReward.BASE) * animals[asked]);
        }
    }

    Judge(Path weights, int animals, ThreadSettings threads) {
        this.animals = animals;
        try (SafetensorsFile file = SafetensorsFile.open(weights)) {
            GoldNetwork network =
                    new GoldNetwork(GraphParameters.fromFiles(graph.scope().child("gold"), file, false), animals);
            Operand<TFloat32> rgb = graph.floatInput("rgb", BATCH, SIZE, SIZE, 3);
            Forward f = new Forward(graph.scope().child("judge"));
            GoldNetwork.Verdict v = network.apply(f, rgb);
            program = Program.define("judge", Feeds.class, Fetches.class)
                    .feed("rgb", rgb)
                    .fetch("animals", f.tf().nn.softmax(v.animals()))
                    .fetch("factors", v.factors())
                    .fetch("painted", f.tf().math.sigmoid(v.painted()))
                    .build();
            session = graph.seal(threads);
        }
    }

    List<Opinion> of(List<float[]> pictures) {
        List<Opinion> all = new ArrayList<>();
        for (int from = 0; from < pictures.size(); from += BATCH) {
            float[] rgb = new float[BATCH * VALUES];
            for (int i = 0; i < BATCH; i++) {
                System.arraycopy(pictures.get(Math.min(from + i, pictures.size() - 1)), 0, rgb, i * VALUES, VALUES);
            }
            Fetches out = program.run(session, new Feeds(HostTensor.of(rgb, BATCH, SIZE, SIZE, 3)));
            for (int i = 0; i < BATCH && from + i < pictures.size(); i++) {
                all.add(new Opinion(
                        out.animals().rows(i, i + 1).data(),
                        out.factors().rows(i, i + 1).data(),
                        out.painted().get(i)));
            }
        }
        if (!all.isEmpty() && all.get(0).animals().length != animals) {
            throw new IllegalStateException("expected " + animals + " animals");
        }
        return all;
    }

    @Override
    public void close() {
        session.close();
        graph.close();
    }
}
