package org.tempera.examples.animals.world;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.random.StatelessRandom;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.learn.SupervisedTrainer;
import org.tempera.diffusers.vae.VaeConfig;
import org.tempera.diffusers.vae.VaeDecoder;
import org.tempera.diffusers.vae.VaeEncoder;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.GraphParameters;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Makes the autoencoder: an encoder that computes principal components of patches, so that latents are known before any
 * training, and a decoder trained to invert it.
 */
final class VaeStage {
    static final String NAME = "vae";
    static final int LATENT_CHANNELS = 12;
    private static final int FIT_PICTURES = 4000;
    private static final TrainingLoop.Cycle FIRST = new TrainingLoop.Cycle(1000, 1);
    private static final TrainingLoop.Cycle SECOND = new TrainingLoop.Cycle(4000, .6);
    private static final int BATCH = 16;
    private static final int GROUPS = 8;
    private static final long SALT = 12;
    /** Samples are not as clean as encoded pictures. */
    private static final float LATENT_NOISE = .05f;

    private VaeStage() {}

    static Path folder(World world) {
        return world.diffusion().resolve("vae");
    }

    static Path weights(World world) {
        return folder(world).resolve("diffusion_pytorch_model.safetensors");
    }

    /** Fits the linear code and writes the configuration. */
    static void fit(World world) {
        List<WorldPicture> pictures = world.train();
        LinearCode.fit(pictures.subList(0, Math.min(FIT_PICTURES, pictures.size())), LATENT_CHANNELS)
                .write(world.linearCode());
        TextFile.write(
                folder(world).resolve("config.json"),
                """
                {
                  "_class_name": "AutoencoderKL",
                  "in_channels": 3,
                  "out_channels": 3,
                  "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
                  "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"],
                  "block_out_channels": [32, 48, 64],
                  "layers_per_block": 1,
                  "act_fn": "silu",
                  "latent_channels": 12,
                  "norm_num_groups": 8,
                  "sample_size": 32,
                  "scaling_factor": 1.0,
                  "use_quant_conv": false,
                  "use_post_quant_conv": false
                }
                """);
    }

    static VaeConfig config(World world) {
        ModelConfig file = ModelConfig.read(folder(world).resolve("config.json"));
        VaeConfig config = VaeConfig.read(file);
        file.finish();
        return config;
    }

    static void run(World world) {
        WorldSettings settings = world.settings();
        LinearCode code = LinearCode.read(world.linearCode());
        VaeConfig config = config(world);
        int size = WorldSettings.PIXELS;
        try (TrainingGraph graph = new TrainingGraph(StatelessRandom.seed(settings.seed(), SALT))) {
            Operand<TFloat32> latents =
                    graph.floatInput("latents", BATCH, LinearCode.GRID, LinearCode.GRID, LATENT_CHANNELS);
            Operand<TFloat32> rgb = graph.floatInput("rgb", BATCH, size, size, 3);
            GraphParameters parameters = GraphParameters.fresh(graph.scope().child("vae"));
            EncoderWeights encoderWeights = new EncoderWeights(code, GROUPS);
            new VaeEncoder(new FixedStart(parameters, encoderWeights), config);
            List<Parameter> encoder = parameters.parameters();
            VaeDecoder decoder = new VaeDecoder(new FixedStart(parameters, VaeStage::decoderStart), config);
            List<Parameter> trained = new ArrayList<>(parameters.parameters());
            trained.removeAll(encoder);
            Forward f = new Forward(graph.scope().child("loss"));
            Ops tf = f.tf();
            Operand<TFloat32> d = tf.math.sub(decoder.apply(f, latents), tf.math.sub(f.scale(rgb, 2), tf.constant(1f)));
            Operand<TFloat32> l1 = mean(tf, tf.math.abs(d));
            Operand<TFloat32> edges = f.scale(
                    f.add(
                            mean(tf, tf.math.abs(tf.math.sub(part(tf, d, 1, 0), part(tf, d, 0, 0)))),
                            mean(tf, tf.math.abs(tf.math.sub(part(tf, d, 0, 1), part(tf, d, 0, 0))))),
                    .5);
            Operand<TFloat32> square = mean(tf, tf.math.square(d));
            Operand<TFloat32> loss = f.add(f.add(l1, edges), square);
            SupervisedTrainer trainer = new SupervisedTrainer(
                    graph,
                    NAME,
                    trained,
                    new OptimizerSettings(3e-3, 0, 0, .9, .99, 1e-8, 0, 1),
                    Map.of("latents", latents, "rgb", rgb),
                    loss,
                    Map.of("square", square));
            try (TrainingSession session = graph.seal(settings.threads())) {
                TrainingLoop loop = new TrainingLoop(
                        NAME, settings.work(), trainer, session, settings.cycles(NAME, FIRST, SECOND), 40, .99);
                loop.run(step -> batch(world, code, step));
                loop.takeAverages();
                SafetensorsWriter writer = new SafetensorsWriter();
                parameters.write(writer, loop.values(parameters.parameters()), true);
                writer.write(weights(world));
            }
        }
    }

    /** Residual branches begin at zero; the last norm sees a constant pattern, so that it hardly rescales pictures. */
    private static Optional<float[]> decoderStart(String name, Shape shape) {
        float[] w = new float[Math.toIntExact(shape.size())];
        if (name.contains(".conv2.") || name.contains(".to_out.")) {
            return Optional.of(w);
        }
        if (name.endsWith("up_blocks.2.resnets.0.conv_shortcut.bias")) {
            for (int i = 0; i < w.length; i++) {
                w[i] = i % 2 == 0 ? 1 : -1;
            }
            return Optional.of(w);
        }
        return Optional.empty();
    }

    private static Operand<TFloat32> mean(Ops tf, Operand<TFloat32> x) {
        return tf.math.mean(x, tf.constant(new int[] {0, 1, 2, 3}));
    }

    /** All but one row and column, beginning at (dy, dx). */
    private static Operand<TFloat32> part(Ops tf, Operand<TFloat32> x, int dy, int dx) {
        int n = WorldSettings.PIXELS - 1;
        return tf.slice(x, tf.constant(new int[] {0, dy, dx, 0}), tf.constant(new int[] {BATCH, n, n, 3}));
    }

    private static Map<String, Object> batch(World world, LinearCode code, long step) {
        StatelessRandom random = StatelessRandom.of(world.settings().seed(), SALT, step);
        List<WorldPicture> pictures = world.train();
        int latentSize = LinearCode.GRID * LinearCode.GRID * LATENT_CHANNELS;
        float[] rgb = new float[BATCH * WorldSettings.VALUES];
        float[] latents = new float[BATCH * latentSize];
        float[] one = new float[WorldSettings.VALUES];
        for (int i = 0; i < BATCH; i++) {
            WorldPicture p = pictures.get(random.nextInt(pictures.size()));
            p.write(one, 0, random.nextInt(5) - 2, random.nextInt(5) - 2, 1);
            System.arraycopy(one, 0, rgb, i * one.length, one.length);
            code.encode(one, latents, i * latentSize);
            float noise = (float) (LATENT_NOISE * random.nextDouble());
            for (int k = i * latentSize; k < (i + 1) * latentSize; k++) {
                latents[k] += (float) (noise * random.nextGaussian());
            }
        }
        int size = WorldSettings.PIXELS;
        return Map.of(
                "rgb", HostTensor.of(rgb, BATCH, size, size, 3),
                "latents", HostTensor.of(latents, BATCH, LinearCode.GRID, LinearCode.GRID, LATENT_CHANNELS));
    }
}
