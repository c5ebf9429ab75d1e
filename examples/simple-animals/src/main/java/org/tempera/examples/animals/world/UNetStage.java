package org.tempera.examples.animals.world;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tempera.base.random.StatelessRandom;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.learn.SupervisedTrainer;
import org.tempera.examples.animals.painter.Quality;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.clip.ClipTextConfig;
import org.tempera.nn.clip.ClipTextModel;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.GraphParameters;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.policies.stablediffusion.unet.UNet;
import org.tempera.policies.stablediffusion.unet.UNetConfig;
import org.tempera.policies.stablediffusion.unet.UNetConfigReader;
import org.tempera.spi.HostTensor;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Trains the denoiser to predict noise (Ho et al., 2020, eq. 14), with min-SNR weights (Hang et al., 2023, eq. 8). */
final class UNetStage {
    static final String NAME = "unet";
    private static final TrainingLoop.Cycle FIRST = new TrainingLoop.Cycle(4200, 1);
    private static final TrainingLoop.Cycle SECOND = new TrainingLoop.Cycle(9000, .6);
    private static final int BATCH = 48;
    private static final double SNR_LIMIT = 10;
    private static final double EMPTY_CAPTIONS = .1;
    private static final double NAME_ALONE = .35;
    /** The policy is shown good pictures more often: a collection that people would train on is selected, too. */
    private static final Quality USUALLY_AT_LEAST = new Quality(.45, .3, .3, .5);

    private static final double KEEP_OTHERS = .15;
    private static final long SALT = 13;

    private UNetStage() {}

    static Path folder(World world) {
        return world.diffusion().resolve("unet");
    }

    /** Writes the folders that need no training: text encoder, scheduler, index, the denoiser's configuration. */
    static void writeParts(World world) {
        Texts texts = world.texts();
        ClipTextConfig text = MiniClip.textConfig(texts);
        Path encoder = world.diffusion().resolve("text_encoder");
        TextFile.write(
                encoder.resolve("config.json"),
                MiniClip.textJson(text, "clip_text_model", "\"architectures\": [\"CLIPTextModel\"],\n  "));
        try (SafetensorsFile clip = SafetensorsFile.open(world.clip().resolve("model.safetensors"))) {
            SafetensorsWriter writer = new SafetensorsWriter();
            for (String name : clip.names()) {
                if (name.startsWith("text_model.")) {
                    writer.addHalfs(name, clip.info(name).shape(), clip.readFloats(name));
                }
            }
            writer.write(encoder.resolve("model.safetensors"));
        }
        TextFile.write(
                folder(world).resolve("config.json"),
                String.format(
                        Locale.ROOT,
                        """
                        {
                          "_class_name": "UNet2DConditionModel",
                          "sample_size": %d,
                          "in_channels": %d,
                          "out_channels": %2$d,
                          "center_input_sample": false,
                          "flip_sin_to_cos": true,
                          "freq_shift": 0,
                          "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
                          "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
                          "mid_block_type": "UNetMidBlock2DCrossAttn",
                          "block_out_channels": [48, 96],
                          "layers_per_block": 1,
                          "downsample_padding": 1,
                          "mid_block_scale_factor": 1,
                          "act_fn": "silu",
                          "norm_num_groups": 8,
                          "norm_eps": 1e-05,
                          "cross_attention_dim": %d,
                          "attention_head_dim": 4
                        }
                        """,
                        LinearCode.GRID,
                        VaeStage.LATENT_CHANNELS,
                        text.width()));
        TextFile.write(
                world.diffusion().resolve("scheduler").resolve("scheduler_config.json"),
                """
                {
                  "_class_name": "DDIMScheduler",
                  "num_train_timesteps": 1000,
                  "beta_start": 0.00085,
                  "beta_end": 0.012,
                  "beta_schedule": "scaled_linear",
                  "clip_sample": false,
                  "set_alpha_to_one": false,
                  "steps_offset": 1,
                  "prediction_type": "epsilon"
                }
                """);
        TextFile.write(
                world.diffusion().resolve("model_index.json"),
                """
                {
                  "_class_name": "StableDiffusionPipeline",
                  "feature_extractor": [null, null],
                  "requires_safety_checker": false,
                  "safety_checker": [null, null],
                  "scheduler": ["diffusers", "DDIMScheduler"],
                  "text_encoder": ["transformers", "CLIPTextModel"],
                  "tokenizer": ["transformers", "CLIPTokenizer"],
                  "unet": ["diffusers", "UNet2DConditionModel"],
                  "vae": ["diffusers", "AutoencoderKL"]
                }
                """);
    }

    static UNetConfig config(World world) {
        ModelConfig file = ModelConfig.read(folder(world).resolve("config.json"));
        UNetConfig config = UNetConfigReader.read(file);
        file.finish();
        return config;
    }

    static Path textWeights(World world) {
        return world.diffusion().resolve("text_encoder").resolve("model.safetensors");
    }

    static Path weights(World world) {
        return folder(world).resolve("diffusion_pytorch_model.safetensors");
    }

