package org.example.flow;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tempera.diffusers.flow.FlowNoise;
import org.tempera.diffusers.folder.PipelineIndex;
import org.tempera.diffusers.lora.LoraExport;
import org.tempera.diffusers.training.AdapterConfig;
import org.tempera.spi.Doc;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyProvider;

/** The plugin. */
public final class PairedFlow implements PolicyProvider<PairedFlow.Config> {
    /** The plugin's keys. */
    public record Config(
            @Doc("Folder of the model.") Path weights,
            @Doc("How steps with noise go.") FlowNoise noise,
            @Doc("What is trained.") AdapterConfig adapter) {}

    @Override
    public String name() {
        return "paired-flow";
    }

    @Override
    public String description() {
        return "a small flow model with two text encoders";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public Config defaults() {
        return new Config(Path.of(""), FlowNoise.SDE, AdapterConfig.standard());
    }

    @Override
    public boolean reads(Path folder) {
        return PipelineIndex.pipeline(folder)
                .filter(FlowFolder.PIPELINE::equals)
                .isPresent();
    }

    @Override
    public DiffusionPolicy open(Config config) {
        return FlowPolicy.open(config);
    }

    @Override
    public DiffusionPolicy openFolder(Path folder, Optional<AdapterFile> adapter) {
        return FlowPolicy.open(folder, adapter);
    }

    @Override
    public List<Path> exportAdapter(Path adapter, Path folder, AdapterLayout layout) {
        return LoraExport.write(adapter, folder, layout, FlowPolicy.ADAPTERS);
    }
}
