package org.tempera.core.reward;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tempera.core.workers.Parcel;
import org.tempera.core.workers.Workers;
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

    /** What TensorFlow computes. */
    public Program<?, ?> program() {
        return program;
    }

    /**
     * The steepness at each picture, {@code [picture]}, in units of the training reward; batches are shared out.
     *
     * @param prompts one for each picture
     */
    public double[] of(TrainingSession session, Workers workers, List<RgbImage> pictures, List<String> prompts) {
        double[] all = new double[pictures.size()];
        List<Parcel> found = workers.oneByOne(
                (all.length + batch - 1) / batch,
                number ->
                        new Parcel(Map.of(), Map.of(SignNames.STEEPNESS, ofBatch(session, number, pictures, prompts))));
        for (int i = 0; i < all.length; i++) {
            HostTensor ofBatch =
                    Objects.requireNonNull(found.get(i / batch).tensors().get(SignNames.STEEPNESS));
            all[i] = ofBatch.get(i % batch);
        }
        return all;
    }

    /** The last batch is filled up with repetitions. */
    private HostTensor ofBatch(TrainingSession session, int number, List<RgbImage> pictures, List<String> prompts) {
        List<RgbImage> some = new ArrayList<>();
        List<String> theirs = new ArrayList<>();
        for (int i = number * batch; i < (number + 1) * batch; i++) {
            some.add(pictures.get(Math.min(i, pictures.size() - 1)));
            theirs.add(prompts.get(Math.min(i, pictures.size() - 1)));
        }
        return program.run(
                        session, new Feeds(RgbImage.batch(some), built.feeds().apply(theirs)))
                .steepness();
    }
}
