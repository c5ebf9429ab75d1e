package org.example.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.Activation;
import org.tempera.nn.layers.Attention;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.Linear;
import org.tempera.nn.layers.ParameterSource;
import org.tempera.nn.layers.SinusoidalEmbedding;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** One block of attention from latents to latents and words, modulated by the timestep and the pooled text. */
final class FlowTransformer {
    private static final SinusoidalEmbedding SINUSOIDS = new SinusoidalEmbedding(8, true, 0);

    private final Settings settings;
    private final Linear in;
    private final Linear words;
    private final Linear time;
    private final Linear pooledText;
    private final Linear modulation;
    private final Linear toQ;
    private final Linear toK;
    private final Linear toV;
    private final Linear toOut;
    private final Linear out;

    /** Sizes, as its config.json has them. */
    record Settings(int sampleSize, int channels, int width, int textWidth) {
        static Settings read(ModelConfig c) {
            return new Settings(
                    c.positive("sample_size", 4, 64),
                    c.positive("in_channels", 4, 64),
                    c.positive("width", 8, 64),
                    c.positive("text_width", 8, 64));
        }
    }

    FlowTransformer(ParameterSource source, Settings settings) {
        this.settings = settings;
        int width = settings.width();
        in = new Linear(source.child("x_embedder"), settings.channels(), width, true);
        words = new Linear(source.child("context_embedder"), settings.textWidth(), width, true);
        time = new Linear(source.child("time_text_embed.timestep_embedder.linear_1"), 8, width, true);
        pooledText =
                new Linear(source.child("time_text_embed.text_embedder.linear_1"), settings.textWidth(), width, true);
        ParameterSource block = source.child("transformer_blocks.0");
        modulation = new Linear(block.child("norm1.linear"), width, 3 * width, true);
        toQ = new Linear(block.child("attn.to_q"), width, width, true);
        toK = new Linear(block.child("attn.to_k"), width, width, true);
        toV = new Linear(block.child("attn.to_v"), width, width, true);
        toOut = new Linear(block.child("attn.to_out.0"), width, width, true);
        out = new Linear(source.child("proj_out"), width, settings.channels(), true);
    }

    /**
     * Velocities.
     *
     * @param latents {@code [batch, height, width, channels]}
     * @param timesteps {@code [batch]}
     * @param states {@code [batch, tokens, textWidth]}
     * @param pooled {@code [batch, textWidth]}
     */
    Operand<TFloat32> apply(
            Forward f,
            Operand<TFloat32> latents,
            Operand<TFloat32> timesteps,
            Operand<TFloat32> states,
            Operand<TFloat32> pooled) {
        int[] s = Forward.sizes(latents);
        int n = s[0];
        int places = s[1] * s[2];
        int tokens = Forward.sizes(states)[1];
        int width = settings.width();
        Operand<TFloat32> x = in.apply(f, f.reshape(latents, n * places, settings.channels()));
        Operand<TFloat32> text = words.apply(f, f.reshape(states, n * tokens, settings.textWidth()));
        Operand<TFloat32> when = f.add(time.apply(f, SINUSOIDS.apply(f, timesteps)), pooledText.apply(f, pooled));
        List<Operand<TFloat32>> parts = new ArrayList<>();
        f.tf().split(f.tf().constant(1), modulation.apply(f, Activation.SILU.apply(f, when)), 3L)
                .output()
                .forEach(part -> parts.add(f.reshape(part, n, 1, width)));
        Operand<TFloat32> grid = f.reshape(x, n, places, width);
        Operand<TFloat32> h = f.add(f.add(grid, f.multiply(grid, parts.get(0))), parts.get(1));
        Operand<TFloat32> both =
                f.reshape(f.concat(List.of(h, f.reshape(text, n, tokens, width)), 1), n * (places + tokens), width);
        Operand<TFloat32> attended = toOut.apply(
                f,
                Attention.apply(
                        f,
                        toQ.apply(f, f.reshape(h, n * places, width)),
                        toK.apply(f, both),
                        toV.apply(f, both),
                        n,
                        2,
                        Optional.empty()));
        Operand<TFloat32> y = f.add(grid, f.multiply(f.reshape(attended, n, places, width), parts.get(2)));
        return f.reshape(out.apply(f, f.reshape(y, n * places, width)), s);
    }
}
