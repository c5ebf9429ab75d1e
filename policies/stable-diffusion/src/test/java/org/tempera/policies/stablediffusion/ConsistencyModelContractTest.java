package org.tempera.policies.stablediffusion;

import java.nio.file.Path;
import org.tempera.spi.policy.PolicyProvider;
import org.tempera.testkit.PolicyContract;

/** A model that is told its guidance scale and draws by LCM's steps, with a TAESD for an autoencoder. */
public class ConsistencyModelContractTest extends PolicyContract<StableDiffusionConfig> {
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
        return TinyModel.resource("/small/lcm/model");
    }
}
