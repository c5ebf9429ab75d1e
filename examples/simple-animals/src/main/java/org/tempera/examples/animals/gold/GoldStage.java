package org.tempera.examples.animals.gold;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tempera.base.random.StatelessRandom;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.learn.SupervisedTrainer;
import org.tempera.examples.animals.painter.Animal;
import org.tempera.examples.animals.world.LinearCode;
import org.tempera.examples.animals.world.Stage;
import org.tempera.examples.animals.world.TrainingLoop;
import org.tempera.examples.animals.world.World;
import org.tempera.examples.animals.world.WorldPicture;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.GraphParameters;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.spi.HostTensor;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Trains the gold scorer on pictures of its own, also autoencoded and spoilt ones. */
public final class GoldStage implements Stage {
    static final String ANIMALS = "animals";
    private static final int STEPS = 2000;
    private static final int BATCH = 64;
    private static final int SPOILT = 12;
    private static final int SIZE = 32;
    private static final int VALUES = SIZE * SIZE * 3;
    private static final int SHIFT = 2;
    private static final long SALT = 14;
    private static final float STRAY_UNIT = 4;

    @Override
    public String name() {
        return "gold";
    }

    @Override
    public int order() {
        return 10;
    }

    static Path weights(World world) {
        return world.settings().output().resolve("gold.safetensors");
    }

    @Override
    public void run(World world) {
        List<WorldPicture> pictures =
                world.pictures("gold", SALT, world.settings().pictures() / 2);
        LinearCode code = LinearCode.read(world.linearCode());
        int classes = world.settings().animals().size();
        try (TrainingGraph graph =
                new TrainingGraph(StatelessRandom.seed(world.settings().seed(), SALT))) {
            Operand<TFloat32> rgb = graph.floatInput("rgb", BATCH, SIZE, SIZE, 3);
            Operand<TFloat32> animal = graph.floatInput("animal", BATCH, classes);
            Operand<TFloat32> factors = graph.floatInput("factors", BATCH, 4);
            Operand<TFloat32> stray = graph.floatInput("stray", BATCH);
            Operand<TFloat32> painted = graph.floatInput("painted", BATCH);
            GraphParameters parameters = GraphParameters.fresh(graph.scope().child("gold"));
            GoldNetwork network = new GoldNetwork(parameters, classes);
            Forward f = new Forward(graph.scope().child("loss"));
            Ops tf = f.tf();
            GoldNetwork.Verdict v = network.apply(f, rgb);
            Operand<TFloat32> ofClass = tf.math.neg(
                    tf.reduceSum(tf.math.mul(tf.nn.logSoftmax(v.animals()), animal), tf.constant(new int[] {0, 1})));
            Operand<TFloat32> classLoss = f.scale(ofClass, 1.0 / BATCH);
            Operand<TFloat32> factorLoss = masked(
                    tf, tf.reduceSum(tf.math.square(tf.math.sub(v.factors(), factors)), tf.constant(1)), painted);
            Operand<TFloat32> strayLoss = masked(tf, tf.math.square(tf.math.sub(v.stray(), stray)), painted);
            // -log sigmoid of the right side: softplus(x) - y x.
            Operand<TFloat32> paintedLoss = tf.math.mean(
                    tf.math.sub(tf.math.softplus(v.painted()), tf.math.mul(painted, v.painted())), tf.constant(0));
            Operand<TFloat32> loss =
                    f.add(f.add(classLoss, f.scale(factorLoss, 4)), f.add(f.scale(strayLoss, 2), paintedLoss));
            SupervisedTrainer trainer = new SupervisedTrainer(
                    graph,
                    name(),
                    parameters.parameters(),
                    new OptimizerSettings(2e-3, 0, 0, .9, .99, 1e-8, .02, 1),
                    Map.of("rgb", rgb, "animal", animal, "factors", factors, "stray", stray, "painted", painted),
                    loss,
                    Map.of("animal", classLoss, "factors", factorLoss, "painted", paintedLoss));
            try (TrainingSession session = graph.seal(world.settings().threads())) {
                TrainingLoop loop = new TrainingLoop(
                        name(),
                        world.settings().work(),
                        trainer,
                        session,
                        world.settings().cycles(name(), new TrainingLoop.Cycle(STEPS, 1)),
                        60,
                        .99);
                loop.run(step -> batch(world, pictures, code, classes, step));
                loop.takeAverages();
                SafetensorsWriter writer = new SafetensorsWriter();
                StringBuilder words = new StringBuilder();
                for (Animal a : world.settings().animals()) {
                    words.append(words.length() == 0 ? "" : " ").append(a.word());
                }
                writer.metadata(ANIMALS, words.toString());
                parameters.write(writer, loop.values(parameters.parameters()), true);
                writer.write(weights(world));
            }
        }
    }

