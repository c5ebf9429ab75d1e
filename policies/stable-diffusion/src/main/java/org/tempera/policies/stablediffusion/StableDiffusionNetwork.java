package org.tempera.policies.stablediffusion;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.diffusers.folder.AutoencoderFolder;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.diffusers.training.TrainedModel;
import org.tempera.diffusers.training.Training;
import org.tempera.diffusers.vae.Autoencoder;
import org.tempera.diffusers.vae.HasAutoencoder;
import org.tempera.nn.layers.Forward;
import org.tempera.policies.stablediffusion.unet.UNet;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.graph.ParameterValues;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The networks of a Stable Diffusion model in the graph. The encoder of images is declared when it is first asked for.
 */
public final class StableDiffusionNetwork implements PolicyNetwork, HasAutoencoder {
    private final TrainedModel model;
    private final Path folder;
    private final int textWidth;
    private final int channels;
    private final UNet unet;
    private final Autoencoder autoencoder;
    private final Optional<Autoencoder> preview;
    private final boolean checkpointed;

    /** @param checkpointed whether layers of the denoiser are computed again for a gradient */
    StableDiffusionNetwork(
            GraphScope scope,
            ModelFolder files,
            Optional<AutoencoderFolder> preview,
            Training training,
            boolean checkpointed) {
        this.checkpointed = checkpointed;
        this.folder = files.path;
        this.textWidth = files.unet.config().textWidth();
        this.channels = files.unet.config().inChannels();
        this.model = new TrainedModel(scope, folder, files.unet, Component.UNET, training);
        this.unet = new UNet(model.denoiser(), files.unet.config());
        this.autoencoder = new Autoencoder(files.vae.frozen(scope), files.vae.config(), folder);
        this.preview = preview.map(p -> p.build(scope));
    }

    @Override
    public Operand<TFloat32> predict(
            GraphScope scope,
            Operand<TFloat32> latents,
            Operand<TFloat32> timesteps,
            Conditioning conditioning,
            Weights weights) {
        requireFit(latents, conditioning);
        Forward pass = new Forward(scope, weights);
        return unet.apply(
                checkpointed ? pass.withCheckpoints() : pass,
                latents,
                timesteps,
                conditioning.textStates(),
                guidance(conditioning));
    }

    @Override
    public List<AdapterUnits> adapterUnits(
            GraphScope scope, Operand<TFloat32> latents, Operand<TFloat32> timesteps, Conditioning conditioning) {
        requireFit(latents, conditioning);
        return model.adapterUnits(
                scope,
                Forward.sizes(latents)[0],
                f -> unet.apply(f, latents, timesteps, conditioning.textStates(), guidance(conditioning)));
    }

    private static Optional<Operand<TFloat32>> guidance(Conditioning conditioning) {
        return Optional.ofNullable(conditioning.tensors().get(Conditioning.GUIDANCE_SCALE));
    }

    private void requireFit(Operand<TFloat32> latents, Conditioning conditioning) {
        long given = conditioning.textStates().shape().get(2);
        if (given != textWidth) {
            throw new UserException(folder + ": its denoiser takes text states of width " + textWidth
                    + ", but is given " + given + ". Do its parts belong to one model?");
        }
        if (latents.shape().get(3) != channels) {
            throw new UserException(folder + ": its denoiser takes " + channels + " channels, but is given "
                    + latents.shape().get(3) + ".");
        }
        if (conditioning.textStates().shape().get(0) != latents.shape().get(0)) {
            throw new UserException(folder + ": its denoiser is given "
                    + latents.shape().get(0) + " latents, but "
                    + conditioning.textStates().shape().get(0) + " texts.");
        }
    }

    @Override
    public Operand<TFloat32> decode(GraphScope scope, Operand<TFloat32> latents) {
        return autoencoder.decode(scope, latents);
    }

    @Override
    public Operand<TFloat32> preview(GraphScope scope, Operand<TFloat32> latents) {
        return preview.orElse(autoencoder).decode(scope, latents);
    }

    @Override
    public Operand<TFloat32> encode(GraphScope scope, Operand<TFloat32> images) {
        return autoencoder.encode(scope, images);
    }

    @Override
    public Autoencoder autoencoder() {
        return autoencoder;
    }

    @Override
    public List<Parameter> trainable() {
        return model.trainable();
    }

    @Override
    public Map<String, StoredTensor> stored() {
        return model.stored();
    }

    @Override
    public Path export(Path target, ParameterValues values) {
        return model.export(target, values);
    }
}
