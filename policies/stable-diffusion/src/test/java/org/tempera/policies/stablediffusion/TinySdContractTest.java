package org.tempera.policies.stablediffusion;

import java.nio.file.Path;
import org.tempera.spi.policy.PolicyProvider;
import org.tempera.testkit.PolicyContract;

/** A model of three stages and no middle, as tiny-sd is. */
public class TinySdContractTest extends PolicyContract<StableDiffusionConfig> {
    @Override
    protected Class<? extends PolicyProvider<StableDiffusionConfig>> providerType() {
        return StableDiffusionProvider.class;
    }

    @Override
    protected StableDiffusionConfig config() {
        return TinyModel.config(modelFolder(), provider().defaults().adapter());
    }

    @Override
    protected Path modelFolder() {
        return TinyModel.resource("/small/tiny-sd/model");
    }
}
