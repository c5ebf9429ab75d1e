package org.tempera.core.plugin;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tempera.base.files.FoundPath;
import org.tempera.base.text.Printable;
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
     * Why what nobody reads is refused: what it is, and what was expected. Without the last full stop, for callers that
     * read more than models.
     */
    public String refusal(Path folder) {
        return folder + ": " + found(folder) + ". Expected the folder of a model that a policy plugin reads: "
                + providers.stream()
                        .map(provider -> provider.name() + " (" + provider.description() + ")")
                        .collect(Collectors.joining(", "));
    }

    private String found(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Files.exists(folder) ? "is " + FoundPath.words(folder) : "no such folder";
        }
        for (PolicyProvider<?> provider : providers) {
            Optional<String> known = PluginGuard.call(
                    "a policy plugin cannot say what " + folder + " is",
                    provider.getClass(),
                    () -> provider.describe(folder));
            if (known.isPresent()) {
                return "is " + Printable.line(known.get()) + ", which no policy plugin reads";
            }
        }
        return "is no model that a policy plugin reads";
    }

    /** Opens a model with who reads it. */
    public static DiffusionPolicy open(PolicyProvider<?> provider, Path folder, Optional<AdapterFile> adapter) {
        return PluginGuard.make("the policy of " + folder, provider, () -> provider.openFolder(folder, adapter));
    }
}
