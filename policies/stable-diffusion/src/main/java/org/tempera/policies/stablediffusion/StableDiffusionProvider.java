package org.tempera.policies.stablediffusion;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tempera.diffusers.lora.LoraExport;
import org.tempera.diffusers.training.AdapterConfig;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyProvider;

/** Stable Diffusion 1 and 2 from folders of the diffusers library. */
public final class StableDiffusionProvider implements PolicyProvider<StableDiffusionConfig> {
    @Override
    public String name() {
        return "stable-diffusion";
    }

    @Override
    public String description() {
        return "Stable Diffusion 1 and 2 from a diffusers folder, trained through LoRA adapters or in full";
    }

    @Override
    public Class<StableDiffusionConfig> configType() {
        return StableDiffusionConfig.class;
    }

    @Override
    public StableDiffusionConfig defaults() {
        return new StableDiffusionConfig(
                Path.of(""),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                AdapterConfig.standard());
    }

    @Override
    public StableDiffusionConfig resolved(StableDiffusionConfig config) {
        return config.resolved();
    }

    @Override
    public DiffusionPolicy open(StableDiffusionConfig config) {
        return StableDiffusionPolicy.open(config);
    }

    @Override
    public boolean reads(Path folder) {
        return ModelFolder.reads(folder);
    }

    @Override
    public Optional<String> describe(Path folder) {
        return ModelFolder.otherPipeline(folder).map(name -> "a " + name + " of the diffusers library");
    }

    @Override
    public DiffusionPolicy openFolder(Path folder, Optional<AdapterFile> adapter) {
        return StableDiffusionPolicy.open(folder, adapter);
    }

    @Override
    public List<Path> exportAdapter(Path adapter, Path folder, AdapterLayout layout) {
        return LoraExport.write(adapter, folder, layout, StableDiffusionPolicy.ADAPTERS);
    }
}
