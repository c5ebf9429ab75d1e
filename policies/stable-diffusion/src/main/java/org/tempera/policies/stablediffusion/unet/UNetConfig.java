package org.tempera.policies.stablediffusion.unet;

import java.util.List;
import java.util.Optional;
import org.tempera.nn.diffusion.ResnetBlock;
import org.tempera.nn.layers.Activation;

/**
 * Everything that shapes a denoiser. {@link UNetConfigReader} reads it from a diffusers configuration.
 *
 * @param sampleHeight rows of the latents it was made for
 * @param sampleWidth columns of the same
 * @param inChannels channels of its input
 * @param outChannels channels of its output
 * @param centerInput whether the input is mapped by {@code 2 x - 1} first
 * @param down blocks from the outermost inwards
 * @param middle kind of the middle block
 * @param middleBlock sizes of the middle block
 * @param up blocks from the innermost outwards
 * @param cosineFirst order of the timestep's sinusoids
 * @param frequencyShift see {@link org.tempera.nn.layers.SinusoidalEmbedding}
 * @param timeWidth width of the timestep embedding
 * @param timeActivation nonlinearity that ends the embedding, if any
 * @param timePostActivation nonlinearity after its second matrix, if any
 * @param groups groups of the norms
 * @param epsilon epsilon of the residual blocks' norms and of the last one
 * @param activation nonlinearity
 * @param scaleShift how residual blocks take the timestep in
 * @param middleScale what the middle's residual blocks divide by
 * @param samplerScale what the residual blocks of a {@link Kind#RESIDUAL_SAMPLER} divide by
 * @param samplerSkipsActivation whether these take the timestep embedding without the nonlinearity
 * @param linearProjection whether transformers project with matrices instead of 1x1 convolutions (which compute the
 *     same)
 * @param downsamplePadding zeros around the image before it is halved; 0 means one row and column at the far ends
 * @param inKernel size of the first convolution
 * @param outKernel size of the last convolution
 * @param textProjection width of text states that a matrix brings to the width of the attention, if there is one
 * @param guidanceWidth width of the embedding of the guidance scale, of a network that is told it (LCM)
 */
public record UNetConfig(
        int sampleHeight,
        int sampleWidth,
        int inChannels,
        int outChannels,
        boolean centerInput,
        List<Block> down,
        Middle middle,
        Block middleBlock,
        List<Block> up,
        boolean cosineFirst,
        double frequencyShift,
        int timeWidth,
        Optional<Activation> timeActivation,
        Optional<Activation> timePostActivation,
        int groups,
        double epsilon,
        Activation activation,
        boolean scaleShift,
        double middleScale,
        double samplerScale,
        boolean samplerSkipsActivation,
        boolean linearProjection,
        int downsamplePadding,
        int inKernel,
        int outKernel,
        Optional<Integer> textProjection,
        Optional<Integer> guidanceWidth) {
    public UNetConfig {
        down = List.copyOf(down);
        up = List.copyOf(up);
    }

    /** Kinds of the blocks of a resolution. */
    public enum Kind {
        /** Residual blocks only. */
        PLAIN,
        /** A transformer after each residual block. */
        CROSS_ATTENTION,
        /** Attention among the pixels, without the text, after each residual block. */
        SELF_ATTENTION,
        /** Residual blocks only, of which the last halves or doubles the image too. */
        RESIDUAL_SAMPLER
    }

    /** Kinds of middle blocks. */
    public enum Middle {
        /** Residual blocks with a transformer between them. */
        CROSS_ATTENTION,
        /** One residual block. */
        PLAIN,
        NONE
    }

    /**
     * A block of one resolution.
     *
     * @param channels its width
     * @param layers residual blocks; in {@link UNetConfig#up} already one more than configured
     * @param kind what follows each of them, and how the resolution changes
     * @param transformerLayers layers of each of its transformers
     * @param heads attention heads
     * @param headWidth width of each head
     * @param textWidth width of the text states
     * @param onlyCrossAttention whether the first attention of a layer looks at the text too
     */
    public record Block(
            int channels,
            int layers,
            Kind kind,
            List<Integer> transformerLayers,
            int heads,
            int headWidth,
            int textWidth,
            boolean onlyCrossAttention) {
        public Block {
            transformerLayers = List.copyOf(transformerLayers);
        }
    }

    ResnetBlock.Settings resnet(double outputScale) {
        return new ResnetBlock.Settings(timeWidth, groups, epsilon, activation, scaleShift, outputScale);
    }

    /** Width of the text states that the network is given. */
    public int textWidth() {
        return textProjection.orElse(down.get(0).textWidth());
    }
}
