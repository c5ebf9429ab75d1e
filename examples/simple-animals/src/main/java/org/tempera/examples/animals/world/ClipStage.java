package org.tempera.examples.animals.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tempera.base.random.StatelessRandom;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.learn.SupervisedTrainer;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.clip.ClipConfig;
import org.tempera.nn.clip.ClipModel;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.GraphParameters;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.spi.HostTensor;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Trains mini CLIP by contrast (Radford et al., 2021); captions that are equal count as positives. */
final class ClipStage {
    static final String NAME = "mini-clip";
    private static final int STEPS = 1600;
    private static final int BATCH = 96;
    private static final int SHIFT = 2;
    private static final long SALT = 11;

    private ClipStage() {}

    static void run(World world) {
        WorldSettings settings = world.settings();
        Texts texts = world.texts();
        ClipConfig config = MiniClip.config(texts);
        int size = WorldSettings.PIXELS;
        try (TrainingGraph graph = new TrainingGraph(StatelessRandom.seed(settings.seed(), SALT))) {
            Operand<TFloat32> rgb = graph.floatInput("rgb", BATCH, size, size, 3);
            Operand<TInt32> ids = graph.intInput("ids", BATCH, WorldSettings.TEXT_LENGTH);
            Operand<TFloat32> same = graph.floatInput("same", BATCH, BATCH);
            GraphParameters parameters = GraphParameters.fresh(graph.scope().child("clip"));
            ClipModel model = new ClipModel(parameters, config);
            Forward f = new Forward(graph.scope().child("loss"));
            Ops tf = f.tf();
            Operand<TFloat32> images = MiniClip.embedding(f, model, rgb);
            Operand<TFloat32> captions = ClipModel.unit(f, model.textFeatures(f, ids));
            Operand<TFloat32> logits = f.multiply(
                    tf.linalg.matMul(images, tf.linalg.transpose(captions, tf.constant(new int[] {1, 0}))),
                    model.scale(f));
            Operand<TFloat32> other = tf.linalg.transpose(logits, tf.constant(new int[] {1, 0}));
            Operand<TFloat32> loss = f.scale(f.add(crossEntropy(tf, logits, same), crossEntropy(tf, other, same)), .5);
            SupervisedTrainer trainer = new SupervisedTrainer(
                    graph,
                    NAME,
                    parameters.parameters(),
                    new OptimizerSettings(1.2e-3, 0, 0, .9, .98, 1e-8, .05, 1),
                    Map.of("rgb", rgb, "ids", ids, "same", same),
                    loss,
                    Map.of());
            try (TrainingSession session = graph.seal(settings.threads())) {
                TrainingLoop loop = new TrainingLoop(
                        NAME,
                        settings.work(),
                        trainer,
                        session,
                        settings.cycles(NAME, new TrainingLoop.Cycle(STEPS, 1)),
                        50,
                        0);
                loop.run(step -> batch(world, texts, step));
                SafetensorsWriter writer = new SafetensorsWriter();
                parameters.write(writer, loop.values(parameters.parameters()), true);
                writer.write(world.clip().resolve("model.safetensors"));
            }
        }
        MiniClip.writeConfigs(world.clip(), config);
    }

    /** The mean over rows of the cross-entropy with targets that sum to 1 in a row. */
    private static Operand<TFloat32> crossEntropy(Ops tf, Operand<TFloat32> logits, Operand<TFloat32> targets) {
        Operand<TFloat32> products = tf.math.mul(tf.nn.logSoftmax(logits), targets);
        return tf.math.neg(tf.math.mean(tf.reduceSum(products, tf.constant(1)), tf.constant(0)));
    }

    private static Map<String, Object> batch(World world, Texts texts, long step) {
        StatelessRandom random = StatelessRandom.of(world.settings().seed(), SALT, step);
        List<WorldPicture> pictures = world.train();
        float[] rgb = new float[BATCH * WorldSettings.VALUES];
        List<String> captions = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            WorldPicture p = pictures.get(random.nextInt(pictures.size()));
            int dx = random.nextInt(2 * SHIFT + 1) - SHIFT;
            int dy = random.nextInt(2 * SHIFT + 1) - SHIFT;
            p.write(rgb, i * WorldSettings.VALUES, dx, dy, (float) (.96 + .08 * random.nextDouble()));
            captions.add(p.captions().get(random.nextInt(p.captions().size())));
        }
        float[] same = new float[BATCH * BATCH];
        for (int i = 0; i < BATCH; i++) {
            int count = 0;
            for (int j = 0; j < BATCH; j++) {
                count += captions.get(i).equals(captions.get(j)) ? 1 : 0;
            }
            for (int j = 0; j < BATCH; j++) {
                same[i * BATCH + j] = captions.get(i).equals(captions.get(j)) ? 1f / count : 0;
            }
        }
        int size = WorldSettings.PIXELS;
        return Map.of(
                "rgb", HostTensor.of(rgb, BATCH, size, size, 3),
                "ids", texts.ids(captions),
                "same", HostTensor.of(same, BATCH, BATCH));
    }
}
