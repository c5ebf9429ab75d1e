package org.tempera.core.reward;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tempera.graph.Program;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.record.image.ImageSize;
import org.tempera.record.image.RgbImage;
import org.tempera.record.metrics.SignNames;
import org.tempera.spi.HostTensor;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * Measures how steep a run's training reward is at pictures: by how much it is lower at the worst picture of a small
 * ball around each, as {@link BallReward} finds it (after RSA-FT, Kim and Sim, CVPR 2026, arXiv 2603.21175).
 */
public final class Steepness {
    private final int batch;
    private final RewardGradient.Built built;
    private final Program<Feeds, Fetches> program;

    record Feeds(byte[] pictures, Map<String, Object> inputs) {}

    record Fetches(HostTensor steepness) {}

    /**
     * Builds it.
     *
     * @param reward the training reward
     * @param size of the pictures
     * @param batch pictures at a time
     * @param radius of the ball, as that of a reward's own ball
     */
    public Steepness(TrainingGraph graph, RewardGradient reward, ImageSize size, int batch, double radius) {
        this.batch = batch;
        Operand<TUint8> pictures = graph.byteInput("steepness-pictures", batch, size.height(), size.width(), 3);
        Ops tf = graph.scope().child(SignNames.STEEPNESS).tf();
        built = reward.steepness(
                graph,
                SignNames.STEEPNESS,
                tf.math.div(tf.dtypes.cast(pictures, TFloat32.class), tf.constant(255f)),
                radius);
        program = Program.define(SignNames.STEEPNESS, Feeds.class, Fetches.class)
                .feed("pictures", pictures)
                .feedMap("inputs", built.inputs())
                .fetch("steepness", built.reward())
                .build();
    }

    /**
     * The steepness at each picture, {@code [picture]}, in units of the training reward.
     *
     * @param prompts one for each picture
     */
    public double[] of(TrainingSession session, List<RgbImage> pictures, List<String> prompts) {
        double[] all = new double[pictures.size()];
        for (int first = 0; first < all.length; first += batch) {
            List<RgbImage> some = new ArrayList<>();
            List<String> theirs = new ArrayList<>();
            // The last batch is filled up with repetitions.
            for (int i = first; i < first + batch; i++) {
                some.add(pictures.get(Math.min(i, all.length - 1)));
                theirs.add(prompts.get(Math.min(i, all.length - 1)));
            }
            HostTensor found = program.run(
                            session,
                            new Feeds(RgbImage.batch(some), built.feeds().apply(theirs)))
                    .steepness();
            for (int i = first; i < Math.min(first + batch, all.length); i++) {
                all[i] = found.get(i - first);
            }
        }
        return all;
    }
}
