package org.example.flow;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.diffusers.training.TrainedModel;
import org.tempera.diffusers.training.Training;
import org.tempera.diffusers.vae.Autoencoder;
import org.tempera.diffusers.vae.HasAutoencoder;
import org.tempera.nn.layers.Forward;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.graph.ParameterValues;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The model in the graph. */
final class FlowNetwork implements PolicyNetwork, HasAutoencoder {
    private final TrainedModel model;
    private final FlowTransformer transformer;
    private final Autoencoder autoencoder;

    FlowNetwork(GraphScope scope, FlowFolder folder, Training training) {
        this.model = new TrainedModel(scope, folder.path, folder.transformer, Component.TRANSFORMER, training);
        this.transformer = new FlowTransformer(model.denoiser(), folder.transformer.config());
        this.autoencoder = new Autoencoder(folder.vae.frozen(scope), folder.vae.config(), folder.path);
    }

    private Operand<TFloat32> apply(
            Forward f, Operand<TFloat32> latents, Operand<TFloat32> timesteps, Conditioning conditioning) {
        return transformer.apply(
                f, latents, timesteps, conditioning.textStates(), conditioning.get(Conditioning.POOLED_TEXT));
    }

    @Override
    public Operand<TFloat32> predict(
            GraphScope scope,
            Operand<TFloat32> latents,
            Operand<TFloat32> timesteps,
            Conditioning conditioning,
            Weights weights) {
        return apply(new Forward(scope, weights), latents, timesteps, conditioning);
    }

    @Override
    public List<AdapterUnits> adapterUnits(
            GraphScope scope, Operand<TFloat32> latents, Operand<TFloat32> timesteps, Conditioning conditioning) {
        int batch = Forward.sizes(latents)[0];
        return model.adapterUnits(scope, batch, f -> apply(f, latents, timesteps, conditioning));
    }

    @Override
    public Operand<TFloat32> decode(GraphScope scope, Operand<TFloat32> latents) {
        return autoencoder.decode(scope, latents);
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
    public Path export(Path folder, ParameterValues values) {
        return model.export(folder, values);
    }
}
