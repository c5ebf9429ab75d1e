package org.tempera.diffusers.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.files.FileHashes;
import org.tempera.diffusers.folder.Part;
import org.tempera.diffusers.lora.AdaptedParameters;
import org.tempera.diffusers.lora.LoraFamily;
import org.tempera.diffusers.lora.LoraFile;
import org.tempera.diffusers.lora.LoraPair;
import org.tempera.diffusers.lora.LoraPair.Component;
import org.tempera.diffusers.lora.NewLora;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.nn.layers.ParameterSource;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;

/**
 * What of a model is trained. An adapter's file stays open until {@link #close}, since it is read when the session
 * starts.
 */
public sealed interface Training extends AutoCloseable {
    /** Nothing: the model as it is. */
    record Nothing() implements Training {}

    /** Adapters; the file that they come from, if any, and the note that is written with them. */
    record Adapters(List<LoraPair> pairs, Optional<LoraFile> file, Map<String, Object> note) implements Training {}

    /** Every weight of the denoiser. */
    record Everything() implements Training {}

    /**
     * What a run's configuration asks for.
     *
     * @param key where the configuration stands, such as {@code policy.stable-diffusion.adapter}, for messages
     * @param models what the family's models declare, at least the denoiser
     * @throws UserException if the model has no layer of a target's name, or the adapter's file does not fit
     */
    static Training of(AdapterConfig config, String key, LoraFamily family, Map<Component, ParameterInventory> models) {
        if (config.kind() == AdapterConfig.Kind.FULL) {
            return new Everything();
        }
        if (config.start().isPresent()) {
            return adapter(new AdapterFile(config.start().get(), 1), family, models);
        }
        ParameterInventory denoiser = models.getOrDefault(family.denoiser(), new ParameterInventory());
        NewLora adapter = new NewLora(family.denoiser(), config.rank(), config.alphaOrRank(), config.targets());
        return new Adapters(adapter.pairs(denoiser, key + ".targets"), Optional.empty(), adapter.metadata());
    }

    /**
     * A model with an adapter from a file, or as it is.
     *
     * @param models what the family's models declare
     * @throws UserException if the adapter does not fit them
     */
    static Training of(Optional<AdapterFile> adapter, LoraFamily family, Map<Component, ParameterInventory> models) {
        return adapter.map(a -> adapter(a, family, models)).orElseGet(Nothing::new);
    }

    private static Training adapter(AdapterFile adapter, LoraFamily family, Map<Component, ParameterInventory> models) {
        LoraFile file = LoraFile.open(adapter, family, models);
        return new Adapters(file.pairs(), Optional.of(file), Map.of());
    }

    /** How many numbers it adds to a component's. */
    default long parameterCount(Component component) {
        return this instanceof Adapters a ? LoraPair.numbers(a.pairs(), component) : 0;
    }

    /**
     * Parameters of a text encoder with the adapters that a file has for it. They are never trained: a prompt's states
     * are computed once, before training.
     */
    default ParameterSource textEncoder(GraphScope scope, Part<?> encoder, Component component) {
        return this instanceof Adapters a
                ? new AdaptedParameters(encoder.frozen(scope), scope.child("lora"), component, a.pairs(), false)
                : encoder.frozen(scope);
    }

    /**
     * What decides the numbers of such a text encoder, as {@link org.tempera.spi.policy.TextEncoder#fingerprint} asks
     * for it.
     *
     * @throws UserException if a file cannot be read
     */
    default String fingerprint(Part<?> encoder, Component component) {
        List<String> parts = new ArrayList<>(List.of(encoder.name(), String.valueOf(encoder.config())));
        parts.addAll(encoder.weights().hashes().values());
        if (this instanceof Adapters a) {
            a.pairs().stream()
                    .filter(p -> p.component() == component)
                    .map(p -> p.weight() + " " + p.down().path() + " " + p.scale())
                    .sorted()
                    .forEach(parts::add);
            a.file().ifPresent(f -> parts.add(FileHashes.sha256(f.path())));
        }
        return FileHashes.sha256(String.join("\n", parts));
    }

    /** Where its numbers came from: file to SHA-256. */
    default Map<String, String> provenance() {
        return this instanceof Adapters a && a.file().isPresent()
                ? Map.of(
                        a.file().get().path().toString(),
                        FileHashes.sha256(a.file().get().path()))
                : Map.of();
    }

    @Override
    default void close() {
        if (this instanceof Adapters a) {
            a.file().ifPresent(LoraFile::close);
        }
    }
}
