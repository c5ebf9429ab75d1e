package org.tempera.core.plugin;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tempera.core.text.Printable;
import org.tempera.nn.json.ForeignJson;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyProvider;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;

/** The policy plugins, asked in turn which of them reads a folder of a model. */
public final class ModelReaders {
    private final List<PolicyProvider<?>> providers;

    public ModelReaders(Collection<PolicyProvider<?>> providers) {
        this.providers = List.copyOf(providers);
    }

    /**
     * Who reads a folder; empty if nobody does.
     *
     * @throws PluginFault if nobody does, and one could not say whether it does
     */
    public Optional<PolicyProvider<?>> of(Path folder) {
        @Nullable PluginFault failed = null;
        for (PolicyProvider<?> provider : providers) {
            try {
                if (PluginGuard.call(
                        "a policy plugin cannot say whether it reads " + folder,
                        provider.getClass(),
                        () -> provider.reads(folder))) {
                    return Optional.of(provider);
                }
            } catch (PluginFault e) {
                failed = e;
            }
        }
        if (failed != null) {
            throw failed;
        }
        return Optional.empty();
    }

    /**
     * What a folder that nobody reads says of itself: the pipeline that its {@code model_index.json} names, where diffusers
     * wrote it; empty if it says nothing.
     */
    public static Optional<String> pipeline(Path folder) {
        Path index = folder.resolve("model_index.json");
        if (!Files.isRegularFile(index)) {
            return Optional.empty();
        }
        try {
            String pipeline = ForeignJson.readObject(index).path("_class_name").asText("");
            return pipeline.isEmpty() ? Optional.empty() : Optional.of(Printable.line(pipeline));
        } catch (UserException e) {
            return Optional.empty();
        }
    }

    /** Opens a model with who reads it. */
    public static DiffusionPolicy open(PolicyProvider<?> provider, Path folder, Optional<AdapterFile> adapter) {
        return PluginGuard.make("the policy of " + folder, provider, () -> provider.open(folder, adapter));
    }
}