    private static Operand<TFloat32> masked(Ops tf, Operand<TFloat32> values, Operand<TFloat32> mask) {
        return tf.math.mean(tf.math.mul(values, mask), tf.constant(0));
    }

    private static Map<String, Object> batch(
            World world, List<WorldPicture> pictures, LinearCode code, int classes, long step) {
        StatelessRandom random = StatelessRandom.of(world.settings().seed(), SALT, step);
        float[] rgb = new float[BATCH * VALUES];
        float[] animal = new float[BATCH * classes];
        float[] factors = new float[BATCH * 4];
        float[] stray = new float[BATCH];
        float[] painted = new float[BATCH];
        float[] other = new float[VALUES];
        for (int i = 0; i < BATCH; i++) {
            WorldPicture p = pictures.get(random.nextInt(pictures.size()));
            float[] one = new float[VALUES];
            // Small shifts only: a picture's place on the canvas is part of its composition.
            p.write(one, 0, random.nextInt(2 * SHIFT + 1) - SHIFT, random.nextInt(2 * SHIFT + 1) - SHIFT, (float)
                    (.98 + .04 * random.nextDouble()));
            if (i < SPOILT) {
                pictures.get(random.nextInt(pictures.size())).write(other, 0);
                Spoiler.Kind[] kinds = Spoiler.Kind.values();
                one = Spoiler.spoil(one, other, kinds[random.nextInt(kinds.length)], random);
            } else {
                painted[i] = 1;
                one = augmented(one, code, random);
                animal[i * classes + p.animal()] = 1;
                System.arraycopy(p.quality().toArray(), 0, factors, 4 * i, 4);
                stray[i] = p.strayShapes() / STRAY_UNIT;
            }
            System.arraycopy(one, 0, rgb, i * VALUES, VALUES);
        }
        return Map.of(
                "rgb", HostTensor.of(rgb, BATCH, SIZE, SIZE, 3),
                "animal", HostTensor.of(animal, BATCH, classes),
                "factors", HostTensor.of(factors, BATCH, 4),
                "stray", HostTensor.of(stray, BATCH),
                "painted", HostTensor.of(painted, BATCH));
    }

    /**
     * What the autoencoder and a good sample would still show: half are autoencoded, some softened or a little noisy.
     */
    private static float[] augmented(float[] rgb, LinearCode code, StatelessRandom random) {
        float[] out = rgb;
        if (random.nextDouble() < .5) {
            float[] latents = new float[64 * code.channels()];
            code.encode(out, latents, 0);
            double strength = .25 * random.nextDouble();
            for (int k = 0; k < latents.length; k++) {
                latents[k] += (float) (strength * random.nextGaussian());
            }
            out = code.decode(latents, 0);
        }
        if (random.nextDouble() < .25) {
            out = Spoiler.blur(out);
        }
        if (random.nextDouble() < .15) {
            out = out.clone();
            for (int k = 0; k < out.length; k++) {
                out[k] = (float) Math.max(0, Math.min(1, out[k] + .03 * random.nextGaussian()));
            }
        }
        return out;
    }
}
