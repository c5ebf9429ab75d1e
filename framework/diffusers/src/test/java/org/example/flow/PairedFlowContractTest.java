package org.example.flow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.tempera.diffusers.flow.FlowNoise;
import org.tempera.diffusers.training.AdapterConfig;
import org.tempera.testing.Messages;
import org.tempera.testkit.PolicyContract;
import org.testng.annotations.AfterClass;

/** What every policy holds to, of ours. */
public class PairedFlowContractTest extends PolicyContract<PairedFlow.Config> {
    private final Path folder = Messages.temporaryFolder();
    private final Path model = model(folder);

    private static Path model(Path folder) {
        try {
            return FlowModels.write(folder.resolve("model"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterClass
    public void removeFolder() {
        Messages.delete(folder);
    }

    @Override
    protected Class<PairedFlow> providerType() {
        return PairedFlow.class;
    }

    @Override
    protected PairedFlow.Config config() {
        return new PairedFlow.Config(model, FlowNoise.SDE, AdapterConfig.standard());
    }

    @Override
    protected Path modelFolder() {
        return model;
    }
}
