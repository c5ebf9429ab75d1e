package org.example.flow;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tempera.diffusers.flow.FlowNoise;
import org.tempera.diffusers.flow.FlowProcess;
import org.tempera.diffusers.lora.LoraFamily;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.diffusers.training.Training;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;
import org.tempera.spi.policy.PolicyShape;
import org.tempera.spi.policy.TextEncoder;

/** An opened model. */
final class FlowPolicy implements DiffusionPolicy {
    static final LoraFamily ADAPTERS = new LoraFamily("paired flow", Component.TRANSFORMER, List.of());

    private final FlowFolder folder;
    private final FlowNoise noise;
    private final Training training;

    private FlowPolicy(FlowFolder folder, FlowNoise noise, Training training) {
        this.folder = folder;
        this.noise = noise;
        this.training = training;
    }

    static FlowPolicy open(PairedFlow.Config config) {
        FlowFolder folder = new FlowFolder(config.weights());
        return new FlowPolicy(
                folder,
                config.noise(),
                Training.of(
                        config.adapter(),
                        "policy.paired-flow.adapter",
                        ADAPTERS,
                        Map.of(Component.TRANSFORMER, folder.transformer.inventory())));
    }

    static FlowPolicy open(Path path, Optional<AdapterFile> adapter) {
        FlowFolder folder = new FlowFolder(path);
        return new FlowPolicy(
                folder,
                FlowNoise.SDE,
                Training.of(adapter, ADAPTERS, Map.of(Component.TRANSFORMER, folder.transformer.inventory())));
    }

    @Override
    public PolicyShape shape() {
        int size = folder.transformer.config().sampleSize();
        int pixels = size * folder.vae.config().factor();
        return new PolicyShape(
                new PolicyShape.Latent(size, size, folder.vae.config().latentChannels()),
                new PolicyShape.Image(pixels, pixels));
    }

    @Override
    public TextEncoder text() {
        return new FlowText(folder);
    }

    @Override
    public NoiseProcess noiseProcess() {
        int size = folder.transformer.config().sampleSize();
        return new FlowProcess(folder.scheduler, noise, size, size);
    }

    @Override
    public PolicyNetwork build(GraphScope scope) {
        return new FlowNetwork(scope, folder, training);
    }

    @Override
    public long parameterCount() {
        return folder.transformer.inventory().parameterCount()
                + folder.vae.inventory().parameterCount()
                + training.parameterCount(Component.TRANSFORMER);
    }

    @Override
    public Map<String, String> provenance() {
        Map<String, String> hashes = new TreeMap<>(training.provenance());
        folder.reader.sources().forEach(source -> hashes.putAll(source.hashes()));
        return hashes;
    }

    @Override
    public void close() {
        folder.close();
        training.close();
    }
}
