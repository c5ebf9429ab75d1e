package org.tempera.examples.animals.world;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tempera.base.random.StatelessRandom;
import org.tempera.diffusers.vae.VaeDecoder;
import org.tempera.graph.Program;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.clip.ClipTextModel;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.GraphParameters;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.policies.stablediffusion.unet.UNet;
import org.tempera.spi.HostTensor;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Samples and decodes with the world's own models, for measuring them. */
public final class MiniDiffusion implements AutoCloseable {
    private static final int BATCH = 24;
    private static final int LATENT = LinearCode.GRID * LinearCode.GRID * VaeStage.LATENT_CHANNELS;

    private final TrainingGraph graph = new TrainingGraph(0);
    private final TrainingSession session;
    private final Program<NoiseFeeds, NoiseFetches> noise;
    private final Program<DecodeFeeds, DecodeFetches> decode;
    private final Texts texts;
    private final NoiseSchedule schedule = new NoiseSchedule();

    record NoiseFeeds(HostTensor latents, HostTensor timesteps, int[] ids) {}

    record NoiseFetches(HostTensor noise) {}

    record DecodeFeeds(HostTensor latents) {}

    record DecodeFetches(HostTensor rgb) {}

    public MiniDiffusion(World world) {
        texts = world.texts();
        int grid = LinearCode.GRID;
        int channels = VaeStage.LATENT_CHANNELS;
        try (SafetensorsFile text = SafetensorsFile.open(UNetStage.textWeights(world));
                SafetensorsFile denoiser = SafetensorsFile.open(UNetStage.weights(world));
                SafetensorsFile vae = SafetensorsFile.open(VaeStage.weights(world))) {
            Operand<TFloat32> noisy = graph.floatInput("noisy", 2 * BATCH, grid, grid, channels);
            Operand<TFloat32> timesteps = graph.floatInput("timesteps", 2 * BATCH);
            Operand<TInt32> ids = graph.intInput("ids", 2 * BATCH, WorldSettings.TEXT_LENGTH);
            Operand<TFloat32> clean = graph.floatInput("clean", BATCH, grid, grid, channels);
            ClipTextModel encoder = new ClipTextModel(
                    GraphParameters.fromFiles(graph.scope().child("text"), text, false), MiniClip.textConfig(texts));
            UNet unet = new UNet(
                    GraphParameters.fromFiles(graph.scope().child("unet"), denoiser, false), UNetStage.config(world));
            VaeDecoder decoder = new VaeDecoder(
                    GraphParameters.fromFiles(graph.scope().child("vae"), vae, false), VaeStage.config(world));
            Forward f = new Forward(graph.scope().child("sample"));
            Ops tf = f.tf();
            noise = Program.define("noise", NoiseFeeds.class, NoiseFetches.class)
                    .feed("latents", noisy)
                    .feed("timesteps", timesteps)
                    .feed("ids", ids)
                    .fetch("noise", unet.apply(f, noisy, timesteps, encoder.apply(f, ids)))
                    .build();
            Operand<TFloat32> rgb = tf.math.add(f.scale(decoder.apply(f, clean), .5), tf.constant(.5f));
            decode = Program.define("decode", DecodeFeeds.class, DecodeFetches.class)
                    .feed("latents", clean)
                    .fetch("rgb", tf.math.minimum(tf.math.maximum(rgb, tf.constant(0f)), tf.constant(1f)))
                    .build();
            session = graph.seal(world.settings().threads());
        }
    }

    /** Pictures of RGB in [0,1] of latents, one array each. */
    public List<float[]> decode(List<float[]> latents) {
        List<float[]> pictures = new ArrayList<>();
        for (int from = 0; from < latents.size(); from += BATCH) {
            float[] all = new float[BATCH * LATENT];
            for (int i = 0; i < BATCH; i++) {
                float[] one = latents.get(Math.min(from + i, latents.size() - 1));
                System.arraycopy(one, 0, all, i * LATENT, LATENT);
            }
            float[] rgb = decode.run(
                            session,
                            new DecodeFeeds(HostTensor.of(
                                    all, BATCH, LinearCode.GRID, LinearCode.GRID, VaeStage.LATENT_CHANNELS)))
                    .rgb()
                    .data();
            for (int i = 0; i < BATCH && from + i < latents.size(); i++) {
                pictures.add(Arrays.copyOfRange(rgb, i * WorldSettings.VALUES, (i + 1) * WorldSettings.VALUES));
            }
        }
        return pictures;
    }

    /**
     * Samples with DDIM (Song et al., 2021, eq. 12 and 16) and classifier-free guidance. In double precision on the
     * host, and with noise of its own order, by which the world's figures were measured; {@code DdimProcess} computes
     * in single precision, as the library that it follows, and would give other pictures.
     *
     * @param prompts one for each picture
     * @return latents, one array each
     */
    public List<float[]> sample(List<String> prompts, int steps, double eta, double guidance, long seed) {
        List<float[]> latents = new ArrayList<>();
        for (int from = 0; from < prompts.size(); from += BATCH) {
            List<String> both = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                both.add(prompts.get(Math.min(from + i, prompts.size() - 1)));
            }
            both.addAll(java.util.Collections.nCopies(BATCH, ""));
            float[] x = trajectory(texts.ids(both), steps, eta, guidance, StatelessRandom.of(seed, from));
            for (int i = 0; i < BATCH && from + i < prompts.size(); i++) {
                latents.add(Arrays.copyOfRange(x, i * LATENT, (i + 1) * LATENT));
            }
        }
        return latents;
    }

    private float[] trajectory(int[] ids, int steps, double eta, double guidance, StatelessRandom random) {
        float[] x = new float[BATCH * LATENT];
        random.fillGaussian(x, 0, x.length);
        int stride = NoiseSchedule.TIMESTEPS / steps;
        for (int s = steps - 1; s >= 0; s--) {
            int t = s * stride + 1;
            double now = schedule.kept(t);
            // As the scheduler's set_alpha_to_one = false: before the first timestep the first one's.
            double next = schedule.kept(Math.max(0, t - stride));
            float[] twice = Arrays.copyOf(x, 2 * x.length);
            System.arraycopy(x, 0, twice, x.length, x.length);
            float[] timesteps = new float[2 * BATCH];
            Arrays.fill(timesteps, t);
            float[] e = noise.run(
                            session,
                            new NoiseFeeds(
                                    HostTensor.of(
                                            twice,
                                            2 * BATCH,
                                            LinearCode.GRID,
                                            LinearCode.GRID,
                                            VaeStage.LATENT_CHANNELS),
                                    HostTensor.of(timesteps, 2 * BATCH),
                                    ids))
                    .noise()
                    .data();
            double sigma = eta * Math.sqrt((1 - next) / (1 - now) * (1 - now / next));
            for (int k = 0; k < x.length; k++) {
                double guided = e[x.length + k] + guidance * (e[k] - e[x.length + k]);
                double clean = (x[k] - Math.sqrt(1 - now) * guided) / Math.sqrt(now);
                double direction = Math.sqrt(Math.max(0, 1 - next - sigma * sigma)) * guided;
                x[k] = (float) (Math.sqrt(next) * clean + direction + sigma * random.nextGaussian());
            }
        }
        return x;
    }

    @Override
    public void close() {
        session.close();
        graph.close();
    }
}