    static void run(World world) {
        WorldSettings settings = world.settings();
        Texts texts = world.texts();
        LinearCode code = LinearCode.read(world.linearCode());
        int channels = VaeStage.LATENT_CHANNELS;
        int grid = LinearCode.GRID;
        try (TrainingGraph graph = new TrainingGraph(StatelessRandom.seed(settings.seed(), SALT));
                SafetensorsFile textFile = SafetensorsFile.open(textWeights(world))) {
            Operand<TFloat32> noisy = graph.floatInput("noisy", BATCH, grid, grid, channels);
            Operand<TFloat32> noise = graph.floatInput("noise", BATCH, grid, grid, channels);
            Operand<TFloat32> timesteps = graph.floatInput("timesteps", BATCH);
            Operand<TFloat32> weights = graph.floatInput("weights", BATCH);
            Operand<TInt32> ids = graph.intInput("ids", BATCH, WorldSettings.TEXT_LENGTH);
            ClipTextModel text = new ClipTextModel(
                    GraphParameters.fromFiles(graph.scope().child("text"), textFile, false),
                    MiniClip.textConfig(texts));
            GraphParameters parameters = GraphParameters.fresh(graph.scope().child("unet"));
            UNet unet = new UNet(parameters, config(world));
            Forward f = new Forward(graph.scope().child("loss"));
            Ops tf = f.tf();
            Operand<TFloat32> states = tf.stopGradient(text.apply(f, ids));
            Operand<TFloat32> d = tf.math.sub(unet.apply(f, noisy, timesteps, states), noise);
            Operand<TFloat32> perPicture = tf.math.mean(tf.math.square(d), tf.constant(new int[] {1, 2, 3}));
            Operand<TFloat32> loss = tf.math.mean(f.multiply(perPicture, weights), tf.constant(0));
            SupervisedTrainer trainer = new SupervisedTrainer(
                    graph,
                    NAME,
                    parameters.parameters(),
                    new OptimizerSettings(2e-3, 0, 0, .9, .99, 1e-8, .01, 1),
                    Map.of("noisy", noisy, "noise", noise, "timesteps", timesteps, "weights", weights, "ids", ids),
                    loss,
                    Map.of());
            try (TrainingSession session = graph.seal(settings.threads())) {
                NoiseSchedule schedule = new NoiseSchedule();
                TrainingLoop loop = new TrainingLoop(
                        NAME, settings.work(), trainer, session, settings.cycles(NAME, FIRST, SECOND), 100, .998);
                loop.run(step -> batch(world, texts, code, schedule, step));
                loop.takeAverages();
                SafetensorsWriter writer = new SafetensorsWriter();
                parameters.write(writer, loop.values(parameters.parameters()), true);
                writer.write(weights(world));
            }
        }
    }

    private static Map<String, Object> batch(
            World world, Texts texts, LinearCode code, NoiseSchedule schedule, long step) {
        StatelessRandom random = StatelessRandom.of(world.settings().seed(), SALT, step);
        List<WorldPicture> pictures = world.train();
        int size = LinearCode.GRID * LinearCode.GRID * VaeStage.LATENT_CHANNELS;
        float[] noisy = new float[BATCH * size];
        float[] noise = new float[BATCH * size];
        float[] timesteps = new float[BATCH];
        float[] weights = new float[BATCH];
        float[] one = new float[WorldSettings.VALUES];
        List<String> captions = new ArrayList<>();
        random.fillGaussian(noise, 0, noise.length);
        for (int i = 0; i < BATCH; i++) {
            WorldPicture p = pictures.get(random.nextInt(pictures.size()));
            while (!p.quality().atLeast(USUALLY_AT_LEAST) && random.nextDouble() > KEEP_OTHERS) {
                p = pictures.get(random.nextInt(pictures.size()));
            }
            p.write(one, 0);
            code.encode(one, noisy, i * size);
            // Stratified: every batch has timesteps from all of the range.
            int t = (int) ((i + random.nextDouble()) / BATCH * NoiseSchedule.TIMESTEPS);
            double kept = schedule.kept(t);
            for (int k = i * size; k < (i + 1) * size; k++) {
                noisy[k] = (float) (Math.sqrt(kept) * noisy[k] + Math.sqrt(1 - kept) * noise[k]);
            }
            timesteps[i] = t;
            double ratio = kept / (1 - kept);
            weights[i] = (float) (Math.min(ratio, SNR_LIMIT) / ratio);
            double kind = random.nextDouble();
            if (kind < EMPTY_CAPTIONS) {
                captions.add("");
            } else if (kind < EMPTY_CAPTIONS + NAME_ALONE) {
                captions.add(world.settings().animals().get(p.animal()).word());
            } else {
                captions.add(p.captions().get(random.nextInt(p.captions().size())));
            }
        }
        int grid = LinearCode.GRID;
        int channels = VaeStage.LATENT_CHANNELS;
        return Map.of(
                "noisy", HostTensor.of(noisy, BATCH, grid, grid, channels),
                "noise", HostTensor.of(noise, BATCH, grid, grid, channels),
                "timesteps", HostTensor.of(timesteps, BATCH),
                "weights", HostTensor.of(weights, BATCH),
                "ids", texts.ids(captions));
    }
}
