package org.tempera.policies.stablediffusion;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.tempera.diffusers.lora.AdaptedParameters;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.diffusers.vae.Autoencoder;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.FullParameters;
import org.tempera.nn.layers.GraphParameters.Stored;
import org.tempera.policies.stablediffusion.StableDiffusionPolicy.Training;
import org.tempera.policies.stablediffusion.unet.UNet;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.graph.ParameterValues;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The networks of a Stable Diffusion model in the graph. The encoder of images is declared when it is first asked for. */
public final class StableDiffusionNetwork implements PolicyNetwork {
    private final Training training;
    private final Path folder;
    private final int textWidth;
    private final int channels;
    private final UNet unet;
    private final Optional<AdaptedParameters> adapters;
    private final Autoencoder autoencoder;
    private final Map<String, Stored> trained;

    StableDiffusionNetwork(GraphScope scope, ModelFolder model, Training training) {
        this.training = training;
        this.folder = model.path;
        this.textWidth = model.unet.config().textWidth();
        this.channels = model.unet.config().inChannels();
        GraphScope unetScope = scope.child("unet");
        if (training instanceof Training.Adapters a) {
            GraphScope lora = scope.child("lora");
            AdaptedParameters adapted =
                    new AdaptedParameters(model.unet.frozen(scope), lora, Component.UNET, a.pairs(), true);
            this.adapters = Optional.of(adapted);
            this.unet = new UNet(adapted, model.unet.config());
            this.trained = adapted.stored();
        } else {
            this.adapters = Optional.empty();
            if (training instanceof Training.Everything) {
                FullParameters all = new FullParameters(unetScope, scope.child("reference"), model.unet.weights());
                this.unet = new UNet(all, model.unet.config());
                this.trained = all.stored();
            } else {
                this.unet = new UNet(model.unet.frozen(scope), model.unet.config());
                this.trained = Map.of();
            }
        }
        this.autoencoder = new Autoencoder(model.vae.frozen(scope), model.vae.config(), folder);
    }

    @Override
    public Operand<TFloat32> predict(
            GraphScope scope,
            Operand<TFloat32> latents,
            Operand<TFloat32> timesteps,
            Conditioning conditioning,
            Weights weights) {
        requireFit(latents, conditioning);
        return unet.apply(new Forward(scope, weights), latents, timesteps, conditioning.textStates());
    }

    @Override
    public List<AdapterUnits> adapterUnits(
            GraphScope scope, Operand<TFloat32> latents, Operand<TFloat32> timesteps, Conditioning conditioning) {
        requireFit(latents, conditioning);
        List<AdapterUnits> units = new ArrayList<>();
        int batch = Forward.sizes(latents)[0];
        adapters.ifPresent(a -> unet.apply(
                new Forward(scope, Weights.POLICY, Optional.of((weight, map) -> a.factors(weight)
                        .ifPresent(f -> units.add(units(scope, batch, f, map))))),
                latents,
                timesteps,
                conditioning.textStates()));
        return units;
    }

    private static AdapterUnits units(
            GraphScope scope, int batch, AdaptedParameters.Factors f, UnaryOperator<Operand<TFloat32>> map) {
        Ops tf = scope.tf();
        Shape down = f.down().shape();
        long rank = down.get(down.numDimensions() - 1);
        // The first factor in the form of the weight it adapts, a matrix or a kernel.
        long[] kernel = f.weightShape().asArray();
        kernel[kernel.length - 1] = rank;
        Operand<TFloat32> out = map.apply(tf.reshape(f.down().value(), tf.constant(kernel)));
        long positions = out.shape().size() / (batch * rank);
        return new AdapterUnits(
                f.down(), f.up(), tf.reshape(out, tf.constant(new long[] {batch, positions, rank})), 1.0 / rank);
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
    public Operand<TFloat32> encode(GraphScope scope, Operand<TFloat32> images) {
        return autoencoder.encode(scope, images);
    }

    /** What makes images of latents, and latents of images. */
    public Autoencoder autoencoder() {
        return autoencoder;
    }

    @Override
    public List<Parameter> trainable() {
        List<Parameter> all = new ArrayList<>();
        trained.values().forEach(s -> all.add(s.parameter()));
        return all;
    }

    @Override
    public Map<String, StoredTensor> stored() {
        Map<String, StoredTensor> result = new LinkedHashMap<>();
        trained.forEach((path, s) -> result.put(path, new StoredTensor(s.parameter(), s::toFile)));
        return result;
    }

    @Override
    public Path export(Path target, ParameterValues values) {
        return new WeightExport(folder, training).write(target, trained, values);
    }
}
